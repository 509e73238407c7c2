import Cases
import Commands

extension TrainingState: ListScreen {
    package static var commands: CommandTable<TrainingAction> { TrainingCommands.table }

    package mutating func advance(by action: TrainingAction) -> [TrainingEffect] { reduce(&self, action) }

    package mutating func choose(_ line: Int) { chosen[page] = line }

    package mutating func retype(_ text: String, isLeft: Bool) {
        switch mode {
        case .command: mode = isLeft ? .list : .command(text)
        case .reason(_, let model): mode = isLeft ? .list : .reason(text, for: model)
        case .list, .question, .plan, .help, .messages: break
        }
    }

    package mutating func scroll(_ lines: Int) {
        guard case .plan(let plan, let scroll) = mode else { return }
        let last = plan.selection.chosen.count + plan.selection.leftOut.count
        mode = .plan(plan, scroll: min(max(0, scroll + lines), last))
    }

    package mutating func confirm() -> [TrainingEffect] {
        switch mode {
        case .reason(let text, let model):
            let reason = text.trimmed
            guard !reason.isEmpty else { return warn("give the reason for using \(model) although it was held") }
            // The line may have been meant for a shell.
            mode = .question(.promote(model, reason: reason))
        case .plan(let plan, _):
            guard !plan.selection.chosen.isEmpty else { return warn("no correction would be trained on") }
            mode = .list
            return [.queue(model: plan.model, corrections: plan.selection.chosen.map(\.key))]
        case .list, .command, .question, .help, .messages: break
        }
        return []
    }

    package mutating func cancel() -> [TrainingEffect] {
        if case .list = mode { return page == .replay ? reduce(&self, .back) : [] }
        mode = .list
        return []
    }
}
