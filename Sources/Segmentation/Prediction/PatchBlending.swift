import Models
import Networks
import Volumes

/// Looks at an image patch by patch, and blends what is said of patches where they overlap.
///
/// Patches go from the feet to the head, and slices that no later patch reaches are finished, so that memory holds the
/// classes of as many slices as a patch has, and no more.
struct PatchBlending {
    /// What a patch holds beyond the image.
    enum Border {
        /// Zeros, after normalisation, as nnU-Net and MONAI have it.
        case zeros
        /// Beyond the first and the last slice the image's mirror image; zeros beside it.
        case mirroredSlices
    }

    /// The patches.
    let layout: PatchLayout
    /// The share of a patch that the next one covers again, at least.
    let overlap: Double
    /// How much a voxel of a patch counts.
    let patchWeights: TorchScriptRecipe.PatchWeights
    /// How many numbers are said of a voxel.
    let classes: Int
    /// Whether what is said is one number a voxel, its class.
    var isLabels = false
    /// Whether patches are slices, asked about one by one.
    var isFlat = false
    /// What is beyond the image.
    var border = Border.zeros

    /// Asks about each patch, and tells of each slice, blended: `[classes][rows][columns]`; of labels the share of each.
    /// - Parameters:
    ///   - image: the size of the image.
    ///   - slice: one of its slices, `rows × columns`, columns fastest.
    ///   - ask: what is said of a patch, `[classes]` or one label, and the patch's axes.
    ///   - finish: told each slice once, ascending.
    func blend(
        _ image: GridSize, slice: (Int) -> [Float], _ isCancelled: () -> Bool, _ progress: (Double) -> Void,
        ask: (ShapedValues) throws -> [Float], finish: (_ z: Int, _ values: [Float]) throws -> Void
    ) throws {
        func tiling(_ length: Int, _ patch: Int, _ isReversed: Bool, overlap: Double? = nil) -> AxisTiling {
            AxisTiling(length: length, patch: patch, overlap: overlap ?? self.overlap, isReversed: isReversed)
        }
        let columns = tiling(image.x, layout.size.x, layout.isReversed.columns)
        let rows = tiling(image.y, layout.size.y, layout.isReversed.rows)
        let slices = tiling(image.z, layout.size.z, layout.isReversed.slices, overlap: isFlat ? 0 : nil)
        var slab = Slab(image: image, classes: classes)
        let weights = PatchWeighting(
            columns.weights(patchWeights), rows.weights(patchWeights), slices.weights(patchWeights))
        var seen: [Int: [Float]] = [:]
        let all = Double(slices.starts.count * rows.starts.count * columns.starts.count)
        var done = 0.0
        for (turn, z) in slices.starts.enumerated() {
            let depth = max(0, z)..<min(image.z, z + slices.patch)
            seen = Dictionary(uniqueKeysWithValues: depth.map { ($0, seen[$0] ?? slice($0)) })
            slab.reach(depth.upperBound)
            for y in rows.starts {
                for x in columns.starts {
                    if isCancelled() { throw CancellationError() }
                    progress(done / all)
                    let corner = VoxelIndex(x: x, y: y, z: z)
                    let answer = try ask(patch(at: corner, of: image, seen))
                    try slab.add(answer, at: corner, layout, weights, isLabels: isLabels)
                    done += 1
                }
            }
            let end = turn + 1 < slices.starts.count ? slices.starts[turn + 1] : image.z
            while slab.first < end {
                let place = slab.first
                try finish(place, slab.takeFirst())
            }
        }
        progress(1)
    }

