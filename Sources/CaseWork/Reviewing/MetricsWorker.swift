import Cases
import Commands
import Foundation
import Review
import SurfaceMetrics
import Synchronization
import Volumes

/// Measures masks off the UI thread: surface Dice at once after every stroke, what needs the whole masks a moment
/// later. Every answer carries the edit it belongs to.
final class MetricsWorker: Sendable {
    private struct Subject {
        var live: LiveSurfaceDice
        var edit: Int
    }

    private let post: @Sendable (ReviewNews) -> Void
    private let queue = DispatchQueue(label: "pleura.metrics", qos: .userInteractive)
    private let slowQueue = DispatchQueue(label: "pleura.metrics.slow", qos: .utility)
    private let subjects = Mutex<[StructureName: Subject]>([:])
    /// Counts the requests of each structure: a slow computation that finds a newer one gives up.
    private let requests = Mutex<[StructureName: Int]>([:])
    private let sanity = Mutex<SanityWorker?>(nil)
    private let isClosed = Atomic<Bool>(false)

    /// How long to wait after a stroke before the slow measures begin.
    private static let pause = 0.15

    init(post: @escaping @Sendable (ReviewNews) -> Void) { self.post = post }

    /// What masks are checked with from now on.
    func prepare(_ worker: SanityWorker) { sanity.withLock { $0 = worker } }

    /// Measures a structure from scratch.
    func begin(_ name: StructureName, mask: Mask, reference: Mask, tolerance: Millimetres, edit: Int) {
        queue.async { [self] in
            guard !isClosed.load(ordering: .relaxed) else { return }
            do {
                let live = try LiveSurfaceDice(reference: reference, test: mask, tolerances: [tolerance])
                subjects.withLock { $0[name] = Subject(live: live, edit: edit) }
                report(name)
            } catch {
                complain(name, error)
            }
        }
    }

    /// Takes in an edit.
    func apply(_ patch: MaskPatch, to name: StructureName, edit: Int) {
        queue.async { [self] in
            guard !isClosed.load(ordering: .relaxed) else { return }
            do {
                try subjects.withLock { subjects in
                    try subjects[name]?.live.apply(patch)
                    subjects[name]?.edit = edit
                }
                report(name)
            } catch {
                complain(name, error)
            }
        }
    }

    /// Finds out what a patch would do to the score.
    func tryOut(_ patch: MaskPatch, on name: StructureName, edit: Int) {
        queue.async { [self] in
            guard !isClosed.load(ordering: .relaxed),
                var trial = subjects.withLock({ $0[name] }), trial.edit == edit,
                (try? trial.live.apply(patch)) != nil
            else { return }
            let score = StructureScore(trial.live, edit: edit)
            post(.tried(name, patch: patch, edit: edit, surfaceDice: score.surfaceDice, slices: score.slices))
        }
    }

    /// Marks what is out of tolerance on a slice.
    func mark(_ name: StructureName, z: Int) {
        queue.async { [self] in
            let marks = subjects.withLock { subjects -> BoundaryMarks? in
                guard let subject = subjects[name] else { return nil }
                return BoundaryMarks(subject.live, z: z, edit: subject.edit)
            }
            if let marks { post(.marked(name, marks)) }
        }
    }

    /// Waits until nothing is under way any more.
    func wait() {
        queue.sync {}
        slowQueue.sync {}
    }

    /// Gives up everything under way.
    func close() { isClosed.store(true, ordering: .relaxed) }

    private func report(_ name: StructureName) {
        let score = subjects.withLock { subjects -> StructureScore? in
            subjects[name].map { StructureScore($0.live, edit: $0.edit) }
        }
        guard let score else { return }
        post(.scored(name, score))
        let request = requests.withLock { requests in
            requests[name, default: 0] += 1
            return requests[name, default: 0]
        }
        slowQueue.asyncAfter(deadline: .now() + Self.pause) { [self] in measure(name, request: request) }
    }

    private func measure(_ name: StructureName, request: Int) {
        let isStale = { @Sendable [self] in
            isClosed.load(ordering: .relaxed) || requests.withLock { $0[name] } != request
        }
        guard !isStale(),
            let (live, edit) = subjects.withLock({ subjects in subjects[name].map { ($0.live, $0.edit) } })
        else { return }
        do {
            let measures = try StructureMeasures(
                reference: live.mask(.reference), test: live.mask(.test), edit: edit, isCancelled: isStale)
            if let measures { post(.measured(name, measures)) }
            let marks = BoundaryVolume(live, mask: live.mask(.test), edit: edit, isCancelled: isStale)
            if let marks { post(.markedVolume(name, marks)) }
            guard let worker = sanity.withLock({ $0 }), !isStale() else { return }
            let masks = subjects.withLock { subjects in subjects.mapValues { $0.live.mask(.test) } }
            let report = try worker.report(name, edit: edit, masks: masks, isCancelled: isStale)
            if let report, !isStale() { post(.checked(name, report)) }
        } catch {
            complain(name, error)
        }
    }

    private func complain(_ name: StructureName, _ error: any Error) {
        post(.show(StatusMessage("\(name) cannot be measured: \(WorkError(error).description)", kind: .warning)))
    }
}
