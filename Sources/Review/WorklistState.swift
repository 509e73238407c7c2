import Cases

/// One line of the worklist.
public struct WorklistEntry: Hashable, Sendable {
    /// The case.
    public var caseID: CaseID
    /// What it is called on screen; no patient's name.
    public var title: String
    /// How far its review is.
    public var status: CaseStatus
    /// Its size and spacing, for people.
    public var image: String
    /// Who had proposed the masks, if anything has been.
    public var model: String?
    /// Who reviewed it last.
    public var reviewer: String?
    /// Who has it open now.
    public var holder: String?

    /// An entry from its parts.
    public init(
        caseID: CaseID, title: String, status: CaseStatus, image: String, model: String? = nil,
        reviewer: String? = nil, holder: String? = nil
    ) {
        self.caseID = caseID
        self.title = title
        self.status = status
        self.image = image
        self.model = model
        self.reviewer = reviewer
        self.holder = holder
    }
}

/// The list of cases from which one is opened.
public struct WorklistState: Hashable, Sendable {
    /// The cases in order.
    public var entries: [WorklistEntry]
    /// Which one is chosen.
    public var selected = 0
    /// News.
    public var message: StatusMessage?

    /// A worklist of cases.
    public init(entries: [WorklistEntry]) { self.entries = entries }

    /// The chosen case.
    public var current: WorklistEntry? { entries.indices.contains(selected) ? entries[selected] : nil }
}

/// What can happen to the worklist.
public enum WorklistAction: Hashable, Sendable {
    /// Chooses the case so many lines further.
    case move(Int)
    /// Chooses the first or last case.
    case moveToEnd(last: Bool)
    /// Chooses a line.
    case select(Int)
    /// Opens the chosen case.
    case open
    /// Leaves.
    case quit
}

/// What the worklist wants done outside.
public enum WorklistEffect: Hashable, Sendable {
    /// Open a case for review.
    case open(CaseID)
    /// Leave.
    case quit
}

/// Brings the worklist forward by one action.
public func reduce(_ state: inout WorklistState, _ action: WorklistAction) -> [WorklistEffect] {
    state.message = nil
    func choose(_ index: Int) { state.selected = min(max(0, index), max(0, state.entries.count - 1)) }
    switch action {
    case .move(let count): choose(state.selected + count)
    case .moveToEnd(let last): choose(last ? state.entries.count - 1 : 0)
    case .select(let index): choose(index)
    case .open:
        guard let current = state.current else {
            state.message = StatusMessage("there are no cases yet: pleura import PATH", kind: .warning)
            return []
        }
        return [.open(current.caseID)]
    case .quit: return [.quit]
    }
    return []
}
