import Cases
import Commands
import Review
import TerminalKit
import Volumes

/// The review of one case as a grid of cells: a pure function of state, options and size.
public enum ReviewScreen {
    /// Draws the screen.
    /// - Complexity: O(voxels of the slice in view + cells).
    public static func render(_ state: ReviewState, options: RenderOptions, columns: Int, rows: Int) -> CellGrid {
        var memory = FrameMemory()
        return render(state, options: options, columns: columns, rows: rows, memory: &memory)
    }

    /// Draws the screen, taking over what the last frame has made that is still right.
    public static func render(
        _ state: ReviewState, options: RenderOptions, columns: Int, rows: Int, memory: inout FrameMemory
    ) -> CellGrid {
        var grid = CellGrid(width: columns, height: rows, filledWith: Cell(" ", style: options.text))
        guard let layout = ScreenLayout(columns: columns, rows: rows) else {
            drawTooSmall(&grid, options)
            return options.finished(grid)
        }
        drawTopBar(state, options, &grid, layout.top)
        ImagePanes.draw(state, options, &grid, layout.image, memory: &memory)
        drawPhase(state, options, &grid, layout.image)
        ReadersOverlay.draw(state, options, &grid, layout.image)
        SliceStrip.draw(state, options, &grid, layout.strip)
        if layout.panel.width > 0 {
            ReviewPanel.draw(state, options, &grid, layout.panel)
        } else {
            CompactScores.draw(state, options, &grid, layout.scores)
        }
        StatusLines.draw(state, options, &grid, layout.status)
        if let rest = StatusLines.rest(state, options, width: layout.status.width - 2) {
            grid.fill(layout.keys, with: Cell(" ", style: options.text))
            grid.write(rest.text, x: layout.keys.x + 1, y: layout.keys.y, style: rest.style)
        } else {
            KeyBar.draw(state, options, &grid, layout.keys)
        }
        switch state.mode {
        case .help(let scroll):
            let mode: Keymaps.Mode = state.adjudication == nil ? .normal : .adjudicate
            HelpOverlay.draw(
                HelpText.review(state.helpIsForPointer ? .pointer : mode, options.keymaps), scroll: scroll,
                state.palette, options, &grid)
        case .prompt(.command, let text):
            // While Tab goes through the candidates, all of them stay in view, with the one it is at.
            let cycle = state.palette.cycling
            PaletteBox.draw(
                state.completions(for: cycle?.base ?? text), chosen: cycle?.index,
                for: CommandCompletion.command(for: text, in: ReviewCommands.table.all),
                keys: options.keymaps.review(in: state), options, &grid,
                above: layout.status.y + layout.status.height - 1)
        // What is asked is drawn once it can be answered: see `ReviewAction.questionShown`.
        case .question(let question) where !state.hasUnseenQuestion:
            QuestionBox.draw(question, state.asking, options, &grid, layout.image)
        case .sessions(let list, let selected) where !state.hasUnseenQuestion:
            SessionsOverlay.draw(list, selected, options, &grid, layout.image)
        case .overlay(.messages(let number, let line)):
            MessagesOverlay.draw(state.messages, number, line, options, &grid, layout.image)
        case .overlay(.statistics(let scroll)):
            StatisticsOverlay.draw(state, scroll: scroll, options, &grid, layout.image)
        case .overlay(.key(let prefix)): KeyExplanation.draw(prefix, options, &grid, layout.image)
        case .warnings(let selected): WarningsOverlay.draw(state, selected, options, &grid, layout.image)
        default: break
        }
        return options.finished(grid)
    }

    private static func drawTooSmall(_ grid: inout CellGrid, _ options: RenderOptions) {
        let (columns, rows) = ScreenLayout.minimum
        let lines = [
            "Pleura needs \(columns)×\(rows)", "this is \(grid.width)×\(grid.height)", "enlarge it, or q to quit",
        ]
        for (i, line) in lines.enumerated() {
            let y = max(0, grid.height / 2 - 1) + i
            grid.write(line, x: max(0, (grid.width - line.count) / 2), y: y, style: options.text)
        }
    }

