import Commands

/// The commands of the worklist and of the lists beside it.
public enum WorklistCommands {
    /// All of them; a number alone chooses that row.
    public static let table = CommandTable<WorklistAction>(Command.moves + own + Command.help + leaving) {
        .select($0 - 1)
    }

    private static let own: [Command<WorklistAction>] = [
        .init("open", "open the chosen case", .open),
        .init("next", "open the next case by priority: yours, then unassigned ones", .openNext),
        .init("reopen", "reopen a filed case as a new revision", .reopen),
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
        .init("reverse", "reverse the order", .reverse),
        .init(
            name: "filter", arguments: "[TERM…]",
            summary: "list only matching cases, e.g. status:new model:unet who:ana is:mine -is:flagged"
        ) { args throws(CommandError) in .filter(args.words.isEmpty ? nil : args.words.joined(separator: " ")) },
        .init("cases", "show the cases", .show(.cases)),
        .init("corrections", "show what was filed", .show(.corrections)),
        .init("queue", "go to the fine-tuning jobs", .showTraining(.queue)),
        .init("models", "go to the models", .showTraining(.models)),
        .init("reload", "reload the lists", .reload),
    ]

    private static let leaving: [Command<WorklistAction>] = [
        .init("cancel", "close what is open, or list all cases again", .cancel),
        .init("quit", "leave, or go back to the cases", .quit),
    ]
}
