import Cases
import Commands
import Editing
import Volumes

extension ReviewCommands {
    static let region: [Command<ReviewAction>] = regionShape + margins + regionImage + regionOthers + expressions

    /// How far most commands of a region reach, as the last word.
    static let reaches = "[slice|slices|3d|FROM-TO]"

    /// A command of a region whose last word may be how far it reaches.
    static func reaching(
        _ name: String, _ arguments: String, _ summary: String, group: CommandGroup = .editing, otherwise: RegionReach,
        _ parse: @escaping @Sendable (inout CommandArguments, RegionReach) throws(CommandError) -> RegionAction
    ) -> Command<ReviewAction> {
        Command(name: name, arguments: arguments, summary: summary, group: group) { args throws(CommandError) in
            var args = args
            let reach = args.takeReachOrRange(otherwise)
            return .region(try parse(&args, reach))
        }
    }

    private static let regionShape: [Command<ReviewAction>] = [
        .init(
            name: "fill", arguments: "[X Y [Z]] [3d]", summary: "fill the closed gap under the cursor or at a voxel",
            group: .editing
        ) { args throws(CommandError) in
            var args = args
            let reach = args.takeReach(.slice)
            return .region(.fill(at: try args.target(0..<args.words.count), reach))
        },
        reaching(
            "fill-holes", "[ML] \(reaches)",
            "fill holes, all or up to a volume: of the slice, of each slice, or closed off in 3D", otherwise: .slice
        ) { args, reach throws(CommandError) in
            try args.only(0...1)
            return .fillHoles(upTo: args.words.isEmpty ? nil : try args.number(0, unit: "ml"), reach)
        },
        reaching(
            "smooth", "MM [median] [keep-volume] \(reaches)",
            "smooth the surface: a Gaussian of that standard deviation, or a median within that radius",
            otherwise: .volume
        ) { args, reach throws(CommandError) in
            let filter: SmoothingFilter = args.take("median") ? .median : .gaussian
            let keepingVolume = args.take("keep-volume")
            try args.only(1...1)
            return .smooth(filter, Millimetres(try args.number(0, unit: "mm")), keepingVolume: keepingVolume, reach)
        },
        reaching("largest", reaches, "keep only the largest connected piece", otherwise: .volume) {
            args, reach throws(CommandError) in try args.none(.largest(reach))
        },
        reaching("islands", "ML \(reaches)", "remove connected pieces smaller than a volume", otherwise: .volume) {
            args, reach throws(CommandError) in
            try args.only(1...1)
            return .removeIslands(millilitres: try args.number(0, unit: "ml"), reach)
        },
        .init(
            name: "copy-slice", arguments: "above|below|next|previous",
            summary: "copy a neighbouring slice onto this one; above is towards the head", group: .editing
        ) { args throws(CommandError) in
            try args.only(1...1)
            guard let neighbour = SliceNeighbour(rawValue: args.words[0]) else { throw args.wrong }
            return .region(.copySlice(neighbour))
        },
        .init(
            name: "restore", arguments: "[brush|slice|FROM-TO|structure]",
            summary: "restore the prediction: on the slice, on a range of them, everywhere, or under the brush",
            group: .editing
        ) { args throws(CommandError) in
            switch args.words {
            case [], ["slice"]: return .region(.restore(.slice))
            case ["structure"]: return .region(.restore(.volume))
            case ["brush"]: return .chooseTool(.restore)
            case let words where words.count == 1:
                guard case .range(let range)? = RegionReach(words[0]) else { throw args.wrong }
                return .region(.restore(.range(range)))
            default: throw args.wrong
            }
        },
    ]

