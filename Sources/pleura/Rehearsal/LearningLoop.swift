import CaseStore
import CaseWork
import Cases
import Foundation
import ImageFormats
import Learning
import Phantoms
import SurfaceMetrics
import Volumes

/// The whole loop without a terminal, on phantoms: predict, correct by an oracle, queue, fine-tune, judge, promote,
/// replay, round by round.
struct LearningLoop {
    struct Options {
        var rounds = 1
        var casesPerRound = 6
        var holdOut = 4
        /// Hold-out patients of each site that the model knows.
        var oldHoldOut = 1
        var site = PhantomSite.siteD
        var matrix: Int?
        var slices: Int?
        var seed: UInt64 = 41
        var threads: Int?
        /// How many patients there are on the worklist that rounds take their cases from; 0: each round has new ones.
        var pool = 0
        var order = CaseOrder.priority
        /// Whether a held candidate is promoted by hand and the model rolled back at the end, to show it.
        var showsRollback = false

        /// What the results depend on; rounds and threads can be others when it goes on.
        var text: String {
            "\(casesPerRound) cases, \(holdOut) + \(oldHoldOut) held out, \(site.name), matrix \(matrix ?? 0), slices "
                + "\(slices ?? 0), seed \(seed), roll back \(showsRollback), worklist \(pool) \(order)"
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
    let program: Program
    let isStopped: @Sendable () -> Bool
    var hasher: PatientHasher
    var pictures: [LoopPage.Picture] = []
    var scores: [ModelName: [LoopReport.Site]] = [:]

    init(
        _ options: Options, home: URL, store: any CaseStoring, program: Program,
        isStopped: @escaping @Sendable () -> Bool
    ) throws {
        (self.options, self.home, self.store, self.program) = (options, home, store, program)
        self.isStopped = isStopped
        hasher = try PatientHasher(keyFile: home.appendingPathComponent("patients.key"))
    }

    func say(_ text: String) { Output.note(text) }

    /// Runs all rounds, starting from the version in use. Where it was stopped in the midst, it goes on: rounds that are
    /// done are not done again, nor are phantoms, corrections and jobs of the one that was under way.
    mutating func run() throws -> LoopPage {
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
            guard !cases.isEmpty else { throw ProgramError("There is no case left for round \(number).") }
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
        let worker = Worker(store: store, home: home, program: program, threads: options.threads, isStopped: isStopped)
        if !job.state.isFinal { _ = try worker.workOnce() }
        if isStopped() { throw CancellationError() }
        let ended = try store.job(job.id)
        guard let candidate = try store.models().last(where: { $0.lineage.job == job.id }) else {
            throw ProgramError(
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
            }, sites: try measure(held), curve: Self.curve(home, job.id))
    }

    /// The job of a round's corrections, which may be there from before it was stopped.
    private func queued(_ cases: [Patient], model: ModelName) throws -> Job {
        let ids = Set(cases.map(\.id))
        if let job = try store.jobs().first(where: { Set($0.corrections.map(\.caseID)) == ids }) { return job }
        let chosen = try QueueSelection.select(structures: try recipe().structures, base: model.base, store: store)
            .chosen
        guard !chosen.isEmpty else { throw ProgramError("No correction can be trained on.") }
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
            throw ProgramError("\(home.path) has a rehearsal of other options. Take another folder, or remove it.")
        }
        return report
    }

    private func save(_ report: LoopReport) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try Output.write(try encoder.encode(report), to: reportFile.path)
    }

    /// Makes what the first round needs and queues its job, which nobody works on.
    mutating func prepare() throws -> Int64 {
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
        try InstalledModels.catalogue(store: store, home: home, folders: program.modelFolders(home: home))
    }

    private func recipe() throws -> Recipe {
        guard let entry = try catalogue().preferred() else { throw ProgramError("No trained model is installed.") }
        return entry.header.recipe
    }
}
