import CaseStore
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
        /// Whether a held candidate is promoted by hand and the model rolled back at the end, to show it.
        var showsRollback = false
    }

    /// A phantom that was imported.
    private struct Patient {
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
    private var hasher: PatientHasher
    private var pictures: [LoopPage.Picture] = []
    private var scores: [ModelName: [LoopReport.Site]] = [:]

    init(
        _ options: Options, home: URL, store: any CaseStoring, program: Program,
        isStopped: @escaping @Sendable () -> Bool
    ) throws {
        (self.options, self.home, self.store, self.program) = (options, home, store, program)
        self.isStopped = isStopped
        hasher = try PatientHasher(keyFile: home.appendingPathComponent("patients.key"))
    }

    private func say(_ text: String) { Output.note(text) }

    /// Runs all rounds, starting from the version in use.
    mutating func run() throws -> LoopPage {
        var report = LoopReport()
        let first = try CurrentModel.resolve(nil, in: try catalogue(), store: store, by: "rehearsal", now: Date())
        report.model = first.name.rawValue
        report.newSite = options.site.name
        say("Making the hold-out patients.")
        var held: [Patient] = []
        for number in 0..<options.holdOut { held.append(try make(options.site, 1000 + number, .holdOut)) }
        for site in PhantomSite.all {
            for number in 0..<options.oldHoldOut { held.append(try make(site, 1000 + number, .holdOut)) }
        }
        try correct(held)
        report.start = try measure(held)
        for number in 1...max(1, options.rounds) {
            say("Round \(number).")
            var cases: [Patient] = []
            for index in 0..<options.casesPerRound {
                cases.append(try make(options.site, (number - 1) * options.casesPerRound + index + 1, .training))
            }
            let before = try store.promotedModel(of: first.name.base) ?? first.name
            let predictionScore = try correct(cases)
            let selection = try QueueSelection.select(
                structures: try recipe().structures, base: first.name.base, store: store)
            guard !selection.chosen.isEmpty else { throw ProgramError("No correction can be trained on.") }
            let job = try store.addJob(
                model: before, corrections: selection.chosen.map(\.key), by: "rehearsal", now: Date())
            let worker = Worker(
                store: store, home: home, program: program, threads: options.threads, isStopped: isStopped)
            _ = try worker.workOnce()
            let ended = try store.job(job.id)
            guard let candidate = try store.models().last(where: { $0.lineage.job == job.id }) else {
                throw ProgramError(
                    "Job \(job.id) ended without a candidate: \(ended.result ?? ended.state.rawValue)", .failed)
            }
            if ended.state == .held, options.showsRollback {
                _ = try store.promote(
                    candidate.name, reason: "rehearsal: a person decides", by: "rehearsal", now: Date())
            }
            try picture(cases, job: job.id)
            let names = Dictionary(cases.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
            let replay = try store.replay(ofJob: job.id)?.cases ?? []
            report.rounds.append(
                LoopReport.Round(
                    number: number, job: job.id, corrections: selection.chosen.count,
                    candidate: candidate.name.rawValue, state: ended.state.rawValue,
                    reason: candidate.evaluation?.reasons.joined(separator: "; ") ?? "",
                    predictionScore: predictionScore,
                    replay: replay.compactMap { item in
                        item.means.map {
                            LoopReport.Replayed(
                                name: names[item.correction.caseID] ?? item.correction.caseID.rawValue,
                                before: $0.before, after: $0.after)
                        }
                    }, sites: try measure(held), curve: Self.curve(home, job.id)))
        }
        if options.showsRollback {
            report.rolledBackTo = try store.rollback(
                first.name.base, reason: "rehearsal", by: "rehearsal", now: Date()
            ).model.rawValue
        }
        return LoopPage(report: report, pictures: pictures)
    }

    /// Makes what the first round needs and queues its job, which nobody works on.
    mutating func prepare() throws -> Int64 {
        let model = try CurrentModel.resolve(nil, in: try catalogue(), store: store, by: "rehearsal", now: Date())
        var held: [Patient] = []
        for number in 0..<options.holdOut { held.append(try make(options.site, 1000 + number, .holdOut)) }
        try correct(held)
        var cases: [Patient] = []
        for number in 1...options.casesPerRound { cases.append(try make(options.site, number, .training)) }
        try correct(cases)
        let chosen = try QueueSelection.select(
            structures: try recipe().structures, base: model.name.base, store: store
        ).chosen
        return try store.addJob(model: model.name, corrections: chosen.map(\.key), by: "rehearsal", now: Date()).id
    }

    private static func curve(_ home: URL, _ job: Int64) -> String {
        let file = TrainingFolder(url: JobFolder(home: home, job: job).training).curveSVG
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.range(of: "<svg").map { String(text[$0.lowerBound...]) } ?? ""
    }

    private func catalogue() throws -> ModelCatalogue {
        try InstalledModels.catalogue(store: store, home: home, folders: program.modelFolders(home: home))
    }

    private func recipe() throws -> Recipe {
        guard let entry = try catalogue().preferred() else { throw ProgramError("No trained model is installed.") }
        return entry.header.recipe
    }

    // MARK: Patients

    /// Makes a phantom with disease, imports it and says what it is for.
    private func make(_ site: PhantomSite, _ number: Int, _ role: PatientRole) throws -> Patient {
        if isStopped() { throw CancellationError() }
        let name = "\(site.name)-\(role == .holdOut ? "held" : "case")-\(number)"
        let folder = home.appendingPathComponent("phantoms/\(name)")
        let image = folder.appendingPathComponent("ct.nii.gz")
        if !FileManager.default.fileExists(atPath: image.path) {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let phantom = try ThoraxPhantom.generate(
                PhantomSpecification(
                    seed: options.seed, patient: number, site: site, matrix: options.matrix, slices: options.slices,
                    pathologies: Self.pathologies(at: site, number)))
            for structure in [StructureName.lungLeft, .lungRight] {
                guard let mask = phantom.masks[structure.rawValue] else { continue }
                try NiftiFile.write(mask, to: folder.appendingPathComponent("\(structure).nii.gz"))
            }
            // Last, so that a patient who was cut off is made again.
            try NiftiFile.write(phantom.volume, to: image)
        }
        let loaded = try LoadedCase.read(CaseSource(url: image))
        try store.register(loaded.record, by: "rehearsal", now: Date())
        try store.assignPatient(
            hasher.hash(name), to: loaded.record.id, holdOutShare: role == .holdOut ? 1 : 0, by: "rehearsal",
            now: Date())
        return Patient(id: loaded.record.id, folder: folder, site: site.name, name: name)
    }

    /// What a patient has: at each site one thing after another, and fibrosis with it at the site where all have that.
    private static func pathologies(at site: PhantomSite, _ number: Int) -> Set<Pathology> {
        let scarred: [Set<Pathology>] = [[], [.nodules], [.mass], [], [.effusion]]
        let others: [Set<Pathology>] = [[.effusion], [.consolidation], [.atelectasis], [.mass, .nodules], []]
        guard site.percentFibrosis == 100 else { return others[number % others.count] }
        return scarred[number % scarred.count].union([.fibrosis])
    }

    private func truth(_ patient: Patient, on grid: GridGeometry) throws -> [StructureName: Mask] {
        var masks = try StructureFiles.read(patient.folder, on: grid, frameOfReferenceUID: "")
        if let left = masks[.lungLeft], let right = masks[.lungRight] { masks[.lungs] = try left.union(right) }
        return masks
    }

    private func predictor() throws -> CasePredictor {
        guard let entry = try catalogue().preferred() else { throw ProgramError("No trained model is installed.") }
        return CasePredictor(
            ModelChoice(kind: .model(entry), isNamed: true), device: .cpu, options: PredictionOptions())
    }

    /// Predicts cases and lets the oracle review them.
    /// - Returns: the mean surface Dice of the predictions against what was filed.
    @discardableResult
    private func correct(_ patients: [Patient]) throws -> Double {
        let predictor = try predictor()
        var values: [Double] = []
        for patient in patients {
            if isStopped() { throw CancellationError() }
            let loaded = try LoadedCase.read(CaseSource(url: patient.folder.appendingPathComponent("ct.nii.gz")))
            let prediction = try predictor.predict(loaded.volume).prediction
            _ = try store.save(prediction, for: patient.id, by: "rehearsal", now: Date())
            let correction = try CorrectionOracle(store: store).review(
                patient.id, truth: try truth(patient, on: loaded.volume.geometry),
                tolerance: { program.settings.tolerance(of: $0) })
            values += correction.outcomes.compactMap(\.surfaceDiceAgainstPrediction)
        }
        return values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    // MARK: Measuring

    /// Hold-out patients by site with the version in use, against the truth.
    private mutating func measure(_ held: [Patient]) throws -> [LoopReport.Site] {
        let predictor = try predictor()
        if let known = scores[predictor.choice.name] { return known }
        say("Measuring \(predictor.choice.name) on the hold-out.")
        var values: [String: [Double]] = [:]
        for patient in held {
            if isStopped() { throw CancellationError() }
            let loaded = try LoadedCase.read(CaseSource(url: patient.folder.appendingPathComponent("ct.nii.gz")))
            let masks = try predictor.predict(loaded.volume).prediction.masks
            let truth = try truth(patient, on: loaded.volume.geometry)
            let each = try masks.keys.sorted().compactMap { name -> Double? in
                guard let mask = masks[name], let wanted = truth[name] else { return nil }
                return try SurfaceMeasurement.measure(
                    reference: wanted, test: mask, tolerances: [2], contents: .scores
                ).agreements[0].surfaceDice
            }
            values[patient.site, default: []].append(each.reduce(0, +) / Double(max(1, each.count)))
        }
        let sites = values.keys.sorted().map { site in
            let sorted = (values[site] ?? []).sorted()
            let middle = sorted.count / 2
            let median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
            return LoopReport.Site(site: site, patients: sorted.count, median: median, worst: sorted[0])
        }
        scores[predictor.choice.name] = sites
        return sites
    }

    /// The slice of the first case on which the old proposal was most wrong.
    private mutating func picture(_ cases: [Patient], job: Int64) throws {
        guard
            let replayed = try store.replay(ofJob: job)?.cases.first(where: { item in
                cases.contains { $0.id == item.correction.caseID }
            }), let patient = cases.first(where: { $0.id == replayed.correction.caseID })
        else { return }
        let loaded = try LoadedCase.read(CaseSource(url: patient.folder.appendingPathComponent("ct.nii.gz")))
        let truth = try truth(patient, on: loaded.volume.geometry)
        let before = try store.prediction(PredictionID(rawValue: replayed.predictionBefore)).masks
        let after = try store.prediction(PredictionID(rawValue: replayed.predictionAfter)).masks
        func union(_ masks: [StructureName: Mask]) throws -> Mask {
            try masks.filter { [.lungLeft, .lungRight, .lungs].contains($0.key) }.values
                .reduce(Mask(geometry: loaded.volume.geometry)) { try $0.union($1) }
        }
        let (exact, old, new) = (try union(truth), try union(before), try union(after))
        let wrong = try exact.symmetricDifference(old).slices.map(\.count)
        guard let z = wrong.indices.max(by: { wrong[$0] < wrong[$1] }) else { return }
        pictures.append(
            LoopPage.Picture(
                title: "\(patient.name), slice \(z + 1)",
                bitmap: LoopPage.bitmap(
                    loaded.volume, slice: z,
                    outlines: [(exact, [0, 200, 80]), (old, [230, 60, 60]), (new, [70, 140, 255])])))
    }
}
