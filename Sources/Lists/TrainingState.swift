import Cases
import Commands

/// The screens of the queue and the models.
public enum TrainingPage: String, Hashable, Sendable, CaseIterable {
    /// The fine-tuning jobs.
    case queue
    /// The versions of the models.
    case models
    /// What a new model predicts on the cases that were corrected.
    case replay
}

/// What the user is asked before something is done that cannot be overlooked.
public enum TrainingQuestion: Hashable, Sendable {
    /// Whether to go back to the version before.
    case rollback(from: ModelName, to: ModelName)
    /// Whether to cancel a job.
    case cancel(job: Int64)
    /// Whether to put a version in use, for a reason where one is needed.
    case promote(ModelName, reason: String?)
}

/// What keys mean in the queue and the models.
public enum TrainingMode: ListScreenMode, Hashable, Sendable {
    /// Keys are commands.
    case list
    /// A command is being typed.
    case command(String)
    /// The reason for putting a version in use that the gate kept back is being typed.
    case reason(String, for: ModelName)
    /// A question is asked.
    case question(TrainingQuestion)
    /// What would be trained on is shown, scrolled by so many lines.
    case plan(QueuePlan, scroll: Int)
    /// The help is open, scrolled by so many lines.
    case help(scroll: Int)
    /// What was said until now is listed; one message is chosen, by its number since the program began, of which so many
    /// lines are scrolled past.
    case messages(selected: Int, line: Int = 0)

    package var command: String? { if case .command(let text) = self { text } else { nil } }
    package var helpScroll: Int? { if case .help(let scroll) = self { scroll } else { nil } }
    package var selectedMessage: (number: Int, line: Int)? {
        if case .messages(let number, let line) = self { (number, line) } else { nil }
    }
}

extension TrainingMode: AskingMode {
    package var asks: Bool {
        switch self {
        case .question, .plan: true
        case .list, .command, .reason, .help, .messages: false
        }
    }

    package func asksTheSame(as other: TrainingMode) -> Bool {
        if case .plan(let plan, _) = self, case .plan(let before, _) = other { return plan == before }
        return self == other
    }
}

/// The queue, the models and the replay.
public struct TrainingState: AskingScreen, Hashable, Sendable {
    /// What there is.
    public package(set) var lists: TrainingLists
    /// Which is shown.
    public package(set) var page: TrainingPage
    /// Which line of each is chosen.
    public package(set) var chosen: [TrainingPage: Int] = [:]
    /// The job whose replay is shown.
    public package(set) var replayed: Int64?
    /// What keys mean.
    public package(set) var mode = TrainingMode.list
    /// How far the question, or the plan, has come that is shown.
    public package(set) var asking = Asking()
    /// What was typed before.
    public var palette = PaletteState()
    /// What keys leave behind for the next key.
    public package(set) var keys = PendingKeys()
    /// The time it is, seconds since 1970.
    public var now: Double?
    /// News.
    public var message: StatusMessage? {
        didSet { if let message { messages.add(message, replacing: oldValue, slice: nil) } }
    }
    /// What was said until now.
    public private(set) var messages = MessageLog()

    /// A screen of lists.
    public init(lists: TrainingLists = TrainingLists(), page: TrainingPage = .queue) {
        self.lists = lists
        self.page = page
    }

    /// The replay that is shown: of the chosen job, or else the newest there is.
    public var replay: ReplayReport? {
        if let replayed { return lists.replays[replayed] }
        return lists.replays.values.max { $0.job < $1.job }
    }

    /// The lines of the replay, those first that gain least: where one has to look.
    public var replayLines: [ReplayLine] {
        let all = (replay?.cases ?? []).flatMap { entry in
            entry.structures.map { ReplayLine(entry: entry, structure: $0) }
        }
        func gain(_ line: ReplayLine) -> Double {
            line.structure.after.flatMap { after in line.structure.before.map { after - $0 } } ?? .infinity
        }
        return all.enumerated().sorted { (gain($0.element), $0.offset) < (gain($1.element), $1.offset) }.map(\.element)
    }

    /// How many lines the page has.
    public var lineCount: Int {
        switch page {
        case .queue: lists.jobs.count
        case .models: lists.models.count
        case .replay: replayLines.count
        }
    }

    /// The chosen line.
    public var selected: Int { min(max(0, chosen[page] ?? 0), max(0, lineCount - 1)) }

    /// The chosen job.
    public var job: Job? {
        let index = min(max(0, chosen[.queue] ?? 0), max(0, lists.jobs.count - 1))
        return lists.jobs.indices.contains(index) ? lists.jobs[index] : nil
    }

    /// The chosen version.
    public var model: ModelVersion? {
        let index = min(max(0, chosen[.models] ?? 0), max(0, lists.models.count - 1))
        return lists.models.indices.contains(index) ? lists.models[index] : nil
    }

    /// The version a job made.
    public func candidate(of job: Int64) -> ModelVersion? { lists.models.first { $0.lineage.job == job } }

    /// What is being typed, if anything is.
    public var typed: String? {
        switch mode {
        case .command(let text), .reason(let text, _): text
        case .list, .question, .plan, .help, .messages: nil
        }
    }

    /// What the line may become.
    public var completions: [Completion] {
        mode.command.map { CommandCompletion.candidates(for: $0, in: TrainingCommands.table.all) } ?? []
    }
}
