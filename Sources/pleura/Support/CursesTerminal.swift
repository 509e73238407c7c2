import Logging
import NcursesBackend
import TerminalKit
import TerminalLoop

/// The terminal that the program was started in, through curses.
final class CursesTerminal: InteractiveTerminal {
    private let backend: NcursesBackend
    private let pipe: WakePipe

    /// Takes the terminal.
    /// - Parameter depth: the colours to use; `nil` for what the terminal can.
    /// - Throws: ``ProgramError``; the terminal is left as it was.
    init(depth: ColourDepth?) throws(ProgramError) {
        do {
            pipe = try WakePipe()
            backend = try NcursesBackend(depth: depth)
        } catch {
            throw ProgramError(error.description, .failed)
        }
        Logger(label: "terminal").info(
            "is taken",
            metadata: [
                "type": "\(backend.terminalType)", "colours": "\(EventName.of(backend.depth))",
                "columns": "\(backend.size.columns)", "rows": "\(backend.size.rows)",
            ])
    }

    var size: (columns: Int, rows: Int) { backend.size }
    var depth: ColourDepth { backend.depth }
    var suspensions: Int { backend.suspensions }
    var wake: @Sendable () -> Void { { [pipe] in pipe.wake() } }
    var expectsMouse: Bool {
        get { backend.expectsMouse }
        set { backend.expectsMouse = newValue }
    }

    func present(_ grid: CellGrid) { backend.present(grid) }
    func pendingEvents() -> [InputEvent] { backend.pendingEvents() }
    func waitForInput(timeoutMilliseconds: Int) -> Bool {
        backend.waitForInput(timeoutMilliseconds: timeoutMilliseconds, wake: pipe).contains(.termination)
    }
    func terminationRequest() -> Int32? { backend.terminationRequest() }
    func suspend() { backend.suspend() }
    func close() { backend.close() }
}
