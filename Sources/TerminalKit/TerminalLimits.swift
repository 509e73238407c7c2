/// What a terminal's limits mean for the screens: what is drawn more poorly than it could be, and how to mend it.
public struct TerminalLimits: Hashable, Sendable {
    /// The value of `TERM`.
    public var term: String
    /// The type and colours that are used.
    public var choice: TerminalType
    /// Columns and rows; 0 where there is no terminal.
    public var columns: Int, rows: Int
    /// Whether the user's locale is UTF-8.
    public var localeIsUTF8: Bool
    /// Whether `NO_COLOR` is set and not empty.
    public var refusesColour: Bool

    /// From its parts.
    public init(
        term: String, choice: TerminalType, columns: Int, rows: Int, localeIsUTF8: Bool, refusesColour: Bool
    ) {
        self.term = term
        self.choice = choice
        self.columns = columns
        self.rows = rows
        self.localeIsUTF8 = localeIsUTF8
        self.refusesColour = refusesColour
    }

    /// One sentence or two for each thing that is less than it could be; empty for a large terminal in direct colour.
    public var notes: [String] { colours + glyphs + mouse + size }

    private var colours: [String] {
        if refusesColour {
            return ["NO_COLOR is set: the CT is drawn in characters, outlines as letters. --colour 256 overrides it."]
        }
        let inTmux = term.hasPrefix("tmux") || term.hasPrefix("screen")
        let richer = "set TERM to a type with 256 colours, or pass --colour 256"
        switch choice.depth {
        case .none: return ["No colours: the CT is drawn in characters, outlines as letters; \(richer)."]
        case .eight: return ["Eight colours: the CT has five shades and looks coarse; \(richer)."]
        case .indexed:
            let mend =
                inTmux
                ? "in tmux: set -as terminal-features ',*:RGB', and pass --colour direct" : "pass --colour direct"
            return [
                "256 colours: 30 greys, masks are outlined and not tinted. If the terminal has true colour: \(mend)."
            ]
        case .direct: return []
        }
    }

    private var glyphs: [String] {
        var notes: [String] = []
        if !localeIsUTF8 {
            notes.append(
                "The locale is not UTF-8; the screen uses C.UTF-8 all the same. Where boxes or question marks appear: "
                    + "--cells ascii. Set LANG=C.UTF-8 or your language's .UTF-8.")
        }
        if choice.depth != .none, term == "linux" || term.hasPrefix("vt") {
            notes.append("The console's font may lack blocks and symbols; where boxes appear: --cells ascii.")
        }
        return notes
    }

    private var mouse: [String] {
        term == "linux" || term.hasPrefix("vt")
            ? ["No mouse: v moves the cursor by keys, space paints, x puts the pen down."] : []
    }

    private var size: [String] {
        guard columns > 0, rows > 0 else { return [] }
        if columns < 60 || rows < 20 { return ["\(columns)×\(rows) is too small: the review needs 60×20."] }
        if columns < 110 || rows < 30 {
            return ["\(columns)×\(rows): the panel is folded into two lines; it needs 110×30, three planes 160×50."]
        }
        if columns < 160 || rows < 50 { return ["\(columns)×\(rows): three planes at once need 160×50."] }
        return []
    }
}
