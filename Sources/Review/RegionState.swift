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

    /// Whether it answers prompts.
    public var answersPrompts: Bool { if case .refine = task.operation { true } else { false } }
    /// Whether it carries corrections on.
    public var carries: Bool { if case .carry = task.operation { true } else { false } }
    /// Whether it is of what was scribbled.
    var isOfScribbles: Bool { if case .redraw = task.operation { true } else { answersPrompts } }
    /// How many prompts it answers, with those that were answered before.
    var promptCount: Int { if case .refine(let refinement) = task.operation { refinement.prompts.count } else { 0 } }

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
    /// What it would do to the score; `nil` where that is not asked for, and until it is known.
    public internal(set) var tried: TriedScore?

    /// A preview from its parts.
    public init(job: RegionJob, outcome: RegionOutcome) {
        self.job = job
        self.outcome = outcome
    }
}

/// What a change that is only shown would do to the score.
public struct TriedScore: Hashable, Sendable {
    /// The structure's surface Dice; `nil` where both masks are empty.
    public let surfaceDice: Double?
    /// That of each slice; `nil` where both masks are empty there.
    public let slices: [Double?]

    /// A score from its parts.
    public init(surfaceDice: Double?, slices: [Double?]) {
        self.surfaceDice = surfaceDice
        self.slices = slices
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
    /// The structure whose inside and outside that is.
    var scribbled: StructureName?
    /// What the prompts came to, after the first, after the second and so on, as far as they were answered; `u` goes back
    /// to it without asking again.
    var answered: [RegionPreview] = []
    /// How growing is guarded.
    public var growing = GrowSettings()
    /// How far growing and scribbles reach.
    public var reach = RegionReach.slice

    /// Nothing asked for yet.
    public init() {}

    /// How far beyond scribbles their box goes.
    public static let scribbleMargin = Refinement.edgeMargin

    /// Forgets what is marked, and what that came to.
    mutating func forgetScribbles() {
        scribbles = nil
        scribbled = nil
        answered = []
    }

    /// Takes back the newest mark, with all that was answered since it was made.
    /// - Returns: whether there was one.
    mutating func takeBackScribble() -> Bool {
        guard scribbles?.undo() == true else { return false }
        let left = scribbles?.count ?? 0
        // The next mark has the same number and is another.
        answered.removeAll { $0.job.promptCount > left }
        if left == 0 { forgetScribbles() }
        return true
    }

    /// Whether there are marks that the shown change is not an answer to.
    var hasUnansweredPrompts: Bool {
        guard let preview, preview.job.answersPrompts, let scribbles else { return false }
        return preview.job.promptCount != scribbles.count
    }
}
