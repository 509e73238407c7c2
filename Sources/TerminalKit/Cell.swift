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

/// One character cell of the screen.
public struct Cell: Hashable, Sendable {
    /// What is drawn; always one column wide. U+0020 for nothing.
    public var glyph: Unicode.Scalar
    /// In which colours.
    public var style: CellStyle

    /// A cell from its parts.
    public init(_ glyph: Unicode.Scalar = " ", style: CellStyle = CellStyle()) {
        self.glyph = glyph
        self.style = style
    }
}
