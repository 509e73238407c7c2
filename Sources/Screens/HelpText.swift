import Commands
import Lists
import Review
import TerminalKit

/// The lines of the help: on the first page the ten keys one needs, then all, from the keymap and the command tables.
enum HelpText {
    /// A line.
    struct Line {
        var text: String
        var isHeading = false
        /// Whether it goes on with what the line above it is about.
        var goesOn = false
    }

    /// The help of one mode.
    struct Page {
        /// What stands on the first page alone.
        var first: (_ width: Int) -> [Line]
        /// What follows.
        var rest: (_ width: Int) -> [Line]
    }

    /// The keys one needs, as commands with what to say of them. Several commands on one line are one key's two ways.
    private static let essentials: [Keymaps.Mode: [(commands: [String], text: String)]] = [
        .normal: [
            (["slice +1", "slice -1"], "next and previous slice; so does the wheel"),
            (["next worst"], "the slice that disagrees most with the prediction"),
            (["window lung", "window soft"], "lung window, soft tissue window"),
            (["structure next"], "the next structure to edit"),
            (["brush", "eraser"], "brush, eraser: left button paints, right erases"),
            (["brush smaller", "brush bigger"], "smaller, bigger brush"),
            (["undo", "redo"], "undo, redo"),
            (["pointer"], "draw with the keyboard: arrows move, space paints"),
            (["accept", "reject"], "accept and file, or reject with a reason"),
            (["command", "help", "quit"], "type a command, this help, leave (nothing is lost)"),
        ],
        .pointer: [
            (["cursor 0 1", "cursor 0 -1"], "move the cursor down and up"),
            (["cursor -1 0", "cursor 1 0"], "move the cursor left and right"),
            (["cursor 5 0", "cursor 0 5"], "move five steps; a count before a key moves as many"),
            (["dab"], "apply the tool at the cursor"),
            (["dab erase"], "erase there"),
            (["pen"], "put the pen down so that moving draws, and lift it again"),
            (["brush smaller", "brush bigger"], "smaller, bigger brush"),
            (["undo", "redo"], "undo, redo"),
            (["structure here"], "edit the structure under the cursor"),
            (["pointer"], "leave; so does Esc"),
        ],
        .adjudicate: [
            (["choose 1"], "this slice as the first reader has it"),
            (["choose 2"], "this slice as the second reader has it"),
            (["choose as-is"], "this slice as it is on the screen, edited or not"),
            (["slice +1", "slice -1"], "next and previous slice"),
            (["next worst"], "the slice that disagrees most with the second reader"),
            (["brush", "eraser"], "brush, eraser: draw what neither has"),
            (["undo", "redo"], "undo, redo"),
            (["structure next"], "the next structure to edit"),
            (["accept"], "file what was decided"),
            (["command", "help", "quit"], "type a command, this help, leave (nothing is lost)"),
        ],
    ]

    private static let listEssentials: [(commands: [String], text: String)] = [
        (["down", "up"], "choose a case"), (["open"], "open it"),
        (["next"], "open the next case by priority: yours first, then unassigned ones"),
        (["assign"], "make the chosen case yours"), (["filter"], "list only matching cases, e.g. status:new is:mine"),
        (["sort", "reverse"], "sort by the next column, reverse the order"),
        (["queue", "models"], "the fine-tuning jobs, and the models"), (["flag"], "flag the case for others to see"),
        (["command", "help"], "type a command, this help"), (["quit"], "leave"),
    ]

    private static let trainingEssentials: [(commands: [String], text: String)] = [
        (["down", "up"], "choose a job or a version"),
        (["queue", "models", "replay"], "jobs, versions, what a new model says of your corrected cases"),
        (["train"], "which corrections would be trained on, why not the others; Enter queues them"),
        (["worker"], "start the process that works on the queue; it survives this screen"),
        (["stop", "retry"], "cancel the chosen job, queue a failed one again"),
        (["open"], "the replay of a job or version; there: the case, on its worst slice"),
        (["promote"], "put the chosen version in use; one that was held needs a reason"),
        (["rollback"], "go back to the version that was in use before"),
        (["command", "help"], "type a command, this help"), (["quit"], "go back to where you came from"),
    ]

    /// The help of the queue and the models.
    static func training(_ keymaps: Keymaps) -> Page {
        let first = page("Queue and models: the ten keys you need", trainingEssentials) {
            keymaps.training.chords(for: $0).first
        }
        return Page(first: first) { width in
            [Line(text: "Queue, models, replay", isHeading: true)]
                + TrainingCommands.table.all.flatMap { lines(of: $0, keymaps.training.all, width) }
        }
    }

