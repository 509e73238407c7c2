import Cases
import Commands
import Editing
import Volumes

extension ReviewCommands {
    static let editing: [Command<ReviewAction>] = [
        .init(
            name: "brush", arguments: "[RADIUSmm|radius RADIUSmm|bigger|smaller|disc|ball]",
            summary: "select the brush, or change it", group: .editing
        ) { args throws(CommandError) in
            switch args.words.first {
            case nil: return .chooseTool(.brush)
            case "radius":
                try args.only(2...2)
                return .setBrushRadius(try args.millimetres(1))
            case "bigger": return .adjustBrush(1)
            case "smaller": return .adjustBrush(-1)
            case "disc": return .setBrushShape(.disc)
            case "ball": return .setBrushShape(.ball)
            case let word? where word.first?.isNumber == true:
                try args.only(1...1)
                return .setBrushRadius(try args.millimetres(0))
            default: throw args.wrong
            }
        },
        .init("eraser", "select the eraser", .chooseTool(.erase), group: .editing),
        .init(
            name: "paint", arguments: "X Y [Z]", summary: "paint once with the brush at a voxel (indices from 0)",
            group: .editing
        ) { args throws(CommandError) in try dab(args, .brush) },
        .init(
            name: "erase", arguments: "X Y [Z]", summary: "erase once at a voxel (indices from 0)",
            group: .editing
        ) { args throws(CommandError) in try dab(args, .erase) },
        .init(
            name: "dab", arguments: "[erase]", summary: "apply the tool, or the eraser, at the cursor",
            group: .editing
        ) { args throws(CommandError) in
            try args.only(0...1)
            if args.words.isEmpty { return .dabAtCursor(tool: nil) }
            guard args.words == ["erase"] else { throw args.wrong }
            return .dabAtCursor(tool: .erase)
        },
        .init("pen", "put the pen down at the cursor, or lift it", .togglePen, group: .editing),
        .init(
            name: "limit", arguments: "LOW HIGH | inside NAME | outside NAME | off",
            summary: "limit edits to an HU range, or to the inside or outside of another structure",
            group: .editing
        ) { args throws(CommandError) in
            if args.words == ["off"] { return .liftLimits }
            try args.only(2...2)
            switch args.words[0] {
            case "inside": return .limitInside(StructureName(rawValue: args.words[1]))
            case "outside": return .limitOutside(StructureName(rawValue: args.words[1]))
            default:
                let (low, high) = (try args.integer(0), try args.integer(1))
                guard low <= high, let low = Int16(exactly: low), let high = Int16(exactly: high) else {
                    throw args.wrong
                }
                return .limitRange(HounsfieldUnit(low)...HounsfieldUnit(high))
            }
        },
        .init(
            name: "overwrite", arguments: "[on|off]",
            summary: "let edits take voxels from structures that exclude this one, such as the other lung",
            group: .editing
        ) { args throws(CommandError) in
            switch args.words {
            case []: return .overwrite(nil)
            case ["on"]: return .overwrite(true)
            case ["off"]: return .overwrite(false)
            default: throw args.wrong
            }
        },
        .init("undo", "undo the last step", .undo, group: .editing),
        .init("redo", "redo the step that was undone", .redo, group: .editing),
        .init("again", "repeat the last edit here", .repeatEdit, group: .editing),
    ]

    static let finishing: [Command<ReviewAction>] = [
        .init(
            name: "export", arguments: "rtstruct|seg|nifti|nrrd|seg.nrrd FILE",
            summary: "write the masks to a file or folder",
            group: .finishing
        ) { args throws(CommandError) in
            try args.only(2...2)
            return .export(format: args.words[0], path: args.words[1])
        },
        .init("write", "make sure that everything is saved to disk", .write, group: .finishing),
        .init(
            name: "sessions", arguments: "[restore NUMBER]",
            summary: "list the reviews of this case that were put aside, or go on with one", group: .finishing
        ) { args throws(CommandError) in
            if args.words.isEmpty { return .listSessions }
            try args.only(2...2)
            guard args.words[0] == "restore" else { throw args.wrong }
            return .restoreSession(Int64(try args.integer(1)))
        },
        .init(
            name: "case", arguments: "next|previous", summary: "open the next or previous case of the worklist",
            group: .finishing
        ) { args throws(CommandError) in
            switch args.words {
            case ["next"]: return .openNeighbour(1)
            case ["previous"]: return .openNeighbour(-1)
            default: throw args.wrong
            }
        },
        .init("worklist", "go to the worklist", .showWorklist, group: .finishing),
        .init("queue", "go to the fine-tuning jobs; q returns", .showTraining(.queue), group: .finishing),
        .init("models", "go to the models; q returns", .showTraining(.models), group: .finishing),
        .init("suspend", "go to the shell; fg returns", .suspend, group: .finishing),
        .init("warnings", "list the warnings about the masks", .showWarnings, group: .finishing),
        .init("command", "type a command", .openPrompt(.command), group: .finishing),
        .init("cancel", "cancel a stroke, or leave a mode", .cancel, group: .finishing),
        .init("quit", "quit; the review can be resumed later", .quit, group: .finishing),
        .init("quit!", "quit even if some edits are not saved", .forceQuit, group: .finishing),
    ]

    private static func dab(_ args: CommandArguments, _ tool: Tool) throws(CommandError) -> ReviewAction {
        try args.only(2...3)
        return .dab(
            tool: tool, x: try args.integer(0), y: try args.integer(1),
            z: args.words.count == 3 ? try args.integer(2) : nil)
    }
}
