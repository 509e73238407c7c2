import CaseStore
import CaseWork
import Cases
import Digests
import Files
import Foundation
import Models
import Phantoms
import Training
import Volumes

/// What a job trains on, made ready: corrections with a weight a slice, some of earlier jobs beside them, base data, and
/// the hold-out.
struct TrainingSet {
    var training: [CachedPatient] = []
    var validation: [CachedPatient] = []
    var plan: TrainingPlan
    /// SHA-256 over everything above.
    var digest = ""

    /// Prepares slices that are not in the cache yet.
    /// - Throws: `CancellationError`; ``WorkError``, ``DatasetError`` naming a case by its key.
    init(
        corrected: [CorrectionSummary], earlier: [CorrectionSummary], holdOut: [CorrectionSummary], recipe: Recipe,
        parent: ModelVersion, home: URL, store: any CaseStoring, heart: JobHeart, log: JobLog
    ) throws {
        let settings = recipe.fineTuning
        plan = TrainingPlan(patients: [], slicesPerEpoch: settings.slicesPerEpoch, replayShare: settings.replayShare)
        let cache = try SliceCache(home: home, recipe: recipe)
        let summary = SHA256Digest()
        summary.update("parent \(parent.digest)\nrecipe \(try recipe.digest)\n")
        let cases = corrected.count + earlier.count + holdOut.count
        let total = Double(max(1, cases + settings.replayPatients))
        var done = 0.0
        func next(_ activity: String) throws {
            try heart.check()
            heart.tell(0.15 * done / total, activity)
            done += 1
        }
        func read(_ item: CorrectionSummary) throws -> CorrectedCase {
            let own = try CorrectedCase(item, patient: nil, in: store)
            for warning in own.warnings { log.say("Case \(own.key.caseID): \(warning)") }
            let lacking = recipe.structures.filter { own.masks[$0] == nil }.map(\.rawValue)
            if !lacking.isEmpty {
                log.say(
                    "Case \(own.key.caseID) was not corrected for \(lacking.joined(separator: ", ")): nothing of it is "
                        + "learnt from this case.")
            }
            return own
        }
        for item in corrected {
            try next("preparing case \(Int(done) + 1) of \(cases)")
            let own = try read(item)
            let proposed = try store.prediction(own.prediction).masks
            let (patient, name) = try Self.open(own, recipe, cache, proposed: proposed)
            let emphasis = try SliceEmphasis.measure(
                own.volume, corrected: own.masks, predicted: proposed, recipe: recipe, gain: settings.errorEmphasis)
            training.append(patient)
            plan.patients.append(TrainingPlan.Patient(emphasis: emphasis, isReplayed: false))
            summary.update("corrected \(name) \(emphasis.map { "\($0)" }.joined(separator: ","))\n")
        }
        for item in earlier {
            try next("preparing case \(Int(done) + 1) of \(cases)")
            let own = try read(item)
            let (patient, name) = try Self.open(
                own, recipe, cache,
                proposed: recipe.prompts == nil ? nil : try store.prediction(own.prediction).masks)
            add(patient, isReplayed: false)
            summary.update("earlier \(name)\n")
        }
        for item in holdOut {
            try next("preparing case \(Int(done) + 1) of \(cases)")
            let (patient, name) = try Self.open(try read(item), recipe, cache)
            validation.append(patient)
            summary.update("hold-out \(name)\n")
        }
        if settings.replayShare > 0, BasePatient.knows(recipe) {
            for number in 0..<settings.replayPatients {
                try next("preparing base patient \(number + 1) of \(settings.replayPatients)")
                let base = BasePatient(number: number, seed: UInt64(settings.replaySeed), recipe: recipe)
                let patient = try cache.open(base.listed, structures: recipe.structures.map(\.rawValue)) {
                    try base.prepared()
                }
                add(patient, isReplayed: true)
                summary.update("base \(base.listed.image.digest)\n")
            }
        } else if settings.replayShare > 0 {
            log.say("There is no base data of \(recipe.structures.map(\.rawValue)), so nothing is replayed.")
        }
        if !training.prefix(corrected.count).contains(where: { $0.sliceWeights.contains { $0 > 0 } }) {
            log.say(
                "No slice of the corrections counts: the network's slices lie between slices of the images of which not all "
                    + "were seen. Nothing is learnt from them.")
        }
        let unlabelled = training.structuresWithoutLabels(of: recipe).map(\.rawValue)
        if !unlabelled.isEmpty {
            log.say(
                "Nothing that this job trains on has labels of \(unlabelled.joined(separator: ", ")): what becomes of it is "
                    + "seen on the hold-out patients alone.")
        }
        digest = summary.finish()
    }

