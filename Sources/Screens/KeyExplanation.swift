import Commands
import Review
import TerminalKit

/// What a key does, told and not done.
struct KeyExplanation {
    private let keymap: Keymap<ReviewAction>

    init(_ keymaps: Keymaps, _ state: ReviewState) {
        // As keys were when it was asked.
        keymap =
            state.helpIsForPointer ? keymaps.pointer : state.adjudication == nil ? keymaps.normal : keymaps.adjudicate
    }

    /// Tells what a chord does behind the keys before it, or waits for the rest of it.
    func action(for chord: KeyChord, behind prefix: String?) -> ReviewAction {
        let text = [prefix, chord.description].compactMap { $0 }.joined(separator: " ")
        if let binding = keymap.binding(for: text) { return .see(.tellKey(Self.text(text, binding.command))) }
        if keymap.isPrefix(text) { return .see(.askKey(prefix: text)) }
        if prefix == nil, chord.modifiers.isEmpty || chord.modifiers == .alt,
            case .character(let character) = chord.key,
            character.isASCII, character.isNumber
        {
            // No number begins with 0.
            return .see(
                .tellKey(
                    character == "0"
                        ? "\(text) goes on with a number behind another digit, and does nothing by itself"
                        : "\(text) begins a number: the command behind it is done that often, or goes there"))
        }
        return .see(.tellKey("\(text) does nothing here"))
    }

    private static func text(_ chord: String, _ command: String) -> String {
        let name = command.prefix { $0 != " " }
        let summary = ReviewCommands.table.all.first { $0.name == name }?.summary
        return "\(TextFormat.keyName(chord)) is :\(command)" + (summary.map { " (\($0))" } ?? "")
    }

    /// That a key is waited for.
    static func draw(_ prefix: String?, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect) {
        let lines = [
            prefix.map { "\($0) … and then?" } ?? "Press a key or a chord.",
            "What it does is told, and nothing is done.",
        ]
        let width = (lines.map(\.columns).max() ?? 0) + 4
        let box = CellRect(
            x: rect.x + max(0, (rect.width - width) / 2), y: rect.y + max(0, (rect.height - 4) / 2),
            width: min(rect.width, width), height: 4)
        grid.fill(box, with: Cell(" ", style: options.bar))
        for (i, line) in lines.enumerated() {
            grid.write(
                line, x: box.x + 2, y: box.y + 1 + i,
                style: i == 0 ? options.barStyle(options.theme.accent) : options.bar, maximumWidth: box.width - 2)
        }
    }
}
