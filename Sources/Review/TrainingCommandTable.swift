/// One command of the queue and the models: keys, help and documentation all come from this.
public struct TrainingCommand: CommandDescription {
    /// The first word.
    public let name: String
    /// The words behind it, as a pattern.
    public let arguments: String
    /// What it does, as a sentence without a full stop.
    public let summary: String
    let parse: @Sendable (CommandArguments) throws(CommandError) -> TrainingAction
}

/// All commands of the queue, the models and the replay, by name.
public enum TrainingCommandTable {
    /// The commands, in the order of the help.
    public static let all: [TrainingCommand] = [
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
        .init(name: "queue", arguments: "", summary: "show the fine-tuning jobs") { args throws(CommandError) in
            try none(args, .show(.queue))
        },
        .init(name: "models", arguments: "", summary: "show the versions of the models") {
            args throws(CommandError) in try none(args, .show(.models))
        },
        .init(
            name: "replay", arguments: "", summary: "show what the new model predicts on the corrected cases"
        ) { args throws(CommandError) in try none(args, .show(.replay)) },
        .init(
            name: "open", arguments: "",
            summary: "the replay of the chosen job or model; in the replay: the case, on its worst slice"
        ) { args throws(CommandError) in try none(args, .open) },
        .init(
            name: "train", arguments: "",
            summary: "show which corrections would be trained on now and why not the others, and queue them"
        ) { args throws(CommandError) in try none(args, .plan) },
        .init(name: "worker", arguments: "", summary: "start a process that works on the queue") {
            args throws(CommandError) in try none(args, .startWorker)
        },
        .init(name: "stop", arguments: "", summary: "cancel the chosen job; asks once if it runs") {
            args throws(CommandError) in try none(args, .cancelJob)
        },
        .init(name: "retry", arguments: "", summary: "queue the chosen failed or cancelled job again") {
            args throws(CommandError) in try none(args, .retryJob)
        },
        .init(
            name: "promote", arguments: "[REASON]",
            summary: "put the chosen version in use; one that was held needs a reason"
        ) { args throws(CommandError) in
            .promote(reason: args.words.isEmpty ? nil : args.words.joined(separator: " "))
        },
        .init(
            name: "rollback", arguments: "", summary: "go back to the version that was in use before; asks once"
        ) { args throws(CommandError) in try none(args, .rollback) },
        .init(name: "worklist", arguments: "", summary: "go to the worklist") { args throws(CommandError) in
            try none(args, .showWorklist)
        },
        .init(name: "reload", arguments: "", summary: "reload everything") { args throws(CommandError) in
            try none(args, .reload)
        },
        .init(name: "help", arguments: "", summary: "show keys and commands") { args throws(CommandError) in
            try none(args, .toggleHelp)
        },
        .init(name: "command", arguments: "", summary: "type a command") { args throws(CommandError) in
            try none(args, .openPrompt)
        },
        .init(name: "cancel", arguments: "", summary: "close what is open, or go back") {
            args throws(CommandError) in try none(args, .cancel)
        },
        .init(name: "quit", arguments: "", summary: "go back to the review or the worklist") {
            args throws(CommandError) in try none(args, .back)
        },
    ]

    private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    /// What a typed command does. A number alone chooses that line.
    /// - Throws: ``CommandError`` naming the usage.
    public static func action(for text: String) throws(CommandError) -> TrainingAction {
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
        _ args: CommandArguments, _ action: TrainingAction
    ) throws(CommandError) -> TrainingAction {
        guard args.words.isEmpty else { throw args.wrong }
        return action
    }

    private static func number(_ args: CommandArguments) throws(CommandError) -> Int {
        try args.only(0...1)
        return args.words.isEmpty ? 1 : try args.integer(0)
    }
}
