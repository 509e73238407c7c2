/// Whole numbers on a grid, seen on another one by linear interpolation, slice by slice; such as stored doses.
public struct ResampledNumbers: Sendable {
    /// The grid on which they are seen.
    public let geometry: GridGeometry
    private let slices: [[UInt32]]
    private let interpolator: SliceInterpolator

    /// Numbers on another grid, oblique or not.
    /// - Parameter slices: the numbers on `source`, a buffer a slice, columns fastest; as many as it has voxels.
    public init(_ slices: [[UInt32]], on source: GridGeometry, onto grid: GridGeometry) {
        let area = source.size.x * source.size.y
        precondition(slices.count == source.size.z && slices.allSatisfy { $0.count == area }, "numbers of the grid")
        self.slices = slices
        geometry = grid
        interpolator = SliceInterpolator(from: source, onto: grid)
    }

    /// One slice, columns fastest; `nil` where the numbers' grid does not reach it. `z` must be on the grid.
    /// - Parameter outside: stands where the slice lies beyond the numbers' grid, by more than half a voxel.
    /// - Complexity: O(pixels of the slice); safe to call from several threads.
    public func slice(_ z: Int, outside: Double) -> [Double]? {
        if interpolator.slices(for: z).isEmpty { return nil }
        let area = geometry.size.x * geometry.size.y
        return [Double](unsafeUninitializedCapacity: area) { buffer, count in
            buffer.initialize(repeating: outside)
            let result = UnsafeMutableBufferPointer(rebasing: buffer[0..<area])
            interpolator.interpolate(slice: z, of: slices, outside: outside, into: result)
            count = area
        }
    }
}
