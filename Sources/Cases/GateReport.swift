import Volumes

/// What the promotion gate found: candidate against incumbent on the same hold-out patients, and what follows.
public struct GateReport: Hashable, Sendable, Codable {
    /// One patient's scores with both models.
    public struct Pair: Hashable, Sendable, Codable {
        /// The patient or case, by a name without identity.
        public let patient: String
        /// The score with the model in use, 0…1: see ``GateReport/measure``.
        public let incumbent: Double
        /// The score with the candidate, 0…1.
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
    /// How sure all intervals of the hold-out are together, e.g. 0.95; each of them, and of ``corrected``, is surer by
    /// itself: see ``intervalConfidence``.
    public let confidence: Double
    /// For models that answer prompts what was counted besides the scores; `nil` for models that segment.
    public let prompts: Prompts?
    /// How many intervals of the hold-out were looked at, those of subgroups included; `nil` in reports of before they were
    /// counted.
    public let comparisons: Int?
    /// What was found by site, scanner, kernel and thickness; `nil` where nobody looked.
    public let subgroups: Subgroups?

    /// A report from its parts.
    public init(
        passes: Bool, reasons: [String], holdOut: [Structure], corrected: [Structure], margin: Double,
        confidence: Double, prompts: Prompts? = nil, comparisons: Int? = nil, subgroups: Subgroups? = nil
    ) {
        self.passes = passes
        self.reasons = reasons
        self.holdOut = holdOut
        self.corrected = corrected
        self.margin = margin
        self.confidence = confidence
        self.prompts = prompts
        self.comparisons = comparisons
        self.subgroups = subgroups
    }

    /// What the scores are: the surface Dice of predictions, or of slices that were corrected by prompts the area under the
    /// curve, which is its mean after 1, 2, … prompts.
    public var measure: String { prompts == nil ? "surface Dice" : "area under the curve by prompts" }
}

extension GateReport {
    /// How many prompts two models needed to correct the same slices of hold-out patients.
    public struct Prompts: Hashable, Sendable, Codable {
        /// How many slices, each with an error of a known kind.
        public let slices: Int
        /// The surface Dice at which a slice counts as corrected, e.g. 0.99.
        public let aim: Double
        /// The median number of prompts with the model in use; of an even number the lower; `nil` where more
        /// than half of the slices were never corrected.
        public let incumbentMedian: Int?
        /// The same with the candidate.
        public let candidateMedian: Int?
        /// Structures that the model learns and no hold-out patient has: nothing was measured of them.
        public let unmeasured: [StructureName]

        /// Figures from their parts.
        public init(
            slices: Int, aim: Double, incumbentMedian: Int?, candidateMedian: Int?, unmeasured: [StructureName]
        ) {
            self.slices = slices
            self.aim = aim
            self.incumbentMedian = incumbentMedian
            self.candidateMedian = candidateMedian
            self.unmeasured = unmeasured
        }

        /// Whether the candidate needs more prompts than the model in use; never is more than any number.
        public var needsMore: Bool { candidateMedian ?? .max > incumbentMedian ?? .max }

        /// The figures in a clause.
        public var text: String {
            func word(_ median: Int?) -> String { median.map(String.init) ?? "never" }
            return "median prompts to \(aim) on \(slices) hold-out slices: \(word(incumbentMedian)) → "
                + word(candidateMedian)
        }
    }
}
