import Dispatch
import Synchronization
import TerminalKit

/// A terminal that nobody sits at: what is typed comes from a recording.
package final class PlayedTerminal: InteractiveTerminal {
    package let depth: ColourDepth
    package internal(set) var size: (columns: Int, rows: Int)
    package var expectsMouse = false
    package let suspensions = 0
    private let woken = Alarm()

    /// A terminal of a size and a number of colours.
    package init(columns: Int, rows: Int, depth: ColourDepth) {
        size = (columns, rows)
        self.depth = depth
    }

    package var wake: @Sendable () -> Void { { [woken] in woken.ring() } }
    package func present(_ grid: CellGrid) {}
    package func pendingEvents() -> [InputEvent] { [] }
    package func waitForInput(timeoutMilliseconds: Int) -> Bool {
        woken.wait(milliseconds: timeoutMilliseconds)
        return false
    }
    package func terminationRequest() -> Int32? { nil }
    package func suspend() {}
    package func close() {}
}

/// Wakes one waiting thread; ringing several times before it waits is ringing once.
private final class Alarm: Sendable {
    private let isRung = Mutex(false)
    private let changed = DispatchSemaphore(value: 0)

    func ring() {
        let isNew = isRung.withLock { rung in
            defer { rung = true }
            return !rung
        }
        if isNew { changed.signal() }
    }

    func wait(milliseconds: Int) {
        _ = changed.wait(timeout: .now() + .milliseconds(milliseconds))
        isRung.withLock { $0 = false }
    }
}
