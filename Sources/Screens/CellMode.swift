/// How a cell is divided to draw an image.
public enum CellMode: String, Hashable, Sendable, CaseIterable {
    /// One above the other, each in any colour: the truest.
    case half
    /// Two by two in two colours.
    case quadrant
    /// Two by three in two colours; needs a font with Unicode 13's sextants.
    case sextant
    /// One character a cell, no blocks: for terminals that have none.
    case ascii

    /// Parts across a cell.
    var across: Int { self == .half || self == .ascii ? 1 : 2 }

    /// Parts down a cell.
    var down: Int {
        switch self {
        case .ascii: 1
        case .half, .quadrant: 2
        case .sextant: 3
        }
    }

    /// The glyph whose inked parts are the set bits: bit 0 the upper left part, then row by row.
    func glyph(_ bits: Int) -> Unicode.Scalar {
        switch self {
        case .half: Self.halves[bits & 3]
        case .quadrant: Self.quadrants[bits & 15]
        case .sextant: Self.sextants[bits & 63]
        case .ascii: bits == 0 ? " " : "#"
        }
    }

    private static let halves: [Unicode.Scalar] = [" ", "▀", "▄", "█"]
    private static let quadrants: [Unicode.Scalar] = [
        " ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█",
    ]
    // U+1FB00… counts through all patterns but the four that older blocks already draw.
    private static let sextants: [Unicode.Scalar] = (0..<64).map { bits in
        switch bits {
        case 0: " "
        case 21: "▌"
        case 42: "▐"
        case 63: "█"
        default: Unicode.Scalar(UInt32(0x1fb00 + bits - 1 - (bits > 21 ? 1 : 0) - (bits > 42 ? 1 : 0))) ?? "?"
        }
    }
}
