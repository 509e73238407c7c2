import CaseStore
import Files
import Foundation
import Synchronization

/// The case store in memory, for tests: the same answers and the same errors as ``SQLiteStore``'s, without a file. It
/// forgets everything with the last value that shares its contents.
///
/// Tests can make it slow (``answerDelay``), make its writes fail (``failNextWrites(_:of:with:isKept:)``,
/// ``failWrites(of:with:)``) or wait (``holdWrites(of:)``), and count them (``writeCount(of:)``).
package final class MemoryCaseStore: CaseStoring {
    /// What several stores share, as several processes share a file.
    private final class Contents: Sendable {
        let state = Mutex(MemoryState())
    }

    private struct Faults {
        var delay = Duration.zero
        var failures: [(kind: WriteKind, error: CaseStoreError, isKept: Bool)] = []
        var lastingFailures: [WriteKind: CaseStoreError] = [:]
        var counts: [WriteKind: Int] = [:]
    }

    /// Kinds of writes that a test can make fail.
    package enum WriteKind: Hashable, Sendable, CaseIterable {
        /// Registering cases.
        case cases
        /// Taking, renewing and releasing the right to write to a case.
        case leases
        /// Keeping predictions, proposed or not.
        case predictions
        /// Beginning, abandoning, restoring and salvaging reviews.
        case sessions
        /// Steps of a review.
        case journal
        /// Where a review stands.
        case sessionStates
        /// Filing corrections.
        case corrections
        /// Queueing, taking, moving and ending jobs.
        case jobs
        /// Publishing models and putting them in use.
        case models
        /// Whose a case is.
        case patients
        /// Assignments, marks, approvals, readings and estimates.
        case teamwork
        /// What new models would have proposed.
        case replays
        /// Roles of accounts.
        case roles
        /// What was added to the structures of cases.
        case structureLists
        /// Where corrections go, and what was sent.
        case deliveries
    }

    private let contents: Contents
    private let faults = Mutex(Faults())
    private let gate = NSCondition()
    /// Guarded by ``gate``.
    private nonisolated(unsafe) var heldKinds: Set<WriteKind> = []
    let modelFolder: ModelFolder
    /// The account in whose name the store is asked: what roles are given to.
    package let account: String

    /// An empty store.
    /// - Parameters:
    ///   - folder: where published model files are copied to, below `models`.
    ///   - account: who asks.
    package init(folder: URL, account: String) {
        contents = Contents()
        modelFolder = ModelFolder(DataFolder(folder).models)
        self.account = account
    }

    /// Another view of a store's contents, as another process would have it: with an account, delay and faults of its
    /// own.
    package init(sharing other: MemoryCaseStore, account: String) {
        contents = other.contents
        modelFolder = other.modelFolder
        self.account = account
    }

    // MARK: What tests make it do

    /// How long every answer takes at least, also a refusal.
    package var answerDelay: Duration {
        get { faults.withLock { $0.delay } }
        set { faults.withLock { $0.delay = newValue } }
    }

    /// Makes the next writes of a kind fail. Reads go on.
    /// - Parameters:
    ///   - count: how many; behind those that were asked for before.
    ///   - isKept: whether the writes are done all the same, and only the answer is lost: the call is then in doubt.
    package func failNextWrites(
        _ count: Int, of kind: WriteKind, with error: CaseStoreError, isKept: Bool = false
    ) {
        faults.withLock { $0.failures += Array(repeating: (kind, error, isKept), count: count) }
    }

    /// Makes all writes of a kind fail from now on, behind those that were asked for with
    /// ``failNextWrites(_:of:with:isKept:)``; `nil` lets them through again.
    package func failWrites(of kind: WriteKind, with error: CaseStoreError?) {
        faults.withLock { $0.lastingFailures[kind] = error }
    }

    /// Makes all writes of a kind wait from now on, each on its own thread, until ``letGo(_:)``.
    package func holdWrites(of kind: WriteKind) { gate.withLock { _ = heldKinds.insert(kind) } }

    /// Lets the writes of a kind go on.
    package func letGo(_ kind: WriteKind) {
        gate.withLock {
            heldKinds.remove(kind)
            gate.broadcast()
        }
    }

    /// How many writes of a kind were asked for so far, those that failed or still wait as well.
    package func writeCount(of kind: WriteKind) -> Int { faults.withLock { $0.counts[kind, default: 0] } }

    // MARK: Access

    private func wait() {
        let delay = answerDelay
        guard delay > .zero else { return }
        let (seconds, attoseconds) = delay.components
        Thread.sleep(forTimeInterval: Double(seconds) + Double(attoseconds) / 1e18)
    }

    private func nextFailure(of kind: WriteKind) -> (error: CaseStoreError, isKept: Bool)? {
        faults.withLock { faults in
            guard let index = faults.failures.firstIndex(where: { $0.kind == kind }) else {
                return faults.lastingFailures[kind].map { ($0, false) }
            }
            let failure = faults.failures.remove(at: index)
            return (failure.error, failure.isKept)
        }
    }

    /// Runs `body` on the contents as they are.
    func read<T: Sendable>(
        _ body: (borrowing MemoryState) throws(CaseStoreError) -> T
    ) throws(CaseStoreError) -> T {
        wait()
        return try contents.state.withLock { state throws(CaseStoreError) in try body(state) }
    }

    /// Runs `body` on the contents; whatever it changed is undone if it throws.
    func write<T: Sendable>(
        _ kind: WriteKind, _ body: (inout MemoryState) throws(CaseStoreError) -> T
    ) throws(CaseStoreError) -> T {
        faults.withLock { $0.counts[kind, default: 0] += 1 }
        gate.withLock { while heldKinds.contains(kind) { gate.wait() } }
        wait()
        let failure = nextFailure(of: kind)
        if let failure, !failure.isKept { throw failure.error }
        let result = try contents.state.withLock { state throws(CaseStoreError) in
            var next = state
            let result = try body(&next)
            state = next
            return result
        }
        if let failure { throw failure.error }
        return result
    }
}
