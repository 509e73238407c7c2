import Commands
import TerminalKit
import Volumes

/// What was said until now, over the image: every message whole, the newest last.
enum MessagesOverlay {
    private struct Line {
        let text: String
        let entry: Int
    }

    /// - Parameter isOfCase: whether the messages are of a case, and have slices to go to.
    static func draw(
        _ log: MessageLog, _ selected: Int, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect,
        isOfCase: Bool = true
    ) {
        let width = max(1, rect.width - 4)
        let lines = log.entries.isEmpty ? [Line(text: "nothing was said yet", entry: 0)] : lines(log, width, isOfCase)
        let feet = isOfCase ? Self.feet : ["j k choose   Esc closes"]
        let foot = feet.first { $0.columns <= width } ?? feet.last ?? ""
        let room = max(1, min(lines.count, rect.height - 5))
        // The chosen message is in view with its last line, and with its first where it has room.
        let last = lines.lastIndex { $0.entry == selected } ?? 0
        let begin = lines.firstIndex { $0.entry == selected } ?? 0
        let first = max(0, min(min(begin, last - room + 1 > begin ? begin : begin - room / 2), lines.count - room))
        let heading = heading(log, lines[first].entry, lines[min(first + room, lines.count) - 1].entry)
        let longest = (lines.map(\.text.columns) + [foot.columns, heading.columns]).max() ?? 0
        // Where little would be left of the image beside it, the box is as wide as the image.
        let wanted = longest + 8 > width ? width : longest
        let box = CellRect(
            x: rect.x + max(0, (rect.width - wanted - 4) / 2), y: rect.y + max(0, (rect.height - room - 4) / 2),
            width: min(rect.width, wanted + 4), height: room + 4)
        grid.fill(box, with: Cell(" ", style: options.bar))
        grid.write(
            heading, x: box.x + 2, y: box.y, style: options.barStyle(options.theme.accent), maximumWidth: box.width - 2)
        for (row, line) in lines.dropFirst(first).prefix(room).enumerated() {
            let isSelected = line.entry == selected && !log.entries.isEmpty
            let isNote = log.entries.isEmpty || log.entries[line.entry].message.kind == .note
            let style = CellStyle(
                foreground: isNote ? options.theme.text : options.theme.warning,
                background: isSelected ? options.theme.selection : options.theme.barBackground,
                attributes: isSelected && options.depth == .none ? .reverse : [])
            grid.write(
                TextFormat.padded("  " + line.text, box.width), x: box.x, y: box.y + 2 + row, style: style,
                maximumWidth: box.width)
        }
        grid.write(
            foot, x: box.x + 2, y: box.maxY - 1, style: options.barStyle(options.theme.dim),
            maximumWidth: box.width - 2)
    }

    private static let feet = ["j k choose   Enter goes to its slice   Esc closes", "j k Enter Esc"]

    private static func heading(_ log: MessageLog, _ first: Int, _ last: Int) -> String {
        let count = log.entries.count
        let shown = first > 0 || last < count - 1 ? "   \(first + 1)–\(last + 1) shown" : ""
        let gone = log.forgotten > 0 ? "   \(log.forgotten) older ones are no longer kept" : ""
        return Plural.count(count, "message") + shown + gone
    }

    /// Every message in lines; what goes on stands below its beginning. Warnings are marked for whoever sees no colours.
    private static func lines(_ log: MessageLog, _ width: Int, _ isOfCase: Bool) -> [Line] {
        let places = log.entries.map { isOfCase ? place($0) : "" }
        let column = min(places.map(\.columns).max() ?? 0, max(9, width / 4))
        return log.entries.indices.flatMap { i -> [Line] in
            let entry = log.entries[i]
            let mark = entry.message.kind == .note ? "  " : "! "
            let times = entry.count > 1 ? " (×\(entry.count))" : ""
            let lead = TextFormat.padded(TextFormat.cut(places[i], to: column), column) + (isOfCase ? " " : "") + mark
            return TextWrap.lines(entry.message.text + times, width: max(8, width - lead.columns)).enumerated().map {
                Line(text: ($0 == 0 ? lead : String(repeating: " ", count: lead.columns)) + $1, entry: i)
            }
        }
    }

    /// Where a message was said.
    private static func place(_ entry: MessageLog.Entry) -> String {
        if let title = entry.caseTitle { return title }
        return entry.slice.map { "slice \($0 + 1)" } ?? "opening"
    }
}
