import Commands

extension ReviewCommands {
    /// What is shown and told beside the slice.
    static let seeing: [Command<ReviewAction>] = [
        .init("messages", "list what was said until now, the newest last", .see(.showMessages), group: .showing),
        .init(
            "statistics", "show the structure's volume, surface, diameters and CT numbers, and all volumes",
            .see(.showStatistics), group: .showing),
        .init("key", "tell what the next key does, without doing it", .see(.askKey(prefix: nil)), group: .showing),
    ]
}
