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
        case .type(let text):
            if case .question(let question) = mode, question.mayDiscard { answer(typing: text) }
            if case .prompt(let kind, let old) = mode {
                // A pasted text may have line ends; a prompt has one line.
                let line = text.map { $0.isNewline || $0 == "\t" ? " " : $0 }
                    .filter { !($0.unicodeScalars.first?.properties.generalCategory == .control) }
                palette.reset()
                mode = .prompt(kind, text: String((old + String(line)).prefix(400)))
            }
            return []
        case .deleteBackwards:
            if case .question = mode { asking.typed = String(asking.typed.dropLast()) }
            if case .prompt(let kind, let text) = mode {
                palette.reset()
                mode = text.isEmpty ? .normal : .prompt(kind, text: String(text.dropLast()))
            }
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
                // The first page stands alone: any step down leads to the first line of the rest.
                mode = .help(scroll: scroll == 0 ? min(max(0, lines), 1) : max(0, scroll + lines))
            }
            if case .sessions(let list, let selected) = mode {
                mode = .sessions(list, selected: min(max(0, selected + lines), max(0, list.count - 1)))
            }
            if case .warnings(let selected) = mode {
                mode = .warnings(selected: min(max(0, selected + lines), max(0, warningLineCount - 1)))
            }
            return []
        case .showWarnings: return showWarnings()
        case .show(let message):
            self.message = message
            return []
        default: return []
        }
    }

    /// What makes typing shorter: deleting words, older lines, completion.
    mutating func typeAhead(_ action: ReviewAction) -> [ReviewEffect] {
        if case .question = mode, case .deleteWord = action { asking.typed = "" }
        guard case .prompt(let kind, let text) = mode else { return [] }
        switch action {
        case .deleteWord(let all):
            palette.reset()
            mode = .prompt(kind, text: all ? "" : text.withoutLastWord)
        case .recall(let older) where kind == .command:
            mode = .prompt(kind, text: palette.recall(older: older, from: text))
        case .complete(let backwards) where kind == .command:
            let lines = completions(for: text).map(\.line)
            mode = .prompt(kind, text: palette.complete(text, with: lines, backwards: backwards))
        default: break
        }
        return []
    }

    private mutating func confirm() -> [ReviewEffect] {
        switch mode {
        case .prompt(.rejection, let text):
            mode = .normal
            return askToReject(text)
        case .prompt(.command, let text):
            mode = .normal
            guard !text.allSatisfy(\.isWhitespace) else { return [] }
            let line = text.trimmed
            palette.remember(line)
            do {
                return kept(line) + reduce(&self, try CommandTable.action(for: line))
            } catch {
                return kept(line) + warn(error.description)
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

    /// What was typed is kept across sessions, unless it holds words of the reviewer's or paths, which may name a
    /// patient.
    private func kept(_ line: String) -> [ReviewEffect] {
        CommandCompletion.mayNamePatient(line) ? [] : [.rememberCommand(line)]
    }

    /// What the line may become.
    public func completions(for text: String) -> [Completion] {
        CommandCompletion.candidates(
            for: text, in: CommandTable.all,
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

extension String {
    /// Without spaces at the ends.
    var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Without the last word and the spaces behind it.
    var withoutLastWord: String {
        var text = Substring(self)
        while text.last?.isWhitespace == true { text.removeLast() }
        while let last = text.last, !last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
