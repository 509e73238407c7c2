import Cases

extension ReviewState {
    /// Prompts, questions and help.
    mutating func prompt(_ action: ReviewAction) -> [ReviewEffect] {
        switch action {
        case .openPrompt(let kind):
            let ended = endStroke()
            if kind == .rejection, let obstacle { return ended + warn(obstacle) }
            palette.reset()
            mode = .prompt(kind, text: "")
            return ended
        case .line(let edit):
            change(edit)
            return []
        case .confirm: return confirm()
        case .cancel: return cancel()
        case .answer(let yes):
            guard case .question(let question) = mode else { return [] }
            return answer(question, yes)
        case .questionShown:
            if mode.asks { asking.isShown = true }
            return []
        case .toggleHelp:
            if case .help = mode {
                mode = keys.wasPointing ? .pointer : .normal
            } else {
                keys.wasPointing = mode == .pointer
                mode = .help(scroll: 0)
            }
            return []
        case .scrollHelp(let lines):
            if case .help(let scroll) = mode {
                mode = .help(scroll: HelpScroll.moved(scroll, by: lines))
            }
            if case .sessions(let list, let selected) = mode {
                mode = .sessions(list, selected: ListCursor(selected, of: list.count).moved(.lines(lines)).selected)
            }
            if case .warnings(let selected) = mode {
                mode = .warnings(selected: ListCursor(selected, of: warningLineCount).moved(.lines(lines)).selected)
            }
            return []
        case .showWarnings: return showWarnings()
        case .show(let message):
            self.message = message
            return []
        default: return []
        }
    }

    /// Changes the line, or the word that answers a question.
    private mutating func change(_ edit: LineEdit) {
        switch mode {
        case .question(let question): answer(question, typing: edit)
        case .prompt(let kind, let text):
            var line = LineEditor(text, palette)
            line.apply(edit, isCommand: kind == .command, completions: completions(for: text))
            palette = line.palette
            mode = line.isLeft ? .normal : .prompt(kind, text: line.text)
        case .normal, .pointer, .help, .warnings, .sessions: break
        }
    }

    private mutating func confirm() -> [ReviewEffect] {
        switch mode {
        case .prompt(.rejection, let text):
            mode = .normal
            return askToReject(text)
        case .prompt(.command, let text):
            mode = .normal
            guard let (line, isKept) = palette.submit(text) else { return [] }
            let kept: [ReviewEffect] = isKept ? [.rememberCommand(line)] : []
            do {
                return kept + reduce(&self, try ReviewCommands.table.action(for: line))
            } catch {
                return kept + warn(error.description)
            }
        case .prompt(.flag, let text):
            mode = .normal
            return judge(.flag(text.trimmed))
        case .prompt(.sendingBack, let text):
            mode = .normal
            return judge(.sendBack(comment: text))
        case .question(let question): return question.mayDiscard ? confirmAnswer(question) : []
        case .warnings(let selected): return goToWarning(selected)
        case .sessions(let list, let selected):
            return list.indices.contains(selected) ? handleSessions(.restoreSession(list[selected].number)) : []
        case .help: return cancel()
        case .normal, .pointer:
            if region.preview != nil { return acceptPreview() }
            if region.scribbles != nil, contour.draft == nil, preview == nil { return applyScribbles(region.reach) }
            return finishContour()
        }
    }

    private mutating func cancel() -> [ReviewEffect] {
        if isDragging { return edit(.cancelStroke) }
        if mode == .normal || mode == .pointer {
            if region.running != nil { return stopRegion(because: "stopped") }
            if region.preview != nil { return changeRegion(.dropPreview) }
        }
        if mode == .normal, case .loading = phase { return [.cancelOpening] }
        // Where it ends nothing else, Escape ends the teaching.
        if mode == .normal, contour.draft == nil, preview == nil, hints?.current != nil {
            return hints?.dismiss() ?? []
        }
        switch mode {
        // Whether to resume must be answered; escape does not throw work away by accident.
        case .question(.resume): asking.typed = ""
        case .question(.accept), .question(.approve), .question(.reject):
            mode = .normal
            message = StatusMessage("not filed")
        case .help: mode = keys.wasPointing ? .pointer : .normal
        case .normal, .pointer: if !dropDraft() { mode = .normal }
        default: mode = .normal
        }
        return []
    }

    /// What the line may become.
    public func completions(for text: String) -> [Completion] {
        CommandCompletion.candidates(
            for: text, in: ReviewCommands.table.all,
            words: [
                "NAME": structures.map(\.name.rawValue), "rtstruct": ["rtstruct"],
                "RADIUSmm": ["2mm", "4mm", "6mm", "10mm", "15mm"],
            ])
    }

    /// Asks for all scores and for the marks of the slice on screen.
    func measureEverything() -> [ReviewEffect] {
        structures.map { .measureAll($0.name, mask: $0.mask, tolerance: $0.tolerance, edit: $0.edit) }
            + marksForSlice()
    }
}
