/// The order of bits in which neighbour codes are counted: bit 4·dy + 2·dz + dx is voxel (dx, dy, dz).
///
/// A slice measured in 2D is counted as two equal slices, so that its sixteen codes are those whose halves dz = 0 and
/// dz = 1 are alike.
enum FetchOrder {
    /// The neighbour code of each of the 256 fetched ones.
    private static let codes: [UInt8] = (0..<256).map { fetched in
        var code = 0
        for bit in 0..<8 where fetched >> bit & 1 == 1 {
            let (dx, dz, dy) = (bit & 1, bit >> 1 & 1, bit >> 2)
            code |= 128 >> (4 * dx + 2 * dy + dz)
        }
        return UInt8(code)
    }

    private static let positions: [Int] = (0..<256).map { code in codes.firstIndex(of: UInt8(code)) ?? 0 }

    private static let flatPositions: [Int] = (0..<16).map { code in
        positions[(0..<4).reduce(0) { code >> $1 & 1 == 1 ? $0 | 3 << (2 * $1) : $0 }]
    }

    /// Where each neighbour code, 0…255 or 0…15, is counted.
    static func positions(_ dimensions: SurfaceDimensions) -> [Int] {
        dimensions == .three ? positions : flatPositions
    }

    /// The neighbour code of a fetched one.
    static func code(of fetched: Int, _ dimensions: SurfaceDimensions) -> UInt8 {
        let code = codes[fetched]
        return dimensions == .three ? code : code >> 4 & 8 | code >> 3 & 4 | code >> 2 & 2 | code >> 1 & 1
    }

    /// Counts in fetch order as counts by neighbour code.
    static func byCode(_ fetched: UnsafePointer<Int>, _ dimensions: SurfaceDimensions) -> [Int] {
        positions(dimensions).map { fetched[$0] }
    }
}
