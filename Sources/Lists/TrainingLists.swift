import Cases

/// What the queue and the models screens show, as the store has it at one time.
public struct TrainingLists: Hashable, Sendable {
    /// The jobs, newest first.
    public var jobs: [Job]
    /// The versions of all models, newest first.
    public var models: [ModelVersion]
    /// The versions that answer prompts in the review and segment nothing.
    public var answerers: Set<ModelName> = []
    /// Every change of what is in use, oldest first.
    public var promotions: [Promotion]
    /// What cases are called on screen; no patient's name.
    public var titles: [CaseID: String]
    /// The last lines of the jobs' logs, oldest first.
    public var logs: [Int64: [String]]
    /// What new models would have proposed for corrected cases, by job.
    public var replays: [Int64: ReplayReport]
    /// Whether a process works on the queue; `nil` if that is not known.
    public var hasWorker: Bool?
    /// How many corrections no job has taken yet, and at how many a job is queued by itself.
    public var waiting: WaitingCorrections?

    /// Lists from their parts.
    public init(
        jobs: [Job] = [], models: [ModelVersion] = [], promotions: [Promotion] = [], titles: [CaseID: String] = [:],
        logs: [Int64: [String]] = [:], replays: [Int64: ReplayReport] = [:], hasWorker: Bool? = nil,
        waiting: WaitingCorrections? = nil
    ) {
        self.jobs = jobs
        self.models = models
        self.promotions = promotions
        self.titles = titles
        self.logs = logs
        self.replays = replays
        self.hasWorker = hasWorker
        self.waiting = waiting
    }

    /// The version of a model that is in use.
    public func inUse(of base: String) -> ModelName? { promotions.last { $0.model.base == base }?.model }

    /// The version that was in use before the present one came in: where a rollback leads, as the store has it.
    public func before(of base: String) -> ModelName? {
        guard let now = inUse(of: base) else { return nil }
        return promotions.last { $0.model == now && $0.kind != .rollback }?.before
    }

    /// The model that was put in use last to segment; `nil` for none.
    public var newestBase: String? {
        promotions.last { change in !answerers.contains { $0.base == change.model.base } }?.model.base
    }

    /// What is said of a model version's place.
    public func standing(of model: ModelVersion) -> ModelStanding {
        if inUse(of: model.name.base) == model.name { return .inUse }
        if promotions.contains(where: { $0.model == model.name }) { return .wasInUse }
        return model.evaluation?.passes == false ? .held : .waiting
    }

    /// What a case is called.
    public func title(_ id: CaseID) -> String { titles[id] ?? String(id.rawValue.suffix(12)) }
}

/// How many corrections wait for a job.
public struct WaitingCorrections: Hashable, Sendable {
    /// How many no job has taken.
    public var count: Int
    /// At how many a job is queued by itself; `nil` for never.
    public var trigger: Int?

    /// From its parts.
    public init(count: Int, trigger: Int?) {
        self.count = count
        self.trigger = trigger
    }
}

/// The place of a model version.
public enum ModelStanding: Hashable, Sendable {
    /// It proposes masks, or answers prompts, now.
    case inUse
    /// It did.
    case wasInUse
    /// The gate kept it back.
    case held
    /// Nobody has put it in use.
    case waiting
}

/// Which corrections a job would train on now, and why it would not on the others.
public struct QueuePlan: Hashable, Sendable {
    /// The model it would start from.
    public var model: ModelName
    /// The corrections.
    public var selection: TrainingSelection

    /// A plan from its parts.
    public init(model: ModelName, selection: TrainingSelection) {
        self.model = model
        self.selection = selection
    }
}

/// One line of the replay: a corrected case with one of its structures.
public struct ReplayLine: Hashable, Sendable {
    /// The case in the report.
    public var entry: ReplayReport.Case
    /// The structure.
    public var structure: ReplayReport.Structure
}
