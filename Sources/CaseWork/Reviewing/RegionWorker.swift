import Dispatch
import Editing
import Foundation
import Review
import Synchronization
import Volumes

/// Works out region operations on whole volumes, one at a time and off the UI thread. Answers carry the number of the
/// question; the reducer drops those that no longer fit the masks.
final class RegionWorker: Sendable {
    private struct Running {
        let id: Int
        let cancellation: Cancellation
    }

    private let post: @Sendable (ReviewNews) -> Void
    private let queue = DispatchQueue(label: "pleura.regions", qos: .userInitiated)
    private let running = Mutex<Running?>(nil)
    private let answerer = Mutex<(any PromptAnswering)?>(nil)

    /// How much further an operation has to be for another report.
    private static let reportedShare = 0.02

    init(post: @escaping @Sendable (ReviewNews) -> Void) { self.post = post }

    /// From now on, prompts are answered by somebody.
    func answer(by answerer: any PromptAnswering) { self.answerer.withLock { $0 = answerer } }

    /// Begins an operation; one before it is given up.
    func begin(_ task: RegionTask, id: Int) {
        let cancellation = Cancellation()
        running.withLock { running in
            running?.cancellation.cancel()
            running = Running(id: id, cancellation: cancellation)
        }
        let answerer = answerer.withLock { $0 }
        queue.async { [post] in
            guard !cancellation.isCancelled else { return }
            let reported = Mutex(0.0)
            do throws(RegionError) {
                let progress = { @Sendable (share: Double) -> Bool in
                    let isNews = reported.withLock { last in
                        guard share >= last + Self.reportedShare else { return false }
                        last = share
                        return true
                    }
                    if isNews { post(.worked(.progress(id: id, share))) }
                    return !cancellation.isCancelled
                }
                let outcome = try task.perform(progress: progress, answering: answerer)
                post(.worked(.done(id: id, outcome)))
            } catch {
                post(.worked(.failed(id: id, error)))
            }
        }
    }

    /// Gives an operation up, if it is the one under way.
    func stop(_ id: Int) {
        running.withLock { running in
            if running?.id == id { running?.cancellation.cancel() }
        }
    }

    /// Waits until nothing is under way any more.
    func wait() { queue.sync {} }

    /// Gives up whatever is under way.
    func close() { running.withLock { $0?.cancellation.cancel() } }
}
