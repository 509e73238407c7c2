import CaseStore
import CaseWork
import Cases
import Digests
import Evaluation
import Foundation
import Models
import Networks
import Segmentation
import Training
import Volumes

/// One job from its lease to its end: prepare, train, compare, publish, promote or hold.
///
/// Every part can be cut off and done again by another worker: slices are cached, training has checkpoints, the
/// candidate's file is written whole before it is published, and publishing the same content twice is one version.
struct JobRun {
    let store: any CaseStoring
    let lease: JobLease
    let home: URL
    /// The tolerance of surface Dice of each structure, mm.
    let tolerance: @Sendable (StructureName) -> Millimetres
    /// Makes the network that is trained, and those that are compared.
    let networks: any NetworkMaking
    let heart: JobHeart
    let log: JobLog

    private var job: Job { lease.job }
    private var folder: JobFolder { JobFolder(home: home, job: job.id) }

    /// What the corrections come to when the job begins.
    private struct Parts {
        var corrected: [CorrectionSummary] = []
        /// Some of those of earlier jobs: as many as there are new ones.
        var earlier: [CorrectionSummary] = []
        var holdOut: [CorrectionSummary] = []
        var patients: [CaseID: AssignedPatient]
    }

    /// Works on the job.
    /// - Returns: how it ended.
    /// - Throws: `CancellationError` if it was stopped; what failed.
    func perform() throws -> JobState {
        try store.move(lease, to: .training, progress: 0, result: nil, now: Date())
        let incumbent = try store.model(try store.promotedModel(of: job.model.base) ?? job.model)
        let parent = try ModelFile(contentsOf: try store.file(of: incumbent))
        try CurrentModel.requireOwn(parent.header.named(incumbent.name))
        try requirePurpose(of: parent.header, incumbent.name)
        let parts = try parts(parent.header.recipe)
        log.say(
            "Job \(job.id): \(Plural.count(parts.corrected.count, "correction")), \(parts.earlier.count) of "
                + "earlier jobs repeated, "
                + "\(parts.holdOut.count) held out, from \(incumbent.name).")
        if parts.holdOut.isEmpty {
            log.say("No corrected case of a held-out patient is there, so the candidate will be held, not promoted.")
        }
        let seed = Self.seed(job.id, incumbent.digest)
        let recipe = parent.header.recipe.forFineTuning(seed: seed)
        let set = try TrainingSet(
            corrected: parts.corrected, earlier: parts.earlier, holdOut: parts.holdOut, recipe: recipe,
            parent: incumbent, home: home, store: store, heart: heart, log: log)
        if try !hasCandidate(of: set.digest) {
            // The hold-out chooses among epochs in the precision that they are trained in; the gate judges in full.
            let network = try networks.network(
                recipe.network, weights: parent.weights, predictsInMixedPrecision: recipe.training.usesMixedPrecision)
            try train(network, recipe, set)
            try writeCandidate(from: parent, incumbent: incumbent, set, seed)
        }
        try heart.check()
        try store.move(lease, to: .evaluating, progress: 0.75, result: nil, now: Date())
        return try judge(incumbent: incumbent, parent, parts, set, seed)
    }

    /// - Throws: ``WorkError`` if the version in use is for another purpose than the one that the job was queued for.
    private func requirePurpose(of header: ModelFile.Header, _ name: ModelName) throws {
        guard name != job.model else { return }
        let queued = try ModelFile.header(of: try store.file(of: try store.model(job.model))).purpose
        guard queued == header.purpose else {
            throw WorkError(
                "\(job.model) \(queued.description), and \(name), which is in use, \(header.purpose.description): nothing "
                    + "was trained. Put a version in use that does the same: pleura models promote.")
        }
    }

    /// Whatever the machine: 31 bits of a digest of job and parent.
    static func seed(_ job: Int64, _ parent: String) -> UInt64 {
        UInt64(SHA256Digest.hex(of: "job \(job) of \(parent)").prefix(8), radix: 16).map { $0 & 0x7fff_ffff } ?? 1
    }

