extension WorklistState {
    /// What is being typed, if anything is.
    public var typed: String? {
        switch mode {
        case .command(let text), .filter(let text, _): text
        case .list, .help: nil
        }
    }

    /// What the line may become.
    public var completions: [Completion] {
        guard case .command(let text) = mode else { return [] }
        return CommandCompletion.candidates(
            for: text, in: WorklistCommandTable.all,
            words: ["COLUMN": WorklistColumn.allCases.map(\.rawValue), "NAME": people])
    }

    private var people: [String] {
        var names: [String] = []
        for name in [reviewer] + entries.flatMap({ [$0.assignee, $0.reviewer, $0.holder].compactMap { $0 } })
        where !name.isEmpty && !names.contains(name) {
            names.append(name)
            if names.count == 20 { break }
        }
        return names
    }

    /// Prompts and help.
    mutating func prompt(_ action: WorklistAction) -> [WorklistEffect] {
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
            if typed?.isEmpty == true, case .command = mode { mode = .list }
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
        case .cancel: cancel()
        case .toggleHelp: if case .help = mode { mode = .list } else { mode = .help(scroll: 0) }
        case .scrollHelp(let lines):
            if case .help(let scroll) = mode {
                // The first page stands alone: any step down leads to the first line of the rest.
                mode = .help(scroll: scroll == 0 ? min(max(0, lines), 1) : max(0, scroll + lines))
            }
        default: break
        }
        return []
    }

    private mutating func edit(_ change: (String) -> String) {
        switch mode {
        case .command(let text): mode = .command(change(text))
        case .filter(let text, let before):
            let changed = change(text)
            mode = .filter(changed, before: before)
            filter = WorklistFilter(changed)
        case .list, .help: break
        }
    }

    private mutating func confirm() -> [WorklistEffect] {
        switch mode {
        case .command(let text):
            mode = .list
            let line = text.trimmed
            guard !line.isEmpty else { return [] }
            palette.remember(line)
            do {
                return kept(line) + reduce(&self, try WorklistCommandTable.action(for: line))
            } catch {
                message = StatusMessage(error.description, kind: .warning)
                return kept(line)
            }
        case .filter, .help: mode = .list
        case .list: break
        }
        return []
    }

    private func kept(_ line: String) -> [WorklistEffect] {
        CommandCompletion.mayNamePatient(line) ? [] : [.rememberCommand(line)]
    }

    private mutating func cancel() {
        switch mode {
        case .filter(_, let before):
            filter = WorklistFilter(before)
            mode = .list
        case .command, .help: mode = .list
        case .list:
            if page != .cases {
                page = .cases
                selected = 0
            } else if !filter.text.isEmpty {
                filter = WorklistFilter("")
            }
        }
    }
}
