import CaseStore
import CaseWork
import Cases
import Foundation
import MemoryStore
import Models
import Networks
import Segmentation
import Synchronization
import TestNetworks
import Testing
import Training

@testable import JobWork

/// How jobs end that train, with networks that are two numbers.
@Suite("A job with a network") struct JobRunTests {
    /// Two cases to learn from and three to judge by, and a job that waits.
    /// - Parameter heldOut: where the lungs of those to judge by end; `nil` for none of them.
    private func queued(
        heldOut: (left: Int, right: Int)? = (3, 5), _ cases: CorrectedCases
    ) throws -> (job: Job, keys: [CorrectionKey]) {
        let keys = [try cases.correct("a"), try cases.correct("b")]
        if let heldOut {
            for name in ["h1", "h2", "h3"] { _ = try cases.correct(name, role: .holdOut, lungs: heldOut) }
        }
        return (try cases.queue(keys), keys)
    }

    /// The model that came of the first job.
    private let made = ModelName(rawValue: "tiny@2")

    /// Works on the job that waits as a process does that nobody mourns: what it throws is told to nobody.
    private func work(
        on cases: CorrectedCases, as holder: String, by networks: ThresholdNetworks, at time: Date = Date()
    ) throws -> JobState {
        let lease = try #require(
            try cases.store.takeJob(
                by: holder, isGone: { _ in true }, maximumAttempts: 9, now: time, duration: 600))
        try JobFolder(home: cases.home, job: lease.job.id).create()
        let heart = JobHeart(lease, store: cases.store, isAsked: { false })
        defer { heart.stop() }
        return try JobRun(
            store: cases.store, lease: lease, home: cases.home, tolerance: { _ in 2 }, networks: networks, heart: heart,
            log: JobLog(nil, tell: { line in cases.said.withLock { $0.append(line) } })
        ).perform()
    }

    // MARK: Judged

    @Test(
        "a better network is published, put in use, and said to be better; its proposals are kept beside the old ones")
    func promoted() throws {
        let cases = try CorrectedCases()
        let (job, keys) = try queued(cases)
        let networks = ThresholdNetworks()
        let parent = try cases.store.model(cases.model)
        #expect(try cases.worker(networks: networks).workOnce() == .promoted)
        #expect(networks.steps == 8 && cases.hasSaid("tiny@2 is promoted."))
        let ended = try cases.store.job(job.id)
        #expect(ended.state == .promoted && ended.result?.hasPrefix("tiny@2: no structure is worse") == true)
        #expect(try cases.store.promotedModel(of: "tiny") == made)
        #expect(try cases.store.promotions().map(\.kind) == [.person, .gate])
        let version = try cases.store.model(made)
        let lineage = version.lineage
        #expect(lineage.parent == cases.model && lineage.job == job.id && lineage.corrections == keys)
        #expect(try lineage.recipeDigest == cases.recipe.digest)
        #expect(lineage.seed == JobRun.seed(job.id, parent.digest))
        let report = try #require(version.evaluation)
        #expect(report.passes && report.holdOut.map(\.name) == [.lungLeft, .lungRight])
        for structure in report.holdOut + report.corrected {
            #expect(structure.pairs.allSatisfy { $0.incumbent < 1 && $0.candidate == 1 })
        }
        #expect(report.holdOut.map(\.pairs.count) == [3, 3] && report.corrected.map(\.pairs.count) == [2, 2])
        let columns = try #require(try ModelFile(contentsOf: cases.store.file(of: version)).weights.first?.values)
        #expect(abs(columns[0] - 7) < 0.1 && abs(columns[1] - 9) < 0.1)
        try expectReplay(of: job, keys, in: cases)
    }

    @Test("a correction of one lung alone teaches that lung, and is measured by it alone")
    func partialCorrections() throws {
        let cases = try CorrectedCases()
        let keys = [try cases.correct("a"), try cases.correct("b", only: [.lungLeft])]
        for name in ["h1", "h2", "h3"] { _ = try cases.correct(name, role: .holdOut) }
        // It says nothing of the other lung, so that it does not judge.
        _ = try cases.correct("h4", role: .holdOut, only: [.lungLeft])
        _ = try cases.queue(keys)
        #expect(try cases.worker().workOnce() == .promoted)
        let version = try cases.store.model(made)
        #expect(version.lineage.corrections == keys)
        let report = try #require(version.evaluation)
        #expect(report.holdOut.map(\.pairs.count) == [3, 3] && report.corrected.map(\.pairs.count) == [2, 1])
        #expect(cases.hasSaid("was not corrected for Lung_R: nothing of it is learnt from this case."))
        #expect(!cases.hasSaid("Nothing that this job trains on has labels of"))
    }

    @Test("of a structure that no correction has, the log says that only the hold-out sees what becomes of it")
    func unlabelledStructures() throws {
        let cases = try CorrectedCases()
        let keys = [try cases.correct("a", only: [.lungLeft]), try cases.correct("b", only: [.lungLeft])]
        for name in ["h1", "h2", "h3"] { _ = try cases.correct(name, role: .holdOut) }
        _ = try cases.queue(keys)
        _ = try cases.worker().workOnce()
        #expect(cases.hasSaid("Nothing that this job trains on has labels of Lung_R: what becomes of it is seen"))
    }

    @Test("a model's second network goes on as it is, and both networks together are judged")
    func secondNetwork() throws {
        let second = SecondNetwork(
            recipe: CorrectedCases.recipe, weights: ThresholdNetworks.weights(left: 7, right: 9))
        let cases = try CorrectedCases(second: second)
        let keys = [try cases.correct("a"), try cases.correct("b")]
        for name in ["h1", "h2", "h3"] { _ = try cases.correct(name, role: .holdOut) }
        _ = try cases.queue(keys)
        let networks = ThresholdNetworks()
        _ = try cases.worker(networks: networks).workOnce()
        let version = try cases.store.model(made)
        let file = try ModelFile(contentsOf: try cases.store.file(of: version))
        #expect(file.second == second && file.weights != second.weights)
        #expect(try #require(version.evaluation).holdOut.allSatisfy { $0.pairs.count == 3 })
        let job = try #require(version.lineage.job)
        let replayed = try #require(try cases.store.replay(ofJob: job)?.cases.first)
        let after = try cases.store.prediction(PredictionID(rawValue: replayed.predictionAfter))
        #expect(after.preprocessing.contains { $0.contains("second network (tiny, U-Net") })
    }

    /// What both models propose is kept, each with its model and recipe.
    private func expectReplay(of job: Job, _ keys: [CorrectionKey], in cases: CorrectedCases) throws {
        let replay = try #require(try cases.store.replay(ofJob: job.id))
        #expect(replay.before == cases.model && replay.after == made && replay.cases.map(\.correction) == keys)
        for entry in replay.cases {
            let before = try cases.store.prediction(PredictionID(rawValue: entry.predictionBefore))
            let after = try cases.store.prediction(PredictionID(rawValue: entry.predictionAfter))
            #expect(before.model == cases.model && after.model == made)
            #expect(try [before, after].allSatisfy { try $0.recipeDigest == cases.recipe.digest })
            #expect(after.preprocessing == before.preprocessing)
            #expect(try after.masks == cases.store.correction(entry.correction).masks && before.masks != after.masks)
            #expect(entry.structures.allSatisfy { $0.after == 1 && ($0.before ?? 1) < 1 })
        }
    }

    @Test("a network that is worse on held-out patients is published and held; the old one stays in use")
    func held() throws {
        let cases = try CorrectedCases()
        // The old network says of these exactly what was found.
        let (job, _) = try queued(heldOut: (1, 7), cases)
        #expect(try cases.worker().workOnce() == .held)
        let ended = try cases.store.job(job.id)
        #expect(ended.state == .held && ended.result?.contains("Lung_L may be worse by more than 0.005") == true)
        #expect(try cases.store.promotedModel(of: "tiny") == cases.model)
        let report = try #require(try cases.store.model(made).evaluation)
        #expect(!report.passes && report.holdOut.allSatisfy(\.isWorse))
        #expect(report.holdOut.allSatisfy { $0.pairs.allSatisfy { $0.incumbent == 1 } })
        #expect(report.corrected.allSatisfy { $0.meanGain > 0 })
        #expect(try cases.store.replay(ofJob: job.id)?.cases.count == 2)
        #expect(cases.hasSaid("tiny@2 is held."))
    }

    @Test("a network that is better on one site and worse on another is held, and the site is named where people look")
    func worseOnOneSite() throws {
        let cases = try CorrectedCases()
        let keys = [try cases.correct("a"), try cases.correct("b")]
        for name in ["h1", "h2", "h3", "h4"] { _ = try cases.correct(name, role: .holdOut, site: "North") }
        // The old network says of these exactly what was found.
        for name in ["k5", "k6", "k7"] {
            _ = try cases.correct(name, role: .holdOut, lungs: (1, 7), site: "South")
        }
        _ = try cases.correct("m", role: .holdOut, site: "West")
        _ = try cases.correct("n", role: .holdOut)
        let job = try cases.queue(keys)
        #expect(try cases.worker().workOnce() == .held)
        let result = try #require(try cases.store.job(job.id).result)
        #expect(result.contains("Lung_L with site South (3 patients) may be worse by more than 0.005"), "\(result)")
        #expect(!result.contains("site North"))
        let report = try #require(try cases.store.model(made).evaluation)
        let subgroups = try #require(report.subgroups)
        #expect(subgroups.judged.map(\.text) == ["site North", "site North", "site South", "site South"])
        #expect(subgroups.judged.map(\.structure.isWorse) == [false, false, true, true] && report.comparisons == 6)
        #expect(subgroups.tooFew.map(\.group.text) == ["site West", "site West"])
        #expect(cases.hasSaid("Gate: too few hold-out patients to judge, 3 are needed: site West (1)."))
        #expect(
            cases.hasSaid("Gate: not known: the site of 1 of 9 hold-out cases, the scanner of 9 of 9 hold-out cases"))
    }

    @Test("without anybody to judge by, the network is held")
    func unjudged() throws {
        let cases = try CorrectedCases()
        let (job, _) = try queued(heldOut: nil, cases)
        #expect(try cases.worker().workOnce() == .held)
        #expect(try cases.store.job(job.id).result == "tiny@2: there is no hold-out patient to judge by")
        #expect(try cases.store.promotedModel(of: "tiny") == cases.model)
        #expect(cases.hasSaid("the candidate will be held, not promoted"))
    }

    @Test("what the old network proposed when a case was corrected is not asked of it again")
    func proposal() throws {
        let cases = try CorrectedCases()
        let record = try cases.register("a")
        let volume = try LoadedCase.read(record.caseSource).volume
        let own = try ModelSegmenter(
            name: cases.model, recipe: cases.recipe,
            network: ThresholdNetworks().network(
                cases.recipe.network, weights: ThresholdNetworks.weights(left: 5, right: 11),
                predictsInMixedPrecision: false))
        let now = try own.segment(volume).prediction
        #expect(try now.recipeDigest == cases.recipe.digest)
        func isProposal(
            _ recipe: String?, _ steps: [String], _ model: ModelName? = nil, without left: StructureName? = nil
        ) -> Bool {
            CandidateScores.isProposal(
                Prediction(
                    model: model ?? cases.model, recipeDigest: recipe,
                    masks: now.masks.filter { $0.key != left }, preprocessing: steps),
                of: own, like: now.renamed(made))
        }
        let (digest, steps) = (now.recipeDigest, now.preprocessing)
        #expect(isProposal(digest, steps))
        #expect(!isProposal("another", steps) && !isProposal(digest, steps + ["mirrored"]))
        #expect(!isProposal(digest, steps, made))
        for name in now.masks.keys { #expect(!isProposal(digest, steps, without: name)) }
        // As predictions said it before recipes were noted.
        #expect(isProposal(nil, ["model tiny@1, recipe tiny"] + steps))
        #expect(!isProposal(nil, steps) && !isProposal(nil, ["model tiny@1, recipe other"] + steps))
        #expect(!isProposal(digest, ["model tiny@1, recipe tiny"] + steps))
    }

    // MARK: Stopped

    @Test("a loss that is no number fails the job at once; nothing is published")
    func noNumber() throws {
        let cases = try CorrectedCases()
        let (job, _) = try queued(cases)
        let networks = ThresholdNetworks { $0 == 3 ? .nan : nil }
        #expect(try cases.worker(networks: networks).workOnce() == .failed)
        let failed = try cases.store.job(job.id)
        #expect(failed.state == .failed && failed.result?.hasPrefix("The loss of epoch 1, step 3 is nan.") == true)
        #expect(try cases.store.models().map(\.name) == [cases.model])
        #expect(try cases.store.promotedModel(of: "tiny") == cases.model)
    }

    @Test("an engine that fails is tried again, and fails the job in the end")
    func engineFails() throws {
        let networks = ThresholdNetworks { number in
            guard number != 2 else { throw EngineError.outOfMemory(doing: "training") }
            return nil
        }
        let cases = try CorrectedCases()
        let (job, _) = try queued(cases)
        #expect(try cases.worker(networks: networks).workOnce() == nil)
        #expect(try cases.store.job(job.id).state == .queued && cases.hasSaid("It is tried again in 30 seconds."))
        let other = try CorrectedCases()
        let last = try queued(other).job
        let again = ThresholdNetworks { _ in throw EngineError.outOfMemory(doing: "training") }
        #expect(try other.worker(maximumAttempts: 1, networks: again).workOnce() == .failed)
        #expect(try other.store.job(last.id).result == EngineError.outOfMemory(doing: "training").description)
    }

    @Test("a job that is cancelled while it trains ends so, and leaves what is in use alone")
    func cancelled() throws {
        let cases = try CorrectedCases()
        let (job, _) = try queued(cases)
        let networks = ThresholdNetworks { [store = cases.store] number in
            guard number == 3 else { return nil }
            _ = try store.cancelJob(job.id, by: "ben", now: Date())
            // Until the next heartbeat has heard of it.
            Thread.sleep(forTimeInterval: 3)
            return nil
        }
        #expect(try cases.worker(networks: networks).workOnce() == .cancelled)
        #expect(networks.steps == 3)
        let ended = try cases.store.job(job.id)
        #expect(ended.state == .cancelled && ended.result == "cancelled by ben")
        #expect(try cases.store.models().map(\.name) == [cases.model])
        #expect(try cases.store.promotedModel(of: "tiny") == cases.model)
    }

    @Test("a job that another worker takes over while it trains is left to that one")
    func lost() throws {
        let cases = try CorrectedCases()
        let (job, _) = try queued(cases)
        let networks = ThresholdNetworks { [store = cases.store] number in
            guard number == 3 else { return nil }
            _ = try store.takeJob(
                by: "host/2", isGone: { _ in true }, maximumAttempts: 3, now: Date(), duration: 600)
            Thread.sleep(forTimeInterval: 3)
            return nil
        }
        #expect(try cases.worker(networks: networks).workOnce() == nil)
        #expect(networks.steps == 3 && cases.hasSaid("Another worker has the job; this one stops."))
        let running = try cases.store.job(job.id)
        #expect(running.holder == "host/2" && !running.state.isFinal)
        #expect(try cases.store.models().map(\.name) == [cases.model])
    }

    // MARK: Gone on with

    /// The digest of the model that an uninterrupted job makes.
    private func uninterrupted() throws -> String {
        let cases = try CorrectedCases()
        _ = try queued(cases)
        #expect(try work(on: cases, as: "host/1", by: ThresholdNetworks()) == .promoted)
        return try cases.store.model(made).digest
    }

    @Test("a worker that is killed between two steps is followed by one that makes the same model, byte for byte")
    func killed() throws {
        struct Killed: Error {}
        let cases = try CorrectedCases()
        let (job, _) = try queued(cases)
        let first = ThresholdNetworks { number in
            // In the second epoch; the checkpoint is of the first.
            guard number < 7 else { throw Killed() }
            return nil
        }
        #expect(throws: Killed.self) { try work(on: cases, as: "host/1", by: first) }
        #expect(try cases.store.job(job.id).state == .training)
        let second = ThresholdNetworks()
        #expect(try work(on: cases, as: "host/2", by: second) == .promoted)
        #expect(second.steps == 4 && cases.hasSaid("Resuming from the checkpoint after epoch 1."))
        #expect(try cases.store.job(job.id).attempts == 2)
        #expect(try cases.store.model(made).digest == uninterrupted())
    }

    @Test("a worker that is stopped within an epoch keeps its place in it")
    func stopped() throws {
        let cases = try CorrectedCases()
        let (job, _) = try queued(cases)
        let first = ThresholdNetworks()
        #expect(try cases.worker(networks: first, isStopped: { first.steps >= 6 }).workOnce() == nil)
        #expect(first.steps == 6)
        #expect(try cases.store.job(job.id).state == .queued)
        let second = ThresholdNetworks()
        #expect(try cases.worker(networks: second).workOnce() == .promoted)
        #expect(second.steps == 2)
        #expect(try cases.store.model(made).digest == uninterrupted())
    }

    @Test("a worker that is stopped between training and judging leaves its candidate, which is not trained again")
    func stoppedBeforeJudging() throws {
        let cases = try CorrectedCases()
        let (job, _) = try queued(cases)
        let candidate = JobFolder(home: cases.home, job: job.id).candidate
        let isTrained: @Sendable () -> Bool = { FileManager.default.fileExists(atPath: candidate.path) }
        #expect(try cases.worker(isStopped: isTrained).workOnce() == nil)
        #expect(isTrained())
        #expect(try cases.store.models().count == 1 && cases.store.job(job.id).state == .queued)
        let second = ThresholdNetworks()
        #expect(try cases.worker(networks: second).workOnce() == .promoted)
        // The two that are compared.
        #expect(second.steps == 0 && second.made == 2)
        #expect(try cases.store.model(made).digest == uninterrupted())
    }

    @Test("what was published before the job could be ended is published once")
    func publishedBefore() throws {
        let cases = try CorrectedCases { MemoryCaseStore(folder: $0.url, account: "ana") }
        let (job, _) = try queued(cases)
        let store = try #require(cases.store as? MemoryCaseStore)
        let full = CaseStoreError.noSpace(path: "store", operation: "keep a replay")
        store.failNextWrites(1, of: .replays, with: full)
        #expect(throws: full) { try work(on: cases, as: "host/1", by: ThresholdNetworks()) }
        #expect(try store.models().map(\.name) == [cases.model, made])
        #expect(try store.promotedModel(of: "tiny") == cases.model && store.job(job.id).state == .evaluating)
        #expect(try work(on: cases, as: "host/2", by: ThresholdNetworks()) == .promoted)
        #expect(try store.models().map(\.name) == [cases.model, made])
        #expect(try store.promotedModel(of: "tiny") == made && store.replay(ofJob: job.id)?.cases.count == 2)
    }
}
