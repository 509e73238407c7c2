import Cases
import Editing
import Volumes

/// A region operation that was asked for.
public struct RegionJob: Hashable, Sendable {
    /// Tells answers apart; never used twice in a review.
    public let id: Int
    /// What the step will be called.
    public let name: String
    /// The structures it changes, as ``task`` has them.
    public let structures: [StructureName]
    /// Where undoing it goes.
    public let slice: Int
    /// Whether it is shown before it is made.
    public let isPreviewed: Bool
    /// What is worked out.
    public let task: RegionTask

    /// A job from its parts.
    public init(
        id: Int, name: String, structures: [StructureName], slice: Int, isPreviewed: Bool, task: RegionTask
    ) {
        self.id = id
        self.name = name
        self.structures = structures
        self.slice = slice
        self.isPreviewed = isPreviewed
        self.task = task
    }
}

/// A change that is shown before it is made.
public struct RegionPreview: Hashable, Sendable {
    /// What it came from.
    public let job: RegionJob
    /// What it comes to.
    public let outcome: RegionOutcome

    /// A preview from its parts.
    public init(job: RegionJob, outcome: RegionOutcome) {
        self.job = job
        self.outcome = outcome
    }
}

/// What region operations keep between actions.
public struct RegionState: Hashable, Sendable {
    /// How many operations were asked for.
    public var count = 0
    /// What is being worked out elsewhere.
    public var running: RegionJob?
    /// How far that is, 0…1.
    public var share = 0.0
    /// The change that is shown.
    public var preview: RegionPreview?
    /// What is marked as inside and outside.
    public var scribbles: Scribbles?
    /// How growing is guarded.
    public var growing = GrowSettings()
    /// How far growing and scribbles reach.
    public var reach = RegionReach.slice

    /// Nothing asked for yet.
    public init() {}

    /// How far beyond scribbles their box goes.
    public static let scribbleMargin: Millimetres = 10
}
