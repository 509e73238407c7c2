import Cases

extension ReviewState {
    /// Prompts, questions and help.
    mutating func converse(_ action: ReviewAction) -> [ReviewEffect] {
        switch action {
        case .openPrompt(let kind):
            let ended = endStroke()
            if kind == .rejection, let obstacle { return ended + warn(obstacle) }
            mode = .prompt(kind, text: "")
            return ended
        case .type(let text):
            if case .prompt(let kind, let old) = mode {
                // A pasted text may have line ends; a prompt has one line.
                let line = text.map { $0.isNewline ? " " : String($0) }.joined()
                mode = .prompt(kind, text: String((old + line).prefix(400)))
            }
            return []
        case .deleteBackwards:
            if case .prompt(let kind, let text) = mode {
                mode = text.isEmpty ? .normal : .prompt(kind, text: String(text.dropLast()))
            }
            return []
        case .confirm: return confirm()
        case .cancel: return cancel()
        case .answer(let yes):
            guard case .question(let question) = mode else { return [] }
            return answer(question, yes)
        case .toggleHelp:
            if case .help = mode { mode = .normal } else { mode = .help(scroll: 0) }
            return []
        case .scrollHelp(let lines):
            if case .help(let scroll) = mode { mode = .help(scroll: max(0, scroll + lines)) }
            return []
        case .show(let message):
            self.message = message
            return []
        default: return []
        }
    }

    private mutating func confirm() -> [ReviewEffect] {
        switch mode {
        case .prompt(.rejection, let text):
            mode = .normal
            return finish(.reject(reason: text))
        case .prompt(.command, let text):
            mode = .normal
            guard !text.allSatisfy(\.isWhitespace) else { return [] }
            do {
                return reduce(&self, try CommandTable.action(for: text))
            } catch {
                return warn(error.description)
            }
        case .question(let question): return answer(question, true)
        case .help:
            mode = .normal
            return []
        case .normal, .pointer:
            if region.preview != nil { return acceptPreview() }
            return region.scribbles == nil ? [] : applyScribbles(region.reach)
        }
    }

    private mutating func cancel() -> [ReviewEffect] {
        if stroke != nil { return edit(.cancelStroke) }
        if mode == .normal || mode == .pointer {
            if region.running != nil { return stopRegion(because: "stopped") }
            if region.preview != nil { return changeRegion(.dropPreview) }
        }
        switch mode {
        // Whether to resume must be answered; escape does not throw work away by accident.
        case .question(.resume): return []
        default: mode = .normal
        }
        return []
    }

    private mutating func answer(_ question: Question, _ yes: Bool) -> [ReviewEffect] {
        mode = .normal
        switch question {
        case .quitUnsaved: return yes ? finish(.forceQuit) : []
        case .resume: return resolveLeft(resume: yes)
        }
    }

    private mutating func resolveLeft(resume: Bool) -> [ReviewEffect] {
        guard let left else { return [] }
        self.left = nil
        if resume {
            for i in structures.indices {
                if let mask = left.masks[structures[i].name] {
                    structures[i].mask = mask
                    structures[i].recount()
                    structures[i].editedSlices = Set(
                        mask.slices.indices.filter { mask.slices[$0] != structures[i].prediction.slices[$0] })
                }
            }
            history = left.history
            sequence = left.sequence
            seenSlices = left.seenSlices
            activeSeconds = left.activeSeconds
            view.slice = min(max(0, left.slice), max(0, (geometry?.size.z ?? 1) - 1))
            message = StatusMessage("resumed where it was, steps that stand: \(left.history.done.count)")
        }
        noteSeen()
        return [.resolveLeftReview(resume: resume)] + measureEverything()
    }

    /// Asks for all scores and for the marks of the slice on screen.
    func measureEverything() -> [ReviewEffect] {
        structures.map { .measureAll($0.name, mask: $0.mask, tolerance: $0.tolerance, edit: $0.edit) }
            + marksForSlice()
    }
}
