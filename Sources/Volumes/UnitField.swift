/// Numbers from 0 to 1 on a grid, such as a network's probabilities, in 16 bits each (steps of 1/65,535; 0 and 1 are
/// exact): half the memory of floats and more digits than a network means.
public struct UnitField: Hashable, Sendable {
    /// Where the numbers lie.
    public let geometry: GridGeometry
    /// The numbers times 65,535, a buffer a slice, columns fastest.
    public private(set) var slices: [[UInt16]]

    /// Zero everywhere; all slices share one buffer until they are written to.
    public init(geometry: GridGeometry) {
        self.geometry = geometry
        slices = Array(
            repeating: [UInt16](repeating: 0, count: geometry.size.x * geometry.size.y), count: geometry.size.z)
    }

    /// Sets one slice; numbers outside 0…1 are cut off, and what is no number becomes 0.
    /// - Throws: ``VolumesError/wrongLength(expected:found:)`` if there are not as many as a slice has pixels.
    public mutating func set(slice z: Int, to values: [Float]) throws(VolumesError) {
        let area = geometry.size.x * geometry.size.y
        guard values.count == area else { throw .wrongLength(expected: area, found: values.count) }
        precondition(slices.indices.contains(z), "the slice is on the grid")
        slices[z] = values.map { $0 > 0 ? UInt16((min($0, 1) * 65_535).rounded()) : 0 }
    }

    /// The number at a voxel, which must be on the grid.
    public subscript(index: VoxelIndex) -> Double {
        Double(slices[index.z][index.y * geometry.size.x + index.x]) / 65_535
    }
}

/// Numbers from 0 to 1 seen on another grid by linear interpolation, slice by slice; 0 where the field does not reach.
public struct ResampledUnitField: Sendable {
    /// The numbers as they are.
    public let field: UnitField
    /// The grid on which they are seen.
    public let geometry: GridGeometry
    private let interpolator: SliceInterpolator
    private let isEmpty: [Bool]

    /// A field on another grid, oblique or not.
    public init(_ field: UnitField, onto grid: GridGeometry) {
        self.field = field
        geometry = grid
        interpolator = SliceInterpolator(from: field.geometry, onto: grid)
        isEmpty = field.slices.map { $0.allSatisfy { $0 == 0 } }
    }

    /// One slice, columns fastest; `nil` where it is zero throughout. `z` must be on the grid.
    /// - Complexity: O(pixels of the slice); safe to call from several threads.
    public func slice(_ z: Int) -> [Double]? {
        if interpolator.slices(for: z).allSatisfy({ isEmpty[$0] }) { return nil }
        let area = geometry.size.x * geometry.size.y
        return [Double](unsafeUninitializedCapacity: area) { buffer, count in
            count = area
            buffer.initialize(repeating: 0)
            let result = UnsafeMutableBufferPointer(rebasing: buffer[0..<area])
            interpolator.interpolate(slice: z, of: field.slices, outside: 0, into: result)
            for i in 0..<area { result[i] /= 65_535 }
        }
    }
}
