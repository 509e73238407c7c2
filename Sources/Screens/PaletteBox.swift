import Commands
import Review
import TerminalKit

/// What a typed command may become, above the line it is typed in: each with the key that does the same.
enum PaletteBox {
    static let most = 8
    /// How many columns keys take at most.
    private static let keyColumns = 12

    private struct Line {
        var label: String
        var matched: [Int] = []
        var keys = ""
        var summary = ""
        var isChosen = false
    }

    /// - Parameters:
    ///   - chosen: which candidate Tab has put into the line.
    ///   - keymap: where the keys are looked up.
    ///   - bottom: the row of the line that is typed in; the box ends above it.
    static func draw<Action>(
        _ candidates: [Completion], chosen: Int? = nil, for command: (any CommandDescription)?,
        keys keymap: Keymap<Action>, _ options: RenderOptions, _ grid: inout CellGrid, above bottom: Int
    ) {
        let window = ListWindow(count: candidates.count, selected: chosen ?? 0, room: most)
        var lines: [Line] = []
        if window.above > 0 { lines.append(Line(label: "… \(window.above) before")) }
        for i in window.shown {
            let candidate = candidates[i]
            lines.append(
                Line(
                    label: candidate.label, matched: candidate.matched, keys: keys(for: candidate.line, keymap),
                    summary: command == nil ? candidate.summary : "", isChosen: i == chosen))
        }
        if window.below > 0 { lines.append(Line(label: "… \(window.below) more")) }
        // The command itself, with its arguments, once its name stands.
        if let command {
            lines.append(
                Line(label: ":" + command.usage, keys: keys(for: command.name, keymap), summary: command.summary))
        }
        guard !lines.isEmpty, bottom - lines.count > 0 else { return }
        let labels = min(lines.reduce(0) { max($0, $1.label.columns) }, 48)
        let keys = lines.reduce(0) { max($0, $1.keys.columns) }
        let longest = lines.reduce(0) { longest, line in
            max(longest, max(labels, line.label.columns) + (keys > 0 ? keys + 2 : 0) + 3 + line.summary.columns)
        }
        let width = min(grid.width - 2, longest + 2)
        for (i, line) in lines.enumerated() {
            let place = (y: bottom - lines.count + i, width: width, labels: labels, keys: keys)
            draw(line, isCommand: command != nil && i == lines.count - 1, place, options, &grid)
        }
    }

    private static func draw(
        _ line: Line, isCommand: Bool, _ place: (y: Int, width: Int, labels: Int, keys: Int), _ options: RenderOptions,
        _ grid: inout CellGrid
    ) {
        let style =
            line.isChosen
            ? CellStyle(
                foreground: options.theme.accent, background: options.theme.selection,
                attributes: options.depth == .none || options.depth == .eight ? .reverse : .bold)
            : isCommand ? options.barStyle(options.theme.accent) : options.bar
        let behind = line.isChosen ? style : options.bar
        let dim = line.isChosen ? style : options.barStyle(options.theme.dim)
        grid.fill(CellRect(x: 1, y: place.y, width: place.width, height: 1), with: Cell(" ", style: behind))
        var x = grid.write(
            TextFormat.padded(line.label, place.labels), x: 2, y: place.y, style: style, maximumWidth: place.width - 2)
        if !line.isChosen {
            // The letters that were typed stand out, so that it is seen why a command is there.
            var mark = options.barStyle(options.theme.accent)
            mark.attributes = .bold
            for (i, character) in line.label.enumerated() where line.matched.contains(i) {
                grid.write(String(character), x: 2 + line.label.prefix(i).columns, y: place.y, style: mark)
            }
        }
        if place.keys > 0 {
            x = grid.write(
                TextFormat.padded(line.keys, place.keys), x: x + 2, y: place.y,
                style: line.isChosen ? style : options.bar,
                maximumWidth: max(0, place.width - x - 2))
        }
        grid.write(
            TextFormat.cut(line.summary, to: max(0, place.width - (x + 2))), x: x + 2, y: place.y, style: dim)
    }

    /// The keys that do what a line says, as many as have room; dots say that there are more, or that they do it with
    /// certain words behind it.
    private static func keys<Action>(for line: String, _ keymap: Keymap<Action>) -> String {
        let (chords, isPart) = keymap.chords(toTeach: line)
        var text = ""
        var count = 0
        for chord in chords.map(TextFormat.keyName) {
            let longer = text.isEmpty ? chord : text + " " + chord
            guard longer.columns + 2 <= keyColumns else { break }
            text = longer
            count += 1
        }
        return count < chords.count || isPart && !text.isEmpty ? text + " …" : text
    }
}
