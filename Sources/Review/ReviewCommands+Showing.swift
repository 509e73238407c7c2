import Cases
import Commands
import Editing
import PatientView
import Volumes

extension ReviewCommands {
    static let moving: [Command<ReviewAction>] = [
        .init(
            name: "goto", arguments: "N | X Y Z mm",
            summary: "go to slice N, from 1, or to a position in the patient, such as R 38.0 P 16.0 I 125.0 mm",
            group: .moving
        ) { args throws(CommandError) in
            if args.words.count > 2 { return .see(.goTo(try args.patientPoint())) }
            try args.only(1...1)
            return .goToSlice(try args.integer(0) - 1)
        },
        .init(name: "slice", arguments: "±N", summary: "move by N slices", group: .moving) {
            args throws(CommandError) in
            try args.only(1...1)
            return .moveSlices(try args.integer(0))
        },
        .init("first", "go to the first slice", .goToEnd(last: false), group: .moving),
        .init("last", "go to the last slice", .goToEnd(last: true), group: .moving),
        .init(
            name: "next", arguments: "worst|unseen|edited|structure|uncertain",
            summary: "go to the next slice of a kind", group: .moving
        ) { args throws(CommandError) in .goToNext(try sliceKind(args), backwards: false) },
        .init(
            name: "previous", arguments: "worst|unseen|edited|structure|uncertain",
            summary: "go to the previous slice of a kind", group: .moving
        ) { args throws(CommandError) in .goToNext(try sliceKind(args), backwards: true) },
        .init("pointer", "move the cursor over the slice with the keys", .togglePointer, group: .moving),
        .init(
            name: "cursor", arguments: "DX DY", summary: "move the cursor by columns and half rows", group: .moving
        ) { args throws(CommandError) in
            try args.only(2...2)
            return .moveCursor(columns: try args.integer(0), halfRows: try args.integer(1))
        },
    ]

    static let showing: [Command<ReviewAction>] = [
        .init(
            name: "window", arguments: "soft|lung|liver|bone|brain|PRESET | W L", summary: "set the window",
            group: .showing
        ) { args throws(CommandError) in
            if args.words.count == 1, let preset = WindowPreset(rawValue: args.words[0]) {
                return .setWindow(preset.window)
            }
            if args.words.count == 1, Int(args.words[0]) == nil { return .see(.setWindow(args.words[0])) }
            try args.only(2...2)
            let width = try args.integer(0)
            guard width > 0 else { throw args.wrong }
            return .setWindow(WindowLevel(width: width, level: try args.integer(1)))
        },
        .init(name: "width", arguments: "±HU", summary: "widen or narrow the window", group: .showing) {
            args throws(CommandError) in
            try args.only(1...1)
            return .adjustWindow(width: try args.integer(0), level: 0)
        },
        .init(name: "level", arguments: "±HU", summary: "raise or lower the window", group: .showing) {
            args throws(CommandError) in
            try args.only(1...1)
            return .adjustWindow(width: 0, level: try args.integer(0))
        },
        .init(name: "zoom", arguments: "in|out|fit", summary: "zoom about the cursor", group: .showing) {
            args throws(CommandError) in
            try args.only(1...1)
            switch args.words[0] {
            case "in": return .zoom(1.25)
            case "out": return .zoom(0.8)
            case "fit": return .fitBody
            default: throw args.wrong
            }
        },
        .init(
            name: "pan", arguments: "DX DY", summary: "move the view by columns and half rows", group: .showing
        ) { args throws(CommandError) in
            try args.only(2...2)
            return .pan(columns: try args.integer(0), halfRows: try args.integer(1))
        },
        .init(
            name: "plane", arguments: "axial|coronal|sagittal|next", summary: "choose the plane to work on",
            group: .showing
        ) { args throws(CommandError) in
            try args.only(1...1)
            if args.words[0] == "next" { return .choosePlane(nil) }
            guard let plane = ViewPlane(rawValue: args.words[0]) else { throw args.wrong }
            return .choosePlane(plane)
        },
        .init(
            name: "layout", arguments: "[one|three]", summary: "show one plane or all three", group: .showing
        ) { args throws(CommandError) in
            try args.only(0...1)
            guard let word = args.words.first else { return .setLayout(nil) }
            guard let layout = PaneLayout(rawValue: word) else { throw args.wrong }
            return .setLayout(layout)
        },
        .init(
            name: "compare", arguments: "[blink|off]",
            summary: "show the reference instead of the masks, or alternate between the two; repeat to end it",
            group: .showing
        ) { args throws(CommandError) in
            switch args.words {
            case []: return .compare(.reference)
            case ["blink"]: return .compare(.blink)
            case ["off"]: return .compare(.off)
            default: throw args.wrong
            }
        },
        .init(
            name: "measure", arguments: "[clear|last]",
            summary: "select the ruler or put it away; clear removes all lengths, last the most recent", group: .showing
        ) { args throws(CommandError) in
            switch args.words {
            case []: return .toggleMeasuring
            case ["clear"]: return .clearRulers
            case ["last"]: return .removeRuler
            default: throw args.wrong
            }
        },
        .init("masks", "show or hide all masks", .toggleMasks, group: .showing),
        .init("ghost", "show or hide the reference's outline", .toggleGhost, group: .showing),
        .init(
            name: "context", arguments: "[MASK]", summary: "show or hide the masks for orientation, or one of them",
            group: .showing
        ) { args throws(CommandError) in .toggleContext(try optionalName(args)) },
        .init("help", "show keys and commands", .toggleHelp, group: .showing),
    ]

    static let structures: [Command<ReviewAction>] = [
        .init(
            name: "structure", arguments: "NAME|next|previous|here",
            summary: "choose the structure to edit; here: the one under the cursor", group: .structures
        ) { args throws(CommandError) in
            try args.only(1...1)
            switch args.words[0] {
            case "next": return .nextStructure(backwards: false)
            case "previous": return .nextStructure(backwards: true)
            case "here": return .selectStructureAtCursor
            default: return .selectStructure(StructureName(rawValue: args.words[0]))
            }
        },
        .init(
            name: "show", arguments: "[NAME]", summary: "show or hide a structure", group: .structures
        ) { args throws(CommandError) in .toggleStructure(try optionalName(args)) },
        .init(
            name: "lock", arguments: "[NAME]", summary: "lock a structure against edits, or unlock it",
            group: .structures
        ) { args throws(CommandError) in .toggleLock(try optionalName(args)) },
        .init(
            name: "tolerance", arguments: "MM", summary: "set the tolerance of the structure's surface Dice",
            group: .structures
        ) { args throws(CommandError) in
            try args.only(1...1)
            return .setTolerance(try args.millimetres(0))
        },
    ]

    private static func sliceKind(_ args: CommandArguments) throws(CommandError) -> SliceKind {
        try args.only(1...1)
        guard let kind = SliceKind(rawValue: args.words[0]) else { throw args.wrong }
        return kind
    }

    private static func optionalName(_ args: CommandArguments) throws(CommandError) -> StructureName? {
        try args.only(0...1)
        return args.words.first.map { StructureName(rawValue: $0) }
    }
}
