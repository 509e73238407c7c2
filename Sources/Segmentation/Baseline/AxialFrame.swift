import Volumes

/// Turns a grid so that columns grow to the patient's left, rows to the back and slices to the head, as nearly as
/// whole axes allow, and turns masks back. The steps of the baseline work in this frame, whatever the file's is.
struct AxialFrame {
    /// The grid as it came.
    let source: GridGeometry
    /// The turned grid: the same voxels, at patient positions that matter only relative to one another.
    let axial: GridGeometry
    /// Which source axis (0…2) each axis of the frame runs along.
    private let axes: [Int]
    /// Whether it runs the other way.
    private let isFlipped: [Bool]

    init(_ source: GridGeometry) {
        let (d, orders) = (source.direction, [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
        // cosines[source axis][patient axis]
        let cosines = [d.x, d.y, d.z].map { [$0.x, $0.y, $0.z] }
        func agreement(_ order: [Int]) -> Double { (0..<3).reduce(0) { $0 + abs(cosines[order[$1]][$1]) } }
        // Of equal orders the first, so that the choice is always the same.
        let order = orders.reduce(orders[0]) { agreement($1) > agreement($0) + 1e-9 ? $1 : $0 }
        let sizes = [source.size.x, source.size.y, source.size.z]
        let steps = [source.spacing.x, source.spacing.y, source.spacing.z]
        self.source = source
        axes = order
        isFlipped = (0..<3).map { cosines[order[$0]][$0] < 0 }
        let size = GridSize(x: sizes[order[0]], y: sizes[order[1]], z: sizes[order[2]])
        let spacing = Spacing(x: steps[order[0]], y: steps[order[1]], z: steps[order[2]])
        // The same sizes and steps in another order make a valid grid, as they did before.
        axial = (try? GridGeometry(size: size, spacing: spacing)) ?? source
    }

    /// Whether nothing needs to be turned.
    var isIdentity: Bool { axes == [0, 1, 2] && !isFlipped.contains(true) }

    /// The source voxel at a voxel of the frame.
    private func source(of x: Int, _ y: Int, _ z: Int) -> VoxelIndex {
        let size = axial.size
        var index = [0, 0, 0]
        index[axes[0]] = isFlipped[0] ? size.x - 1 - x : x
        index[axes[1]] = isFlipped[1] ? size.y - 1 - y : y
        index[axes[2]] = isFlipped[2] ? size.z - 1 - z : z
        return VoxelIndex(x: index[0], y: index[1], z: index[2])
    }

    /// The voxel of the frame at a source voxel.
    private func voxel(at source: VoxelIndex) -> VoxelIndex {
        let index = [source.x, source.y, source.z]
        let sizes = [axial.size.x, axial.size.y, axial.size.z]
        let turned = (0..<3).map { isFlipped[$0] ? sizes[$0] - 1 - index[axes[$0]] : index[axes[$0]] }
        return VoxelIndex(x: turned[0], y: turned[1], z: turned[2])
    }

    /// The volume in the frame.
    func axial(_ volume: Volume) throws(VolumesError) -> Volume {
        if isIdentity { return try Volume(geometry: axial, slices: volume.slices) }
        let size = axial.size
        var slices: [VolumeSlice] = []
        slices.reserveCapacity(size.z)
        for z in 0..<size.z {
            var values: [Int16] = []
            values.reserveCapacity(size.x * size.y)
            for y in 0..<size.y {
                // Along a row of the frame exactly one source index moves, by one a step.
                let (first, last) = (source(of: 0, y, z), source(of: size.x - 1, y, z))
                let steps = max(1, size.x - 1)
                let step = (
                    x: (last.x - first.x) / steps, y: (last.y - first.y) / steps, z: (last.z - first.z) / steps
                )
                for x in 0..<size.x {
                    let slice = volume.slices[first.z + x * step.z]
                    values.append(slice.values[(first.y + x * step.y) * slice.width + first.x + x * step.x])
                }
            }
            slices.append(try VolumeSlice(width: size.x, height: size.y, values: values))
        }
        return try Volume(geometry: axial, slices: slices)
    }

    /// A mask of the grid as it came in the frame.
    func axial(_ mask: Mask) throws(VolumesError) -> Mask {
        try turned(mask, onto: axial, voxel(at:))
    }

    /// A mask of the frame on the grid as it came.
    func original(_ mask: Mask) throws(VolumesError) -> Mask {
        try turned(mask, onto: source) { source(of: $0.x, $0.y, $0.z) }
    }

    private func turned(
        _ mask: Mask, onto grid: GridGeometry, _ place: (VoxelIndex) -> VoxelIndex
    ) throws(VolumesError) -> Mask {
        if isIdentity { return try Mask(geometry: grid, slices: mask.slices) }
        var result = Mask(geometry: grid)
        for (z, slice) in mask.slices.enumerated() where !slice.isEmpty {
            for y in 0..<slice.height {
                for word in 0..<slice.wordsPerRow {
                    var bits = slice.words[y * slice.wordsPerRow + word]
                    while bits != 0 {
                        let x = word * 64 + bits.trailingZeroBitCount
                        result[place(VoxelIndex(x: x, y: y, z: z))] = true
                        bits &= bits - 1
                    }
                }
            }
        }
        return result
    }
}
