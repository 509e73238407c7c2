import Commands

/// The commands that every list has.
extension Command where Action: ListScreenAction {
    /// Choosing a row.
    static var moves: [Command] {
        [
            .init(name: "down", arguments: "[N]", summary: "select the next row") { args throws(CommandError) in
                .move(try rows(args))
            },
            .init(name: "up", arguments: "[N]", summary: "select the previous row") { args throws(CommandError) in
                .move(-(try rows(args)))
            },
            .init(name: "page", arguments: "down|up", summary: "ten rows down or up") { args throws(CommandError) in
                switch args.words {
                case ["down"]: return .page(1)
                case ["up"]: return .page(-1)
                default: throw args.wrong
                }
            },
            .init("first", "select the first row", .moveToEnd(last: false)),
            .init("last", "select the last row", .moveToEnd(last: true)),
        ]
    }

    /// Help, and the line in which commands are typed.
    static var help: [Command] {
        [
            .init("messages", "list what was said until now, the newest last", .showMessages),
            .init("help", "show keys and commands", .toggleHelp), .init("command", "type a command", .openPrompt),
        ]
    }

    private static func rows(_ args: CommandArguments) throws(CommandError) -> Int {
        try args.only(0...1)
        return args.words.isEmpty ? 1 : try args.integer(0)
    }
}
