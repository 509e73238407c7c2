import Volumes

/// The pixels of one slice with their size. Values on it are arrays of ``count``, columns fastest; of a mask each is 0 or 1.
public struct PixelGrid: Hashable, Sendable {
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int
    /// From a column to the next, mm.
    public let stepX: Double
    /// From a row to the next, mm.
    public let stepY: Double

    /// A grid from its parts.
    public init(width: Int, height: Int, stepX: Double, stepY: Double) {
        self.width = width
        self.height = height
        self.stepX = stepX
        self.stepY = stepY
    }

    /// The slices of a volume's grid.
    public init(_ geometry: GridGeometry) {
        self.init(
            width: geometry.size.x, height: geometry.size.y, stepX: geometry.spacing.x, stepY: geometry.spacing.y)
    }

    /// Pixels.
    public var count: Int { width * height }

    /// The steps to the pixels whose centre is no farther than a radius, in columns and rows; the pixel itself among them.
    public func disc(_ millimetres: Double) -> [(dx: Int, dy: Int)] {
        let (across, down) = (Int(millimetres / stepX), Int(millimetres / stepY))
        var steps: [(Int, Int)] = []
        for dy in -down...down {
            for dx in -across...across {
                let (x, y) = (Double(dx) * stepX, Double(dy) * stepY)
                if x * x + y * y <= millimetres * millimetres + 1e-9 { steps.append((dx, dy)) }
            }
        }
        return steps
    }

    /// A mask with all pixels no farther than a radius from one of its own.
    public func dilated(_ mask: [UInt8], by millimetres: Double) -> [UInt8] {
        let disc = disc(millimetres)
        var result = mask
        for y in 0..<height {
            for x in 0..<width where mask[y * width + x] != 0 && isRim(mask, x, y) {
                for (dx, dy) in disc where x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height {
                    result[(y + dy) * width + x + dx] = 1
                }
            }
        }
        return result
    }

    /// A mask without all pixels no farther than a radius from one that is not in it. What lies beyond the grid is not in
    /// it either.
    public func eroded(_ mask: [UInt8], by millimetres: Double) -> [UInt8] {
        let disc = disc(millimetres)
        var result = mask
        for y in 0..<height {
            for x in 0..<width where mask[y * width + x] != 0 {
                let isKept = disc.allSatisfy { dx, dy in
                    x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height
                        && mask[(y + dy) * width + x + dx] != 0
                }
                if !isKept { result[y * width + x] = 0 }
            }
        }
        return result
    }

    /// Whether a pixel of a mask has a side neighbour that is not in it, or lies on the grid's edge.
    func isRim(_ mask: [UInt8], _ x: Int, _ y: Int) -> Bool {
        let i = y * width + x
        return x == 0 || y == 0 || x == width - 1 || y == height - 1
            || mask[i - 1] & mask[i + 1] & mask[i - width] & mask[i + width] == 0
    }

    /// The pieces of a mask that hang together by sides, each the indices of its pixels; largest first, of equal ones the
    /// one that comes first on the grid.
    public func pieces(_ mask: [UInt8]) -> [[Int]] {
        var seen = [Bool](repeating: false, count: count)
        var pieces: [[Int]] = []
        for start in mask.indices where mask[start] != 0 && !seen[start] {
            var piece = [start]
            seen[start] = true
            var next = 0
            while next < piece.count {
                let i = piece[next]
                next += 1
                let x = i % width
                func visit(_ j: Int) {
                    guard mask[j] != 0, !seen[j] else { return }
                    seen[j] = true
                    piece.append(j)
                }
                if x > 0 { visit(i - 1) }
                if x + 1 < width { visit(i + 1) }
                if i >= width { visit(i - width) }
                if i + width < count { visit(i + width) }
            }
            pieces.append(piece)
        }
        return pieces.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
            .map(\.element)
    }
}

extension MaskSlice {
    /// The voxels as a byte each, columns fastest.
    public var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: width * height)
        let stride = wordsPerRow
        for y in 0..<height {
            for word in 0..<stride {
                var bits = words[y * stride + word]
                while bits != 0 {
                    bytes[y * width + word * 64 + bits.trailingZeroBitCount] = 1
                    bits &= bits - 1
                }
            }
        }
        return bytes
    }

    /// A slice from a byte a voxel, columns fastest; any but 0 is in it.
    public init(width: Int, height: Int, bytes: [UInt8]) {
        precondition(bytes.count == width * height, "a byte for every voxel")
        self.init(width: width, height: height)
        let stride = wordsPerRow
        withMutableWords { words in
            for y in 0..<height {
                for x in 0..<width where bytes[y * width + x] != 0 {
                    words[y * stride + x >> 6] |= 1 << UInt64(x & 63)
                }
            }
        }
    }
}
