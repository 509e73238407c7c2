/// Part of a cell, in 24ths of its width and 48ths of its height, from its top left.
public struct CellPart: Hashable, Sendable {
    /// Left and top edge.
    public var x: Int, y: Int
    /// Size.
    public var width: Int, height: Int

    /// From its edges and size.
    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }
}

extension Unicode.Scalar {
    /// Whether the glyph is one of the block elements, quadrants or sextants, which draw images.
    public var isBlockElement: Bool {
        (0x2580...0x259f).contains(value) || (0x1fb00...0x1fb3b).contains(value)
    }

    /// The rectangles a block element, quadrant, sextant or light line consists of, so that a writer can draw
    /// neighbours that meet without a seam; `nil` for every other glyph, shades (░▒▓) included.
    public var cellParts: [CellPart]? {
        switch value {
        case 0x2580: return [CellPart(x: 0, y: 0, width: 24, height: 24)]
        case 0x2581...0x2588:
            let height = Int(value - 0x2580) * 6
            return [CellPart(x: 0, y: 48 - height, width: 24, height: height)]
        case 0x2589...0x258f: return [CellPart(x: 0, y: 0, width: Int(0x2590 - value) * 3, height: 48)]
        case 0x2590: return [CellPart(x: 12, y: 0, width: 12, height: 48)]
        case 0x2594: return [CellPart(x: 0, y: 0, width: 24, height: 6)]
        case 0x2595: return [CellPart(x: 21, y: 0, width: 3, height: 48)]
        case 0x2596...0x259f: return Self.quadrantParts(Self.quadrants[Int(value - 0x2596)])
        case 0x1fb00...0x1fb3b: return Self.sextantParts(value)
        default: return Self.lines[value].map(Self.lineParts)
        }
    }

    /// Bits of ▖▗▘▙▚▛▜▝▞▟: 1 upper left, 2 upper right, 4 lower left, 8 lower right.
    private static let quadrants = [4, 8, 1, 13, 9, 7, 11, 2, 6, 14]

    private static func quadrantParts(_ bits: Int) -> [CellPart] {
        rows(bits, count: 2, height: 24)
    }

    /// Sextants count through all patterns of six but the four that are older glyphs: none, left, right, all.
    private static func sextantParts(_ value: UInt32) -> [CellPart] {
        var bits = Int(value - 0x1fb00) + 1
        if bits >= 21 { bits += 1 }
        if bits >= 42 { bits += 1 }
        return rows(bits, count: 3, height: 16)
    }

    /// Two bits a row from the top, the left half first; a full row is one part.
    private static func rows(_ bits: Int, count: Int, height: Int) -> [CellPart] {
        (0..<count).compactMap { row in
            switch bits >> (2 * row) & 3 {
            case 1: return CellPart(x: 0, y: row * height, width: 12, height: height)
            case 2: return CellPart(x: 12, y: row * height, width: 12, height: height)
            case 3: return CellPart(x: 0, y: row * height, width: 24, height: height)
            default: return nil
            }
        }
    }

    /// Arms of the light lines: 1 up, 2 right, 4 down, 8 left.
    private static let lines: [UInt32: Int] = [
        0x2500: 10, 0x2502: 5, 0x250c: 6, 0x2510: 12, 0x2514: 3, 0x2518: 9, 0x251c: 7, 0x2524: 13, 0x252c: 14,
        0x2534: 11, 0x253c: 15, 0x2574: 8, 0x2575: 1, 0x2576: 2, 0x2577: 4,
    ]

    /// A line is an eighth of the cell's width, on whole pixels at a third of the units.
    private static func lineParts(_ arms: Int) -> [CellPart] {
        var parts: [CellPart] = []
        if arms & 10 != 0 {
            let (left, right) = (arms & 8 != 0 ? 0 : 12, arms & 2 != 0 ? 24 : 15)
            parts.append(CellPart(x: left, y: 24, width: right - left, height: 3))
        }
        if arms & 5 != 0 {
            let (top, bottom) = (arms & 1 != 0 ? 0 : 24, arms & 4 != 0 ? 48 : 27)
            parts.append(CellPart(x: 12, y: top, width: 3, height: bottom - top))
        }
        return parts
    }
}
