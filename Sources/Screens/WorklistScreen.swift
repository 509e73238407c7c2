import Cases
import Commands
import Lists
import TerminalKit
import Volumes

/// The list of cases, and the lists beside it, as a grid of cells.
public enum WorklistScreen {
    static let firstListRow = 3

    /// How many lines of the list there is room for.
    static func room(_ rows: Int) -> Int { max(0, rows - firstListRow - 3) }

    /// The first line that is shown.
    static func firstRow(_ state: WorklistState, room: Int) -> Int {
        max(0, min(state.selected - room / 2, state.lineCount - room))
    }

    /// Draws the list; the chosen line is always in view.
    /// - Complexity: O(cells): only the lines in view are looked at.
    public static func render(_ state: WorklistState, options: RenderOptions, columns: Int, rows: Int) -> CellGrid {
        var grid = CellGrid(width: columns, height: rows, filledWith: Cell(" ", style: options.text))
        drawTop(state, options, &grid)
        drawTabs(state, options, &grid)
        switch state.page {
        case .cases: drawCases(state, options, &grid)
        case .corrections: drawList(state, options, &grid)
        }
        drawBottom(state, options, &grid)
        if case .help(let scroll) = state.mode {
            HelpOverlay.draw(HelpText.worklist(options.keymaps), scroll: scroll, state.palette, options, &grid)
        }
        if case .messages(let number, let line) = state.mode {
            MessagesOverlay.draw(
                state.messages, number, line, options, &grid,
                ListInput.messageArea(columns: columns, rows: rows), isOfCase: false)
        }
        if case .command(let text) = state.mode {
            PaletteBox.draw(
                state.completions, for: CommandCompletion.command(for: text, in: WorklistCommands.table.all),
                keys: options.keymaps.worklist, options, &grid, above: rows - 2)
        }
        return options.finished(grid)
    }

    private static func drawTop(_ state: WorklistState, _ options: RenderOptions, _ grid: inout CellGrid) {
        grid.fill(CellRect(x: 0, y: 0, width: grid.width, height: 1), with: Cell(" ", style: options.bar))
        let all = Plural.count(state.entries.count, "case")
        // Until the lists are read, what is listed may be what was true before.
        let count =
            !state.isRead
            ? (state.unreadReason == nil ? "reading…" : "not read")
            : state.filter.text.isEmpty ? all : "\(state.visible.count) of \(all)"
        var x = grid.write("Pleura  worklist", x: 1, y: 0, style: options.bar)
        if !state.filter.text.isEmpty {
            x = grid.write(
                "  / \(state.filter.text)", x: x, y: 0, style: options.barStyle(options.theme.accent),
                maximumWidth: max(0, grid.width - x - count.columns - 3))
        }
        if !state.reviewer.isEmpty, x + state.reviewer.columns + count.columns + 6 < grid.width {
            let who = state.reviewer + "   "
            grid.write(
                who, x: grid.width - count.columns - who.columns - 1, y: 0, style: options.barStyle(options.theme.dim))
        }
        grid.write(count, x: grid.width - count.columns - 1, y: 0, style: options.bar)
    }

    private static func drawTabs(_ state: WorklistState, _ options: RenderOptions, _ grid: inout CellGrid) {
        let pages: [(WorklistPage?, String, String)] = [
            (.cases, "cases", "cases"), (.corrections, "corrections", "corrections"), (nil, "queue", "queue"),
            (nil, "models", "models"),
        ]
        var x = 1
        for (page, command, label) in pages {
            let key = options.keymaps.worklist.chords(for: command).first.map { "\($0) " } ?? ""
            let isHere = page == state.page
            let style =
                isHere
                ? CellStyle(
                    foreground: options.theme.accent, background: options.theme.background,
                    attributes: [.bold, .underline]) : options.dim
            x = grid.write(key, x: x, y: 1, style: options.dim)
            x = grid.write(label, x: x, y: 1, style: style) + 3
        }
    }

    private static func drawCases(_ state: WorklistState, _ options: RenderOptions, _ grid: inout CellGrid) {
        let table = WorklistTable(width: grid.width - 3, entries: state)
        if state.entries.isEmpty {
            let text =
                state.isRead
                ? "No cases yet. Register some with: pleura import PATH"
                : state.unreadReason.map { "The worklist could not be read: \($0)" } ?? "reading the worklist…"
            for (i, line) in TextWrap.lines(text, width: grid.width - 4).enumerated() {
                grid.write(line, x: 2, y: 3 + i, style: options.text)
            }
            return
        }
        var x = 3
        for column in table.columns {
            let isSorted = column.kind.map { $0 == state.column } ?? false
            let mark = isSorted ? (state.isDescending ? "▼" : "▲") : ""
            grid.write(
                String((mark + column.heading).prefix(column.width)), x: x, y: 2,
                style: isSorted ? options.style(options.theme.accent) : options.dim)
            x += column.width + 1
        }
        if state.visible.isEmpty {
            grid.write("No case is listed. Esc lists all again.", x: 3, y: 3, style: options.text)
        }
        let room = room(grid.height)
        let first = firstRow(state, room: room)
        for (line, index) in state.visible.enumerated().dropFirst(first).prefix(room) {
            let entry = state.entries[index]
            let y = firstListRow + line - first
            let style = rowStyle(line == state.selected, status(entry.status, options.theme), options, &grid, y)
            grid.write(line == state.selected ? "›" : " ", x: 1, y: y, style: style)
            if entry.flag != nil || entry.delivery?.isFailure == true {
                grid.write(
                    "!", x: 2, y: y, style: CellStyle(foreground: options.theme.warning, background: style.background))
            }
            var x = 3
            for column in table.columns {
                grid.write(column.text(entry, state.now), x: x, y: y, style: style, maximumWidth: column.width)
                x += column.width + 1
            }
        }
    }