    private static func drawTopBar(
        _ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        grid.fill(rect, with: Cell(" ", style: options.bar))
        let saved = saveText(state, options)
        var right = rect.width - saved.text.columns - 1
        grid.write(saved.text, x: right, y: rect.y, style: options.barStyle(saved.colour))
        if let position = state.worklistPosition, rect.width >= 100 {
            let text = "case \(position.index)/\(position.count)"
            right -= text.count + 3
            grid.write(text, x: right, y: rect.y, style: options.bar)
        }
        let active = activeText(state)
        let model = NameFit.shortened(modelText(state, rect.width), to: max(18, rect.width / 4))
        // Beside the program's name, some of the title and what is edited.
        if right - model.columns - 3 - 11 >= min(8, state.title.columns) + active.columns {
            right -= model.columns + 3
            grid.write(model, x: right, y: rect.y, style: options.barStyle(options.theme.accent))
        }
        var x = grid.write("Pleura  ", x: 1, y: rect.y, style: options.bar)
        // What is edited is named whatever the layout; a long title gives way to it.
        let room = max(0, right - x - 2)
        let title = NameFit.shortened(state.title, to: max(min(8, room), room - active.columns))
        x = grid.write(title, x: x, y: rect.y, style: options.bar, maximumWidth: room)
        let bold = CellStyle(
            foreground: options.theme.barText, background: options.theme.barBackground, attributes: .bold)
        x = grid.write(active, x: x, y: rect.y, style: bold, maximumWidth: max(0, right - x - 2))
        if let geometry = state.geometry {
            let (size, step) = (geometry.size, geometry.spacing)
            let spacing = [step.x, step.y, step.z].map { TextFormat.fixed($0, 2) }.joined(separator: "×")
            let text = "  CT \(size.x)×\(size.y)×\(size.z) · \(spacing) mm"
            if x + text.columns + 1 < right { grid.write(text, x: x, y: rect.y, style: options.bar) }
        }
    }

    /// What has proposed the masks: a model's version, or that it was none.
    private static func modelText(_ state: ReviewState, _ width: Int) -> String {
        switch state.model {
        case .loaded?: "masks from a file"
        case .baseline? where width >= 120: "\(ModelName.baseline) (no trained model)"
        case let model?: model.rawValue
        case nil: ""
        }
    }

    /// The structure that is edited, and its place among several.
    private static func activeText(_ state: ReviewState) -> String {
        guard let active = state.active else { return "" }
        let count = state.structures.count
        let place = count > 1 ? " \(state.activeIndex + 1)/\(count)" : ""
        return "  ✎ " + NameFit.shortened(active.name.rawValue, to: 24) + place
    }

    private static func saveText(_ state: ReviewState, _ options: RenderOptions) -> (text: String, colour: Colour) {
        let theme = options.theme
        switch (state.phase, state.saveState) {
        case (_, .failed): return ("● NOT SAVED", theme.bad)
        case (.filed(let status, let revision), _): return ("✓ \(status.rawValue) r\(revision)", theme.good)
        case (.filing, _): return ("● filing", theme.warning)
        case (.readOnly, _): return ("○ read only", theme.warning)
        case (.loading, _): return ("○ loading", theme.dim)
        case (.failed, _): return ("○ not opened", theme.bad)
        case (.open, .saving(let count)): return ("● saving \(count)", theme.warning)
        case (.open, .saved): return ("● saved", theme.good)
        }
    }

    private static func drawPhase(
        _ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        var lines: [String] = []
        switch state.phase {
        case .loading(let what, let share):
            let share = min(max(0, share), 1)
            let width = min(30, rect.width - 20)
            let filled = Int((share * Double(width)).rounded(.down))
            lines = [
                // Nothing is known of how far it is as long as it has not got anywhere.
                share > 0 ? "\(what) \(Int((share * 100).rounded(.down))) %" : "\(what)…",
                String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled),
                "Esc stops",
            ]
        case .failed(let reason):
            lines = TextWrap.lines(reason, width: max(20, rect.width - 8))
            if let retry = options.keymaps.normal.chords(for: "retry").first { lines += ["\(retry) tries again"] }
        default: return
        }
        let style = CellStyle(
            foreground: options.theme.text, background: options.theme.barBackground)
        for (i, line) in lines.prefix(rect.height - 2).enumerated() {
            let text = " \(line) "
            let y = rect.y + (rect.height - lines.count) / 2 + i
            grid.write(
                text, x: rect.x + max(0, (rect.width - text.columns) / 2), y: y, style: style,
                maximumWidth: rect.width)
        }
    }
}
