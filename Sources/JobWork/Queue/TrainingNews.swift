import CaseStore
import CaseWork
import Cases
import Commands
import Foundation
import Lists
import Models

/// Reads what the screens of the queue and the models show.
package struct TrainingNews: Sendable {
    /// Where jobs and models are kept.
    package let store: any CaseStoring
    /// The data folder.
    package let home: URL
    /// The models there are now.
    package let catalogue: @Sendable () throws -> ModelCatalogue
    /// After how many new corrections a job is queued by itself; 0 for never.
    package let trigger: @Sendable () -> Int

    /// What the screens show of a data folder.
    package init(
        store: any CaseStoring, home: URL, catalogue: @escaping @Sendable () throws -> ModelCatalogue,
        trigger: @escaping @Sendable () -> Int
    ) {
        self.store = store
        self.home = home
        self.catalogue = catalogue
        self.trigger = trigger
    }

    /// Everything as it is now.
    /// - Parameter chosen: the job whose log is looked at.
    package func read(chosen: Int64?) throws -> TrainingLists {
        let jobs = try store.jobs()
        var lists = TrainingLists(
            jobs: jobs.reversed(), models: try store.models().reversed(), promotions: try store.promotions(),
            titles: try store.worklist().titles, hasWorker: WorkerMark.isSet(in: home))
        let looked = Set([chosen, jobs.last?.id].compactMap { $0 } + jobs.filter { $0.state.isRunning }.map(\.id))
        for id in looked { lists.logs[id] = JobFolder(home: home, job: id).logTail(60) }
        // Old replays are read when their turn comes; the newest are what one looks at.
        for job in jobs.reversed().filter({ $0.state == .promoted || $0.state == .held }).prefix(20) {
            lists.replays[job.id] = try store.replay(ofJob: job.id)
        }
        let catalogue = try catalogue()
        lists.answerers = Set(
            catalogue.registered.filter { $0.header.purpose == .answeringPrompts }.map(\.header.name))
        if let plan = try? plan(nil, in: catalogue) {
            let trigger = trigger()
            lists.waiting = WaitingCorrections(
                count: plan.selection.chosen.count, trigger: trigger > 0 ? trigger : nil)
        }
        return lists
    }

    /// Which corrections a job would take in now.
    /// - Parameter name: the model that it would train; `nil` for the one in use that segments.
    /// - Throws: ``WorkError`` if there is no trained model to go on from.
    package func plan(_ name: String? = nil) throws -> QueuePlan { try plan(name, in: try catalogue()) }

    private func plan(_ name: String?, in catalogue: ModelCatalogue) throws -> QueuePlan {
        let entry = try QueueSelection.model(name, in: catalogue)
        let selection = try QueueSelection.select(
            structures: entry.header.recipe.structures, base: entry.header.name.base, store: store)
        return QueuePlan(model: entry.header.name, selection: selection)
    }

    /// Queues a job over corrections that were shown.
    /// - Parameter model: the model that they were shown for, in whatever version is in use by now.
    package func queue(_ corrections: [CorrectionKey], on model: ModelName, by actor: String) throws -> Job {
        let catalogue = try catalogue()
        let isUsual = catalogue.preferred()?.header.name.base == model.base
        let version = try CurrentModel.resolve(
            isUsual ? nil : model.base, in: catalogue, store: store, by: actor, now: Date())
        return try store.addJob(model: version.name, corrections: corrections, by: actor, now: Date())
    }

    /// Puts a version in use.
    /// - Returns: what to say of it.
    package func promote(_ name: ModelName, reason: String?, by actor: String) throws -> String {
        _ = try store.promote(name, reason: reason, by: actor, now: Date())
        let answers = try catalogue().entry(named: name.rawValue)?.header.purpose == .answeringPrompts
        return answers
            ? "\(name) answers prompts from the next start of the review on"
            : "\(name) is in use now, from the next prediction on"
    }
}

extension Job {
    /// What is said of a job that has ended.
    package var announcement: StatusMessage {
        let what =
            switch state {
            case .promoted: "its model is in use"
            case .held: "its model was held back"
            case .failed: "it failed"
            default: state.rawValue
            }
        let result = result.map { ": \($0)" } ?? ""
        return StatusMessage(
            "job \(id) on \(model) is done, \(what)\(result)", kind: state == .promoted ? .note : .warning)
    }
}
