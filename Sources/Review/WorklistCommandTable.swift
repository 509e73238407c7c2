/// One command of the worklist: keys, help and documentation all come from this.
public struct WorklistCommand: CommandDescription {
    /// The first word.
    public let name: String
    /// The words behind it, as a pattern.
    public let arguments: String
    /// What it does, as a sentence without a full stop.
    public let summary: String
    let parse: @Sendable (CommandArguments) throws(CommandError) -> WorklistAction
}

/// All commands of the worklist and of the lists beside it, by name.
public enum WorklistCommandTable {
    /// The commands, in the order of the help.
    public static let all: [WorklistCommand] = [
        .init(name: "down", arguments: "[N]", summary: "select the next row") { args throws(CommandError) in
            .move(try number(args))
        },
        .init(name: "up", arguments: "[N]", summary: "select the previous row") { args throws(CommandError) in
            .move(-(try number(args)))
        },
        .init(name: "page", arguments: "down|up", summary: "ten rows down or up") { args throws(CommandError) in
            switch args.words {
            case ["down"]: return .page(1)
            case ["up"]: return .page(-1)
            default: throw args.wrong
            }
        },
        .init(name: "first", arguments: "", summary: "select the first row") { args throws(CommandError) in
            try none(args, .moveToEnd(last: false))
        },
        .init(name: "last", arguments: "", summary: "select the last row") { args throws(CommandError) in
            try none(args, .moveToEnd(last: true))
        },
        .init(name: "open", arguments: "", summary: "open the chosen case") { args throws(CommandError) in
            try none(args, .open)
        },
        .init(
            name: "next", arguments: "", summary: "open the next case by priority: yours, then unassigned ones"
        ) { args throws(CommandError) in try none(args, .openNext) },
        .init(name: "reopen", arguments: "", summary: "reopen a filed case as a new revision") {
            args throws(CommandError) in try none(args, .reopen)
        },
        .init(name: "assign", arguments: "[NAME|nobody]", summary: "assign the case to yourself, or to someone") {
            args throws(CommandError) in
            try args.only(0...1)
            return .assign(args.words.first.map { $0 == "nobody" ? nil : $0 } ?? "")
        },
        .init(name: "flag", arguments: "[COMMENT]", summary: "flag the case, or remove the flag") {
            args throws(CommandError) in .flag(args.words.isEmpty ? nil : args.words.joined(separator: " "))
        },
        .init(
            name: "sort", arguments: "[COLUMN]", summary: "sort by a column; again to reverse it"
        ) { args throws(CommandError) in
            try args.only(0...1)
            guard let word = args.words.first else { return .sort(nil) }
            guard let column = WorklistColumn(rawValue: word) else {
                let all = WorklistColumn.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandError("no column \(word); there are \(all)")
            }
            return .sort(column)
        },
        .init(name: "reverse", arguments: "", summary: "reverse the order") { args throws(CommandError) in
            try none(args, .reverse)
        },
        .init(
            name: "filter", arguments: "[TERM…]",
            summary: "list only matching cases, e.g. status:new model:unet who:ana is:mine -is:flagged"
        ) { args throws(CommandError) in .filter(args.words.isEmpty ? nil : args.words.joined(separator: " ")) },
        .init(name: "cases", arguments: "", summary: "show the cases") { args throws(CommandError) in
            try none(args, .show(.cases))
        },
        .init(name: "corrections", arguments: "", summary: "show what was filed") { args throws(CommandError) in
            try none(args, .show(.corrections))
        },
        .init(name: "queue", arguments: "", summary: "go to the fine-tuning jobs") { args throws(CommandError) in
            try none(args, .showTraining(.queue))
        },
        .init(name: "models", arguments: "", summary: "go to the models") { args throws(CommandError) in
            try none(args, .showTraining(.models))
        },
        .init(name: "reload", arguments: "", summary: "reload the lists") { args throws(CommandError) in
            try none(args, .reload)
        },
        .init(name: "help", arguments: "", summary: "show keys and commands") { args throws(CommandError) in
            try none(args, .toggleHelp)
        },
        .init(name: "command", arguments: "", summary: "type a command") { args throws(CommandError) in
            try none(args, .openPrompt)
        },
        .init(name: "cancel", arguments: "", summary: "close what is open, or list all cases again") {
            args throws(CommandError) in try none(args, .cancel)
        },
        .init(name: "quit", arguments: "", summary: "leave, or go back to the cases") { args throws(CommandError) in
            try none(args, .quit)
        },
    ]

    private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    /// What a typed command does. A number alone chooses that line.
    /// - Throws: ``CommandError`` naming the usage.
    public static func action(for text: String) throws(CommandError) -> WorklistAction {
        let words = try CommandTable.split(text)
        guard let first = words.first else { throw CommandError("no command was given") }
        if words.count == 1, let number = Int(first) { return .select(number - 1) }
        guard let command = byName[first] else {
            let near = all.map(\.name).filter { $0.hasPrefix(first) }
            let hint = near.isEmpty ? "? lists the commands" : "did you mean \(near.joined(separator: ", "))?"
            throw CommandError("no command \(first); \(hint)")
        }
        return try command.parse(
            CommandArguments(words: Array(words.dropFirst()), specification: ":\(command.usage)"))
    }

    private static func none(
        _ args: CommandArguments, _ action: WorklistAction
    ) throws(CommandError) -> WorklistAction {
        guard args.words.isEmpty else { throw args.wrong }
        return action
    }

    private static func number(_ args: CommandArguments) throws(CommandError) -> Int {
        try args.only(0...1)
        return args.words.isEmpty ? 1 : try args.integer(0)
    }
}