    /// The corrections that may still be trained on, and those of held-out patients.
    private func parts(_ recipe: Recipe) throws -> Parts {
        let (structures, wanted) = (recipe.structures, Set(recipe.structures))
        var parts = Parts(patients: try store.patients())
        let selection = try QueueSelection.select(structures: structures, base: job.model.base, store: store)
        let usable = Dictionary(
            (selection.chosen.map { ($0, nil) } + selection.leftOut.map { ($0.candidate, $0.obstacle) })
                .map { ($0.0.key, $0.1) }, uniquingKeysWith: { first, _ in first })
        let mine = Set(job.corrections)
        // Whether its candidate was promoted or held: what was corrected stays true.
        let ended = Set(try store.jobs().filter { $0.state == .promoted || $0.state == .held }.map(\.id))
        for summary in try store.corrections().corrections {
            switch usable[summary.key] ?? .superseded {
            case .none where mine.contains(summary.key), .used where mine.contains(summary.key):
                parts.corrected.append(summary)
            case .used(let other) where other < job.id && ended.contains(other):
                parts.earlier.append(summary)
            case .holdOut where !wanted.isEmpty:
                parts.holdOut.append(summary)
            case .some(let obstacle) where mine.contains(summary.key):
                log.say("Correction of case \(summary.key.caseID) r\(summary.key.revision) is left out: \(obstacle).")
            default: break
            }
        }
        // A hold-out case has to say something of every structure as well. Of a network that answers prompts each structure
        // is judged by the cases that have it.
        parts.holdOut = parts.holdOut.filter { summary in
            let offered = StructureCatalogue.current.completed(Set(summary.outcomes.map(\.name)))
            let isEnough = recipe.prompts == nil ? offered.isSuperset(of: wanted) : !offered.isDisjoint(with: wanted)
            return isEnough && summary.approval?.allowsUse ?? true
                && !(summary.slicesSeen.isEmpty && summary.slicesTouched.isEmpty)
        }
        let order = Dictionary(job.corrections.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        parts.corrected.sort { (order[$0.key] ?? 0) < (order[$1.key] ?? 0) }
        parts.holdOut.sort { ($0.key.caseID.rawValue) < ($1.key.caseID.rawValue) }
        // Drawn anew for each job, so that all of them come round, and the time does not grow with the years.
        parts.earlier = parts.earlier.map { summary in
            (SHA256Digest.hex(of: "job \(job.id): \(summary.key.caseID) r\(summary.key.revision)"), summary)
        }.sorted { $0.0 < $1.0 }.prefix(parts.corrected.count).map(\.1)
        guard !parts.corrected.isEmpty else {
            throw WorkError("None of the job's corrections can be trained on any more: see its log.")
        }
        return parts
    }

    // MARK: Training

    private func train(_ network: any TrainableNetwork, _ recipe: Recipe, _ set: TrainingSet) throws {
        let training = TrainingFolder(url: folder.training)
        try training.create()
        let trainer = try Trainer(
            network: network, recipe: recipe, training: set.training, validation: set.validation, folder: training,
            dataset: set.digest, plan: set.plan)
        if training.hasCheckpoint, let checkpoint = try? training.readCheckpoint(), checkpoint.recipe == recipe,
            checkpoint.dataset == set.digest
        {
            try trainer.resume()
            log.say("Resuming from the checkpoint after epoch \(trainer.state.epoch).")
        }
        var told = JobTelemetry(
            epochs: recipe.training.epochs, losses: trainer.state.curve.points.map(\.trainingLoss),
            holdOutSurfaceDice: trainer.state.curve.points.last?.surfaceDice, activity: "training")
        let clock = ContinuousClock()
        var first: (done: Double, at: ContinuousClock.Instant)?
        let ending = try trainer.run(isStopped: { heart.isStopped }) { event in
            var share = 0.0
            switch event {
            case .step(let epoch, let step, let steps, _):
                (told.epoch, told.step, told.steps, told.activity) = (epoch, step, steps, "training")
                let done = Double(epoch - 1) + Double(step) / Double(max(steps, 1))
                share = done / Double(recipe.training.epochs)
                if let first, done > first.done {
                    let pace = Double((clock.now - first.at).components.seconds) / (done - first.done)
                    told.secondsLeft = pace * (Double(recipe.training.epochs) - done)
                } else {
                    first = (done, clock.now)
                }
            case .validating(let epoch, let done, let all):
                (told.epoch, told.activity) = (epoch, "measuring the hold-out, slice \(done) of \(all)")
                share = Double(epoch) / Double(recipe.training.epochs)
            case .epoch(let point, let isBest):
                told.losses.append(point.trainingLoss)
                told.holdOutSurfaceDice = point.surfaceDice
                share = Double(point.epoch) / Double(recipe.training.epochs)
                let score = point.surfaceDice.map { String(format: ", hold-out %.4f", $0) } ?? ""
                log.say(
                    "Epoch \(point.epoch) of \(recipe.training.epochs): loss "
                        + String(format: "%.4f", point.trainingLoss) + score + (isBest ? ", the best so far" : ""))
            }
            let news = told
            heart.tell(0.15 + 0.6 * share) { $0 = news }
        }
        guard ending != .stopped else { throw CancellationError() }
        if ending == .early { log.say("Stopped early: the hold-out no longer improves.") }
    }

    // MARK: The candidate

    private func hasCandidate(of digest: String) throws -> Bool {
        guard let header = try? ModelFile.header(of: folder.candidate) else { return false }
        return header.metadata["dataset"] == digest && header.metadata["job"] == "\(job.id)"
    }

    /// Writes the best epoch as the file that will be published. Nothing of the clock is in it.
    private func writeCandidate(
        from parent: ModelFile, incumbent: ModelVersion, _ set: TrainingSet, _ seed: UInt64
    ) throws {
        let best = try ModelFile(contentsOf: TrainingFolder(url: folder.training).best)
        let newest = try store.models().filter { $0.name.base == incumbent.name.base }.compactMap(\.name.version).max()
        var metadata = parent.header.metadata.filter {
            !["epoch", "created", "validation_surface_dice_2mm"].contains($0.key)
        }
        for (key, value) in [
            "parent": incumbent.name.rawValue, "parent_digest": incumbent.digest, "job": "\(job.id)",
            "dataset": set.digest, "seed": "\(seed)", "software": "pleura \(Version.text)",
            "epoch": best.header.metadata["epoch"] ?? "",
        ] { metadata[key] = value }
        metadata["validation_surface_dice_2mm"] = best.header.metadata["validation_surface_dice_2mm"]
        try ModelFile(
            name: ModelName(base: incumbent.name.base, version: (newest ?? 0) + 1), recipe: parent.header.recipe,
            weights: best.weights, second: parent.second, metadata: metadata
        ).write(to: folder.candidate, as: .float16)
    }

    private func judge(
        incumbent: ModelVersion, _ parent: ModelFile, _ parts: Parts, _ set: TrainingSet, _ seed: UInt64
    ) throws -> JobState {
        let made = try ModelFile(contentsOf: folder.candidate)
        let answers = made.header.purpose == .answeringPrompts
        let (report, replayed) =
            answers
            ? (try comparePrompts(incumbent, parent, made, parts), nil) : try compare(incumbent, parent, made, parts)
        for reason in report.reasons { log.say("Gate: \(reason).") }
        if let prompts = report.prompts { log.say("Gate: \(prompts.text).") }
        for gap in report.subgroups?.gaps ?? [] { log.say("Gate: \(gap).") }
        try heart.check()
        let recipe = made.header.recipe
        let lineage = ModelLineage(
            parent: incumbent.name, job: job.id, corrections: parts.corrected.map(\.key),
            recipeDigest: try recipe.digest, seed: seed, dataDigest: set.digest, software: "pleura \(Version.text)")
        let version = try store.publish(
            folder.candidate, as: incumbent.name.base, lineage: lineage, evaluation: report, by: "worker", now: Date())
        if let replayed {
            try saveReplay(replayed, before: incumbent.name, after: version.name)
        } else {
            log.say("\(version.name) answers prompts and predicts nothing by itself, so there is no replay.")
        }
        try store.conclude(
            lease, candidate: version.name, isPromoted: report.passes,
            result: "\(version.name): \(report.reasons.joined(separator: "; "))", now: Date())
        log.say("\(version.name) is \(report.passes ? "promoted" : "held").")
        return report.passes ? .promoted : .held
    }

    /// Compares how two models answer prompts.
    private func comparePrompts(
        _ incumbent: ModelVersion, _ parent: ModelFile, _ made: ModelFile, _ parts: Parts
    ) throws -> GateReport {
        let structures = made.header.recipe.structures
        let setting = PromptScores.Setting(
            incumbent: try ModelAnswerer(parent, as: incumbent.name, networks: networks),
            candidate: try ModelAnswerer(made, as: made.header.name, networks: networks), structures: structures,
            patients: parts.patients, store: store, isStopped: { [heart] in heart.isStopped })
        func scores(
            _ what: String, _ summaries: [CorrectionSummary], isByCase: Bool, from start: Double
        ) throws -> PromptScores {
            try PromptScores(summaries, isByCase: isByCase, setting) { done, all in
                heart.tell(
                    start + 0.11 * Double(done) / Double(all), "correcting \(what) \(done + 1) of \(all) by prompts")
            }
        }
        let held = try scores("hold-out case", parts.holdOut, isByCase: false, from: 0.75)
        let trained = try scores("corrected case", parts.corrected, isByCase: true, from: 0.86)
        return PromotionGate().judge(
            holdOut: held.scores, corrected: trained.scores, subgroups: held.subgroups,
            prompts: held.prompts(of: structures))
    }

    /// Compares what two models segment.
    private func compare(
        _ incumbent: ModelVersion, _ parent: ModelFile, _ made: ModelFile, _ parts: Parts
    ) throws -> (GateReport, CandidateScores?) {
        func segmenter(_ file: ModelFile, _ name: ModelName) throws -> ModelSegmenter {
            try ModelSegmenter(file, as: name, networks: networks)
        }
        let before = try segmenter(parent, incumbent.name)
        let after = try segmenter(made, made.header.name)
        func scores(
            _ what: String, _ summaries: [CorrectionSummary], from start: Double, reusesProposals: Bool = false
        ) throws -> CandidateScores {
            try CandidateScores(
                summaries, patients: parts.patients, incumbent: before, candidate: after,
                reusesProposals: reusesProposals, tolerance: tolerance, store: store,
                isStopped: { [heart] in heart.isStopped }
            ) { done, all in
                heart.tell(start + 0.11 * Double(done) / Double(all), "comparing on \(what) \(done + 1) of \(all)")
            }
        }
        let held = try scores("hold-out case", parts.holdOut, from: 0.75)
        let trained = try scores("corrected case", parts.corrected, from: 0.86, reusesProposals: true)
        let holdOut = held.items.isEmpty ? [] : held.pairs(isByCase: false)
        let report = PromotionGate().judge(
            holdOut: holdOut, corrected: trained.pairs(isByCase: true),
            subgroups: held.items.isEmpty ? nil : held.subgroups)
        return (report, trained)
    }

    private func saveReplay(_ scores: CandidateScores, before: ModelName, after: ModelName) throws {
        let cases = try scores.items.map { item in
            let old = try store.keep(item.before, for: item.key.caseID, by: "worker", now: Date())
            let new = try store.keep(item.after.renamed(after), for: item.key.caseID, by: "worker", now: Date())
            return ReplayReport.Case(
                correction: item.key, predictionBefore: old.rawValue, predictionAfter: new.rawValue,
                structures: item.scores)
        }
        try store.save(ReplayReport(job: job.id, before: before, after: after, cases: cases), now: Date())
    }
}