    /// The review's help in a mode.
    static func review(_ mode: Keymaps.Mode, _ keymaps: Keymaps) -> Page {
        let title =
            switch mode {
            case .pointer: "Drawing with the keyboard: the ten keys you need"
            case .adjudicate: "Two readers, one result: the ten keys you need"
            case .normal, .worklist, .training: "Reviewing: the ten keys you need"
            }
        let keymap = keymaps.review(in: mode)
        func chords(_ command: String) -> String? {
            keymap.chords(for: command).first ?? keymaps.normal.chords(for: command).first
        }
        return Page(first: page(title, essentials[mode] ?? [], chords)) { width in
            var lines: [Line] = []
            if mode != .normal {
                lines.append(Line(text: "Keys of this mode", isHeading: true))
                lines += keymap.all.map { Line(text: "\(TextFormat.padded($0.chord, 12)) \($0.command)") }
                lines.append(Line(text: ""))
            }
            for group in ReviewCommands.groups {
                lines.append(Line(text: group.title, isHeading: true))
                for command in ReviewCommands.table.all where command.group == group {
                    lines += self.lines(of: command, keymaps.normal.all, width)
                }
                lines.append(Line(text: ""))
            }
            lines.append(Line(text: "Mouse", isHeading: true))
            lines += mouse.flatMap { self.lines("  ", $0, width) }
            return lines
        }
    }

    /// The worklist's help.
    static func worklist(_ keymaps: Keymaps) -> Page {
        Page(
            first: page("The worklist: the ten keys you need", listEssentials) {
                keymaps.worklist.chords(for: $0).first
            }
        ) {
            width in
            [Line(text: "Worklist", isHeading: true)]
                + WorklistCommands.table.all.flatMap { lines(of: $0, keymaps.worklist.all, width) }
        }
    }

    private static let mouse = [
        "left paints with the tool, right erases, middle drags the view",
        "with Alt, left only moves the crosshair; right drags the window: across its width, down its level",
        "wheel: slices; with Shift the brush; with Ctrl zoom",
        "a click on the strip goes to that slice, a drag follows",
        "with three planes, a click selects a plane and moves the crosshair; the next one paints",
        "with the ruler: drag, or click both ends; right removes the last one",
    ]

    private static func page(
        _ title: String, _ entries: [(commands: [String], text: String)], _ chord: @escaping (String) -> String?
    ) -> (_ width: Int) -> [Line] {
        { width in
            [Line(text: title, isHeading: true), Line(text: "")]
                + entries.flatMap { entry in
                    let keys = entry.commands.map { chord($0) ?? ":\($0)" }.joined(separator: "  ")
                    return lines(TextFormat.padded(keys, 14) + "  ", entry.text, width)
                } + [Line(text: ""), Line(text: "All keys and commands follow: space or PageDown.")]
        }
    }

    /// A text behind its keys; what has no room on the line goes on below the text.
    private static func lines(_ keys: String, _ text: String, _ width: Int) -> [Line] {
        let indent = keys.columns
        return TextWrap.lines(text, width: max(20, width - indent)).enumerated().map { i, part in
            Line(text: (i == 0 ? keys : String(repeating: " ", count: indent)) + part, goesOn: i > 0)
        }
    }

    private static func lines(
        of command: some CommandDescription, _ all: [(chord: String, command: String)], _ width: Int
    ) -> [Line] {
        let bound = all.filter { $0.command.split(separator: " ").first.map(String.init) == command.name }
        let usage = ":" + command.usage
        var lines: [Line] = []
        if max(39, usage.columns + 1) + command.summary.columns <= width {
            lines.append(Line(text: TextFormat.padded(usage, 38) + " " + command.summary))
        } else {
            lines += TextWrap.lines(usage, width: width).enumerated().map { Line(text: $1, goesOn: $0 > 0) }
            lines += TextWrap.lines(command.summary, width: width - 6).map { Line(text: "      " + $0, goesOn: true) }
        }
        return lines + TextWrap.lines(keys(bound), width: width - 4).map { Line(text: "    " + $0, goesOn: true) }
    }

    /// Chords by what they do: `j down → slice +1`.
    private static func keys(_ bound: [(chord: String, command: String)]) -> String {
        var order: [String] = []
        var chords: [String: [String]] = [:]
        for (chord, command) in bound {
            if chords[command] == nil { order.append(command) }
            chords[command, default: []].append(chord)
        }
        return order.map { (chords[$0] ?? []).joined(separator: " ") + " → " + $0 }.joined(separator: "   ")
    }
}