    private func patch(at corner: VoxelIndex, of image: GridSize, _ slices: [Int: [Float]]) -> ShapedValues {
        var values = [Float](repeating: 0, count: layout.count)
        let step = layout.columnStride
        let columns = max(0, corner.x)..<min(image.x, corner.x + layout.size.x)
        values.withUnsafeMutableBufferPointer { values in
            for z in 0..<layout.size.z {
                let own = corner.z + z
                let shown = border == .mirroredSlices ? VolumeInference.mirrored(own, of: image.z) : own
                guard let slice = slices[shown] else { continue }
                for y in 0..<layout.size.y where (0..<image.y).contains(corner.y + y) {
                    var place = layout.place(ofRow: y, slice: z) + (columns.lowerBound - corner.x) * step
                    let row = (corner.y + y) * image.x
                    for x in columns {
                        values[place] = slice[row + x]
                        place += step
                    }
                }
            }
        }
        return ShapedValues(shape: [1, 1] + layout.shape, values: values)
    }
}

/// How much each voxel of a patch counts.
private struct PatchWeighting {
    let columns: [Float]
    let rows: [Float]
    let slices: [Float]

    init(_ columns: [Float], _ rows: [Float], _ slices: [Float]) {
        (self.columns, self.rows, self.slices) = (columns, rows, slices)
    }
}

/// Weighted sums of what a network says of the slices that patches still reach.
private struct Slab {
    /// The lowest slice.
    private(set) var first = 0
    private let image: GridSize
    private let classes: Int
    /// By slice from ``first``: `[classes][rows][columns]`.
    private var sums: [[Float]] = []
    private var weights: [[Float]] = []

    init(image: GridSize, classes: Int) { (self.image, self.classes) = (image, classes) }

    private var area: Int { image.x * image.y }

    /// Makes room for the slices below `end`.
    mutating func reach(_ end: Int) {
        while first + sums.count < end {
            sums.append([Float](repeating: 0, count: classes * area))
            weights.append([Float](repeating: 0, count: area))
        }
    }

    /// The lowest slice's weighted means; it is forgotten.
    mutating func takeFirst() -> [Float] {
        var values = sums.removeFirst()
        let weights = weights.removeFirst()
        first += 1
        for index in 0..<classes {
            for i in 0..<area { values[index * area + i] /= weights[i] }
        }
        return values
    }

    /// Adds what was said of a patch; of labels, one vote for the class.
    /// - Throws: ``PredictionError/notAClass(_:)``.
    mutating func add(
        _ answer: [Float], at corner: VoxelIndex, _ layout: PatchLayout, _ weighting: PatchWeighting, isLabels: Bool
    ) throws(PredictionError) {
        let isClass: (Float) -> Bool = { [classes] in $0 >= 0 && $0 < Float(classes) && $0 == $0.rounded() }
        if isLabels, let odd = answer.first(where: { !isClass($0) }) { throw .notAClass(odd) }
        let columns = max(0, corner.x)..<min(image.x, corner.x + layout.size.x)
        let rows = max(0, corner.y)..<min(image.y, corner.y + layout.size.y)
        let (step, area, classes) = (layout.columnStride, area, classes)
        for z in max(0, corner.z)..<min(image.z, corner.z + layout.size.z) {
            sums[z - first].withUnsafeMutableBufferPointer { sums in
                weights[z - first].withUnsafeMutableBufferPointer { weights in
                    for y in rows {
                        let along = weighting.rows[y - corner.y] * weighting.slices[z - corner.z]
                        let own = columns.map { max(along * weighting.columns[$0 - corner.x], 1e-3) }
                        let target = y * image.x + columns.lowerBound
                        let place =
                            layout.place(ofRow: y - corner.y, slice: z - corner.z)
                            + (columns.lowerBound - corner.x) * step
                        for (i, weight) in own.enumerated() { weights[target + i] += weight }
                        guard !isLabels else {
                            for (i, weight) in own.enumerated() {
                                sums[Int(answer[place + i * step]) * area + target + i] += weight
                            }
                            continue
                        }
                        for index in 0..<classes {
                            let (from, to) = (index * layout.count + place, index * area + target)
                            for (i, weight) in own.enumerated() { sums[to + i] += weight * answer[from + i * step] }
                        }
                    }
                }
            }
        }
    }
}
