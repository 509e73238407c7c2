import ImageValues
import Volumes

/// What a measurement report says of a reviewed case: every structure measured, and how the review ended.
public struct MeasurementReport: Hashable, Sendable {
    /// What is said of one structure.
    public struct Structure: Hashable, Sendable {
        /// What it is called, as in the segmentation.
        public var name: String
        /// What it is in coded words.
        public var anatomy: AnatomyCode
        /// Its segment in the segmentation, from 1.
        public var segment: Int
        /// Its volume, ml.
        public var millilitres: Double
        /// The mean of its CT numbers, HU; `nil` where it is empty.
        public var meanHU: Double?
        /// Their standard deviation, HU.
        public var deviationHU: Double?
        /// Surface Dice of the mask against what was proposed, 0…1; `nil` where both are empty or nothing was proposed.
        public var surfaceDice: Double?
        /// The tolerance of the surface Dice.
        public var tolerance: Millimetres?
        /// How much contour was drawn anew; `nil` where nothing was proposed.
        public var addedPathLength: Millimetres?

        /// What is known without a review.
        public init(
            name: String, anatomy: AnatomyCode? = nil, segment: Int, millilitres: Double, meanHU: Double? = nil,
            deviationHU: Double? = nil
        ) {
            self.name = name
            self.anatomy = anatomy ?? AnatomyCode(structure: name)
            self.segment = segment
            self.millilitres = millilitres
            self.meanHU = meanHU
            self.deviationHU = deviationHU
        }
    }

    /// How the review ended.
    public enum Verdict: Hashable, Sendable {
        /// The proposal was right as it stood.
        case accepted
        /// The proposal was changed, and the result accepted.
        case corrected
    }

    /// The structures, in the segmentation's order.
    public var structures: [Structure]
    /// How the review ended.
    public var verdict: Verdict
    /// What the reviewer wrote; empty for nothing.
    public var comment: String
    /// Who approved it as a second person; `nil` where nobody did.
    public var approver: String?
    /// How many of the slices were on screen or were changed.
    public var slicesReviewed: Int
    /// How many there are.
    public var slices: Int

    /// A report from its parts.
    public init(
        structures: [Structure], verdict: Verdict, comment: String = "", approver: String? = nil, slicesReviewed: Int,
        slices: Int
    ) {
        self.structures = structures
        self.verdict = verdict
        self.comment = comment
        self.approver = approver
        self.slicesReviewed = slicesReviewed
        self.slices = slices
    }
}