    /// A patient of whose slices none is more important than another.
    private mutating func add(_ patient: CachedPatient, isReplayed: Bool) {
        training.append(patient)
        plan.patients.append(
            TrainingPlan.Patient(
                emphasis: [Float](repeating: 1, count: patient.sliceWeights.count), isReplayed: isReplayed))
    }

    /// - Parameter proposed: what was proposed before it was corrected: a network that answers prompts learns from its
    ///   errors.
    private static func open(
        _ own: CorrectedCase, _ recipe: Recipe, _ cache: SliceCache, proposed: [StructureName: Mask]? = nil
    ) throws -> (CachedPatient, name: String) {
        let names = recipe.structures.map(\.rawValue)
        let masks = Dictionary(
            names.compactMap { name in
                own.masks[StructureName(rawValue: name)].map { mask in
                    (name, MaskSource(path: "", digest: MaskDigest.digest(of: mask)))
                }
            }, uniquingKeysWith: { first, _ in first })
        let listed = DatasetPatient(
            id: "case", image: ImageSource(path: "", digest: own.record.contentDigest), masks: masks,
            size: own.record.geometry.size, spacing: own.record.geometry.spacing, seenSlices: own.seen)
        let proposals = recipe.prompts == nil ? nil : proposed
        let digest = proposals.map { proposals in
            SHA256Digest.hex(
                of: proposals.sorted { $0.key < $1.key }.map { "\($0.key) \(MaskDigest.digest(of: $0.value))\n" }
                    .joined())
        }
        do {
            let patient = try cache.open(listed, structures: names, proposals: digest) {
                try PreparedPatient(
                    own.volume, masks: own.masks, seenSlices: own.seen, proposals: proposals, recipe: recipe)
            }
            return (patient, cache.file(of: listed, structures: names, proposals: digest).lastPathComponent)
        } catch let error as DatasetError {
            throw DatasetError("Case \(own.key.caseID): \(error.description)", isFailure: error.isFailure)
        }
    }
}

extension SliceCache {
    /// The slices of all jobs of a data folder.
    package init(home: URL, recipe: Recipe) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let key =
            String(decoding: try encoder.encode(recipe.preprocessing), as: UTF8.self)
            + recipe.structures.map(\.rawValue).joined(separator: ",")
        self.init(folder: DataFolder(home).preparedSlices, preprocessing: key)
    }
}

/// A seeded phantom of one of the three sites that the base model learnt from: replayed, so that it is not forgotten.
package struct BasePatient {
    let number: Int
    let seed: UInt64
    let recipe: Recipe

    /// A phantom by its number.
    package init(number: Int, seed: UInt64, recipe: Recipe) {
        self.number = number
        self.seed = seed
        self.recipe = recipe
    }

    /// Whether phantoms have all of a recipe's structures; for a network that answers prompts, which asks about one at a
    /// time, any of them.
    package static func knows(_ recipe: Recipe) -> Bool {
        let there = StructureCatalogue.current.completed(
            Set(PhantomStructure.allCases.map { StructureName(rawValue: $0.rawValue) }))
        return recipe.prompts == nil
            ? recipe.structures.allSatisfy(there.contains) : recipe.structures.contains(where: there.contains)
    }

    /// Half as fine again as the network's grid is fine enough, and made much faster.
    private var specification: PhantomSpecification {
        let site = PhantomSite.all[number % PhantomSite.all.count]
        let spacing = recipe.preprocessing.spacing
        let matrix = min(site.matrix, max(16, Int((site.fieldOfView.value / (spacing.x / 1.5)).rounded(.up))))
        let isThinner = spacing.z / 1.5 > site.sliceSpacing.value
        // The scan is some 330 mm high.
        let slices = isThinner ? max(8, Int((330 / (spacing.z / 1.5)).rounded(.up))) : nil
        return PhantomSpecification(seed: seed, patient: number + 1, site: site, matrix: matrix, slices: slices)
    }

    /// The patient for the cache: the same specification makes the same phantom, so its name stands for its content.
    package var listed: DatasetPatient {
        let chosen = specification
        let name =
            "phantom 1 \(chosen.site.name) \(chosen.seed) \(chosen.patient) \(chosen.matrix ?? 0) \(chosen.slices ?? 0)"
        return DatasetPatient(
            id: "base", image: ImageSource(path: "", digest: SHA256Digest.hex(of: name)), masks: [:],
            size: GridSize(x: 1, y: 1, z: 1), spacing: recipe.preprocessing.spacing)
    }

    /// The phantom as the network sees it.
    package func prepared() throws -> PreparedPatient {
        let phantom = try ThoraxPhantom.generate(specification)
        let masks = Dictionary(
            phantom.masks.map { (StructureName(rawValue: $0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
        return try PreparedPatient(phantom.volume, masks: masks, recipe: recipe)
    }
}
