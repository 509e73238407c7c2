import Review
import TerminalKit

/// Keys and commands over the whole screen, from the keymap and the command table, so that they never go stale.
enum HelpOverlay {
    static func draw(scroll: Int, _ options: RenderOptions, _ grid: inout CellGrid) {
        let box = CellRect(x: 2, y: 1, width: grid.width - 4, height: grid.height - 2)
        grid.fill(box, with: Cell(" ", style: options.bar))
        let lines = lines(options.keymap, width: box.width - 4)
        let room = box.height - 2
        let first = min(scroll, max(0, lines.count - room))
        for (i, line) in lines.dropFirst(first).prefix(room).enumerated() {
            let style = line.isHeading ? options.barStyle(options.theme.accent) : options.bar
            grid.write(line.text, x: box.x + 2, y: box.y + 1 + i, style: style, maximumWidth: box.width - 4)
        }
        let shown = "\(first + 1)–\(min(first + room, lines.count)) of \(lines.count) · j k scroll · Esc closes"
        grid.write(
            shown, x: box.x + box.width - shown.unicodeScalars.count - 2, y: box.y,
            style: options.barStyle(options.theme.dim))
    }

    struct Line {
        var text: String
        var isHeading = false
    }

    static func lines(_ keymap: Keymap, width: Int) -> [Line] {
        var lines: [Line] = []
        for group in CommandSpecification.Group.allCases {
            if !lines.isEmpty { lines.append(Line(text: "")) }
            lines.append(Line(text: group.rawValue, isHeading: true))
            for command in CommandTable.all where command.group == group {
                let bound = keymap.all(in: .normal)
                    .filter { $0.binding.command.split(separator: " ").first.map(String.init) == command.name }
                let keys = keysText(bound)
                let usage = ":" + command.usage
                if usage.count + command.summary.count + 2 <= width {
                    lines.append(
                        Line(
                            text: TextFormat.padded(usage, min(38, width - command.summary.count - 1)) + " "
                                + command.summary))
                } else {
                    lines.append(Line(text: usage))
                    lines += TextWrap.lines(command.summary, width: width - 6).map { Line(text: "      " + $0) }
                }
                lines += TextWrap.lines(keys, width: width - 4).map { Line(text: "    " + $0) }
            }
        }
        lines.append(Line(text: ""))
        lines.append(Line(text: "Mouse", isHeading: true))
        for text in [
            "left paints with the tool, right erases, middle drags the view",
            "wheel: slices; with Shift the brush; with Ctrl zoom",
            "a click on the strip goes to that slice, a drag follows",
            "with three planes, a click takes a plane in hand and moves the crosshair; the next one paints",
            "with the ruler: drag, or click both ends; right takes the newest back",
        ] { lines.append(Line(text: text)) }
        return lines
    }

    /// Chords by what they do: `j pagedown: slice +1`.
    private static func keysText(_ bound: [(chord: String, binding: Keymap.Binding)]) -> String {
        var order: [String] = []
        var chords: [String: [String]] = [:]
        for (chord, binding) in bound {
            if chords[binding.command] == nil { order.append(binding.command) }
            chords[binding.command, default: []].append(chord)
        }
        return order.map { (chords[$0] ?? []).joined(separator: " ") + " → " + $0 }.joined(separator: "   ")
    }
}
