/// Why the terminal cannot be used, and what to do about it.
public enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Input or output goes to a file or a pipe.
    case notATerminal(String)
    /// `TERM` is not set, or names a type the terminal database does not have.
    case unknownType(String)
    /// The type cannot place the cursor, or ncurses refuses it.
    case unusableType(String)
    /// The window claims to be larger than any screen.
    case absurdSize(columns: Int, rows: Int)
    /// Not even the C library's own UTF-8 locale is there.
    case noUTF8Locale
    /// This process has the terminal open already.
    case alreadyOpen
    /// The system refused something.
    case system(String, code: Int32)

    /// What, and how to mend it.
    public var description: String {
        switch self {
        case .notATerminal(let stream):
            return
                "\(stream) is not a terminal: run the review in one, or draw its screen to a file with `pleura render`."
        case .unknownType(let type) where type.isEmpty:
            return "TERM is not set, so the kind of terminal is unknown: set it, for instance TERM=xterm-256color."
        case .unknownType(let type):
            return "the terminal type \(type) (TERM) is not in the terminal database: install ncurses-term, "
                + "or set TERM=xterm-256color."
        case .unusableType(let type):
            return "the terminal type \(type) (TERM) cannot draw a screen: set TERM to what your terminal is, "
                + "for instance xterm-256color."
        case .absurdSize(let columns, let rows):
            return "the terminal says that it has \(columns) columns and \(rows) rows: set its size with stty."
        case .noUTF8Locale:
            return "no UTF-8 locale is installed: install one, for instance with `dpkg-reconfigure locales`."
        case .alreadyOpen: return "the terminal is already open in this process."
        case .system(let what, let code): return "\(what) failed with error \(code)."
        }
    }
}
