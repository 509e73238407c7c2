import Commands
import Editing
import Volumes

extension ReviewCommands {
    static let contours: [Command<ReviewAction>] = [
        .init(
            name: "contour", arguments: "[add X Y | close | add|subtract|replace | back | drop]",
            summary: "select the contour tool, place a point (voxel indices from 0), or close the contour",
            group: .contours
        ) { args throws(CommandError) in
            switch args.words.first {
            case nil: return .chooseTool(.contour)
            case "add" where args.words.count == 3: return .contour(.point(try args.point(1), tool: .contour))
            case "back" where args.words.count == 1: return .contour(.back)
            case "drop" where args.words.count == 1: return .contour(.drop)
            case "close":
                try args.only(1...2)
                if args.words.count == 1 { return .contour(.close(nil)) }
                guard let operation = ContourOperation(rawValue: args.words[1]) else { throw args.wrong }
                return .contour(.close(operation))
            case let word?:
                try args.only(1...1)
                guard let operation = ContourOperation(rawValue: word) else { throw args.wrong }
                return .contour(.choose(.contour, operation))
            }
        },
        .init(
            name: "livewire", arguments: "[add X Y | add|subtract|replace]",
            summary: "select the live-wire, which snaps to edges visible in the current window, or place a point",
            group: .contours
        ) { args throws(CommandError) in
            guard let word = args.words.first else { return .chooseTool(.livewire) }
            if word == "add", args.words.count == 3 { return .contour(.point(try args.point(1), tool: .livewire)) }
            try args.only(1...1)
            guard let operation = ContourOperation(rawValue: word) else { throw args.wrong }
            return .contour(.choose(.livewire, operation))
        },
        .init(
            name: "lasso", arguments: "[add|subtract|replace [X Y X Y X Y … [slice N]]]",
            summary: "select the lasso, or apply one through these voxels (indices from 0), on slice N from 1",
            group: .contours
        ) { args throws(CommandError) in
            guard let word = args.words.first else { return .chooseTool(.lasso) }
            guard let operation = ContourOperation(rawValue: word) else { throw args.wrong }
            if args.words.count == 1 { return .contour(.choose(.lasso, operation)) }
            var (args, slice) = (args, Int?.none)
            if args.words.count > 8, args.words[args.words.count - 2] == "slice" {
                slice = try args.integer(args.words.count - 1) - 1
                args = args.dropping(from: args.words.count - 2)
            }
            guard args.words.count >= 7, args.words.count % 2 == 1 else { throw args.wrong }
            var points: [PlanePoint] = []
            for i in stride(from: 1, to: args.words.count, by: 2) { points.append(try args.point(i)) }
            return .contour(.outline(points, operation, slice: slice))
        },
        .init(
            name: "nudge", arguments: "[X Y TOX TOY]",
            summary: "select the nudge tool, or drag the boundary from one voxel to another", group: .contours
        ) { args throws(CommandError) in
            if args.words.isEmpty { return .chooseTool(.nudge) }
            try args.only(4...4)
            return .contour(.nudge(from: try args.point(0), to: try args.point(2)))
        },
        .init(
            name: "vertex", arguments: "[move X Y TOX TOY | insert X Y | delete [X Y] | next | previous]",
            summary: "select the vertex tool, or move, insert, delete or go to a vertex of the boundary",
            group: .contours
        ) { args throws(CommandError) in
            switch (args.words.first, args.words.count) {
            case (nil, _): return .chooseTool(.vertex)
            case ("move", 5): return .contour(.moveVertex(from: try args.point(1), to: try args.point(3)))
            case ("insert", 3): return .contour(.insertVertex(try args.point(1)))
            case ("delete", 1): return .contour(.deleteVertex(nil))
            case ("delete", 3): return .contour(.deleteVertex(try args.point(1)))
            case ("next", 1): return .contour(.nextVertex(backwards: false))
            case ("previous", 1): return .contour(.nextVertex(backwards: true))
            default: throw args.wrong
            }
        },
        .init(
            "confirm", "close the contour, release what is being dragged, or accept the preview", .confirm,
            group: .contours),
        .init("paste-contour", "repeat the last contour on this slice", .contour(.paste), group: .contours),
        .init(
            name: "interpolate", arguments: "[shape] [all | FROM TO] | accept | drop",
            summary:
                "carry what you corrected over to the slices between edited ones, or between two, and show it first; where "
                + "there is no gap, as carry does; shape: redraw those slices from the two shapes",
            group: .contours
        ) { args throws(CommandError) in
            let kind: InterpolationKind = args.words.first == "shape" ? .shape : .correction
            let first = kind == .shape ? 1 : 0
            switch Array(args.words.dropFirst(first)) {
            case []: return .contour(.interpolate(.here, kind))
            case ["all"]: return .contour(.interpolate(.all, kind))
            case ["accept"] where kind == .correction: return .contour(.takePreview)
            case ["drop"] where kind == .correction: return .contour(.dropPreview)
            default:
                try args.only(first + 2...first + 2)
                let (from, to) = (try args.integer(first) - 1, try args.integer(first + 1) - 1)
                return .contour(.interpolate(.between(from, to), kind))
            }
        },
    ]
}

extension CommandArguments {
    /// A position on the slice in voxels: two words, whole or with decimals.
    func point(_ i: Int) throws(CommandError) -> PlanePoint {
        func coordinate(_ i: Int) throws(CommandError) -> Double {
            let text = try word(i).replacing("−", with: "-")
            guard let value = Double(text), abs(value) <= 1_000_000 else {
                throw CommandError("\(text) is not a position in voxels; \(wrong.description)")
            }
            return value
        }
        return PlanePoint(x: try coordinate(i), y: try coordinate(i + 1))
    }
}
