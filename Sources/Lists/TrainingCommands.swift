import Commands

/// The commands of the queue, the models and the replay.
public enum TrainingCommands {
    /// All of them; a number alone chooses that row.
    public static let table = CommandTable<TrainingAction>(Command.moves + own + Command.help + leaving) {
        .select($0 - 1)
    }

    private static let own: [Command<TrainingAction>] = [
        .init("queue", "show the fine-tuning jobs", .show(.queue)),
        .init("models", "show the versions of the models", .show(.models)),
        .init("replay", "show what the new model predicts on the corrected cases", .show(.replay)),
        .init("open", "the replay of the chosen job or model; in the replay: the case, on its worst slice", .open),
        .init(
            name: "train", arguments: "[MODEL]",
            summary:
                "show which corrections would be trained on now and why not the others, and queue them; a model that "
                + "answers prompts is named"
        ) { args throws(CommandError) in
            try args.only(0...1)
            return .plan(model: args.words.first)
        },
        .init("worker", "start a process that works on the queue", .startWorker),
        .init("stop", "cancel the chosen job; asks once if it runs", .cancelJob),
        .init("retry", "queue the chosen failed or cancelled job again", .retryJob),
        .init(
            name: "promote", arguments: "[REASON]",
            summary: "put the chosen version in use; one that was held needs a reason"
        ) { args throws(CommandError) in
            .promote(reason: args.words.isEmpty ? nil : args.words.joined(separator: " "))
        },
        .init("rollback", "go back to the version that was in use before; asks once", .rollback),
        .init("worklist", "go to the worklist", .showWorklist),
        .init("reload", "reload everything", .reload),
    ]

    private static let leaving: [Command<TrainingAction>] = [
        .init("cancel", "close what is open, or go back", .cancel),
        .init("quit", "go back to the review or the worklist", .back),
    ]
}
