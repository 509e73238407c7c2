/// Which corrections a fine-tuning run would take in, and why it would not take the others.
public struct TrainingSelection: Hashable, Sendable {
    /// Why a correction is left out.
    public enum Obstacle: Hashable, Sendable {
        /// The case has a newer revision, which counts instead.
        case superseded
        /// The reviewer rejected the case.
        case rejected
        /// The patient judges models.
        case holdOut
        /// No slice of it was on screen, so nothing says that its masks are right.
        case nothingSeen
        /// It has none of the structures that the model segments.
        case otherStructures
        /// A second person has yet to approve it.
        case notApproved
        /// A job that waits, runs or has ended well has it already.
        case used(job: Int64)
    }

    /// What is known of one correction.
    public struct Candidate: Hashable, Sendable {
        /// Which.
        public var key: CorrectionKey
        /// How the review ended.
        public var status: CorrectionStatus
        /// Whether there is a newer revision.
        public var isSuperseded: Bool
        /// Whether the patient is held out.
        public var isHeldOut: Bool
        /// The slices that were on screen.
        public var slicesSeen: Int
        /// The slices of the image.
        public var slices: Int
        /// Its structures.
        public var structures: Set<StructureName>
        /// Whether a second person's approval, where one is needed, was given.
        public var isApproved = true

        /// A candidate from its parts.
        public init(
            key: CorrectionKey, status: CorrectionStatus, isSuperseded: Bool, isHeldOut: Bool, slicesSeen: Int,
            slices: Int, structures: Set<StructureName>, isApproved: Bool = true
        ) {
            self.isApproved = isApproved
            self.key = key
            self.status = status
            self.isSuperseded = isSuperseded
            self.isHeldOut = isHeldOut
            self.slicesSeen = slicesSeen
            self.slices = slices
            self.structures = structures
        }
    }

    /// A correction that is not trained on.
    public struct LeftOut: Hashable, Sendable {
        /// Which.
        public let candidate: Candidate
        /// Why not.
        public let obstacle: Obstacle
    }

    /// What is trained on, in the candidates' order.
    public let chosen: [Candidate]
    /// What is not, and why.
    public let leftOut: [LeftOut]

    /// Selects for a model. A correction of some of its structures is chosen too; of the others nothing is learnt from it.
    /// - Parameters:
    ///   - structures: what the model segments.
    ///   - jobs: the model's jobs, so that no correction is counted twice; one in a failed or cancelled job is free.
    public init(from candidates: [Candidate], structures: Set<StructureName>, jobs: [Job]) {
        var used: [CorrectionKey: Int64] = [:]
        for job in jobs where job.state != .failed && job.state != .cancelled {
            for key in job.corrections { used[key] = job.id }
        }
        var chosen: [Candidate] = []
        var leftOut: [LeftOut] = []
        for candidate in candidates {
            if let obstacle = Self.obstacle(candidate, structures, used) {
                leftOut.append(LeftOut(candidate: candidate, obstacle: obstacle))
            } else {
                chosen.append(candidate)
            }
        }
        self.chosen = chosen
        self.leftOut = leftOut
    }

    private static func obstacle(
        _ candidate: Candidate, _ structures: Set<StructureName>, _ used: [CorrectionKey: Int64]
    ) -> Obstacle? {
        if candidate.isSuperseded { return .superseded }
        if candidate.status == .rejected { return .rejected }
        if candidate.isHeldOut { return .holdOut }
        if candidate.structures.isDisjoint(with: structures) { return .otherStructures }
        if !candidate.isApproved { return .notApproved }
        if candidate.slicesSeen == 0 { return .nothingSeen }
        return used[candidate.key].map { .used(job: $0) }
    }
}

extension TrainingSelection.Obstacle: CustomStringConvertible {
    /// The reason as the user reads it.
    public var description: String {
        switch self {
        case .superseded: "a newer revision counts instead"
        case .rejected: "the case was rejected"
        case .holdOut: "the patient is held out to judge models by"
        case .nothingSeen: "no slice of it was seen"
        case .otherStructures: "it has none of the model's structures"
        case .notApproved: "a second person has not approved it"
        case .used(let job): "job \(job) has it"
        }
    }
}
