import CaseStore
import CaseWork
import Foundation
import Reports
import Settings
import Synchronization
import Volumes

/// Sends corrections by themselves for as long as something else runs.
package final class DeliveryLoop: Sendable {
    /// How often it looks, seconds.
    private static let pause: TimeInterval = 10

    private let run: @Sendable () throws -> DeliveryReport
    private let say: @Sendable (String) -> Void
    private let isStopped: @Sendable () -> Bool
    private let state = Mutex(State())
    private let thread = DispatchGroup()

    private struct State {
        var isEnding = false
        var isWell = true
        /// What was said of the store last, so that it is said once.
        var trouble: String?
    }

    /// A loop around deliveries.
    /// - Parameters:
    ///   - run: delivers what is due.
    ///   - say: is told what was sent and what was not, a line each, from a thread of its own; no line holds who a patient
    ///     is.
    ///   - isStopped: whether it is to end.
    package init(
        _ run: @escaping @Sendable () throws -> DeliveryReport, say: @escaping @Sendable (String) -> Void,
        isStopped: @escaping @Sendable () -> Bool
    ) {
        self.run = run
        self.say = say
        self.isStopped = isStopped
    }

    /// Refuses settings by which deliveries would disturb what listens to the network in the same process: DCMTK has one
    /// socket from elsewhere for all.
    /// - Throws: ``WorkError`` that says what to set.
    package static func check(_ settings: UserSettings) throws(WorkError) {
        let reporting = settings.nodes.filter { $0.value.listeningPort != nil }.keys.sorted()
        guard settings.deliver.commits, !reporting.isEmpty else { return }
        throw WorkError(
            "[deliver] commit = true waits for reports on a port of its own where a node has listen_port, as "
                + "\(reporting.joined(separator: ", ")) has, and pleura listen cannot do both. Set commit = false, or leave "
                + "listen_port out.")
    }

    /// Begins, in a thread of its own: a node that does not answer keeps nobody waiting.
    package func start() {
        thread.enter()
        Thread { [self] in
            var next = Date.distantPast
            while !isStopped(), !state.withLock({ $0.isEnding }) {
                if Date() >= next {
                    once()
                    next = Date() + Self.pause
                }
                Thread.sleep(forTimeInterval: 0.1)
            }
            thread.leave()
        }.start()
    }

    /// Ends it, after a last look unless it was stopped.
    /// - Returns: whether all that was due by then was sent.
    package func finish() -> Bool {
        state.withLock { $0.isEnding = true }
        thread.wait()
        if !isStopped() { once() }
        return state.withLock { $0.isWell }
    }

    private func once() {
        do {
            let report = try run()
            for item in report.sent {
                say("sent: \(item.name)")
                for remark in item.remarks { say("note: \(item.name): \(remark)") }
                // Of the image and its masks, as its reader was told; they may name files, which may name the patient.
                let others = item.warnings.count - item.remarks.count
                if others > 0 { say("note: \(item.name): \(Plural.count(others, "remark")), as the review has them") }
            }
            for item in report.failed {
                // What is wrong with a case may name the place of its image, which may name the patient.
                let reason = item.isOfNode ? item.error ?? "" : "pleura deliver --list says why."
                say("not sent: \(item.name), tried \(item.tries): \(reason)")
            }
            state.withLock { state in
                state.isWell = report.failed.isEmpty && report.overdue == 0
                state.trouble = nil
            }
        } catch {
            let reason = WorkError(error).description
            let isNew = state.withLock { state in
                defer { (state.isWell, state.trouble) = (false, reason) }
                return state.trouble != reason
            }
            if isNew { say("corrections: \(reason)") }
        }
    }
}
