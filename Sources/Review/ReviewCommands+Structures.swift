import Cases
import Commands

extension ReviewCommands {
    /// Commands that change the list of structures.
    static let structureList: [Command<ReviewAction>] = [
        .init(
            name: "add", arguments: "ORGAN [COLOUR]",
            summary: "add an empty structure: one of the catalogue by any of its names, or a free name such as PTV",
            group: .structures
        ) { args throws(CommandError) in
            try args.only(1...2)
            return .structures(.add(args.words[0], args.words.count > 1 ? try args.colour(1) : nil))
        },
        .init(
            name: "delete", arguments: "[NAME]", summary: "delete a structure that was added; undo brings it back",
            group: .structures
        ) { args throws(CommandError) in .structures(.delete(try args.name(behind: 0))) },
        .init(
            name: "rename", arguments: "[NAME] NEW", summary: "give a structure that was added another name",
            group: .structures
        ) { args throws(CommandError) in
            try args.only(1...2)
            return .structures(.rename(try args.name(behind: 1), to: args.words[args.words.count - 1]))
        },
        .init(
            name: "colour", arguments: "[NAME] COLOUR|default",
            summary: "show a structure in a colour of its own: a name, or #rrggbb; default is the theme's",
            group: .structures
        ) { args throws(CommandError) in
            try args.only(1...2)
            let last = args.words.count - 1
            let colour = args.words[last] == "default" ? nil : try args.colour(last)
            return .structures(.colour(try args.name(behind: 1), colour))
        },
        .init(
            name: "template", arguments: "SITE", summary: "add the structures of a site that the case lacks, all empty",
            group: .structures
        ) { args throws(CommandError) in
            try args.only(1...1)
            return .structures(.template(args.words[0]))
        },
        .init(
            name: "load", arguments: "FILE [NAME…] [as reference|editable]",
            summary:
                "load structures of an RTSTRUCT, SEG or mask file on this image, all or those named: to edit, or for orientation",
            group: .structures
        ) { args throws(CommandError) in
            var words = args.words
            var asReference = false
            if words.count > 2, words[words.count - 2] == "as" {
                guard ["reference", "editable"].contains(words[words.count - 1]) else { throw args.wrong }
                asReference = words.removeLast() == "reference"
                words.removeLast()
            }
            guard let path = words.first else { throw args.wrong }
            return .structures(
                .load(path: path, words.dropFirst().map(StructureName.init(rawValue:)), asReference: asReference))
        },
        .init(
            name: "move-structure", arguments: "up|down|first|last", summary: "move this structure within the list",
            group: .structures
        ) { args throws(CommandError) in
            try args.only(1...1)
            guard let move = StructureMove(rawValue: args.words[0]) else { throw args.wrong }
            return .structures(.move(move))
        },
    ]
}

extension CommandArguments {
    /// The structure that is named first, where there are more words than a command needs.
    fileprivate func name(behind needed: Int) throws(CommandError) -> StructureName? {
        try only(needed...needed + 1)
        return words.count > needed ? StructureName(rawValue: words[0]) : nil
    }

    fileprivate func colour(_ i: Int) throws(CommandError) -> StructureColour {
        guard let colour = StructureColour(try word(i)) else {
            throw CommandError(
                "\(words[i]) is no colour: #rrggbb, or \(StructureColour.names.joined(separator: ", "))")
        }
        return colour
    }
}
