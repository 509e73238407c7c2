import Commands

extension WorklistState: ListScreen {
    package static var commands: CommandTable<WorklistAction> { WorklistCommands.table }

    /// What is being typed, if anything is.
    public var typed: String? {
        switch mode {
        case .command(let text), .filter(let text, _): text
        case .list, .help, .messages: nil
        }
    }

    /// What the line may become.
    public var completions: [Completion] {
        guard let text = mode.command else { return [] }
        return CommandCompletion.candidates(
            for: text, in: WorklistCommands.table.all,
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

    package mutating func advance(by action: WorklistAction) -> [WorklistEffect] { reduce(&self, action) }

    package mutating func choose(_ line: Int) { selected = line }

    package mutating func retype(_ text: String, isLeft: Bool) {
        switch mode {
        case .command: mode = isLeft ? .list : .command(text)
        case .filter(_, let before):
            mode = .filter(text, before: before)
            filter = WorklistFilter(text)
        case .list, .help, .messages: break
        }
    }

    package mutating func scroll(_ lines: Int) {}

    package mutating func confirm() -> [WorklistEffect] {
        mode = .list
        return []
    }

    package mutating func cancel() -> [WorklistEffect] {
        switch mode {
        case .filter(_, let before):
            filter = WorklistFilter(before)
            mode = .list
        case .command, .help, .messages: mode = .list
        case .list:
            if page != .cases {
                page = .cases
                selected = 0
            } else if !filter.text.isEmpty {
                filter = WorklistFilter("")
            }
        }
        return []
    }
}