    private static let regionImage: [Command<ReviewAction>] = [
        reaching(
            "threshold", "LOW HIGH [inside|near MM|brush] \(reaches)",
            "set the structure to this HU range: inside it, within 10 mm of it (or MM), or under the brush",
            otherwise: .slice
        ) { args, reach throws(CommandError) in
            var place = ThresholdPlace.near(10)
            if args.take("inside") {
                place = .inside
            } else if args.take("brush") {
                place = .brush
            } else if args.words.count == 4, args.words[2] == "near" {
                place = .near(Millimetres(try args.number(3, unit: "mm")))
                args = args.dropping(from: 2)
            }
            try args.only(2...2)
            return .threshold(try args.range(0), place, reach)
        },
        .init(
            name: "grow", arguments: "[tool] | [X Y Z] [LOW HIGH] [slice|3d]",
            summary: "grow a region of similar HU from the cursor or a voxel, as a preview; Enter accepts",
            group: .editing
        ) { args throws(CommandError) in
            if args.words == ["tool"] { return .chooseTool(.grow) }
            var args = args
            let reach = args.takeReach()
            switch args.words.count {
            case 0: return .region(.grow(from: nil, nil, reach))
            case 2: return .region(.grow(from: nil, try args.range(0), reach))
            case 3: return .region(.grow(from: try args.target(0..<3), nil, reach))
            case 5: return .region(.grow(from: try args.target(0..<3), try args.range(3), reach))
            default: throw args.wrong
            }
        },
        .init(
            name: "leak-guard", arguments: "[radius MM] [volume ML] [neck MM|off]",
            summary: "set or show the limits at which growing stops; a neck is given as half its width",
            group: .editing
        ) { args throws(CommandError) in
            var (radius, millilitres, neck): (Millimetres?, Double?, Millimetres?)
            guard args.words.count % 2 == 0 else { throw args.wrong }
            for i in stride(from: 0, to: args.words.count, by: 2) {
                if args.words[i] == "neck", args.words[i + 1] == "off" {
                    neck = 0
                    continue
                }
                let number = try args.number(i + 1, unit: args.words[i] == "volume" ? "ml" : "mm")
                switch args.words[i] {
                case "radius" where (1...500).contains(number): radius = Millimetres(number)
                case "volume" where number > 0: millilitres = number
                case "neck" where (0...20).contains(number): neck = Millimetres(number)
                default: throw args.wrong
                }
            }
            return .region(.guardLeaks(radius: radius, millilitres: millilitres, neck: neck))
        },
        .init(
            name: "reach", arguments: "slice|3d", summary: "let growing and scribbles work on the slice or in 3D",
            group: .editing
        ) { args throws(CommandError) in
            switch args.words {
            case ["slice"]: return .region(.reach(.slice))
            case ["3d"]: return .region(.reach(.volume))
            default: throw args.wrong
            }
        },
        .init(
            name: "scribble", arguments: "[inside|outside [X Y [Z]]] | apply [edges] [slice|3d] | clear",
            summary:
                "mark what is inside or outside (right button): a refine model answers each mark at once, without one Enter "
                + "redraws the structure along image edges, as apply edges always does",
            group: .editing
        ) { args throws(CommandError) in
            switch args.words.first {
            case nil: return .chooseTool(.scribble)
            case "inside", "outside":
                let isInside = args.words[0] == "inside"
                if args.words.count == 1 { return .chooseTool(isInside ? .scribble : .scribbleOutside) }
                guard let target = try args.target(1..<args.words.count) else { throw args.wrong }
                return .region(.scribble(inside: isInside, at: target))
            case "apply":
                var args = args
                let reach = args.takeReach()
                let byEdges = args.words.last == "edges"
                if byEdges { args = args.dropping(from: args.words.count - 1) }
                try args.only(1...1)
                return .region(.applyScribbles(reach, byEdges: byEdges))
            case "clear":
                try args.only(1...1)
                return .region(.clearScribbles)
            default: throw args.wrong
            }
        },
        .init(
            name: "carry", arguments: "[all | N | FROM-TO] | to [SLICE]",
            summary:
                "carry the correction of this slice on to those around it (up to 10 and 25 mm either way, N slices, or to "
                + "those named) and show it first; to: accept it only up to a slice",
            group: .editing
        ) { args throws(CommandError) in
            switch args.words.first {
            case nil: return .region(.carry(.usual))
            case "all":
                try args.only(1...1)
                return .region(.carry(.all))
            case "to":
                try args.only(1...2)
                return .region(.takeCarry(to: args.words.count == 1 ? nil : try args.integer(1) - 1))
            case let word?:
                try args.only(1...1)
                if case .range(let range)? = RegionReach(word) { return .region(.carry(.range(range))) }
                guard let count = Int(word), count > 0 else { throw args.wrong }
                return .region(.carry(.slices(count)))
            }
        },
    ]

