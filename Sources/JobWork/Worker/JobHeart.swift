import CaseStore
import Cases
import Dispatch
import Foundation
import Synchronization

/// Keeps a job while it is worked on: a heartbeat every other second with how far it is, and what comes back by it.
///
/// Sendable because the timer is only kept, and all else has a lock.
final class JobHeart: @unchecked Sendable {
    private struct State {
        var progress = 0.0
        var telemetry = JobTelemetry(activity: "beginning")
        var cancelledBy: String?
        var isLost = false
    }

    /// How long a job stays with a worker that is not heard of, seconds.
    static let leaseDuration: TimeInterval = 60
    private static let interval = 2.0

    private let store: any CaseStoring
    private let lease: JobLease
    private let isAsked: @Sendable () -> Bool
    private let state = Mutex(State())
    private let timer: any DispatchSourceTimer

    /// Starts to beat.
    /// - Parameter isAsked: whether the worker itself is asked to stop.
    init(_ lease: JobLease, store: any CaseStoring, isAsked: @escaping @Sendable () -> Bool) {
        (self.lease, self.store, self.isAsked) = (lease, store, isAsked)
        timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "pleura.heart", qos: .userInitiated))
        timer.setEventHandler { [weak self] in self?.beat() }
        timer.schedule(deadline: .now(), repeating: Self.interval)
        timer.resume()
    }

    deinit { timer.cancel() }

    /// Stops beating.
    func stop() { timer.cancel() }

    private func beat() {
        let (progress, telemetry) = state.withLock { ($0.progress, $0.telemetry) }
        do {
            let canceller = try store.heartbeat(lease, progress: progress, telemetry: telemetry, now: Date())
            state.withLock { $0.cancelledBy = canceller }
        } catch {
            // A store that is busy for a moment is no reason to stop; the lease lasts for many beats.
            if case CaseStoreError.jobLost = error { state.withLock { $0.isLost = true } }
        }
    }

    /// Whether work has to stop, for whatever reason.
    var isStopped: Bool { isAsked() || state.withLock { $0.isLost || $0.cancelledBy != nil } }
    /// Who cancelled the job.
    var cancelledBy: String? { state.withLock { $0.cancelledBy } }
    /// Whether another worker has the job.
    var isLost: Bool { state.withLock { $0.isLost } }

    /// - Throws: `CancellationError` if work has to stop.
    func check() throws {
        if isStopped { throw CancellationError() }
    }

    /// Tells how far it is.
    func tell(_ progress: Double, _ change: (inout JobTelemetry) -> Void) {
        state.withLock {
            $0.progress = min(max(progress, 0), 1)
            change(&$0.telemetry)
        }
    }

    /// Tells what is done now.
    func tell(_ progress: Double, _ activity: String) { tell(progress) { $0.activity = activity } }
}
