import Foundation
import Synchronization
import TerminalKit

/// A terminal that gets its input from a test and keeps every screen it was shown.
final class ScriptedTerminal: InteractiveTerminal, Sendable {
    private struct Contents {
        var events: [InputEvent] = []
        var isWoken = false
        var lastTimeout: Int?
        var screens: [[String]] = []
        var expectsMouse = false
        var size = (columns: 120, rows: 36)
    }

    private let contents = Mutex(Contents())
    private let changed = DispatchSemaphore(value: 0)

    var size: (columns: Int, rows: Int) { contents.withLock { $0.size } }
    let depth = ColourDepth.indexed
    let suspensions = 0
    var wake: @Sendable () -> Void {
        { [self] in
            contents.withLock { $0.isWoken = true }
            changed.signal()
        }
    }
    var expectsMouse: Bool {
        get { contents.withLock { $0.expectsMouse } }
        set { contents.withLock { $0.expectsMouse = newValue } }
    }

    /// Types characters; the end of a line is Enter.
    func type(_ text: String) { send(text.map { .key($0 == "\r" ? .special(.enter) : .character($0), []) }) }

    /// Sends events, all at once.
    func send(_ events: [InputEvent]) {
        contents.withLock { $0.events += events }
        changed.signal()
    }

    /// Takes another size, and says so.
    func resize(columns: Int, rows: Int) {
        contents.withLock { contents in
            contents.size = (columns, rows)
            contents.events.append(.resize(columns: columns, rows: rows))
        }
        changed.signal()
    }

    /// For how long input was waited for last, at most.
    var lastTimeout: Int? { contents.withLock { $0.lastTimeout } }

    /// The screens so far, each as its lines.
    var screens: [[String]] { contents.withLock { $0.screens } }

    func present(_ grid: CellGrid) { contents.withLock { $0.screens.append(grid.lines) } }

    func pendingEvents() -> [InputEvent] {
        contents.withLock { contents in
            defer { contents.events = [] }
            return contents.events
        }
    }

    func waitForInput(timeoutMilliseconds: Int) -> Bool {
        let isReady = contents.withLock { contents in
            contents.lastTimeout = timeoutMilliseconds
            defer { contents.isWoken = false }
            return contents.isWoken || !contents.events.isEmpty
        }
        if !isReady { _ = changed.wait(timeout: .now() + .milliseconds(timeoutMilliseconds)) }
        return false
    }

    func terminationRequest() -> Int32? { nil }
    func suspend() {}
    func close() {}
}