    private static let regionOthers: [Command<ReviewAction>] =
        [
            (SetOperation.union, "add another structure to this one"),
            (.subtract, "subtract another structure from this one"),
            (.intersect, "keep only what another structure also contains"),
            (.copy, "make this structure a copy of another"),
        ].map { operation, summary in
            reaching(
                operation.rawValue, "NAME [slice|3d|FROM-TO]", summary, group: .structures, otherwise: .volume
            ) { args, reach throws(CommandError) in
                try args.only(1...1)
                return .combine(operation, StructureName(rawValue: args.words[0]), reach)
            }
        } + [
            .init(
                name: "merge", arguments: "[NAME]",
                summary: "move all of another structure, or of the other side, into this one; the other becomes empty",
                group: .structures
            ) { args throws(CommandError) in
                try args.only(0...1)
                return .region(.merge(args.words.first.map { StructureName(rawValue: $0) }))
            },
            .init(
                name: "split", arguments: "[LEFT RIGHT]",
                summary:
                    "split this structure into the patient's left and right: its own sides, or Lung_L and Lung_R, unless named",
                group: .structures
            ) { args throws(CommandError) in
                if args.words.isEmpty { return .region(.split(left: nil, right: nil)) }
                try args.only(2...2)
                return .region(
                    .split(
                        left: StructureName(rawValue: args.words[0]), right: StructureName(rawValue: args.words[1])))
            },
            .init(
                name: "only-inside", arguments: "NAME", summary: "limit edits to the inside of a structure",
                group: .structures
            ) { args throws(CommandError) in
                try args.only(1...1)
                return .limitInside(StructureName(rawValue: args.words[0]))
            },
            .init(
                name: "only-outside", arguments: "NAME",
                summary: "keep edits outside a structure; :limit off removes this", group: .structures
            ) { args throws(CommandError) in
                try args.only(1...1)
                return .limitOutside(StructureName(rawValue: args.words[0]))
            },
        ]
}

extension CommandArguments {
    /// Takes the last word off if it is a reach.
    mutating func takeReach() -> RegionReach? {
        guard let last = words.last, let reach = RegionReach(last) else { return nil }
        // What works from one voxel or from scribbles knows no range.
        if case .range = reach { return nil }
        self = dropping(from: words.count - 1)
        return reach
    }

    /// Takes the last word off if it is a reach.
    mutating func takeReach(_ otherwise: RegionReach) -> RegionReach { takeReach() ?? otherwise }

    /// Takes the last word off if it is a reach or a range of slices.
    mutating func takeReachOrRange(_ otherwise: RegionReach) -> RegionReach {
        guard let last = words.last, let reach = RegionReach(last) else { return otherwise }
        self = dropping(from: words.count - 1)
        return reach
    }

    /// A voxel by two or three indices; `nil` for no words at all.
    func target(_ range: Range<Int>) throws(CommandError) -> VoxelTarget? {
        if range.isEmpty { return nil }
        guard (2...3).contains(range.count) else { throw wrong }
        let first = range.lowerBound
        return VoxelTarget(
            x: try integer(first), y: try integer(first + 1), z: range.count == 3 ? try integer(first + 2) : nil)
    }

    /// A range of CT numbers by two words.
    func range(_ first: Int) throws(CommandError) -> ClosedRange<HounsfieldUnit> {
        let (low, high) = (try integer(first), try integer(first + 1))
        guard low <= high, let low = Int16(exactly: low), let high = Int16(exactly: high) else { throw wrong }
        return HounsfieldUnit(low)...HounsfieldUnit(high)
    }

    /// A number with or without its unit.
    func number(_ i: Int, unit: String) throws(CommandError) -> Double {
        let text = try word(i).replacing("−", with: "-")
        guard let value = Double(text.hasSuffix(unit) ? String(text.dropLast(unit.count)) : text), value.isFinite else {
            throw CommandError("\(text) is not a number like 2\(unit); \(wrong.description)")
        }
        return value
    }
}
