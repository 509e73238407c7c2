import Cases

/// Brings the queue and the models forward by one action.
public func reduce(_ state: inout TrainingState, _ action: TrainingAction) -> [TrainingEffect] {
    if case .questionShown = action {
        state.isQuestionShown = state.asks
        return []
    }
    // Typed before the question could be read: it was meant for something else.
    if state.hasUnseenQuestion, action.mayAnswer { return [] }
    let mode = state.mode
    let effects = perform(&state, action)
    if state.asks, !state.mode.asksTheSame(as: mode) { state.isQuestionShown = false }
    return effects
}

/// Does what the action says; see `reduce`.
private func perform(_ state: inout TrainingState, _ action: TrainingAction) -> [TrainingEffect] {
    if case .arrived(let lists) = action {
        state.receive(lists)
        return []
    }
    if case .say(let message) = action {
        state.message = message
        return []
    }
    state.message = nil
    let pending = state.keys
    state.keys = PendingKeys()
    switch action {
    case .list(let action): return state.perform(action, behind: pending)
    case .counted(let count, .list(.choose(let move))): return reduce(&state, .list(.choose(move.times(count))))
    case .counted(_, let action): return reduce(&state, action)
    case .show(let page):
        state.page = page
        if page != .replay { state.replayed = nil }
        return [.reload]
    case .reload: return [.reload]
    case .showWorklist: return [.showWorklist]
    case .back: return state.goBack()
    case .open: return state.open()
    case .plan, .planned, .cancelJob, .retryJob, .startWorker: return state.queue(action)
    case .promote, .askToPromote, .rollback, .answer: return state.decide(action)
    case .arrived, .say, .questionShown: return []
    }
}

extension TrainingMode {
    /// Whether it asks what another mode asks.
    fileprivate func asksTheSame(as other: TrainingMode) -> Bool {
        if case .plan(let plan, _) = self, case .plan(let before, _) = other { return plan == before }
        return self == other
    }
}

extension TrainingAction {
    /// Whether it could answer a question.
    fileprivate var mayAnswer: Bool {
        switch self {
        case .answer, .list(.confirm), .list(.cancel), .list(.scroll): true
        default: false
        }
    }
}

extension TrainingState {
    /// Takes in new lists; the chosen job and version stay chosen where they are still there. On a page that nobody has
    /// looked at nothing was chosen, and it opens with the newest.
    fileprivate mutating func receive(_ lists: TrainingLists) {
        let (job, model) = (job?.id, model?.name)
        self.lists = lists
        if let job, page == .queue || chosen[.queue] != nil,
            let index = lists.jobs.firstIndex(where: { $0.id == job })
        {
            chosen[.queue] = index
        }
        if let model, page == .models || chosen[.models] != nil,
            let index = lists.models.firstIndex(where: { $0.name == model })
        {
            chosen[.models] = index
        }
        if case .question(.cancel(let job)) = mode, lists.jobs.first(where: { $0.id == job })?.state.isFinal == true {
            mode = .list
        }
    }

    fileprivate mutating func goBack() -> [TrainingEffect] {
        guard page == .replay else { return [.back] }
        page = replayed == nil ? .queue : .models
        replayed = nil
        return []
    }

    fileprivate mutating func open() -> [TrainingEffect] {
        switch page {
        case .queue:
            guard let job else { return warn("there is no job yet; train shows which corrections one would use") }
            return openReplay(of: job.id, "job \(job.id) has no replay: it is made when a job has been evaluated")
        case .models:
            guard let model else { return warn("there is no trained model in the registry yet") }
            guard let job = model.lineage.job else { return warn("\(model.name) was not made by a job here") }
            return openReplay(of: job, "the job that made \(model.name) has left no replay")
        case .replay:
            let lines = replayLines
            guard let replay, lines.indices.contains(selected) else { return warn("there is no replay yet") }
            let line = lines[selected]
            return [
                .openReplay(line.entry, structure: line.structure.name, before: replay.before, after: replay.after)
            ]
        }
    }

    private mutating func openReplay(of job: Int64, _ otherwise: String) -> [TrainingEffect] {
        guard lists.replays[job] != nil else { return warn(otherwise) }
        replayed = job
        page = .replay
        chosen[.replay] = 0
        return []
    }

    /// Jobs.
    fileprivate mutating func queue(_ action: TrainingAction) -> [TrainingEffect] {
        switch action {
        case .plan: return [.plan]
        case .planned(let plan):
            // Whoever has begun something else meanwhile is not interrupted.
            if case .list = mode { mode = .plan(plan, scroll: 0) }
        case .startWorker:
            guard lists.hasWorker != true else { return warn("a worker is already running") }
            return [.startWorker]
        case .cancelJob, .retryJob:
            guard page == .queue, let job else { return warn("choose a job of the queue first") }
            if case .retryJob = action {
                guard job.state == .failed || job.state == .cancelled else {
                    return warn("job \(job.id) is \(job.state.rawValue); only a failed or cancelled one is retried")
                }
                return [.retry(job: job.id)]
            }
            guard !job.state.isFinal else { return warn("job \(job.id) has ended: \(job.state.rawValue)") }
            guard job.cancelRequestedBy == nil else { return warn("job \(job.id) is being cancelled") }
            mode = .question(.cancel(job: job.id))
        default: break
        }
        return []
    }

    /// Which version is in use.
    fileprivate mutating func decide(_ action: TrainingAction) -> [TrainingEffect] {
        switch action {
        case .promote(let reason): return promote(reason, asks: false)
        case .askToPromote: return promote(nil, asks: true)
        case .rollback:
            let base = page == .models ? model?.name.base : job?.model.base
            guard let base = base ?? lists.promotions.last?.model.base, let now = lists.inUse(of: base) else {
                return warn("no model is in use, so there is nothing to roll back")
            }
            guard let before = lists.before(of: base) else { return warn("there is no version before \(now)") }
            mode = .question(.rollback(from: now, to: before))
        case .answer(let isYes):
            guard case .question(let question) = mode else { return [] }
            mode = .list
            guard isYes else {
                message = StatusMessage("nothing was changed")
                return []
            }
            switch question {
            case .rollback(let from, _): return [.rollback(base: from.base)]
            case .cancel(let job): return [.cancel(job: job)]
            case .promote(let name, let reason): return [.promote(name, reason: reason)]
            }
        default: break
        }
        return []
    }

    /// Puts the chosen version in use, with what has to be asked before.
    private mutating func promote(_ reason: String?, asks: Bool) -> [TrainingEffect] {
        guard page == .models, let model else { return warn("choose a version on the models page first") }
        let standing = lists.standing(of: model)
        guard standing != .inUse else { return warn("\(model.name) is in use already") }
        if let reason, !reason.isEmpty { return [.promote(model.name, reason: reason)] }
        // What a gate has not passed is a person's decision, and he says why.
        guard model.evaluation?.passes == true else {
            palette.reset()
            mode = .reason("", for: model.name)
            return []
        }
        guard asks else { return [.promote(model.name, reason: nil)] }
        mode = .question(.promote(model.name, reason: nil))
        return []
    }
}
