import CaseStore
import CaseWork
import Cases
import Files
import Foundation
import Models
import Networks
import Volumes

/// Takes jobs from the queue, one at a time, until it is asked to stop.
package struct Worker {
    let store: any CaseStoring
    let home: URL
    /// Where models lie as files, the user's own first.
    package let modelFolders: [URL]
    /// The tolerance of surface Dice of each structure, mm.
    package let tolerance: @Sendable (StructureName) -> Millimetres
    /// When a job is queued by itself.
    package let trigger: FineTuningTrigger
    /// Makes the networks of jobs, and of what predicts anew after one.
    let networks: any NetworkMaking
    /// Is told what goes on, a line each; `nil` for nobody.
    package var tell: (@Sendable (String) -> Void)?
    /// How often a job is tried before it fails.
    var maximumAttempts = 3
    let isStopped: @Sendable () -> Bool

    /// A worker for a data folder.
    package init(
        store: any CaseStoring, home: URL, modelFolders: [URL],
        tolerance: @escaping @Sendable (StructureName) -> Millimetres, trigger: FineTuningTrigger,
        networks: any NetworkMaking, tell: (@Sendable (String) -> Void)? = nil, maximumAttempts: Int = 3,
        isStopped: @escaping @Sendable () -> Bool
    ) {
        self.store = store
        self.home = home
        self.modelFolders = modelFolders
        self.tolerance = tolerance
        self.trigger = trigger
        self.networks = networks
        self.tell = tell
        self.maximumAttempts = maximumAttempts
        self.isStopped = isStopped
    }

    /// How many workers may be lost over a job before it is taken for what kills them.
    private static let maximumLosses = 10
    private static let holder = LeaseHolder(ofThisProcessAs: "worker-\(UUID().uuidString)")

    private var log: JobLog { JobLog(nil, tell: tell) }

    /// Works.
    /// - Parameter once: whether to leave when nothing is due any more, rather than to wait.
    /// - Throws: ``CaseStoreError`` if the store fails; what happens to a job is the job's.
    package func run(once: Bool) throws {
        // First, so that whoever reads that a worker is there finds it marked.
        let mark = WorkerMark(in: home)
        defer { withExtendedLifetime(mark) {} }
        log.say("Worker of \(home.path), process \(ProcessInfo.processInfo.processIdentifier).")
        var isPredicted = false
        while !isStopped() {
            try pull()
            if let state = try workOnce() {
                if state == .promoted { isPredicted = false }
                continue
            }
            if !isPredicted {
                isPredicted = true
                try repredict()
                continue
            }
            if once { break }
            // New cases may have come, and somebody may have promoted a model by hand.
            for _ in 0..<20 where !isStopped() { Thread.sleep(forTimeInterval: 0.25) }
            isPredicted = false
        }
        log.say("Worker ends.")
    }

    private func catalogue() throws -> ModelCatalogue {
        try InstalledModels.catalogue(store: store, home: home, folders: modelFolders)
    }

    /// Queues a job where the settings say so.
    private func pull() throws {
        guard trigger.afterCorrections > 0 || trigger.at != nil, try !store.corrections().corrections.isEmpty else {
            return
        }
        let now = Date()
        // Without a model, or with somebody else's, there is nothing to train on; whoever asks for a job is told so.
        guard let entry = try catalogue().preferred(), entry.header.recipe.torchScript == nil else { return }
        let base = entry.header.name.base
        let chosen = try QueueSelection.select(
            structures: entry.header.recipe.structures, base: base, store: store
        ).chosen
        let last = try store.jobs().filter { $0.model.base == base }.map(\.queuedAt).max()
        guard let reason = trigger.reason(waiting: chosen.count, lastQueued: last, now: now, calendar: .current) else {
            return
        }
        let model = try CurrentModel.resolve(nil, in: try catalogue(), store: store, by: "worker", now: now)
        let job = try store.addJob(model: model.name, corrections: chosen.map(\.key), by: "worker", now: now)
        log.say("Queued job \(job.id) with \(Plural.count(chosen.count, "correction")): \(reason).")
    }

    /// Takes one job and works on it.
    /// - Returns: how it ended; `nil` if there was none to take, or it was lost or given back.
    package func workOnce() throws -> JobState? {
        let lease = try store.takeJob(
            by: Self.holder.description, isGone: { LeaseHolder($0)?.isGone ?? false },
            maximumAttempts: Self.maximumLosses, now: Date(), duration: JobHeart.leaseDuration)
        guard let lease else { return nil }
        let folder = JobFolder(home: home, job: lease.job.id)
        try folder.create()
        let log = JobLog(folder.log, tell: tell)
        log.say("Job \(lease.job.id) is taken by process \(ProcessInfo.processInfo.processIdentifier).")
        let heart = JobHeart(lease, store: store, isAsked: isStopped)
        defer { heart.stop() }
        do {
            return try JobRun(
                store: store, lease: lease, home: home, tolerance: tolerance, networks: networks, heart: heart,
                log: log
            ).perform()
        } catch {
            return try settle(lease, after: error, heart, log)
        }
    }

    /// Ends or gives back a job that could not be finished.
    private func settle(
        _ lease: JobLease, after error: any Error, _ heart: JobHeart, _ log: JobLog
    ) throws -> JobState? {
        do {
            if heart.isLost { throw CaseStoreError.jobLost(lease.job.id) }
            let now = Date()
            if let canceller = heart.cancelledBy {
                try store.move(lease, to: .cancelled, progress: 0, result: "cancelled by \(canceller)", now: now)
                log.say("Cancelled by \(canceller).")
                return .cancelled
            }
            if isStopped() {
                try store.giveBack(lease, reason: "the worker was stopped", notBefore: now, now: now)
                log.say("The worker was stopped; the job is left for the next one.")
                return nil
            }
            let failure = WorkError(error)
            let attempts = lease.job.attempts
            if attempts >= maximumAttempts || failure.cause == .input {
                try store.move(lease, to: .failed, progress: 0, result: failure.description, now: now)
                log.say("Failed: \(failure.description)")
                return .failed
            }
            let delay = 30 * pow(4, Double(attempts - 1))
            try store.giveBack(
                lease, reason: failure.description, notBefore: now.addingTimeInterval(delay), now: now)
            log.say("\(failure.description) It is tried again in \(Int(delay)) seconds.")
            return nil
        } catch {
            guard case CaseStoreError.jobLost = error else { throw error }
            log.say("Another worker has the job; this one stops.")
            return nil
        }
    }

    private func repredict() throws {
        do {
            let folder = DataFolder(home).jobs
            try? FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let log = JobLog(folder.appendingPathComponent("log.txt"), tell: tell)
            _ = try Repredictor(store: store, home: home, catalogue: try catalogue(), networks: networks, log: log)
                .run(isStopped: isStopped)
        } catch let error as CaseStoreError {
            throw error
        } catch {
            log.say("Cases are not predicted again: \(WorkError(error).description)")
        }
    }
}