    private static func drawList(_ state: WorklistState, _ options: RenderOptions, _ grid: inout CellGrid) {
        let lines = state.lists[state.page] ?? []
        let headings = ListPages.headings(state.page)
        if lines.isEmpty {
            for (i, text) in TextWrap.lines(ListPages.nothing(state.page), width: grid.width - 5).enumerated() {
                grid.write(text, x: 2, y: 3 + i, style: options.text)
            }
            return
        }
        let widths = ListPages.widths(headings, lines, room: grid.width - 4)
        func text(_ cells: [String]) -> String {
            zip(cells, widths).map { TextFormat.padded(ListPages.cut($0, to: $1), $1) }.joined(separator: " ")
        }
        grid.write(text(headings), x: 3, y: 2, style: options.dim, maximumWidth: grid.width - 4)
        let room = room(grid.height)
        let first = firstRow(state, room: room)
        for (i, line) in lines.enumerated().dropFirst(first).prefix(room) {
            let y = firstListRow + i - first
            let style = rowStyle(i == state.selected, ListPages.colour(line.tone, options.theme), options, &grid, y)
            grid.write(i == state.selected ? "›" : " ", x: 1, y: y, style: style)
            grid.write(text(line.cells), x: 3, y: y, style: style, maximumWidth: grid.width - 4)
        }
    }

    private static func rowStyle(
        _ isSelected: Bool, _ colour: Colour, _ options: RenderOptions, _ grid: inout CellGrid, _ y: Int
    ) -> CellStyle {
        let style = CellStyle(
            foreground: colour, background: isSelected ? options.theme.selection : options.theme.background)
        grid.fill(CellRect(x: 0, y: y, width: grid.width, height: 1), with: Cell(" ", style: style))
        return style
    }

    private static func drawBottom(_ state: WorklistState, _ options: RenderOptions, _ grid: inout CellGrid) {
        let (y, width) = (grid.height - 2, grid.width - 2)
        if let typed = state.typed {
            let lead = if case .command = state.mode { ":" } else { "/" }
            var x = grid.write(lead, x: 1, y: y, style: options.style(options.theme.accent))
            x = grid.write(typed.suffix(columns: max(1, width - 3)), x: x, y: y, style: options.text)
            grid.write("█", x: x, y: y, style: options.style(options.theme.cursor))
        } else if let message = state.message {
            let colour = message.kind != .note ? options.theme.warning : options.theme.accent
            let said = TextWrap.inTwo(message.text, width: width)
            grid.write(said.first, x: 1, y: y, style: options.style(colour), maximumWidth: width)
            if let rest = said.rest {
                // Until the next key, what has no room stands in the place of the keys.
                grid.write(rest, x: 1, y: y + 1, style: options.style(colour), maximumWidth: width)
                return
            }
        } else if let count = state.keys.count {
            grid.write("\(count)…", x: 1, y: y, style: options.style(options.theme.accent))
        } else if let entry = state.current {
            let flag = entry.flag.map { $0.isEmpty ? "flagged" : "flagged: \($0)" }
            let parts = [entry.note, flag, entry.delivery?.text, entry.image].compactMap { $0 }.filter { !$0.isEmpty }
            let text = TextFormat.cut(parts.joined(separator: " · "), to: width)
            grid.write(text, x: 1, y: y, style: options.dim)
        }
        let keys: [(String, String)] =
            state.typed != nil
            ? [("Enter", "does it"), ("Tab", "completes"), ("Esc", "leaves")]
            : [
                ("open", "open"), ("next", "next to do"), ("assign", "mine"), ("filter", "filter"), ("sort", "sort"),
                ("queue", "queue"), ("models", "models"), ("help", "help"), ("quit", "quit"), ("command", "command"),
                ("flag", "flag"), ("reopen", "reopen"),
            ].map { (options.keymaps.worklist.chords(for: $0.0).first ?? "", $0.1) }
        KeyBar.draw(keys, options, &grid, CellRect(x: 0, y: grid.height - 1, width: grid.width, height: 1))
    }

    private static func status(_ status: CaseStatus, _ theme: Theme) -> Colour {
        switch status {
        case .new: theme.text
        case .inProgress, .returned, .awaiting: theme.warning
        case .accepted, .corrected: theme.good
        case .rejected: theme.bad
        case .deferred: theme.dim
        }
    }
}
