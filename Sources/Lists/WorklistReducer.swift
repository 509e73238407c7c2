import Cases
import Commands

/// What the user wants of the worklist.
public enum WorklistAction: ListScreenAction {
    /// What every list is asked for.
    case list(ListAction)
    /// Opens the chosen case.
    case open
    /// Opens the next case by priority.
    case openNext
    /// Opens the chosen case, which is filed, for a new revision.
    case reopen
    /// Gives the chosen case to somebody; `nil` for nobody, empty for who asks.
    case assign(String?)
    /// Flags the chosen case with a comment; `nil` takes the flag down, or sets it where there is none.
    case flag(String?)
    /// Sorts by a column, the other way round if it is sorted by it; `nil` for the next column.
    case sort(WorklistColumn?)
    /// Turns the order round.
    case reverse
    /// Lists only what the filter admits; `nil` opens the line to type it in.
    case filter(String?)
    /// Shows another list.
    case show(WorklistPage)
    /// Goes to the queue or the models.
    case showTraining(TrainingPage)
    /// Reads the lists anew.
    case reload
    /// An action behind a number.
    indirect case counted(Int, WorklistAction)
    /// Leaves, or goes back to the cases.
    case quit
}

/// What the worklist wants done outside.
public enum WorklistEffect: ListScreenEffect, Hashable, Sendable {
    /// Open a case for review.
    case open(CaseID)
    /// Open a filed case for a new revision.
    case reopen(CaseID)
    /// Give a case to somebody, or to nobody.
    case assign(CaseID, to: String?)
    /// Flag a case, or take the flag down.
    case flag(CaseID, String?)
    /// Go to the queue or the models.
    case showTraining(TrainingPage)
    /// Read the lists anew.
    case reload
    /// Keep a line that was typed.
    case rememberCommand(String)
    /// Leave.
    case quit
}

/// Brings the worklist forward by one action.
public func reduce(_ state: inout WorklistState, _ action: WorklistAction) -> [WorklistEffect] {
    let pending = state.keys
    state.message = nil
    state.keys = PendingKeys()
    switch action {
    case .list(let action): return state.perform(action, behind: pending)
    case .counted(let count, .list(.choose(let move))): return reduce(&state, .list(.choose(move.times(count))))
    case .counted(_, let action): return reduce(&state, action)
    case .open: return state.act { [.open($0.caseID)] }
    case .openNext: return state.openNext()
    case .reopen: return state.reopen()
    case .assign(let name): return state.assign(to: name)
    case .flag(let comment): return state.act { [.flag($0.caseID, comment ?? ($0.flag == nil ? "" : nil))] }
    case .sort(let column): state.sort(by: column)
    case .reverse: state.isDescending.toggle()
    case .filter(let text): state.filter(by: text)
    case .show(let page): return state.show(page)
    case .reload: return [.reload]
    case .showTraining(let page): return [.showTraining(page)]
    case .quit: return state.page == .cases ? [.quit] : state.show(.cases)
    }
    return []
}

extension WorklistState {
    /// Does something to the chosen case.
    fileprivate mutating func act(_ act: (WorklistEntry) -> [WorklistEffect]) -> [WorklistEffect] {
        guard let current else { return warn(absence) }
        return act(current)
    }

    /// Why no case is chosen.
    private var absence: String {
        if page != .cases { return "there is no case on this row" }
        guard entries.isEmpty else { return "no case is listed; Esc lists all" }
        return isRead ? "there are no cases yet: pleura import PATH" : stillReading
    }

    /// Why nothing is said of what there is.
    private var stillReading: String { unreadReason ?? "the worklist is still being read" }

    fileprivate mutating func openNext() -> [WorklistEffect] {
        // By what was listed before, it could be a case that has just been filed.
        guard isRead else { return warn(stillReading) }
        guard let entry = next() else { return warn("there is no case left for you") }
        return [.open(entry.caseID)]
    }

    fileprivate mutating func reopen() -> [WorklistEffect] {
        guard let current else { return warn(absence) }
        guard [.accepted, .corrected, .rejected, .awaiting, .returned].contains(current.status) else {
            return warn("\(current.title) is not filed; Enter opens it")
        }
        return [.reopen(current.caseID)]
    }

    /// Gives the chosen case to somebody; `nil` for nobody, empty for who asks.
    fileprivate mutating func assign(to name: String?) -> [WorklistEffect] {
        let reviewer = reviewer
        return act { [.assign($0.caseID, to: name == "" ? reviewer : name)] }
    }

    /// Sorts by a column, the other way round if it is sorted by it; `nil` for the next column.
    fileprivate mutating func sort(by wanted: WorklistColumn?) {
        if let wanted, wanted == column {
            isDescending.toggle()
            return
        }
        let all = WorklistColumn.allCases
        let following = column.flatMap { all.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        let next = wanted ?? (following < all.count ? all[following] : nil)
        // The newest, the least certain and the longest are what one looks for.
        isDescending = next == .touched || next == .uncertainty || next == .effort
        column = next
    }

    /// Lists only what the filter admits; `nil` opens the line to type it in.
    fileprivate mutating func filter(by text: String?) {
        if let text {
            filter = WorklistFilter(text)
        } else {
            palette.reset()
            mode = .filter(filter.text, before: filter.text)
        }
    }

    fileprivate mutating func show(_ page: WorklistPage) -> [WorklistEffect] {
        guard page != self.page else { return [] }
        self.page = page
        selected = 0
        return [.reload]
    }
}
