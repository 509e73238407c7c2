/// How a cell's text is set apart from others.
public struct CellAttributes: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt8
    /// From bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Heavier.
    public static let bold = CellAttributes(rawValue: 1)
    /// Fainter.
    public static let dim = CellAttributes(rawValue: 2)
    /// Underlined.
    public static let underline = CellAttributes(rawValue: 4)
    /// Foreground and background exchanged.
    public static let reverse = CellAttributes(rawValue: 8)
}

/// Colours and attributes of a cell.
public struct CellStyle: Hashable, Sendable {
    /// The glyph's colour.
    public var foreground: Colour
    /// The colour behind the glyph.
    public var background: Colour
    /// Bold and the like.
    public var attributes: CellAttributes

    /// A style from its parts.
    public init(
        foreground: Colour = .standard, background: Colour = .standard, attributes: CellAttributes = []
    ) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }
}

/// The marks drawn over a cell's glyph: at most two, all of the Basic Multilingual Plane; further ones are left out.
public struct CellMarks: Hashable, Sendable {
    /// The first mark in the low half, the second in the high half; 0 for none.
    public private(set) var packed: UInt32 = 0

    /// No marks.
    public init() {}

    /// Whether there are none.
    public var isEmpty: Bool { packed == 0 }

    /// The marks, in the order in which they are to be sent.
    public var scalars: [Unicode.Scalar] {
        [packed & 0xffff, packed >> 16].compactMap { $0 == 0 ? nil : Unicode.Scalar($0) }
    }

    /// Puts a mark over what is there, if there is room for it.
    public mutating func add(_ mark: Unicode.Scalar) {
        guard mark.value <= 0xffff else { return }
        if packed == 0 {
            packed = mark.value
        } else if packed >> 16 == 0 {
            packed |= mark.value << 16
        }
    }
}

/// One character cell of the screen.
///
/// A character of two columns takes two cells of one style: the first has its glyph, the second is the continuation.
/// ``CellGrid`` never leaves one without the other.
public struct Cell: Hashable, Sendable {
    /// What is drawn. U+0020 for nothing; U+FFFF, which is no character, for the second half of the glyph on its left.
    public var glyph: Unicode.Scalar
    /// What is drawn over it.
    public var marks = CellMarks()
    /// In which colours.
    public var style: CellStyle

    /// A cell from its parts.
    public init(_ glyph: Unicode.Scalar = " ", style: CellStyle = CellStyle()) {
        self.glyph = glyph
        self.style = style
    }

    /// The glyph of a second half.
    public static let continuationGlyph: Unicode.Scalar = "\u{ffff}"
    /// Whether it is the second half of the glyph on its left.
    public var isContinuation: Bool { glyph == Self.continuationGlyph }
}
