import Cases
import Commands

/// Brings the queue and the models forward by what the user wants.
public func reduce(_ state: inout TrainingState, _ action: TrainingAction) -> [TrainingEffect] {
    // Typed before the question could be read: it was meant for something else.
    if state.hasUnseenQuestion, action.mayAnswer {
        state.asking.missed = true
        return []
    }
    return state.advance { $0.perform(action) }
}

/// Brings the queue and the models forward by what the program reports.
public func reduce(_ state: inout TrainingState, _ update: TrainingUpdate) -> [TrainingEffect] {
    state.advance {
        $0.receive(update)
        return []
    }
}

extension TrainingState {
    /// Changes the state; a question that was not asked before has not been read yet.
    fileprivate mutating func advance(
        _ change: (inout TrainingState) -> [TrainingEffect]
    ) -> [TrainingEffect] {
        let mode = mode
        let effects = change(&self)
        noteQuestion(after: mode)
        return effects
    }

    /// Does what the user wants; see `reduce`.
    fileprivate mutating func perform(_ action: TrainingAction) -> [TrainingEffect] {
        let pending = keys
        message = nil
        keys = PendingKeys()
        switch action {
        case .list(let action): return perform(action, behind: pending)
        case .counted(let count, .list(.choose(let move))): return reduce(&self, .list(.choose(move.times(count))))
        case .counted(_, let action): return reduce(&self, action)
        case .show(let page): return show(page)
        case .reload: return [.reload]
        case .showWorklist: return [.showWorklist]
        case .back: return goBack()
        case .open: return open()
        case .plan(let model): return [.plan(model: model)]
        case .startWorker: return lists.hasWorker == true ? warn("a worker is already running") : [.startWorker]
        case .cancelJob: return cancelJob()
        case .retryJob: return retryJob()
        case .promote(let reason): return promote(reason, asks: false)
        case .askToPromote: return promote(nil, asks: true)
        case .rollback: return askToRollBack()
        case .answer(let isYes): return answer(isYes)
        }
    }

    /// Takes in what the program reports; see `reduce`.
    fileprivate mutating func receive(_ update: TrainingUpdate) {
        switch update {
        case .arrived(let lists): receive(lists)
        case .planned(let plan):
            message = nil
            keys = PendingKeys()
            // Whoever has begun something else meanwhile is not interrupted.
            if case .list = mode { mode = .plan(plan, scroll: 0) }
        case .say(let message): self.message = message
        case .questionShown: noteQuestionShown()
        }
    }
}

extension TrainingAction {
    /// Whether it could answer a question.
    fileprivate var mayAnswer: Bool {
        switch self {
        case .answer, .list(.confirm), .list(.cancel), .list(.scroll): true
        case .list(.choose), .list(.openPrompt), .list(.line), .list(.toggleHelp), .list(.showMessages), .list(.readOn),
            .list(.digit), .list(.keyPrefix),
            .counted, .show, .open, .plan, .cancelJob, .retryJob, .startWorker, .promote, .askToPromote, .rollback,
            .reload, .showWorklist, .back:
            false
        }
    }
}

extension TrainingState {
    /// Takes in new lists; the chosen job and version stay chosen where they are still there. On a page that nobody has
    /// looked at nothing was chosen, and it opens with the newest.
    private mutating func receive(_ lists: TrainingLists) {
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

    private mutating func show(_ page: TrainingPage) -> [TrainingEffect] {
        self.page = page
        if page != .replay { replayed = nil }
        return [.reload]
    }

    private mutating func goBack() -> [TrainingEffect] {
        guard page == .replay else { return [.back] }
        page = replayed == nil ? .queue : .models
        replayed = nil
        return []
    }

    private mutating func open() -> [TrainingEffect] {
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
        guard lists.replays[job] != nil else {
            guard let made = candidate(of: job), made.evaluation?.prompts != nil else { return warn(otherwise) }
            return warn("\(made.name) answers prompts and predicts nothing by itself, so there is no replay")
        }
        replayed = job
        page = .replay
        chosen[.replay] = 0
        return []
    }

    private mutating func cancelJob() -> [TrainingEffect] {
        guard page == .queue, let job else { return warn("choose a job of the queue first") }
        guard !job.state.isFinal else { return warn("job \(job.id) has ended: \(job.state.rawValue)") }
        guard job.cancelRequestedBy == nil else { return warn("job \(job.id) is being cancelled") }
        mode = .question(.cancel(job: job.id))
        return []
    }

    private mutating func retryJob() -> [TrainingEffect] {
        guard page == .queue, let job else { return warn("choose a job of the queue first") }
        guard job.state == .failed || job.state == .cancelled else {
            return warn("job \(job.id) is \(job.state.rawValue); only a failed or cancelled one is retried")
        }
        return [.retry(job: job.id)]
    }

    private mutating func askToRollBack() -> [TrainingEffect] {
        let base = page == .models ? model?.name.base : job?.model.base
        guard let base = base ?? lists.newestBase, let now = lists.inUse(of: base) else {
            return warn("no model is in use, so there is nothing to roll back")
        }
        guard let before = lists.before(of: base) else { return warn("there is no version before \(now)") }
        mode = .question(.rollback(from: now, to: before))
        return []
    }

    private mutating func answer(_ isYes: Bool) -> [TrainingEffect] {
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
