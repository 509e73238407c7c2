import Anatomy
import Cases
import Commands

extension ReviewState {
    /// Opens a line to type in.
    mutating func openPrompt(_ kind: PromptKind) -> [ReviewEffect] {
        let ended = endStroke()
        if kind == .rejection, let obstacle { return ended + warn(obstacle) }
        palette.reset()
        mode = .prompt(kind, text: "")
        return ended
    }

    /// Opens the help, or closes it.
    mutating func toggleHelp() {
        if case .help = mode {
            mode = keys.wasPointing ? .pointer : .normal
        } else {
            keys.wasPointing = mode == .pointer
            palette.reset()
            mode = .help(scroll: 0)
        }
    }

    /// Scrolls the help, or moves through the list that is open.
    mutating func scroll(by lines: Int) {
        switch mode {
        case .help(let scroll): mode = .help(scroll: HelpScroll.moved(scroll, by: lines))
        case .sessions(let list, let selected):
            mode = .sessions(list, selected: ListCursor(selected, of: list.count).moved(.lines(lines)).selected)
        case .warnings(let selected):
            mode = .warnings(selected: ListCursor(selected, of: warningLineCount).moved(.lines(lines)).selected)
        case .overlay(let overlay): scroll(overlay, by: lines)
        case .normal, .pointer, .prompt, .question: break
        }
    }

    /// Changes the line, or the word that answers a question.
    mutating func change(_ edit: LineEdit) {
        switch mode {
        case .question(let question): answer(question, typing: edit)
        case .prompt(let kind, let text):
            var line = LineEditor(text, palette)
            line.apply(edit, isCommand: kind == .command, completions: completions(for: text))
            palette = line.palette
            mode = line.isLeft ? .normal : .prompt(kind, text: line.text)
        case .help:
            palette.searchHelp(edit)
            mode = .help(scroll: 1)
        case .normal, .pointer, .warnings, .sessions, .overlay: break
        }
    }

    /// Does what was typed or chosen, says yes, or ends what is drawn or shown.
    mutating func confirm() -> [ReviewEffect] {
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
            return setFlag(text.trimmed)
        case .prompt(.sendingBack, let text):
            mode = .normal
            return sendBack(text)
        case .question(let question): return question.mayDiscard ? confirmAnswer(question) : []
        case .warnings(let selected): return goToWarning(selected)
        case .sessions(let list, let selected):
            return list.indices.contains(selected) ? restoreSession(list[selected].number) : []
        case .overlay(let overlay): return confirm(overlay)
        case .help: return cancel()
        case .normal, .pointer:
            if let running = region.running, running.answersPrompts {
                return endStroke() + warn("\(running.name) is still being worked out; wait, or Esc stops it")
            }
            if region.preview != nil, !region.hasUnansweredPrompts { return acceptPreview() }
            if region.scribbles != nil, contour.draft == nil, preview == nil { return applyScribbles(nil) }
            return finishContour()
        }
    }

    /// Closes what is open, or drops what is drawn or shown.
    mutating func cancel() -> [ReviewEffect] {
        if cancelWindowDrag() { return [] }
        if isDragging { return cancelDrag() }
        if mode == .normal || mode == .pointer {
            if region.running != nil { return stopRegion(because: "stopped") }
            if region.preview != nil { return changeRegion(.dropPreview) }
            if promptAnswerer != nil, region.scribbles != nil, contour.draft == nil, preview == nil {
                return changeRegion(.clearScribbles)
            }
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
        case .help: if !palette.endHelpSearch() { closeOverlay() }
        case .overlay: closeOverlay()
        case .normal, .pointer: if !dropDraft() { mode = .normal }
        case .question(.quitUnsaved), .question(.quitWorking), .prompt, .warnings, .sessions: mode = .normal
        }
        return []
    }

    /// What the line may become.
    public func completions(for text: String) -> [Completion] {
        CommandCompletion.candidates(
            for: text, in: ReviewCommands.table.all,
            words: [
                "NAME": structures.map(\.name.rawValue), "EXPRESSION": structures.map(\.name.inExpression),
                "MASK": context.map(\.name.rawValue),
                "rtstruct": ["rtstruct"], "ORGAN": organsToAdd, "COLOUR": StructureColour.names,
                "SITE": StructureCatalogue.current.templates.map(\.name),
                "PRESET": seeing.preferences.windows.keys.sorted(),
                "RADIUSmm": ["2mm", "4mm", "6mm", "10mm", "15mm"],
            ])
    }

    /// Asks for all scores and for the marks of the slice on screen.
    func measureEverything() -> [ReviewEffect] {
        structures.map { .measureAll($0.name, mask: $0.mask, tolerance: $0.tolerance, edit: $0.edit) }
            + marksForSlice()
    }
}
