import CaseWork
import Commands
import Review
import Volumes

/// A file of commands: its lines bring the review forward as if they were typed, each once the one before has come to
/// rest. The first that cannot be done ends it.
extension ReviewProgram {
    /// Goes on with the file of commands, if there is one and the review has come to rest.
    /// - Returns: whether it did anything, so that the screen is to be drawn anew.
    func goOnWithCommands() -> Bool {
        guard let run = commands, !run.isOver, !isDone else { return false }
        if let step = run.underWay, screen != .review || step.session != sessionNumber {
            // Everything after it would be done to another case.
            commands?.underWay = nil
            return run.next == nil ? end() : stop(step.line, because: "it has left the case")
        }
        guard screen == .review, let review, isAtRest(review, run.underWay) else { return false }
        if let step = run.underWay {
            commands?.underWay = nil
            if let reason = refusal(of: step, in: review) { return stop(step.line, because: reason) }
        }
        guard let line = run.next else { return end() }
        if case .failed(let reason) = review.phase { return stop(line, because: reason) }
        commands?.begun += 1
        commands?.underWay = CommandRun.Step(line: line, sequence: review.sequence, session: sessionNumber)
        if let reason = perform(line.text, in: review) {
            commands?.underWay = nil
            return stop(line, because: reason)
        }
        let number = commands?.begun ?? 0
        session?.afterwards { [mailbox] in mailbox.post(.commandSettled(number)) }
        return true
    }

    /// Takes in that the session has done all that a line asked of it.
    func commandSettled(_ number: Int) {
        if commands?.begun == number { commands?.underWay?.isSettled = true }
    }

    /// Whether nothing is under way that the line before has begun, and nothing is asked that nobody could have read.
    private func isAtRest(_ review: ReviewState, _ step: CommandRun.Step?) -> Bool {
        switch review.phase {
        case .loading, .filing: return false
        case .open, .readOnly, .filed, .failed: break
        }
        if case .saving = review.saveState { return false }
        // Somebody types: what is typed is theirs to end.
        if case .prompt = review.mode, step == nil { return false }
        return step?.isSettled ?? true && review.region.running == nil && !review.hasUnseenQuestion
            && work.current.isEmpty
    }

    /// Why a line has not been done; `nil` if it has. An edit that was made with something to say of it was made.
    private func refusal(of step: CommandRun.Step, in review: ReviewState) -> String? {
        if case .prompt = review.mode {
            apply(.cancel)
            return "what it asks to be typed belongs on its line"
        }
        if case .failed(let reason) = review.phase { return reason }
        if case .failed(let reason) = review.saveState { return reason }
        guard let message = review.message, message.kind == .warning, review.sequence == step.sequence else {
            return nil
        }
        return message.text
    }

    /// Does what a line says: answers the question that is asked, or runs the command.
    /// - Returns: why it cannot be done; `nil` where that will be seen from what becomes of it.
    private func perform(_ text: String, in review: ReviewState) -> String? {
        if case .question(let question) = review.mode { return answer(question, text) }
        guard closeWhatIsOpen() else { return "what lies over the image could not be closed" }
        do {
            apply(try ReviewCommands.table.action(for: text))
            return nil
        } catch {
            return error.description
        }
    }

    /// Closes what lies over the image: what is typed after `:` is done to what is seen. A search ends before the help that it
    /// is in.
    /// - Returns: whether nothing lies over it now.
    private func closeWhatIsOpen() -> Bool {
        for _ in 0..<4 where review?.mode.coversImage == true { apply(.cancel) }
        return review?.mode.coversImage != true
    }

    private func answer(_ question: Question, _ text: String) -> String? {
        switch text {
        case "yes", "y": apply(.answer(true))
        case "no",
            "n" where !question.mayDiscard:
            apply(.answer(false))
        case Question.discardWord where question.mayDiscard:
            apply(.line(.type(text)))
            apply(.confirm)
        default:
            let other = question.mayDiscard ? Question.discardWord : "no"
            return "a question is open, which only a line “yes” or “\(other)” answers"
        }
        return nil
    }

    /// The file is done.
    private func end() -> Bool {
        commands?.isOver = true
        guard let run = commands, let review, screen == .review else { return true }
        let done = "all \(Plural.count(run.file.lines.count, "line")) of the command file were done"
        if run.leavesAfterwards {
            if review.mode.asksNothing { apply(.quit) }
            if !isDone {
                commands?.failure = "The command file ends with something undecided: \(review.openMatter)."
                apply(.forceQuit)
            }
        } else if review.mode.asksNothing {
            if let all = StatusMessage.joined(review.message, StatusMessage(done)) { apply(.show(all)) }
        }
        return true
    }

    /// A line cannot be done: nothing after it is.
    private func stop(_ line: CommandFile.Line, because reason: String) -> Bool {
        commands?.isOver = true
        let said = "Line \(line.number) of the command file, “\(line.text)”, was not done: \(reason)"
        let rest = commands.map { $0.file.lines.count { $0.number > line.number } } ?? 0
        let after =
            rest == 0 ? "" : " · \(Plural.count(rest, "line")) after it \(Plural.word(rest, "was", "were")) not done"
        commands?.failure = said + after
        say(StatusMessage(said + after, kind: .warning))
        if commands?.leavesAfterwards == true {
            if screen == .review { apply(.forceQuit) } else { isDone = true }
        }
        return true
    }
}

extension ReviewMode {
    /// Whether no question is open.
    fileprivate var asksNothing: Bool { if case .question = self { false } else { true } }

    /// Whether something to be read lies over the image.
    fileprivate var coversImage: Bool {
        switch self {
        case .help, .warnings, .sessions, .overlay: true
        case .normal, .pointer, .question, .prompt: false
        }
    }
}

extension ReviewState {
    /// What keeps the review from being left, for people.
    fileprivate var openMatter: String {
        if !mode.asksNothing { return "a question is open" }
        return message?.text ?? "the review cannot be left"
    }
}
