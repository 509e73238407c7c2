/// One structure on a grid, a bit a voxel, with one copy-on-write buffer per slice.
///
/// A value: a copy costs nothing until a slice of it is changed, and then that slice alone (32 KiB for 512 × 512).
/// Structures may overlap, so each has a mask of its own.
public struct Mask: Hashable, Sendable {
    /// Where the voxels lie.
    public let geometry: GridGeometry
    /// The slices in order of z, `geometry.size.z` of them.
    public private(set) var slices: [MaskSlice]

    /// A mask with no voxel set. All slices share one buffer until they are written to.
    public init(geometry: GridGeometry) {
        self.geometry = geometry
        let empty = MaskSlice(width: geometry.size.x, height: geometry.size.y)
        self.slices = Array(repeating: empty, count: geometry.size.z)
    }

    /// A mask from its slices.
    /// - Throws: ``VolumesError/wrongLength(expected:found:)`` if they are not the grid's.
    public init(geometry: GridGeometry, slices: [MaskSlice]) throws(VolumesError) {
        guard slices.count == geometry.size.z else {
            throw .wrongLength(expected: geometry.size.z, found: slices.count)
        }
        for slice in slices where slice.width != geometry.size.x || slice.height != geometry.size.y {
            throw .wrongLength(expected: geometry.size.x * geometry.size.y, found: slice.width * slice.height)
        }
        self.geometry = geometry
        self.slices = slices
    }

    /// A mask by asking of every voxel whether it is in. For tests, phantoms and small masks.
    public init(geometry: GridGeometry, where isInside: (VoxelIndex) -> Bool) {
        self.init(geometry: geometry)
        for z in 0..<geometry.size.z {
            for y in 0..<geometry.size.y {
                for x in 0..<geometry.size.x where isInside(VoxelIndex(x: x, y: y, z: z)) { slices[z][x, y] = true }
            }
        }
    }

    /// Whether a voxel is in the mask; it must be on the grid.
    public subscript(index: VoxelIndex) -> Bool {
        get { slices[index.z][index.x, index.y] }
        set { slices[index.z][index.x, index.y] = newValue }
    }

    /// Replaces or changes one slice in place; it must keep its size.
    public subscript(slice z: Int) -> MaskSlice {
        get { slices[z] }
        set {
            precondition(
                newValue.width == geometry.size.x && newValue.height == geometry.size.y, "a slice keeps its size")
            slices[z] = newValue
        }
        _modify {
            yield &slices[z]
            precondition(
                slices[z].width == geometry.size.x && slices[z].height == geometry.size.y, "a slice keeps its size")
        }
    }

    /// How many voxels are in the mask.
    public var count: Int { slices.reduce(0) { $0 + $1.count } }

    /// Whether no voxel is in the mask.
    public var isEmpty: Bool { slices.allSatisfy(\.isEmpty) }

    /// The volume in millilitres.
    public var millilitres: Double { Double(count) * geometry.voxelVolume / 1000 }

    /// The same voxels on a grid whose voxels are the same but for rounding, be it in another order of axes or the other
    /// way along one (RAS for LPS): nothing is interpolated. See ``GridGeometry/hasSameVoxels(as:)``.
    /// - Throws: ``VolumesError/gridsDiffer(_:)``, saying by what, if the grids differ by more.
    public func adopting(_ grid: GridGeometry) throws(VolumesError) -> Mask {
        if geometry.agrees(with: grid) { return try Mask(geometry: grid, slices: slices) }
        guard geometry.hasSameVoxels(as: grid), let turning = GridReorientation(from: geometry, to: grid) else {
            throw .gridsDiffer(geometry.difference(from: grid))
        }
        return try Mask(geometry: grid, slices: turning.applied(to: slices, size: grid.size))
    }
}
