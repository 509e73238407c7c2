import CaseStore
import Cases
import Commands
import Foundation
import Review
import SurfaceMetrics
import Synchronization
import Volumes

/// Writes one case's review to the store, in order and off the UI thread: steps, progress, the correction.
///
/// A step that cannot be written stays in line and is tried again; nothing behind it is written before it, and
/// nothing is filed while a step is in line.
final class ReviewJournal: Sendable {
    private struct State {
        var lease: CaseLease
        var session: SessionID?
        /// What the next session begins with.
        var base: SessionBase
        var waiting: [(sequence: Int, entry: JournalEntry)] = []
        /// Where the review stands, to be written with what is in line, or alone.
        var progress: ReviewProgress?
        /// The same, of the step that is put in line next.
        var staged: ReviewProgress?
        /// The list of structures that is still to be written, and how often one was given until it was.
        var listing: (list: StructureListing, number: Int)?
        /// How often a list was given to be kept.
        var listings = 0
        /// The number of a list that the store will not take, whenever it is asked.
        var refusedListing: Int?
        var isClosed = false
        var isRetrying = false
    }

    /// How long a lease lasts without renewal, and how often it is renewed.
    static let leaseDuration: TimeInterval = 90
    private static let renewal: TimeInterval = 20

    private let store: any CaseStoring
    /// Whether masks that are filed wait for a second person.
    private let needsApproval: Bool
    /// After how long what could not be written is tried again.
    private let retry: TimeInterval
    private let post: @Sendable (ReviewNews) -> Void
    private let state: Mutex<State>
    private let queue = DispatchQueue(label: "pleura.journal", qos: .userInitiated)

    init(
        store: any CaseStoring, lease: CaseLease, session: SessionID?, base: SessionBase, needsApproval: Bool = false,
        retry: TimeInterval = 2, post: @escaping @Sendable (ReviewNews) -> Void
    ) {
        self.store = store
        self.needsApproval = needsApproval
        self.retry = retry
        self.post = post
        state = Mutex(State(lease: lease, session: session, base: base))
        scheduleRenewal()
    }

    /// Puts a step in line and writes what is in line.
    func append(_ entry: JournalEntry, sequence: Int) { append([entry], through: sequence) }

    /// Puts the steps of one edit in line together, the last with this number: what is in line is written in one go,
    /// so all of them are in the journal or none.
    func append(_ entries: [JournalEntry], through last: Int) {
        state.withLock { state in
            for (i, entry) in entries.enumerated() { state.waiting.append((last - entries.count + 1 + i, entry)) }
            if let staged = state.staged { (state.progress, state.staged) = (staged, nil) }
        }
        // A list that waited for these steps to be written comes behind them.
        queue.async { [self] in
            flush()
            writeListing()
        }
    }

    /// Keeps where the review stands for the step that is put in line next, with which it is written.
    func stage(_ progress: ReviewProgress) { state.withLock { $0.staged = progress } }

    /// Keeps where the review stands, once it has a session.
    func save(_ progress: ReviewProgress) {
        // Only the newest matters: one that is overtaken in line is not written.
        state.withLock { $0.progress = progress }
        queue.async { [self] in writeProgress() }
    }

    /// Keeps the list of structures, behind every step in line.
    func keep(_ listing: StructureListing) {
        // Only the newest matters, as with where the review stands; but it is tried until it is written.
        state.withLock { state in
            state.listings += 1
            state.listing = (listing, state.listings)
        }
        queue.async { [self] in
            flush()
            writeListing()
        }
    }

    /// The list of structures that was given to be kept and is not on disk; `nil` if there is none.
    var unwrittenListing: StructureListing? { state.withLock { $0.listing?.list } }

    /// Puts the unfinished session aside, so that the next step begins a new one.
    func abandonSession() {
        queue.async { [self] in
            guard let (session, lease) = state.withLock({ state in state.session.map { ($0, state.lease) } }) else {
                return
            }
            do {
                try store.abandon(session, reason: "the reviewer started over", lease: lease, now: Date())
                state.withLock { $0.session = nil }
            } catch {
                tell(error)
            }
        }
    }

