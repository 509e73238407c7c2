import Review
import TerminalKit

/// What the screen looks like, beside what it shows.
public struct RenderOptions: Sendable {
    /// The colours.
    public var theme: Theme
    /// How many colours the terminal has: decides whether masks tint the CT.
    public var depth: ColourDepth
    /// How cells are divided for the image.
    public var cells: CellMode
    /// The keys, for the key bar and the help.
    public var keymaps: Keymaps

    /// Options from their parts.
    public init(theme: Theme, depth: ColourDepth, cells: CellMode, keymaps: Keymaps) {
        self.theme = theme
        self.depth = depth
        self.cells = cells
        self.keymaps = keymaps
    }

    /// A screen as it goes to the terminal: in ASCII alone where that was asked for.
    func finished(_ grid: CellGrid) -> CellGrid { cells == .ascii ? grid.foldedToAscii() : grid }

    var text: CellStyle { CellStyle(foreground: theme.text, background: theme.background) }
    var dim: CellStyle { CellStyle(foreground: theme.dim, background: theme.background) }
    var bar: CellStyle { CellStyle(foreground: theme.barText, background: theme.barBackground) }

    /// A colour as text on the background, in a shade that can be read.
    func style(_ colour: Colour) -> CellStyle {
        CellStyle(foreground: theme.ink(colour), background: theme.background)
    }
    func barStyle(_ colour: Colour) -> CellStyle { CellStyle(foreground: colour, background: theme.barBackground) }
}
