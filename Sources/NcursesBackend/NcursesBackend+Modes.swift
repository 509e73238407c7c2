import CNcurses
import Glibc

/// What ncurses has no calls for, and how the screen is left and entered.
extension NcursesBackend {
    /// Mouse with SGR coordinates, which reach beyond column 223, and marks around pasted text.
    static func greeting(mouse: Mouse) -> String {
        switch mouse {
        case .off: return "\u{1b}[?2004h"
        case .buttons: return "\u{1b}[?1002h\u{1b}[?1006h\u{1b}[?2004h"
        case .motion: return "\u{1b}[?1003h\u{1b}[?1006h\u{1b}[?2004h"
        }
    }

    /// Takes back the greeting.
    static func modesOff(mouse: Mouse) -> String {
        (mouse == .off ? "" : "\u{1b}[?1003l\u{1b}[?1002l\u{1b}[?1006l") + "\u{1b}[?2004l"
    }

    /// All that brings a screen back to normal, for when ncurses can no longer do it.
    static func farewell(type: String, mouse: Mouse) -> [CChar] {
        var bytes = modesOff(mouse: mouse).utf8.map { CChar(bitPattern: $0) }
        var room = [CChar](repeating: 0, count: 64)
        for name in ["rmkx", "sgr0", "cnorm", "rmcup"] {
            let count = nc_type_capability(type, name, &room, room.count)
            bytes += room.prefix(count)
        }
        return bytes
    }

    /// Writes to the terminal past ncurses; its own output is never half way when this is called.
    static func send(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if written > 0 {
                bytes = bytes.dropFirst(written)
            } else if errno == EAGAIN {
                var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                if poll(&descriptor, 1, 1000) <= 0 { return }
            } else if errno != EINTR {
                return
            }
        }
    }

    /// Stops the program as Ctrl-Z does elsewhere, the terminal given back; returns when it is continued, and shows
    /// what it showed. Nothing else happens meanwhile: call it only when no stroke is under way.
    public func suspend() {
        guard isOpen else { return }
        suspensions += 1
        Self.send(Self.modesOff(mouse: mouse))
        endwin()
        nc_guard_stop()
        // The SIGCONT that ended this is dealt with here, and so is a new size.
        _ = nc_guard_take_signals()
        enterAgain()
    }

    /// Takes the terminal after others have had it.
    func enterAgain() {
        if adoptWindowSize() { sizeChanged = true }
        // A shell may have changed the terminal's modes: ncurses sets those it had, and draws on an empty screen.
        reset_prog_mode()
        keypad(input, true)
        clearok(nc_curscr(), true)
        redraw()
        curs_set(0)
        watchesMotion = false
        Self.send(Self.greeting(mouse: mouse))
    }

    /// Takes over the window's size; whether it is another.
    func adoptWindowSize() -> Bool {
        var columns: Int32 = 0
        var rows: Int32 = 0
        guard nc_window_size(STDOUT_FILENO, &columns, &rows), columns > 0, rows > 0,
            Int(columns) * Int(rows) <= 4_000_000, (Int(columns), Int(rows)) != size
        else { return false }
        resize_term(rows, columns)
        size = (Int(nc_cols()), Int(nc_lines()))
        // Terminals move or cut what they show when they change their size, each in its own way: draw it all anew.
        clearok(nc_curscr(), true)
        forgetShown()
        return true
    }
}