    /// Puts the session under way aside and goes on with another that was; runs on the caller's thread behind everything
    /// in line.
    /// - Returns: the session as it is gone on with.
    func restore(_ number: SessionID) throws -> LoadedSession {
        try queue.sync {
            flush()
            writeListing()
            writeProgress()
            let (lease, isWaiting) = state.withLock { ($0.lease, !$0.waiting.isEmpty) }
            guard !isWaiting else { throw WorkError("steps are not on disk yet", .failed) }
            let loaded = try store.loadSession(try store.restore(number, lease: lease, now: Date()))
            let (id, prediction, revision) = (loaded.session.id, loaded.session.prediction, loaded.session.startsFrom)
            state.withLock { state in
                state.session = id
                state.base = revision.map { .correction(revision: $0) } ?? .prediction(prediction)
                state.progress = nil
            }
            return loaded
        }
    }

    /// Files the correction, after everything in line.
    func file(_ request: FilingRequest) {
        queue.async { [self] in
            flush()
            writeListing()
            do {
                guard state.withLock({ $0.waiting.isEmpty }) else {
                    throw WorkError("steps are not on disk yet", .failed)
                }
                guard state.withLock({ $0.listing == nil }) else {
                    throw WorkError("the list of structures is not on disk yet", .failed)
                }
                let outcomes = try Self.outcomes(of: request)
                let session = try openSession()
                let lease = state.withLock { $0.lease }
                let draft = CaseStore.CorrectionDraft(
                    status: request.status, reason: request.reason ?? request.comment, masks: request.masks,
                    outcomes: outcomes,
                    slicesTouched: request.slicesTouched, slicesSeen: request.progress.seenSlices,
                    activeSeconds: request.progress.activeSeconds,
                    needsApproval: needsApproval && request.status != .rejected)
                let filed = try store.file(
                    draft, of: session, expectedLength: request.sequence, lease: lease, now: Date())
                state.withLock { state in
                    state.session = nil
                    state.base = .correction(revision: filed.revision)
                    state.progress = nil
                }
                if draft.needsApproval {
                    post(.approvalChanged(.awaiting(author: lease.reviewer, isMine: true)))
                }
                post(.filed(filed.status, revision: filed.revision))
            } catch {
                post(.filingFailed(WorkError(error).description))
            }
        }
    }

    /// Runs after everything in line, e.g. to reopen the case.
    func afterwards(_ work: @escaping @Sendable () -> Void) { queue.async(execute: work) }

    /// Writes what is in line, gives the case back, and ends. Blocks until that is done.
    /// - Returns: how many steps could not be written; the list of structures counts as one.
    func close() -> Int {
        queue.sync {
            flush()
            writeListing()
            writeProgress()
            let (lease, lost) = state.withLock { state in
                state.isClosed = true
                return (state.lease, state.waiting.count + (state.listing == nil ? 0 : 1))
            }
            // A lease that cannot be given back runs out by itself.
            try? store.release(lease)
            return lost
        }
    }

    // MARK: On the queue

    private func flush() {
        let (waiting, progress, lease, isClosed) = state.withLock { ($0.waiting, $0.progress, $0.lease, $0.isClosed) }
        guard let first = waiting.first, let last = waiting.last, !isClosed else { return }
        do {
            let session = try openSession()
            // In one transaction: what was seen is never of masks that are not there, nor the other way round.
            try store.append(
                waiting.map(\.entry), from: first.sequence, to: session, lease: lease,
                state: progress.map(SessionState.init), now: Date())
            state.withLock { state in
                state.waiting.removeFirst(waiting.count)
                if state.progress == progress { state.progress = nil }
            }
            post(.journalled(through: last.sequence))
        } catch {
            tell(error)
            scheduleRetry()
        }
    }

