/// A voxel of a grid: column `x`, row `y`, slice `z`, from zero. Never a position in the patient.
public struct VoxelIndex: Hashable, Sendable, Codable {
    /// Column, fastest in memory.
    public var x: Int
    /// Row.
    public var y: Int
    /// Slice, slowest in memory.
    public var z: Int

    /// A voxel by column, row and slice.
    public init(x: Int, y: Int, z: Int) {
        self.x = x
        self.y = y
        self.z = z
    }
}

/// A position between voxels, in units of voxels: voxel centres are whole numbers.
public struct ContinuousIndex: Hashable, Sendable {
    /// Along columns.
    public var x: Double
    /// Along rows.
    public var y: Double
    /// Along slices.
    public var z: Double

    /// A position by column, row and slice.
    public init(x: Double, y: Double, z: Double) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// The voxel whose centre is nearest (halves go away from zero), or `nil` if a coordinate is not finite
    /// or too large to be an index.
    public var nearestVoxel: VoxelIndex? {
        guard let x = Int(exactly: x.rounded()), let y = Int(exactly: y.rounded()), let z = Int(exactly: z.rounded())
        else { return nil }
        return VoxelIndex(x: x, y: y, z: z)
    }
}

/// How many voxels a grid has along each axis.
public struct GridSize: Hashable, Sendable, Codable {
    /// Columns.
    public let x: Int
    /// Rows.
    public let y: Int
    /// Slices.
    public let z: Int

    /// A size by columns, rows and slices. `GridGeometry` checks the range.
    public init(x: Int, y: Int, z: Int) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// Columns × rows × slices.
    public var voxelCount: Int { x * y * z }

    /// Whether the voxel lies on the grid.
    public func contains(_ index: VoxelIndex) -> Bool {
        index.x >= 0 && index.x < x && index.y >= 0 && index.y < y && index.z >= 0 && index.z < z
    }

    /// All voxels of the grid.
    public var bounds: VoxelBox { VoxelBox(x: 0..<x, y: 0..<y, z: 0..<z) }
}

/// A box of voxels, half open on every axis. Empty if any range is.
public struct VoxelBox: Hashable, Sendable {
    /// Columns.
    public var x: Range<Int>
    /// Rows.
    public var y: Range<Int>
    /// Slices.
    public var z: Range<Int>

    /// A box by its ranges.
    public init(x: Range<Int>, y: Range<Int>, z: Range<Int>) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// Whether the box has no voxel.
    public var isEmpty: Bool { x.isEmpty || y.isEmpty || z.isEmpty }

    /// The voxels in both boxes.
    public func intersection(_ other: VoxelBox) -> VoxelBox {
        VoxelBox(x: x.clamped(to: other.x), y: y.clamped(to: other.y), z: z.clamped(to: other.z))
    }

    /// The smallest box that holds both; an empty box adds nothing.
    public func union(_ other: VoxelBox) -> VoxelBox {
        if isEmpty { return other }
        if other.isEmpty { return self }
        func hull(_ a: Range<Int>, _ b: Range<Int>) -> Range<Int> {
            min(a.lowerBound, b.lowerBound)..<max(a.upperBound, b.upperBound)
        }
        return VoxelBox(x: hull(x, other.x), y: hull(y, other.y), z: hull(z, other.z))
    }

    /// The box grown by a number of voxels on both sides of each axis.
    public func dilated(x dx: Int, y dy: Int, z dz: Int) -> VoxelBox {
        guard !isEmpty else { return self }
        return VoxelBox(
            x: x.lowerBound - dx..<x.upperBound + dx, y: y.lowerBound - dy..<y.upperBound + dy,
            z: z.lowerBound - dz..<z.upperBound + dz)
    }
}
