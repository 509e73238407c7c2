import Commands
import TerminalKit
import Volumes

/// What was said until now, over the image: every message whole, the newest last.
enum MessagesOverlay {
    private struct Line {
        let text: String
        let entry: Int
    }

    /// - Parameters:
    ///   - number: the message that is chosen, by its number since the program began.
    ///   - line: how many of its lines are scrolled past, where it is longer than there is room for.
    ///   - isOfCase: whether the messages are of a case, and have slices to go to.
    static func draw(
        _ log: MessageLog, _ number: Int, _ line: Int, _ options: RenderOptions, _ grid: inout CellGrid,
        _ rect: CellRect, isOfCase: Bool = true
    ) {
        let selected = log.place(of: number)
        let lines = lines(log, in: rect, isOfCase)
        let foot = ListBox.fitting(isOfCase ? Self.feet : ["j k choose   Esc closes"], in: rect)
        let room = ListBox.room(for: lines.count, in: rect)
        let first = firstLine(lines, selected, line, room: room)
        let heading = heading(log, lines[first].entry, lines[min(first + room, lines.count) - 1].entry)
        let shown = lines.dropFirst(first).prefix(room).map { line in
            let isNote = log.entries.isEmpty || log.entries[line.entry].message.kind == .note
            return ListBox.Line(
                text: "  " + line.text,
                style: ListBox.style(
                    isSelected: line.entry == selected && !log.entries.isEmpty,
                    ink: isNote ? nil : options.theme.warning, options))
        }
        ListBox.drawBox(
            shown, width: ListBox.readingWidth(lines.map(\.text) + [foot, heading], in: rect),
            heading: (heading, options.theme.accent), foot: foot, options, &grid, rect)
    }

    /// The first line that is shown: the chosen message is in view as a whole or, where it is longer than there is room
    /// for, as far as it is scrolled.
    private static func firstLine(_ lines: [Line], _ selected: Int, _ line: Int, room: Int) -> Int {
        let last = lines.lastIndex { $0.entry == selected } ?? 0
        let begin = lines.firstIndex { $0.entry == selected } ?? 0
        let excess = last - begin + 1 - room
        if excess > 0 { return begin + min(line, excess) }
        return max(0, min(begin, max(begin - room / 2, last - room + 1), lines.count - room))
    }

    /// By how many lines scrolling goes on in the chosen message, which is longer than there is room for; `nil` where it
    /// goes to another message.
    static func reading(
        _ steps: Int, _ log: MessageLog, _ number: Int, _ line: Int, in rect: CellRect, isOfCase: Bool = true
    ) -> Int? {
        let lines = lines(log, in: rect, isOfCase)
        let selected = log.place(of: number)
        let excess = lines.count { $0.entry == selected } - ListBox.room(for: lines.count, in: rect)
        let from = min(line, max(0, excess))
        let to = min(max(0, from + steps), max(0, excess))
        return to == from ? nil : to - line
    }

    private static let feet = ["j k choose   Enter goes to its slice   Esc closes", "j k Enter Esc"]

    private static func heading(_ log: MessageLog, _ first: Int, _ last: Int) -> String {
        let count = log.entries.count
        let shown = first > 0 || last < count - 1 ? "   \(first + 1)–\(last + 1) shown" : ""
        let gone = log.forgotten > 0 ? "   \(log.forgotten) older ones are no longer kept" : ""
        return Plural.count(count, "message") + shown + gone
    }

    /// Every message in lines; what goes on stands below its beginning. Warnings are marked for whoever sees no colours.
    private static func lines(_ log: MessageLog, in rect: CellRect, _ isOfCase: Bool) -> [Line] {
        guard !log.entries.isEmpty else { return [Line(text: "nothing was said yet", entry: 0)] }
        let width = ListBox.textWidth(in: rect)
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