    private func writeListing() {
        let (listing, lease) = state.withLock { state in
            // Never ahead of the steps that it belongs to: who writes those comes back here behind them.
            let mayBe = !state.isClosed && state.waiting.isEmpty && state.refusedListing != state.listing?.number
            return (mayBe ? state.listing : nil, state.lease)
        }
        guard let (list, number) = listing else { return }
        do {
            try store.keep(list, lease: lease, now: Date())
            state.withLock { if $0.listing?.number == number { $0.listing = nil } }
            post(.structuresKept(through: number))
        } catch {
            if case CaseStoreError.leaseLost = error { return tell(error) }
            post(.structuresNotKept("the list of structures is not on disk: \(WorkError(error).description)"))
            // What the store will not take as it is, it will not take later either.
            if case CaseStoreError.invalid = error {
                state.withLock { $0.refusedListing = number }
            } else {
                scheduleRetry()
            }
        }
    }

    private func writeProgress() {
        // While a step is in line, where the review stands is written with it: what was seen is never of masks that are
        // not there.
        guard state.withLock({ $0.waiting.isEmpty && !$0.isClosed }) else { return }
        let (session, progress, lease) = state.withLock { ($0.session, $0.progress, $0.lease) }
        // Looking is no review; deciding between two readings is, also where no step came of it.
        guard let progress, session != nil || !progress.choices.isEmpty else { return }
        do {
            try store.saveState(
                SessionState(progress), of: try session ?? openSession(), lease: lease, now: Date())
            state.withLock { if $0.progress == progress { $0.progress = nil } }
        } catch {
            // Where the review stands is a convenience: only a lost lease matters, and the next step tells the rest. It
            // is kept for then, and for the end.
            if case CaseStoreError.leaseLost = error { tell(error) }
        }
    }

    private func openSession() throws -> SessionID {
        let (session, base, lease) = state.withLock { ($0.session, $0.base, $0.lease) }
        if let session { return session }
        let begun = try store.beginSession(on: base, lease: lease, now: Date())
        state.withLock { $0.session = begun }
        return begun
    }

    private func tell(_ error: any Error) {
        switch error {
        case CaseStoreError.leaseLost, CaseStoreError.sessionClosed, CaseStoreError.journalMoved:
            post(.leaseLost(WorkError(error).description))
            state.withLock { $0.isClosed = true }
        default: post(.journalFailed(WorkError(error).description))
        }
    }

    private func scheduleRetry() {
        let isFirst = state.withLock { state in
            defer { state.isRetrying = true }
            return !state.isRetrying && !state.isClosed
        }
        guard isFirst else { return }
        queue.asyncAfter(deadline: .now() + retry) { [self] in
            state.withLock { $0.isRetrying = false }
            flush()
            writeListing()
        }
    }

    private func scheduleRenewal() {
        queue.asyncAfter(deadline: .now() + Self.renewal) { [weak self] in
            guard let self else { return }
            let (lease, isClosed) = state.withLock { ($0.lease, $0.isClosed) }
            guard !isClosed else { return }
            do {
                let renewed = try store.renew(lease, now: Date())
                state.withLock { $0.lease = renewed }
            } catch {
                // A store that is busy for a moment is no reason to stop; a lease that is lost is.
                if case CaseStoreError.leaseLost = error { tell(error) }
            }
            scheduleRenewal()
        }
    }

    /// What the review of each structure came to, measured against the prediction. Of a structure that was not predicted
    /// there is no surface Dice: nobody was wrong about it.
    static func outcomes(of request: FilingRequest) throws -> [StructureOutcome] {
        try request.masks.keys.sorted().map { name in
            guard let mask = request.masks[name] else { preconditionFailure("the key was just listed") }
            let tolerance = request.tolerances[name] ?? 2
            let predicted = request.predictions[name]
            let path = try AddedPathLength.measure(
                reference: predicted ?? Mask(geometry: mask.geometry), test: mask, tolerances: [0])
            let score = try predicted.map { prediction in
                try SurfaceMeasurement.measure(
                    reference: prediction, test: mask, tolerances: [tolerance], contents: .scores
                ).agreements[0].surfaceDice
            }
            return StructureOutcome(
                name: name, surfaceDiceAgainstPrediction: score ?? nil, tolerance: tolerance,
                addedPathLength: path[0].surplus)
        }
    }
}
