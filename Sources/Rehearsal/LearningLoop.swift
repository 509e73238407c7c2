import CaseStore
import CaseWork
import Cases
import Files
import Foundation
import JobWork
import Models
import Networks
import Phantoms
import Reports
import SurfaceMetrics
import Training
import Volumes

/// The whole loop without a terminal, on phantoms: predict, correct by an oracle, queue, fine-tune, judge, promote,
/// replay, round by round.
package struct LearningLoop {
    /// What is asked of a rehearsal.
    package struct Options {
        /// How many rounds of correcting, training and judging.
        package var rounds = 1
        /// Corrected cases a round.
        package var casesPerRound = 6
        /// Hold-out patients of the new site.
        package var holdOut = 4
        /// Hold-out patients of each site that the model knows.
        package var oldHoldOut = 1
        /// The new site.
        package var site = PhantomSite.siteD
        /// Columns and rows of the images; `nil` for the site's own.
        package var matrix: Int?
        /// Slices of the images; `nil` for the site's own.
        package var slices: Int?
        var seed: UInt64 = 41
        /// How many patients there are on the worklist that rounds take their cases from; 0: each round has new ones.
        package var pool = 0
        /// In which order cases are taken from the worklist.
        package var order = CaseOrder.priority
        /// Whether a held candidate is promoted by hand and the model rolled back at the end, to show it.
        package var showsRollback = false

        /// The smallest rehearsal that says something.
        package init() {}

        /// What the results depend on; rounds can be others when it goes on.
        package var text: String {
            "\(casesPerRound) cases, \(holdOut) + \(oldHoldOut) held out, \(site.name), matrix \(matrix ?? 0), slices "
                + "\(slices ?? 0), seed \(seed), roll back \(showsRollback), worklist \(pool) \(order)"
        }
    }

    /// What a rehearsal needs of the program that runs it.
    package struct Surroundings {
        /// Where models lie as files, the user's own first.
        package let modelFolders: [URL]
        /// The tolerance of surface Dice of each structure, mm.
        package let tolerance: @Sendable (StructureName) -> Millimetres
        /// How other programs name structures.
        package let conventions: StructureConventions
        /// Makes the networks of models, for predicting and for training.
        package let networks: any NetworkMaking
        /// Is told what goes on, a sentence each.
        package let say: @Sendable (String) -> Void

        /// Surroundings of a rehearsal.
        package init(
            modelFolders: [URL], tolerance: @escaping @Sendable (StructureName) -> Millimetres,
            conventions: StructureConventions, networks: any NetworkMaking, say: @escaping @Sendable (String) -> Void
        ) {
            self.modelFolders = modelFolders
            self.tolerance = tolerance
            self.conventions = conventions
            self.networks = networks
            self.say = say
        }
    }

    /// A phantom that was imported.
    struct Patient {
        let id: CaseID
        let folder: URL
        let site: String
        let name: String
    }

    let options: Options
    let home: URL
    let store: any CaseStoring
    /// What a rehearsal needs of the program that runs it.
    package let surroundings: Surroundings
    let isStopped: @Sendable () -> Bool
    var hasher: PatientHasher
    var pictures: [LoopPage.Picture] = []
    var scores: [ModelName: [LoopReport.Site]] = [:]

    /// A rehearsal in a data folder of its own.
    package init(
        _ options: Options, home: URL, store: any CaseStoring, surroundings: Surroundings,
        isStopped: @escaping @Sendable () -> Bool
    ) throws {
        (self.options, self.home, self.store, self.surroundings) = (options, home, store, surroundings)
        self.isStopped = isStopped
        hasher = try PatientHasher(keyFile: DataFolder(home).patientKey)
    }

    func say(_ text: String) { surroundings.say(text) }

    /// Runs all rounds, starting from the version in use. Where it was stopped in the midst, it goes on: rounds that are
    /// done are not done again, nor are phantoms, corrections and jobs of the one that was under way.
    package mutating func run() throws -> LoopPage {
        var report = try begun()
        if report.start.isEmpty {
            report.model = try current().rawValue
            report.newSite = options.site.name
            report.options = options.text
        }
        say("Making the hold-out patients.")
        let held = try heldOut()
        try correct(held)
        if report.start.isEmpty { report.start = try measure(held) }
        try save(report)
        let worklist = try worklist()
        for number in 1...max(1, options.rounds) {
            say("Round \(number).")
            let cases = try cases(ofRound: number, from: worklist, after: report.rounds)
            guard !cases.isEmpty else { throw WorkError("There is no case left for round \(number).") }
            if report.rounds.count >= number {
                try picture(cases, job: report.rounds[number - 1].job)
                continue
            }
            report.rounds.append(try round(number, cases, held))
            try save(report)
        }
        if options.showsRollback, report.rolledBackTo == nil {
            report.rolledBackTo = try store.rollback(
                ModelName(rawValue: report.model).base, reason: "rehearsal", by: "rehearsal", now: Date()
            ).model.rawValue
            try save(report)
        }
        return LoopPage(report: report, pictures: pictures)
    }

    /// One round: correct, queue, work, judge, measure.
    private mutating func round(_ number: Int, _ cases: [Patient], _ held: [Patient]) throws -> LoopReport.Round {
        let before = try current()
        let predictionScore = try correct(cases)
        let job = try queued(cases, model: before)
        let worker = Worker(
            store: store, home: home, modelFolders: surroundings.modelFolders, tolerance: surroundings.tolerance,
            trigger: FineTuningTrigger(afterCorrections: 0, at: nil),
            networks: surroundings.networks, tell: surroundings.say, isStopped: isStopped)
        if !job.state.isFinal { _ = try worker.workOnce() }
        if isStopped() { throw CancellationError() }
        let ended = try store.job(job.id)
        guard let candidate = try store.models().last(where: { $0.lineage.job == job.id }) else {
            throw WorkError(
                "Job \(job.id) ended without a candidate: \(ended.result ?? ended.state.rawValue)", .failed)
        }
        if ended.state == .held, options.showsRollback, try current() != candidate.name {
            _ = try store.promote(candidate.name, reason: "rehearsal: a person decides", by: "rehearsal", now: Date())
        }
        try predictAnew()
        try picture(cases, job: job.id)
        let names = Dictionary(cases.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let replay = try store.replay(ofJob: job.id)?.cases ?? []
        return LoopReport.Round(
            number: number, job: job.id, corrections: job.corrections.count, candidate: candidate.name.rawValue,
            state: ended.state.rawValue, reason: candidate.evaluation?.reasons.joined(separator: "; ") ?? "",
            predictionScore: predictionScore, cases: cases.map(\.name),
            replay: replay.compactMap { item in
                item.means.map {
                    LoopReport.Replayed(
                        name: names[item.correction.caseID] ?? item.correction.caseID.rawValue, before: $0.before,
                        after: $0.after)
                }
            }, sites: try measure(held), curve: Self.curve(home, job.id),
            subgroups: candidate.evaluation?.subgroups?.judged.count)
    }

    /// The job of a round's corrections, which may be there from before it was stopped.
    private func queued(_ cases: [Patient], model: ModelName) throws -> Job {
        let ids = Set(cases.map(\.id))
        if let job = try store.jobs().first(where: { Set($0.corrections.map(\.caseID)) == ids }) { return job }
        let chosen = try QueueSelection.select(structures: try recipe().structures, base: model.base, store: store)
            .chosen
        guard !chosen.isEmpty else { throw WorkError("No correction can be trained on.") }
        return try store.addJob(model: model, corrections: chosen.map(\.key), by: "rehearsal", now: Date())
    }

    /// The hold-out patients: of the new site, then of those that the model knows.
    private func heldOut() throws -> [Patient] {
        var held: [Patient] = []
        for number in 0..<options.holdOut { held.append(try make(options.site, 1000 + number, .holdOut)) }
        for site in PhantomSite.all {
            for number in 0..<options.oldHoldOut { held.append(try make(site, 1000 + number, .holdOut)) }
        }
        return held
    }

    /// The version in use.
    private func current() throws -> ModelName {
        try CurrentModel.resolve(nil, in: try catalogue(), store: store, by: "rehearsal", now: Date()).name
    }

    private var reportFile: URL { home.appendingPathComponent("report.json") }

    /// What was done before, if this goes on with it.
    private func begun() throws -> LoopReport {
        guard let data = try? Data(contentsOf: reportFile) else { return LoopReport() }
        guard let report = try? JSONDecoder().decode(LoopReport.self, from: data), report.options == options.text else {
            throw WorkError("\(home.path) has a rehearsal of other options. Take another folder, or remove it.")
        }
        return report
    }

    private func save(_ report: LoopReport) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try ResultFile.write(try encoder.encode(report), to: reportFile.path)
    }

    /// Makes what the first round needs and queues its job, which nobody works on.
    package mutating func prepare() throws -> Int64 {
        try correct(try heldOut())
        var cases: [Patient] = []
        for number in 1...options.casesPerRound { cases.append(try make(options.site, number, .training)) }
        try correct(cases)
        return try queued(cases, model: try current()).id
    }

    private static func curve(_ home: URL, _ job: Int64) -> String {
        let file = TrainingFolder(url: JobFolder(home: home, job: job).training).curveSVG
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.range(of: "<svg").map { String(text[$0.lowerBound...]) } ?? ""
    }

    func catalogue() throws -> ModelCatalogue {
        try InstalledModels.catalogue(store: store, home: home, folders: surroundings.modelFolders)
    }

    private func recipe() throws -> Recipe {
        guard let entry = try catalogue().preferred() else { throw WorkError("No trained model is installed.") }
        return entry.header.recipe
    }
}
