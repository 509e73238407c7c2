import CaseStore
import CaseWork
import Cases
import Foundation
import Models
import Networks
import Synchronization
import TestNetworks
import Testing
import Training
import Volumes

@testable import JobWork

/// Jobs that train a model which answers prompts, and everything that must not take it for one that segments.
@Suite("A job over prompts") struct PromptJobTests {
    /// Two cases to learn from and three to judge by, none of which has a heart, and a job that waits.
    private func queued(_ prompted: PromptedCases) throws -> (job: Job, keys: [CorrectionKey]) {
        let keys = [try prompted.correct("a"), try prompted.correct("b")]
        for name in ["h1", "h2", "h3"] { _ = try prompted.correct(name, role: .holdOut) }
        let added = try QueueSelection.add(
            "answers", isDry: false, in: try prompted.catalogue(), store: prompted.store, by: "ana", now: Date())
        return (try #require(added.job), keys)
    }

    @Test(
        "a network that needs fewer prompts is promoted; there is no replay, and the report says what its numbers are")
    func promoted() throws {
        let prompted = try PromptedCases()
        let (job, keys) = try queued(prompted)
        #expect(job.model == prompted.model && Set(job.corrections) == Set(keys))
        let networks = BrightnessNetworks()
        #expect(try prompted.cases.worker(networks: networks).workOnce() == .promoted)
        #expect(networks.steps == 4)
        let made = ModelName(rawValue: "answers@2")
        #expect(try prompted.store.promotedModel(of: "answers") == made)
        #expect(try prompted.store.promotedModel(of: "tiny") == prompted.cases.model)
        let report = try #require(try prompted.store.model(made).evaluation)
        #expect(report.holdOut.map(\.name) == [.lungLeft] && report.holdOut[0].pairs.count == 3)
        #expect(
            report.holdOut[0].pairs.allSatisfy { $0.patient.hasPrefix("patient ") && $0.candidate > $0.incumbent + 0.1 }
        )
        #expect(report.corrected[0].pairs.map(\.patient).sorted() == keys.map { "case \($0.caseID)" }.sorted())
        let prompts = try #require(report.prompts)
        #expect(prompts.slices >= 3 * 4 && prompts.candidateMedian == 1 && prompts.unmeasured == [.heart])
        #expect(prompts.incumbentMedian ?? .max > 1)
        #expect(report.measure == "area under the curve by prompts")
        #expect(report.reasons.contains("no hold-out patient has Heart, so nothing was measured there"))
        #expect(try prompted.store.replay(ofJob: job.id) == nil)
        #expect(
            prompted.cases.hasSaid("answers@2 answers prompts and predicts nothing by itself, so there is no replay."))
        let file = try ModelFile(contentsOf: prompted.store.file(of: prompted.store.model(made)))
        #expect(file.header.purpose == .answeringPrompts && file.header.recipe == prompted.recipe)
        #expect((0.1...0.6).contains(file.weights[0].values[0]))
    }

    @Test("a network of libtorch goes the same way, from the queue to its candidate and the gate's figures")
    func libtorch() throws {
        let networks = TorchNetworks()
        let weights = try networks.network(PromptedCases.recipe.network, seed: 3).weights()
        let prompted = try PromptedCases(weights: weights)
        let (job, _) = try queued(prompted)
        let state = try #require(try prompted.cases.worker(networks: networks).workOnce())
        #expect(state == .held || state == .promoted)
        let version = try prompted.store.model(ModelName(rawValue: "answers@2"))
        let report = try #require(version.evaluation)
        #expect(report.passes == (state == .promoted) && version.lineage.job == job.id)
        #expect(report.holdOut.flatMap(\.pairs).count == 3 && (report.prompts?.slices ?? 0) >= 12)
        #expect(
            report.holdOut.flatMap(\.pairs).allSatisfy {
                (0...1).contains($0.incumbent) && (0...1).contains($0.candidate)
            })
        let file = try ModelFile(contentsOf: try prompted.store.file(of: version))
        #expect(file.header.purpose == .answeringPrompts && file.weights.map(\.name) == weights.map(\.name))
        #expect(file.weights != weights)
    }

    @Test("one that forgets how is held, with how many prompts it needs, and the old one stays in use")
    func held() throws {
        let prompted = try PromptedCases(threshold: 0.35)
        let (job, _) = try queued(prompted)
        #expect(try prompted.cases.worker(networks: BrightnessNetworks(misledTo: 0.9)).workOnce() == .held)
        #expect(try prompted.store.promotedModel(of: "answers") == prompted.model)
        let report = try #require(try prompted.store.model(ModelName(rawValue: "answers@2")).evaluation)
        let prompts = try #require(report.prompts)
        #expect(prompts.needsMore && prompts.incumbentMedian == 1)
        #expect(report.reasons.contains { $0.hasPrefix("Lung_L may be worse by more than 0.005") })
        #expect(report.reasons.contains { $0.contains("hold-out slice") && $0.contains("0.99") })
        #expect(try prompted.store.job(job.id).result?.contains("0.99") == true)
    }

    @Test("the same job comes to the same candidate and the same figures")
    func repeated() throws {
        func run() throws -> (String, GateReport?) {
            let prompted = try PromptedCases()
            _ = try queued(prompted)
            _ = try prompted.cases.worker(networks: BrightnessNetworks()).workOnce()
            let version = try prompted.store.model(ModelName(rawValue: "answers@2"))
            return (version.digest, version.evaluation)
        }
        let (first, second) = (try run(), try run())
        #expect(first.0 == second.0 && first.1?.prompts == second.1?.prompts)
        // Patients are called otherwise in each store.
        func areas(_ report: GateReport?) -> [Double] {
            (report?.holdOut.flatMap(\.pairs) ?? []).flatMap { [$0.incumbent, $0.candidate] }.sorted()
        }
        #expect(areas(first.1).count == 6 && areas(first.1) == areas(second.1))
    }

    @Test("where no slice of the corrections was seen as the network sees it, the log says that nothing is learnt")
    func unseen() throws {
        let cases = try CorrectedCases()
        _ = try cases.correct("all")
        let partly = try cases.correct("partly", seen: [1])
        let summary = try #require(try cases.store.corrections().corrections.first { $0.key == partly })
        let job = try cases.queue([partly])
        let lease = try #require(
            try cases.store.takeJob(
                by: "host/1", isGone: { _ in true }, maximumAttempts: 1, now: Date(), duration: 600))
        #expect(lease.job.id == job.id)
        let heart = JobHeart(lease, store: cases.store, isAsked: { false })
        defer { heart.stop() }
        func said(spacing: Double) throws -> Bool {
            var recipe = CorrectedCases.recipe
            recipe.preprocessing.spacing = Spacing(x: 2, y: 2, z: spacing)
            let lines = Mutex<[String]>([])
            _ = try TrainingSet(
                corrected: [summary], earlier: [], holdOut: [], recipe: recipe,
                parent: try cases.store.model(cases.model), home: cases.home, store: cases.store, heart: heart,
                log: JobLog(nil, tell: { line in lines.withLock { $0.append(line) } }))
            return lines.withLock { $0.contains { $0.contains("No slice of the corrections counts") } }
        }
        #expect(try !said(spacing: 3))
        #expect(try said(spacing: 2))
    }

    @Test("what was proposed is prepared beside the correction, and for a model that segments it is not")
    func proposals() throws {
        let prompted = try PromptedCases()
        let key = try prompted.correct("a")
        let summary = try #require(try prompted.store.corrections().corrections.first { $0.key == key })
        let heart = JobHeart(try leased(prompted, [key]), store: prompted.store, isAsked: { false })
        defer { heart.stop() }
        let set = try TrainingSet(
            corrected: [summary], earlier: [], holdOut: [], recipe: prompted.recipe,
            parent: try prompted.store.model(prompted.model), home: prompted.cases.home, store: prompted.store,
            heart: heart, log: JobLog(nil, tell: nil))
        let patient = try #require(set.training.first)
        #expect(patient.hasProposals && patient.isLabelled == [true, false])
        let (proposed, truth) = (try #require(patient.proposals(slice: 1)), patient.labels(slice: 1))
        let missing = zip(proposed, truth).count { $0 & 1 == 0 && $1 & 1 == 1 }
        #expect(missing > 20 && !zip(proposed, truth).contains { $0 & 1 == 1 && $1 & 1 == 0 })
        // What a network that segments is prepared with has none.
        let plain = try TrainingSet(
            corrected: [summary], earlier: [], holdOut: [], recipe: CorrectedCases.recipe,
            parent: try prompted.store.model(prompted.cases.model), home: prompted.cases.home, store: prompted.store,
            heart: heart, log: JobLog(nil, tell: nil))
        #expect(plain.training.map(\.hasProposals) == [false])
    }

    private func leased(_ prompted: PromptedCases, _ keys: [CorrectionKey]) throws -> JobLease {
        _ = try prompted.store.addJob(model: prompted.model, corrections: keys, by: "ana", now: Date())
        return try #require(
            try prompted.store.takeJob(
                by: "host/1", isGone: { _ in true }, maximumAttempts: 1, now: Date(), duration: 600))
    }

    @Test(
        "only seen slices of the recipe's structures are corrected to judge by, and every kind of error where it can be"
    )
    func judged() throws {
        let prompted = try PromptedCases(threshold: 0.35)
        _ = try prompted.correct("h", role: .holdOut)
        let summaries = try prompted.store.corrections().corrections
        let file = try ModelFile(contentsOf: prompted.store.file(of: prompted.store.model(prompted.model)))
        let networks = BrightnessNetworks()
        func answerer(_ name: String) throws -> ModelAnswerer {
            try ModelAnswerer(file, as: ModelName(rawValue: name), networks: networks)
        }
        func scores(_ structures: [StructureName]) throws -> PromptScores {
            let setting = PromptScores.Setting(
                incumbent: try answerer("x@1"), candidate: try answerer("x@2"), structures: structures,
                patients: try prompted.store.patients(), store: prompted.store, isStopped: { false })
            return try PromptScores(summaries, isByCase: false, setting) { _, _ in }
        }
        let own = try scores([.lungLeft]).curves.slices
        #expect(!own.isEmpty && Set(own.map(\.structure)) == ["Lung_L"])
        #expect(Set(own.map(\.method)) == ["x@1", "x@2"])
        #expect(Set(own.map(\.kind)).isSuperset(of: ["bite", "bump", "missing", "island"]))
        // The same network under two names: the same errors, and the same outcome.
        func rows(_ method: String) -> [[Double]] { own.filter { $0.method == method }.map(\.scores) }
        #expect(rows("x@1") == rows("x@2"))
        #expect(try scores([.heart]).curves.slices.isEmpty)
        let volume = try LoadedCase.read(CaseSource(url: prompted.cases.image("h"))).volume
        let seen = try PromptStudy(methods: [.graphCut]).run(
            on: PromptStudy.Subject(
                patient: "p", drawnBy: "p", volume: volume,
                masks: [.lungLeft: Mask(geometry: volume.geometry, where: PromptedCases.isInside)], names: [.lungLeft],
                seen: [2])
        ) { _, _ in }
        #expect(!seen.isEmpty && seen.allSatisfy { $0.slice == 3 })
    }

    @Test("errors are told apart by the sites of the cases that they are painted on")
    func subgroups() throws {
        let prompted = try PromptedCases(threshold: 0.35)
        for (name, site) in [("h", "North"), ("i", "South"), ("j", "South")] {
            _ = try prompted.correct(name, role: .holdOut, site: site)
        }
        let file = try ModelFile(contentsOf: prompted.store.file(of: prompted.store.model(prompted.model)))
        func answerer(_ name: String) throws -> ModelAnswerer {
            try ModelAnswerer(file, as: ModelName(rawValue: name), networks: BrightnessNetworks())
        }
        let setting = PromptScores.Setting(
            incumbent: try answerer("x@1"), candidate: try answerer("x@2"), structures: [.lungLeft],
            patients: try prompted.store.patients(), store: prompted.store, isStopped: { false })
        let scores = try PromptScores(try prompted.store.corrections().corrections, isByCase: false, setting) { _, _ in
        }
        let groups = scores.subgroups.groups
        #expect(groups.map(\.group.text) == ["site North", "site South", "slices 1.5–3 mm"])
        #expect(groups.map { $0.scores.map(\.name) } == [[.lungLeft], [.lungLeft], [.lungLeft]])
        #expect(groups.map { $0.scores[0].pairs.count } == [1, 2, 3])
        // Each patient is in the group of his site with the score that he has among all.
        let all = Set(try #require(scores.scores.first).pairs)
        #expect(all.count == 3 && Set(groups.prefix(2).flatMap { $0.scores[0].pairs }) == all)
        #expect(Set(groups[2].scores[0].pairs) == all)
        #expect(scores.subgroups.unknown.map(\.kind) == [.scanner, .kernel])
    }

    // MARK: Nobody takes one for the other

    @Test("whoever names no model trains, predicts and rolls back the one that segments, whichever was put in use last")
    func purposes() throws {
        let prompted = try PromptedCases()
        let catalogue = try prompted.catalogue()
        #expect(catalogue.inUse.map(\.rawValue) == ["answers@1", "tiny@1"])
        #expect(try QueueSelection.model(nil, in: catalogue).header.name == prompted.cases.model)
        #expect(try QueueSelection.model("answers", in: catalogue).header.name == prompted.model)
        let now = Date()
        #expect(
            try CurrentModel.resolve(nil, in: catalogue, store: prompted.store, by: "ana", now: now).name
                == prompted.cases.model)
        #expect(
            try CurrentModel.resolve("answers", in: catalogue, store: prompted.store, by: "ana", now: now).name
                == prompted.model)
        #expect(try ModelChoice.find(nil, in: catalogue).name == prompted.cases.model)
        #expect(catalogue.newestInUse() == prompted.cases.model)
        #expect(catalogue.newestInUse(for: .answeringPrompts) == prompted.model)
        let news = TrainingNews(
            store: prompted.store, home: prompted.cases.home, catalogue: { try prompted.catalogue() }, trigger: { 0 })
        let lists = try news.read(chosen: nil)
        #expect(lists.answerers == [prompted.model] && lists.newestBase == "tiny")
        #expect(try news.plan().model == prompted.cases.model && news.plan("answers").model == prompted.model)
    }

    @Test("what is queued on the screen trains the model that it was shown for")
    func queuedOnScreen() throws {
        let prompted = try PromptedCases()
        let key = try prompted.correct("a")
        let news = TrainingNews(
            store: prompted.store, home: prompted.cases.home, catalogue: { try prompted.catalogue() }, trigger: { 0 })
        #expect(try news.queue([key], on: prompted.model, by: "ana").model == prompted.model)
        #expect(try news.queue([key], on: prompted.cases.model, by: "ana").model == prompted.cases.model)
        #expect(
            try news.promote(prompted.cases.model, reason: nil, by: "ana")
                == "tiny@1 is in use now, from the next prediction on")
        #expect(
            try news.promote(prompted.model, reason: nil, by: "ana")
                == "answers@1 answers prompts from the next start of the review on")
    }

    @Test("a job that is queued by itself trains the model that segments")
    func pulled() throws {
        let prompted = try PromptedCases()
        _ = try prompted.correct("a")
        let worker = Worker(
            store: prompted.store, home: prompted.cases.home, modelFolders: [], tolerance: { _ in 2 },
            trigger: FineTuningTrigger(afterCorrections: 1, at: nil), networks: ThresholdNetworks(),
            isStopped: { false })
        try worker.run(once: true)
        #expect(try prompted.store.jobs().map(\.model) == [prompted.cases.model])
    }

    @Test("cases are predicted anew by the model that segments, and by none where only the other one is in use")
    func repredicted() throws {
        let prompted = try PromptedCases()
        let old = try prompted.cases.register("old", model: .baseline)
        func run(_ catalogue: ModelCatalogue) throws -> Int {
            try Repredictor(
                store: prompted.store, home: prompted.cases.home, catalogue: catalogue, networks: ThresholdNetworks(),
                log: JobLog(nil, tell: nil)
            ).run(isStopped: { false })
        }
        let catalogue = try prompted.catalogue()
        let alone = ModelCatalogue(
            folders: [], registered: catalogue.registered.filter { $0.header.name == prompted.model },
            inUse: [prompted.model])
        #expect(try run(alone) == 0)
        #expect(try run(catalogue) == 1)
        let newest = try #require(try prompted.store.newestPrediction(for: old.id))
        #expect(try prompted.store.prediction(newest).model == prompted.cases.model)
    }

    @Test("a model for another purpose is no version of one, and a job never goes on from such a version")
    func names() throws {
        let prompted = try PromptedCases()
        let file = prompted.cases.folder.file("wrong.safetensors")
        try ModelFile(
            name: ModelName(rawValue: "tiny@1"), recipe: prompted.recipe, weights: BrightnessNetworks.weights(0.3)
        ).write(to: file)
        let header = try ModelFile.header(of: file)
        do {
            _ = try CurrentModel.publish(file, header: header, note: "a test's", prompted.store, "ana", Date())
            Issue.record("a model that answers prompts became a version of one that segments")
        } catch let error as WorkError {
            #expect(error.description.hasPrefix("tiny@1 segments images, and this model answers prompts"))
        }
        #expect(
            try CurrentModel.publish(
                file, header: header, as: "other", note: "a test's", prompted.store, "ana", Date()
            ).name.rawValue == "other@1")
        // A store from before that was checked.
        let job = try prompted.cases.queue([try prompted.cases.correct("good")])
        let wrong = try prompted.store.publish(
            file, as: "tiny", lineage: CurrentModel.lineage(of: header, note: ""), evaluation: nil, by: "ana",
            now: Date())
        _ = try prompted.store.promote(wrong.name, reason: nil, by: "ana", now: Date())
        #expect(try prompted.cases.worker().workOnce() == .failed)
        #expect(
            try prompted.store.job(job.id).result?.hasPrefix(
                "tiny@1 segments images, and tiny@2, which is in use, answers")
                == true)
    }

    @Test("what each tool drew and took is read from the journals")
    func tools() throws {
        let prompted = try PromptedCases()
        let key = try prompted.correct("a")
        let without = try prompted.cases.correct("b")
        let summaries = try prompted.store.corrections().corrections
        let found = try ToolEffort.ofCorrections(summaries, in: prompted.store)
        #expect(found.warnings.isEmpty && found.efforts[without] == [])
        let tools = try #require(found.efforts[key])
        #expect(tools.map(\.tool) == ["carry", "refine"] && tools.map(\.steps) == [1, 1])
        // The pause before the second step is longer than what counts.
        #expect(tools.map(\.seconds) == [60, 20])
        #expect(
            tools[1].addedPathLength.value > 0 && tools[0].addedPathLength.value == 3 * tools[1].addedPathLength.value)
    }
}
