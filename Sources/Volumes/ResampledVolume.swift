/// A volume seen on another grid, slice by slice: nothing is kept, so memory does not grow with the other grid.
public struct ResampledVolume: Sendable {
    /// The volume as it is.
    public let volume: Volume
    /// The grid on which it is seen.
    public let geometry: GridGeometry
    /// What lies outside the volume, HU.
    public let outside: Double
    private let interpolator: SliceInterpolator

    /// A volume on another grid, oblique or not.
    public init(_ volume: Volume, onto grid: GridGeometry, outside: Double = Double(HounsfieldUnit.air.value)) {
        self.volume = volume
        geometry = grid
        self.outside = outside
        interpolator = SliceInterpolator(from: volume.geometry, onto: grid)
    }

    /// One slice in HU, not rounded, columns fastest; `z` must be on the grid.
    /// - Complexity: O(pixels of the slice); safe to call from several threads.
    public func slice(_ z: Int) -> [Double] {
        [Double](unsafeUninitializedCapacity: geometry.size.x * geometry.size.y) { buffer, count in
            count = geometry.size.x * geometry.size.y
            buffer.initialize(repeating: outside)
            let result = UnsafeMutableBufferPointer(rebasing: buffer[0..<count])
            interpolator.interpolate(slice: z, of: volume.slices.map(\.values), outside: outside, into: result)
        }
    }
}
