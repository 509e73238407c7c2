import Cases

extension TrainingState {
    /// Prompts, the plan and the help.
    mutating func prompt(_ action: TrainingAction) -> [TrainingEffect] {
        switch action {
        case .openPrompt:
            palette.reset()
            mode = .command("")
        case .type(let text):
            let line = text.map { $0.isNewline || $0 == "\t" ? " " : $0 }
                .filter { $0.unicodeScalars.first?.properties.generalCategory != .control }
            palette.reset()
            edit { String(($0 + String(line)).prefix(400)) }
        case .deleteBackwards:
            palette.reset()
            if typed?.isEmpty == true { mode = .list }
            edit { String($0.dropLast()) }
        case .deleteWord(let all):
            palette.reset()
            edit { all ? "" : $0.withoutLastWord }
        case .recall(let older):
            if case .command(let text) = mode { mode = .command(palette.recall(older: older, from: text)) }
        case .complete(let backwards):
            if case .command(let text) = mode {
                mode = .command(palette.complete(text, with: completions.map(\.line), backwards: backwards))
            }
        case .confirm: return confirm()
        case .cancel:
            if case .list = mode { return page == .replay ? reduce(&self, .back) : [] }
            mode = .list
        case .toggleHelp: if case .help = mode { mode = .list } else { mode = .help(scroll: 0) }
        case .scroll(let lines): scroll(lines)
        default: break
        }
        return []
    }

    private mutating func scroll(_ lines: Int) {
        switch mode {
        case .help(let scroll):
            // The first page stands alone: any step down leads to the first line of the rest.
            mode = .help(scroll: scroll == 0 ? min(max(0, lines), 1) : max(0, scroll + lines))
        case .plan(let plan, let scroll):
            let last = plan.selection.chosen.count + plan.selection.leftOut.count
            mode = .plan(plan, scroll: min(max(0, scroll + lines), last))
        case .list, .command, .reason, .question: break
        }
    }

    private mutating func edit(_ change: (String) -> String) {
        switch mode {
        case .command(let text): mode = .command(change(text))
        case .reason(let text, let model): mode = .reason(change(text), for: model)
        case .list, .question, .plan, .help: break
        }
    }

    private mutating func confirm() -> [TrainingEffect] {
        switch mode {
        case .command(let text):
            mode = .list
            let line = text.trimmed
            guard !line.isEmpty else { return [] }
            palette.remember(line)
            do {
                return kept(line) + reduce(&self, try TrainingCommandTable.action(for: line))
            } catch {
                message = StatusMessage(error.description, kind: .warning)
                return kept(line)
            }
        case .reason(let text, let model):
            let reason = text.trimmed
            guard !reason.isEmpty else { return warn("give the reason for using \(model) although it was held") }
            // The line may have been meant for a shell.
            mode = .question(.promote(model, reason: reason))
        case .plan(let plan, _):
            guard !plan.selection.chosen.isEmpty else { return warn("no correction would be trained on") }
            mode = .list
            return [.queue(model: plan.model, corrections: plan.selection.chosen.map(\.key))]
        case .help: mode = .list
        case .list, .question: break
        }
        return []
    }

    private func kept(_ line: String) -> [TrainingEffect] {
        CommandCompletion.mayNamePatient(line) ? [] : [.rememberCommand(line)]
    }
}
