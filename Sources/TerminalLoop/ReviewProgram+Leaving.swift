import CaseWork
import Foundation
import Screens
import TerminalKit

/// The way out, which is the same for a key, a command, a signal and a terminal that has gone.
extension ReviewProgram {
    /// How long reading is waited for, which writes nothing and cannot be interrupted.
    private static let patienceWithReading = Duration.seconds(2)

    /// Waits until the cases that were left are closed, however long that takes: their last edits are being written.
    func waitForClosing() {
        var isTold = false
        while !closing.wait(milliseconds: isTold ? 500 : 150) {
            let (columns, rows) = backend.size
            backend.present(
                FarewellScreen.render(
                    waitingFor: "the writing of the last edits", options: render, columns: columns, rows: rows))
            isTold = true
        }
    }

    /// Waits until nothing goes on any more away from the screen, and says so where that takes long.
    /// - Returns: whether nothing does; a signal, Ctrl-C or the end of patience leave it to itself.
    func comeToRest(patience: Duration) -> Bool {
        let lists = work.begin("the reading of the lists")
        listQueue.async { [work] in work.end(lists) }
        if work.wait(milliseconds: 150) { return true }
        let start = ContinuousClock.now
        while start.duration(to: .now) < patience {
            let what = work.current
            if what.allSatisfy({ $0 == BackgroundWork.reading }),
                start.duration(to: .now) > Self.patienceWithReading
            {
                return false
            }
            let (columns, rows) = backend.size
            backend.present(
                FarewellScreen.render(waitingFor: what.first ?? "", options: render, columns: columns, rows: rows))
            if work.wait(milliseconds: 100) { return true }
            if backend.waitForInput(timeoutMilliseconds: 0) {
                if backend.terminationRequest() != nil { return work.wait(milliseconds: 1500) }
                continue
            }
            for event in backend.pendingEvents() {
                if case .key(.character("c"), let modifiers) = event, modifiers.contains(.control) { return false }
            }
        }
        return false
    }
}
