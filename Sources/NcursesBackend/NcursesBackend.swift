import CNcurses
import Glibc
import TerminalKit

/// Shows grids in the terminal through ncurses, and reads keys and the mouse.
///
/// One at a time in a process, used from one thread (other threads wake it with a ``WakePipe``). Whatever ends the
/// program, short of `kill -9`, the terminal is given back as it was; standard error, if it goes to the same terminal,
/// is held back until then. Errors leave the terminal untouched.
public final class NcursesBackend: TerminalBackend {
    /// What of the mouse is asked for. A terminal's own selection of text needs Shift meanwhile.
    public enum Mouse: Hashable, Sendable {
        /// Nothing.
        case off
        /// Buttons, wheel, and motion while a button is held.
        case buttons
        /// All motion too, as a drag of no button.
        case motion
    }

    /// The size in columns and rows, as of the last event.
    public internal(set) var size: (columns: Int, rows: Int)
    /// How many colours it shows.
    public let depth: ColourDepth
    /// The terminal type in use, which need not be `TERM`.
    public let terminalType: String

    let mouse: Mouse
    let screen: OpaquePointer
    /// Input is read through a pad of its own: reading through the screen's window would redraw it.
    let input: UnsafeMutablePointer<WINDOW>
    let signalDescriptor: Int32
    var keyCodes = KeyCodes()
    var parser = EscapeSequenceParser()
    /// How often the program was stopped and continued: its screen was away meanwhile.
    public internal(set) var suspensions = 0
    /// Whether motion without a button is reported, until the button that is down is let go.
    var watchesMotion = false
    var inputEnded = false
    /// Whether the new size is still to be told.
    var sizeChanged = false
    var isOpen = true
    private var shown: CellGrid?
    private var painter: FramePainter

    /// Opens the terminal: other screen, no echo, no line editing, keys such as Ctrl-C as input.
    ///
    /// - Parameters:
    ///   - depth: the colours to use; `nil` for what the terminal database says (``TerminalType/choose(term:wish:facts:)``).
    ///   - mouse: what of the mouse to report.
    /// - Throws: ``TerminalError``, before anything is changed.
    public init(depth wish: ColourDepth? = nil, mouse: Mouse = .buttons) throws(TerminalError) {
        for (descriptor, stream) in [(STDIN_FILENO, "standard input"), (STDOUT_FILENO, "standard output")]
        where isatty(descriptor) == 0 {
            throw .notATerminal(stream)
        }
        let term = Self.environment("TERM") ?? ""
        guard let type = TerminalType.choose(term: term, wish: wish, facts: Self.facts(of:)) else {
            throw Self.facts(of: term) == nil ? .unknownType(term) : .unusableType(term)
        }
        var columns: Int32 = 0
        var rows: Int32 = 0
        if nc_window_size(STDOUT_FILENO, &columns, &rows), Int(columns) * Int(rows) > 4_000_000 {
            throw .absurdSize(columns: Int(columns), rows: Int(rows))
        }
        setlocale(LC_CTYPE, "")
        let localeIsUTF8 = nc_locale_is_utf8()
        if !localeIsUTF8 { setlocale(LC_CTYPE, "C.UTF-8") }
        guard nc_locale_is_utf8() else { throw .noUTF8Locale }

        // The size is the window's, even if LINES and COLUMNS are set; they do not follow when it changes.
        use_env(false)
        use_tioctl(true)
        let captureErrors = Self.isSameTerminal(STDERR_FILENO, STDOUT_FILENO)
        let farewell = Self.farewell(type: type.name, mouse: mouse)
        signalDescriptor = nc_guard_arm(STDIN_FILENO, farewell, farewell.count, captureErrors)
        guard signalDescriptor >= 0 else {
            throw errno == EBUSY ? .alreadyOpen : .system("taking the terminal", code: errno)
        }
        guard let screen = nc_newterm(type.name), let input = newpad(1, 1) else {
            nc_guard_disarm()
            throw .unusableType(type.name)
        }
        (self.screen, self.input, self.mouse) = (screen, input, mouse)
        (self.depth, terminalType) = (type.depth, type.name)
        size = (Int(nc_cols()), Int(nc_lines()))

        set_escdelay(25)
        raw()
        noecho()
        nonl()
        keypad(input, true)
        nodelay(input, true)
        typeahead(-1)
        curs_set(0)
        scrollok(nc_stdscr(), false)
        KeyCodes.define()
        var standard = false
        if type.depth != .none {
            start_color()
            standard = use_default_colors() == OK
        }
        painter = FramePainter(
            depth: type.depth, pairLimit: nc_color_pairs(), hasStandardColours: standard, drawsForeignText: localeIsUTF8
        )
        wrefresh(nc_stdscr())
        Self.send(Self.greeting(mouse: mouse))
    }

    deinit { close() }

    /// Shows the grid, sending only what differs from the last one shown. A grid of another size than the screen is
    /// cut, or stands in its top left.
    public func present(_ grid: CellGrid) {
        guard isOpen else { return }
        var frame = grid
        if (frame.width, frame.height) != size { frame = resized(grid) }
        painter.paint(frame, from: shown)
        shown = frame
        wrefresh(nc_stdscr())
        nc_guard_trim_errors(1 << 20)
    }

    /// Sends everything again, for a screen that another program has written on.
    public func redraw() {
        guard isOpen else { return }
        clearok(nc_curscr(), true)
        if let shown { painter.paint(shown, from: nil) }
        wrefresh(nc_stdscr())
    }

    /// Gives the terminal back as it was. May be called more than once.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        Self.send(Self.modesOff(mouse: mouse))
        endwin()
        delwin(input)
        delscreen(screen)
        nc_guard_disarm()
    }

    /// What was on the screen is no longer there.
    func forgetShown() { shown = nil }

    private func resized(_ grid: CellGrid) -> CellGrid {
        var frame = CellGrid(width: size.columns, height: size.rows)
        for y in 0..<min(frame.height, grid.height) {
            for x in 0..<min(frame.width, grid.width) {
                // Half of a wide character at the edge is none.
                let isCut = x + 1 == frame.width && grid[x + 1, y].isContinuation
                frame[x, y] = isCut ? Cell(" ", style: grid[x, y].style) : grid[x, y]
            }
        }
        return frame
    }

    private static func isSameTerminal(_ a: Int32, _ b: Int32) -> Bool {
        var first = stat()
        var second = stat()
        return isatty(a) == 1 && fstat(a, &first) == 0 && fstat(b, &second) == 0 && first.st_rdev == second.st_rdev
    }
}
