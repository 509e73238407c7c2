import Cases

/// What can happen to the worklist.
public enum WorklistAction: Hashable, Sendable {
    /// Chooses the line so many further.
    case move(Int)
    /// Chooses the line so many screens further; the screen says how many lines it has.
    case page(Int)
    /// Chooses the first or last line.
    case moveToEnd(last: Bool)
    /// Chooses a line.
    case select(Int)
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
    /// Opens the line to type a command in.
    case openPrompt
    /// Adds text to what is typed.
    case type(String)
    /// Takes a character, a word or all off it.
    case deleteBackwards, deleteWord(all: Bool)
    /// Shows an older or newer line of those that were typed before.
    case recall(older: Bool)
    /// Completes what is typed.
    case complete(backwards: Bool)
    /// Does what was typed.
    case confirm
    /// Closes what is open, or lists all cases again.
    case cancel
    /// Opens or closes the help.
    case toggleHelp
    /// Scrolls the help.
    case scrollHelp(Int)
    /// A digit of a number.
    case digit(Int)
    /// The first keys of a chord of several.
    case keyPrefix(String?)
    /// An action behind a number.
    indirect case counted(Int, WorklistAction)
    /// Leaves, or goes back to the cases.
    case quit
}

/// What the worklist wants done outside.
public enum WorklistEffect: Hashable, Sendable {
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
    state.message = nil
    if case .digit(let digit) = action {
        if let count = state.count {
            state.count = min(count * 10 + digit, KeyMemory.greatest)
        } else if digit > 0 {
            state.count = digit
        }
        return []
    }
    if case .keyPrefix(let prefix) = action {
        state.prefix = prefix
        // The first keys of a longer chord leave the number to its last.
        if prefix == nil { state.count = nil }
        return []
    }
    state.count = nil
    state.prefix = nil
    switch action {
    case .move(let count): state.choose(state.selected + count)
    case .page(let count): state.choose(state.selected + count * 10)
    case .moveToEnd(let last): state.choose(last ? state.lineCount - 1 : 0)
    case .select(let index): state.choose(index)
    case .counted(let count, .moveToEnd): state.choose(count - 1)
    case .counted(let count, .move(let step)): state.choose(state.selected + step * count)
    case .counted(let count, .page(let step)): state.choose(state.selected + step * 10 * count)
    case .counted(_, let action): return reduce(&state, action)
    case .open, .openNext, .reopen, .assign, .flag: return state.act(action)
    case .sort, .reverse, .filter, .show: return state.arrange(action)
    case .reload: return [.reload]
    case .showTraining(let page): return [.showTraining(page)]
    case .quit:
        if state.page == .cases { return [.quit] }
        return state.arrange(.show(.cases))
    default: return state.prompt(action)
    }
    return []
}

extension WorklistState {
    fileprivate mutating func choose(_ index: Int) { selected = min(max(0, index), max(0, lineCount - 1)) }

    private mutating func warn(_ text: String) -> [WorklistEffect] {
        message = StatusMessage(text, kind: .warning)
        return []
    }

    /// What is done to the chosen case.
    fileprivate mutating func act(_ action: WorklistAction) -> [WorklistEffect] {
        if case .openNext = action {
            guard let entry = next() else { return warn("there is no case left for you") }
            return [.open(entry.caseID)]
        }
        guard let current else {
            if page != .cases { return warn("there is no case on this row") }
            return warn(
                entries.isEmpty ? "there are no cases yet: pleura import PATH" : "no case is listed; Esc lists all")
        }
        switch action {
        case .open: return [.open(current.caseID)]
        case .reopen:
            guard [.accepted, .corrected, .rejected, .awaiting, .returned].contains(current.status) else {
                return warn("\(current.title) is not filed; Enter opens it")
            }
            return [.reopen(current.caseID)]
        case .assign(let name): return [.assign(current.caseID, to: name == "" ? reviewer : name)]
        case .flag(let comment):
            return [.flag(current.caseID, comment ?? (current.flag == nil ? "" : nil))]
        default: return []
        }
    }

    /// Sorting, filtering, other lists.
    fileprivate mutating func arrange(_ action: WorklistAction) -> [WorklistEffect] {
        switch action {
        case .sort(let wanted):
            if let wanted, wanted == column {
                isDescending.toggle()
            } else {
                let all = WorklistColumn.allCases
                let following = column.flatMap { all.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
                let next = wanted ?? (following < all.count ? all[following] : nil)
                // The newest, the least certain and the longest are what one looks for.
                isDescending = next == .touched || next == .uncertainty || next == .effort
                column = next
            }
        case .reverse: isDescending.toggle()
        case .filter(let text):
            if let text {
                filter = WorklistFilter(text)
            } else {
                palette.reset()
                mode = .filter(filter.text, before: filter.text)
            }
        case .show(let page):
            guard page != self.page else { return [] }
            self.page = page
            selected = 0
            return [.reload]
        default: break
        }
        return []
    }
}
