import Volumes

/// What the promotion gate found: candidate against incumbent on the same hold-out patients, and what follows.
public struct GateReport: Hashable, Sendable, Codable {
    /// One patient's scores with both models.
    public struct Pair: Hashable, Sendable, Codable {
        /// The patient or case, by a name without identity.
        public let patient: String
        /// Surface Dice with the model in use, 0…1.
        public let incumbent: Double
        /// Surface Dice with the candidate, 0…1.
        public let candidate: Double

        /// A pair from its parts.
        public init(patient: String, incumbent: Double, candidate: Double) {
            self.patient = patient
            self.incumbent = incumbent
            self.candidate = candidate
        }

        /// What the candidate gains, −1…1.
        public var gain: Double { candidate - incumbent }
    }

    /// One structure over all patients that have it.
    public struct Structure: Hashable, Sendable, Codable {
        /// Which.
        public let name: StructureName
        /// The tolerance of its surface Dice.
        public let tolerance: Millimetres
        /// The hold-out patients.
        public let pairs: [Pair]
        /// The mean gain over the patients.
        public let meanGain: Double
        /// The lower end of the gain's interval.
        public let lowerBound: Double
        /// The upper end of the gain's interval.
        public let upperBound: Double
        /// Whether the candidate may be worse here by more than the margin.
        public let isWorse: Bool

        /// A structure from its parts.
        public init(
            name: StructureName, tolerance: Millimetres, pairs: [Pair], meanGain: Double, lowerBound: Double,
            upperBound: Double, isWorse: Bool
        ) {
            self.name = name
            self.tolerance = tolerance
            self.pairs = pairs
            self.meanGain = meanGain
            self.lowerBound = lowerBound
            self.upperBound = upperBound
            self.isWorse = isWorse
        }

        /// The patient that loses most.
        public var worst: Pair? { pairs.min { $0.gain < $1.gain } }
    }

    /// Whether the candidate may take the incumbent's place.
    public let passes: Bool
    /// What decided, a sentence each.
    public let reasons: [String]
    /// The hold-out, by structure.
    public let holdOut: [Structure]
    /// The cases that were corrected, by structure: what the training was for.
    public let corrected: [Structure]
    /// How much worse a structure may become.
    public let margin: Double
    /// How sure the interval is, e.g. 0.95.
    public let confidence: Double

    /// A report from its parts.
    public init(
        passes: Bool, reasons: [String], holdOut: [Structure], corrected: [Structure], margin: Double,
        confidence: Double
    ) {
        self.passes = passes
        self.reasons = reasons
        self.holdOut = holdOut
        self.corrected = corrected
        self.margin = margin
        self.confidence = confidence
    }
}
