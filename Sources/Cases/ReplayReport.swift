import Volumes

/// What a new model would have proposed for the cases that were corrected: its prediction and the old model's, each
/// against the correction.
public struct ReplayReport: Hashable, Sendable, Codable {
    /// One structure of a case.
    public struct Structure: Hashable, Sendable, Codable {
        /// Which.
        public var name: StructureName
        /// The tolerance of the surface Dice.
        public var tolerance: Millimetres
        /// Surface Dice of the old model's prediction, 0…1; `nil` where neither mask has a surface.
        public var before: Double?
        /// Surface Dice of the new model's prediction, 0…1.
        public var after: Double?

        /// A structure from its parts.
        public init(name: StructureName, tolerance: Millimetres, before: Double?, after: Double?) {
            self.name = name
            self.tolerance = tolerance
            self.before = before
            self.after = after
        }
    }

    /// One corrected case.
    public struct Case: Hashable, Sendable, Codable {
        /// The correction that both are measured against.
        public var correction: CorrectionKey
        /// The old model's prediction: its id in the case store.
        public var predictionBefore: String
        /// The new model's prediction: its id in the case store.
        public var predictionAfter: String
        /// Its structures.
        public var structures: [Structure]

        /// A case from its parts.
        public init(
            correction: CorrectionKey, predictionBefore: String, predictionAfter: String, structures: [Structure]
        ) {
            self.correction = correction
            self.predictionBefore = predictionBefore
            self.predictionAfter = predictionAfter
            self.structures = structures
        }

        /// The mean surface Dice over the structures that have one with both models: before, after.
        public var means: (before: Double, after: Double)? {
            let pairs = structures.compactMap { each in each.before.flatMap { b in each.after.map { (b, $0) } } }
            guard !pairs.isEmpty else { return nil }
            return (
                pairs.reduce(0) { $0 + $1.0 } / Double(pairs.count), pairs.reduce(0) { $0 + $1.1 } / Double(pairs.count)
            )
        }
    }

    /// The job that made the new model.
    public var job: Int64
    /// The model in use when the job ran.
    public var before: ModelName
    /// The model that the job made.
    public var after: ModelName
    /// The cases, in the order of the job's corrections.
    public var cases: [Case]

    /// A report from its parts.
    public init(job: Int64, before: ModelName, after: ModelName, cases: [Case]) {
        self.job = job
        self.before = before
        self.after = after
        self.cases = cases
    }
}
