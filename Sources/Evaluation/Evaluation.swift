import Anatomy
import Cases
import Volumes

/// How well a model does on a dataset, patient by patient.
public struct Evaluation: Hashable, Sendable {
    /// One patient.
    public struct Patient: Hashable, Sendable {
        /// The patient's id in the dataset.
        public let id: String
        /// The hospital or scanner, where it is known.
        public let site: String?
        /// What is wrong with the lungs: an empty list is a healthy patient, `nil` is not known.
        public let pathologies: [String]?
        /// The scores by structure.
        public let scores: [StructureName: StructureScores]

        /// A patient from the parts.
        public init(
            id: String, site: String? = nil, pathologies: [String]? = nil, scores: [StructureName: StructureScores]
        ) {
            self.id = id
            self.site = site
            self.pathologies = pathologies
            self.scores = scores
        }
    }

    /// What is said of several patients by one number each.
    public struct Summary: Hashable, Sendable {
        /// The middle one; of an even number the mean of the two in the middle.
        public let median: Double
        /// The mean; infinite if one is.
        public let mean: Double
        /// The worst one.
        public let worst: Double
        /// Whose the worst one is.
        public let worstPatient: String
        /// How many patients have the number.
        public let count: Int
    }

    /// What was evaluated.
    public let model: ModelName
    /// On what.
    public let dataset: String
    /// The patients in the dataset's order.
    public let patients: [Patient]

    /// An evaluation from its parts.
    public init(model: ModelName, dataset: String, patients: [Patient]) {
        self.model = model
        self.dataset = dataset
        self.patients = patients
    }

    /// Whether some structure has a tolerance of its own, other than the one that all are measured at.
    public var hasOwnTolerances: Bool {
        patients.contains { $0.scores.values.contains { $0.ownTolerance != StructureScores.tolerance } }
    }

    /// Whether any structure was also measured without ambiguous slices.
    public var knowsAmbiguousSlices: Bool {
        patients.contains { $0.scores.values.contains { $0.unambiguousSurfaceDice != nil } }
    }

    /// The numbers that it has: all, but for those without ambiguous slices where nobody said which they are.
    public var kinds: [ScoreKind] {
        ScoreKind.allCases.filter { $0 != .unambiguousSurfaceDice || knowsAmbiguousSlices }
    }

    /// The structures that any patient has, in their usual order.
    public var structures: [StructureName] {
        Set(patients.flatMap(\.scores.keys)).sorted()
    }

    /// A number over the patients; patients for whom it is not defined are left out. `nil` if it is for none.
    public func summary(of kind: ScoreKind, _ structure: StructureName) -> Summary? {
        let values = patients.compactMap { patient in
            patient.scores[structure]?[kind].map { (value: $0, id: patient.id) }
        }
        guard let first = values.first else { return nil }
        let sorted = values.map(\.value).sorted()
        let middle = sorted.count / 2
        let median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        let worst = values.reduce(first) { worst, next in
            (kind.isBetterHigher ? next.value < worst.value : next.value > worst.value) ? next : worst
        }
        return Summary(
            median: median, mean: sorted.reduce(0, +) / Double(sorted.count), worst: worst.value,
            worstPatient: worst.id, count: sorted.count)
    }

    /// The same evaluation of some of the patients; `nil` if none are wanted.
    public func part(where isWanted: (Patient) -> Bool) -> Evaluation? {
        let some = patients.filter(isWanted)
        return some.isEmpty ? nil : Evaluation(model: model, dataset: dataset, patients: some)
    }
}

extension Evaluation.Patient {
    /// Measures what was found against the truth, structure by structure, and every whole, such as both lungs, whose parts
    /// are all there.
    ///
    /// A structure of which there is a truth and nothing was found counts as found empty; one without a truth is not
    /// measured.
    /// - Parameters:
    ///   - tolerance: each structure's own.
    ///   - ambiguous: the slices where no careful reader could tell, by structure; a whole has those of its parts. `nil` where
    ///     nobody has said.
    /// - Throws: ``Volumes/VolumesError/gridsDiffer(_:)``.
    public static func measure(
        id: String, site: String? = nil, pathologies: [String]? = nil, truth: [StructureName: Mask],
        found: [StructureName: Mask], of structures: [StructureName],
        tolerance: (StructureName) -> Millimetres = { _ in StructureScores.tolerance },
        ambiguous: [StructureName: Set<Int>]? = nil
    ) throws(VolumesError) -> Evaluation.Patient {
        var scores: [StructureName: StructureScores] = [:]
        let (truth, found) = (try truth.withWholes(), try found.withWholes())
        func parts(of name: StructureName) -> [StructureName] {
            StructureCatalogue.current.wholes.first { $0.name == name }?.parts ?? []
        }
        for name in StructureCatalogue.current.completed(Set(structures)).sorted() {
            guard let reference = truth[name] else { continue }
            scores[name] = try .measure(
                reference: reference, test: found[name] ?? Mask(geometry: reference.geometry), own: tolerance(name),
                ambiguous: ambiguous.map { slices in
                    parts(of: name).reduce(slices[name] ?? []) { $0.union(slices[$1] ?? []) }
                })
        }
        return Evaluation.Patient(id: id, site: site, pathologies: pathologies, scores: scores)
    }
}
