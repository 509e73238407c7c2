import Commands

extension ReviewCommands {
    static let judging: [Command<ReviewAction>] = [
        .init(
            name: "accept", arguments: "[COMMENT]",
            summary: "accept the masks and file the correction; asks once if something is odd, the key always",
            group: .judging
        ) { args throws(CommandError) in
            args.words.isEmpty ? .accept : .acceptNoting(comment: args.words.joined(separator: " "), asks: true)
        },
        .init(
            name: "accept!", arguments: "[COMMENT]", summary: "accept without confirmation", group: .judging
        ) { args throws(CommandError) in
            .acceptNoting(comment: args.words.joined(separator: " "), asks: false)
        },
        .init(
            name: "reject", arguments: "[REASON]",
            summary: "reject the case; without a reason, asks for it and once more before it is filed", group: .judging
        ) { args throws(CommandError) in
            args.words.isEmpty ? .openPrompt(.rejection) : .reject(reason: args.words.joined(separator: " "))
        },
        .init(
            name: "defer", arguments: "[COMMENT]", summary: "defer the case and open the next", group: .judging
        ) { args throws(CommandError) in .deferCase(comment: args.words.joined(separator: " ")) },
        .init(
            name: "flag", arguments: "[COMMENT|off]", summary: "flag the case for others to see, or remove the flag",
            group: .judging
        ) { args throws(CommandError) in
            if args.words.isEmpty { return .openPrompt(.flag) }
            return .flag(args.words == ["off"] ? nil : args.words.joined(separator: " "))
        },
        .init("reopen", "reopen a filed review as a new revision", .reopen, group: .judging),
        .init(
            name: "approve", arguments: "[COMMENT]",
            summary: "approve someone else's correction (two-person review)", group: .judging
        ) { args throws(CommandError) in .approve(comment: args.words.joined(separator: " ")) },
        .init(
            name: "return", arguments: "[COMMENT]", summary: "send someone else's correction back", group: .judging
        ) { args throws(CommandError) in
            args.words.isEmpty ? .openPrompt(.sendingBack) : .sendBack(comment: args.words.joined(separator: " "))
        },
        .init(
            name: "choose", arguments: "1|2|as-is",
            summary: "take a reader's contours on this slice and go to the next (adjudication)", group: .judging
        ) { args throws(CommandError) in
            try args.only(1...1)
            guard let choice = ReaderChoice(rawValue: args.words[0]) else { throw args.wrong }
            return .choose(choice)
        },
        .init("retry", "try again to open a case that is read only or failed to open", .retry, group: .judging),
    ]
}
