import CNcurses
import Glibc
import TerminalKit

/// What `pleura doctor` says about the terminal.
public struct TerminalReport: Hashable, Sendable, CustomStringConvertible {
    /// The value of `TERM`.
    public var term: String
    /// Whether input and output are terminals.
    public var isTerminal: Bool
    /// Whether the terminal database has the type.
    public var isKnown: Bool
    /// What the database says: colours, colour pairs, colours that can be changed, direct colour.
    public var colours: Int, pairs: Int
    /// Whether colours can be redefined, and whether they are given as red, green and blue.
    public var redefinesColours: Bool, isDirect: Bool
    /// Whether the locale the user has set is UTF-8; the screen works either way, file names may not.
    public var localeIsUTF8: Bool
    /// Whether `NO_COLOR` is set and not empty.
    public var refusesColour = false
    /// Columns and rows; 0 without a terminal.
    public var columns: Int, rows: Int
    /// What the review screen would use; `nil` if it cannot be shown.
    public var choice: TerminalType?

    /// What could be better, and how to mend it.
    public var advice: [String] {
        var advice: [String] = []
        if !isTerminal { advice.append("Input or output is not a terminal.") }
        if choice == nil {
            advice.append(TerminalError.unknownType(term).description)
        } else if !isKnown {
            advice.append("The type \(term) is not in the terminal database; install ncurses-term.")
        }
        if let choice {
            advice +=
                TerminalLimits(
                    term: term, choice: choice, columns: columns, rows: rows, localeIsUTF8: localeIsUTF8,
                    refusesColour: refusesColour
                ).notes
        }
        return advice
    }

    /// One line a fact.
    public var description: String {
        func yes(_ value: Bool) -> String { value ? "yes" : "no" }
        return """
            terminal: \(yes(isTerminal)), \(columns) columns × \(rows) rows
            TERM: \(term.isEmpty ? "not set" : term)\(isKnown ? "" : " (not in the terminal database)")
            colours: \(colours), pairs: \(pairs), direct: \(yes(isDirect)), can be redefined: \(yes(redefinesColours))
            UTF-8 locale: \(yes(localeIsUTF8))
            used: \(choice.map { "\($0.name) with \($0.depth.rawValue) colours" } ?? "nothing")
            """
    }
}

extension NcursesBackend {
    /// Looks at the terminal without opening it.
    /// - Parameter depth: the colours the user asks for, if any.
    public static func terminalReport(depth: ColourDepth? = nil) -> TerminalReport {
        let term = environment("TERM") ?? ""
        var facts = nc_facts()
        let known = !term.isEmpty && nc_terminal_facts(term, &facts)
        setlocale(LC_CTYPE, "")
        var columns: Int32 = 0
        var rows: Int32 = 0
        _ = nc_window_size(STDOUT_FILENO, &columns, &rows)
        return TerminalReport(
            term: term, isTerminal: isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1, isKnown: known,
            colours: known ? Int(facts.colours) : 0, pairs: known ? Int(facts.pairs) : 0,
            redefinesColours: known && facts.redefines_colours, isDirect: known && facts.direct,
            localeIsUTF8: nc_locale_is_utf8(), refusesColour: environment("NO_COLOR")?.isEmpty == false,
            columns: Int(columns), rows: Int(rows),
            choice: TerminalType.choose(term: term, wish: depth, facts: facts(of:)))
    }

    /// What the terminal database says of a type.
    static func facts(of name: String) -> TerminalFacts? {
        var facts = nc_facts()
        // A name is a file's name in the database: nothing else may be looked up.
        guard !name.isEmpty, name.utf8.count < 100, !name.contains("/"), nc_terminal_facts(name, &facts) else {
            return nil
        }
        return TerminalFacts(colours: Int(facts.colours), isDirect: facts.direct, movesCursor: facts.moves_cursor)
    }

    /// A variable of the environment.
    static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
