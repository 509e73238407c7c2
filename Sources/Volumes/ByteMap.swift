/// Numbers from 0 to 1 on a grid in eight bits each (steps of 1/255): for maps that are looked at, not computed with.
public struct ByteMap: Hashable, Sendable {
    /// Where the numbers lie.
    public let geometry: GridGeometry
    /// The numbers times 255, a buffer a slice, columns fastest.
    public let slices: [[UInt8]]

    /// A map from its slices.
    /// - Throws: ``VolumesError/wrongLength(expected:found:)`` if they are not the grid's.
    public init(geometry: GridGeometry, slices: [[UInt8]]) throws(VolumesError) {
        guard slices.count == geometry.size.z else {
            throw .wrongLength(expected: geometry.size.z, found: slices.count)
        }
        let area = geometry.size.x * geometry.size.y
        for slice in slices where slice.count != area { throw .wrongLength(expected: area, found: slice.count) }
        self.geometry = geometry
        self.slices = slices
    }

    /// The number at a voxel, which must be on the grid.
    public subscript(index: VoxelIndex) -> Double {
        Double(slices[index.z][index.y * geometry.size.x + index.x]) / 255
    }

    private static let magic: UInt32 = 0x314d_4250  // "PBM1"

    /// The map as bytes: zeros as lengths of runs, other numbers as they are, a checksum at the end. The grid itself
    /// is not in it, only its size.
    public func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.magic)
        for count in [geometry.size.x, geometry.size.y, geometry.size.z] { writer.appendVarint(count) }
        for slice in slices {
            var place = 0
            while place < slice.count {
                let start = slice[place...].firstIndex { $0 != 0 } ?? slice.count
                // A zero alone costs less inside a stretch of numbers than between two.
                var end = start
                while end < slice.count, slice[end] != 0 || (end + 1 < slice.count && slice[end + 1] != 0) { end += 1 }
                writer.appendVarint(start - place)
                writer.appendVarint(end - start)
                writer.bytes.append(contentsOf: slice[start..<end])
                place = end
            }
        }
        writer.appendChecksum()
        return writer.bytes
    }

    /// Reads a map back onto its grid.
    /// - Throws: ``VolumesError/damaged(reason:)``, or ``VolumesError/gridMismatch(_:_:)`` if the size is another.
    public init(encoded bytes: [UInt8], geometry: GridGeometry) throws(VolumesError) {
        var reader = try ByteReader(checking: bytes, what: "a map")
        guard try reader.read(UInt32.self) == Self.magic else { throw .damaged(reason: "this is not a map") }
        let size = GridSize(x: try reader.readVarint(), y: try reader.readVarint(), z: try reader.readVarint())
        guard size == geometry.size else {
            throw .gridMismatch(geometry.description, "a map of \(size.x)×\(size.y)×\(size.z)")
        }
        let area = size.x * size.y
        var slices: [[UInt8]] = []
        slices.reserveCapacity(size.z)
        for _ in 0..<size.z {
            var slice = [UInt8](repeating: 0, count: area)
            var place = 0
            while place < area {
                let (zeros, numbers) = (try reader.readVarint(), try reader.readVarint())
                guard zeros <= area - place, numbers <= area - place - zeros, zeros + numbers > 0 else {
                    throw .damaged(reason: "a run is longer than its slice")
                }
                place += zeros
                for _ in 0..<numbers {
                    slice[place] = try reader.read(UInt8.self)
                    place += 1
                }
            }
            slices.append(slice)
        }
        guard reader.isAtEnd else { throw .damaged(reason: "bytes follow the map") }
        try self.init(geometry: geometry, slices: slices)
    }
}
