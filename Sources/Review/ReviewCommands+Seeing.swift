import Commands
import Volumes

extension ReviewCommands {
    /// What is shown and told beside the slice.
    static let seeing: [Command<ReviewAction>] = [
        .init("messages", "list what was said until now, the newest last", .see(.showMessages), group: .showing),
        .init(
            "statistics", "show the structure's volume, surface, diameters and CT numbers, and all volumes",
            .see(.showStatistics), group: .showing),
        .init("key", "tell what the next key does, without doing it", .see(.askKey(prefix: nil)), group: .showing),
        .init(
            name: "slab", arguments: "MM [mean|mip|minip] | off",
            summary: "show so many mm about the slice as one: their mean, greatest or least CT numbers",
            group: .showing
        ) { args throws(CommandError) in
            if args.words == ["off"] { return .see(.slab(nil)) }
            try args.only(1...2)
            guard let projection = Slab.Projection(rawValue: args.words.count == 2 ? args.words[1] : "mean") else {
                throw args.wrong
            }
            return .see(.slab(Slab(try args.millimetres(0), projection)))
        },
        .init(
            name: "cine", arguments: "[N]", summary: "play all slices once, N a second, 10 unless told; any key stops",
            group: .showing
        ) { args throws(CommandError) in
            try args.only(0...1)
            return .see(.play(args.words.isEmpty ? 10 : Double(try args.integer(0))))
        },
        .init(
            name: "opacity", arguments: "PERCENT | theme",
            summary: "set how strongly masks tint the CT, where the terminal has true colour", group: .showing
        ) { args throws(CommandError) in
            if args.words == ["theme"] { return .see(.setOpacity(nil)) }
            try args.only(1...1)
            let percent = try args.integer(0)
            guard (0...100).contains(percent) else { throw args.wrong }
            return .see(.setOpacity(Double(percent) / 100))
        },
        .init(
            name: "outline", arguments: "1|2|3", summary: "set how wide outlines are, in pixels of the screen",
            group: .showing
        ) { args throws(CommandError) in
            try args.only(1...1)
            guard let width = Int(args.words[0]), ViewPreferences.outlineWidths.contains(width) else {
                throw args.wrong
            }
            return .see(.setOutlineWidth(width))
        },
    ]
}
