import Cases
import Commands
import Lists
import Review
import TerminalKit
import Volumes

/// The queue, the models and the replay as a grid of cells.
public enum TrainingScreen {
    /// Draws the page; the chosen line is always in view.
    public static func render(_ state: TrainingState, options: RenderOptions, columns: Int, rows: Int) -> CellGrid {
        var grid = CellGrid(width: columns, height: rows, filledWith: Cell(" ", style: options.text))
        let layout = TrainingLayout(columns: columns, rows: rows, lines: state.lineCount)
        drawTop(state, options, &grid)
        drawTabs(state, options, &grid)
        if state.lineCount == 0 {
            let text = TextWrap.lines(nothing(state), width: min(96, columns - 4))
            for (i, line) in text.enumerated() { grid.write(line, x: 2, y: 3 + i, style: options.text) }
        } else {
            TrainingTables.draw(state, options, &grid, layout.list)
            detail(state, options, layout.detail).draw(layout.detail, options, &grid)
        }
        if case .plan(let plan, let scroll) = state.mode, !state.hasUnseenQuestion {
            PlanBox.draw(plan, state, scroll: scroll, options, &grid)
        }
        drawBottom(state, options, &grid)
        switch state.mode {
        case .help(let scroll):
            HelpOverlay.draw(HelpText.training(options.keymaps), scroll: scroll, state.palette, options, &grid)
        case .command(let text):
            PaletteBox.draw(
                state.completions, for: CommandCompletion.command(for: text, in: TrainingCommands.table.all),
                keys: options.keymaps.training, options, &grid, above: rows - 2)
        case .messages(let number, let line):
            MessagesOverlay.draw(
                state.messages, number, line, options, &grid,
                ListInput.messageArea(columns: columns, rows: rows), isOfCase: false)
        case .list, .reason, .question, .plan: break
        }
        return options.finished(grid)
    }

    private static func drawTop(_ state: TrainingState, _ options: RenderOptions, _ grid: inout CellGrid) {
        grid.fill(CellRect(x: 0, y: 0, width: grid.width, height: 1), with: Cell(" ", style: options.bar))
        var x = grid.write("Pleura  \(state.page.rawValue)", x: 1, y: 0, style: options.bar)
        if let waiting = state.lists.waiting {
            let many = Plural.count(waiting.count, "new correction")
            let text = waiting.trigger.map { "\(waiting.count) of \($0) new corrections" } ?? many
            x = grid.write("   \(text)", x: x, y: 0, style: options.barStyle(options.theme.accent))
        }
        let bases = Set(state.lists.models.map(\.name.base)).sorted()
        var parts = bases.compactMap { state.lists.inUse(of: $0)?.rawValue }
        if let worker = state.lists.hasWorker { parts.append(worker ? "● worker" : "○ no worker") }
        let text = parts.joined(separator: "   ")
        if x + text.columns + 3 < grid.width {
            let colour = state.lists.hasWorker == true ? options.theme.good : options.theme.barText
            grid.write(text, x: grid.width - text.columns - 1, y: 0, style: options.barStyle(colour))
        }
    }

    private static func drawTabs(_ state: TrainingState, _ options: RenderOptions, _ grid: inout CellGrid) {
        var x = 1
        for page in TrainingPage.allCases {
            let key = options.keymaps.training.chords(for: page.rawValue).first.map { "\($0) " } ?? ""
            let here = CellStyle(
                foreground: options.theme.accent, background: options.theme.background,
                attributes: [.bold, .underline])
            x = grid.write(key, x: x, y: 1, style: options.dim)
            x = grid.write(page.rawValue, x: x, y: 1, style: page == state.page ? here : options.dim) + 3
        }
        let key = options.keymaps.training.chords(for: "worklist").first.map { "\($0) " } ?? ""
        grid.write(key + "worklist", x: x, y: 1, style: options.dim)
    }

    private static func nothing(_ state: TrainingState) -> String {
        switch state.page {
        case .queue:
            "No fine-tuning job yet. A job trains the model on your corrections, and its result is put in use only if "
                + "it is not worse on any patient group it never saw. \"train\" shows which corrections would go in."
        case .models:
            "The registry has no model yet. The first one is published when a job is queued, or by: pleura models "
                + "import FILE."
        case .replay:
            "No replay yet. When a job has made a new model, what it predicts on your corrected cases is shown here, "
                + "beside what the old one had predicted."
        }
    }

    private static func detail(
        _ state: TrainingState, _ options: RenderOptions, _ rect: CellRect
    ) -> [DetailLine] {
        switch state.page {
        case .queue: state.job.map { JobDetail.lines($0, state, options, rect) } ?? []
        case .models: state.model.map { ModelDetail.lines($0, state, options, rect) } ?? []
        case .replay: state.replay.map { ReplayDetail.lines($0, state, options, rect) } ?? []
        }
    }

    private static func drawBottom(_ state: TrainingState, _ options: RenderOptions, _ grid: inout CellGrid) {
        let (y, width) = (grid.height - 2, grid.width - 2)
        grid.fill(CellRect(x: 0, y: y, width: grid.width, height: 1), with: Cell(" ", style: options.text))
        if let typed = state.typed {
            let lead = if case .reason(_, let model) = state.mode { "use \(model) because: " } else { ":" }
            var x = grid.write(lead, x: 1, y: y, style: options.style(options.theme.accent))
            x = grid.write(typed.suffix(columns: max(1, width - x - 1)), x: x, y: y, style: options.text)
            grid.write("█", x: x, y: y, style: options.style(options.theme.cursor))
        } else if case .question(let question) = state.mode, !state.hasUnseenQuestion {
            let answers = "  y  n"
            let asked =
                switch question {
                case .rollback(let from, let to): "Take \(from) out of use and go back to \(to)?"
                case .cancel(let job): "Cancel job \(job)? What it has learned so far is not put in use."
                case .promote(let model, let reason):
                    "Put \(model) in use" + (reason.map { " because: \($0)" } ?? "") + "?"
                }
            let text = TextFormat.cut(asked, to: width - answers.columns) + answers
            grid.write(text, x: 1, y: y, style: options.style(options.theme.warning), maximumWidth: width)
        } else if let message = state.message {
            let colour = message.kind != .note ? options.theme.warning : options.theme.accent
            let said = TextWrap.inTwo(message.text, width: width)
            grid.write(said.first, x: 1, y: y, style: options.style(colour), maximumWidth: width)
            if let rest = said.rest {
                // Until the next key, what has no room stands in the place of the keys.
                grid.fill(
                    CellRect(x: 0, y: y + 1, width: grid.width, height: 1), with: Cell(" ", style: options.text))
                grid.write(rest, x: 1, y: y + 1, style: options.style(colour), maximumWidth: width)
                return
            }
        } else if let count = state.keys.count {
            grid.write("\(count)…", x: 1, y: y, style: options.style(options.theme.accent))
        }
        KeyBar.draw(
            keys(state, options.keymaps), options, &grid,
            CellRect(x: 0, y: grid.height - 1, width: grid.width, height: 1))
    }

    private static func keys(_ state: TrainingState, _ keymaps: Keymaps) -> [(String, String)] {
        switch state.mode {
        case .command: return [("Enter", "does it"), ("Tab", "completes"), ("Esc", "leaves")]
        case .reason: return [("Enter", "goes on"), ("Esc", "leaves")]
        case .question: return [("y", "yes"), ("n", "no")]
        case .plan: return [("Enter", "queue them"), ("j", "scroll"), ("Esc", "leaves")]
        case .list, .help, .messages: break
        }
        let commands: [(String, String)] =
            switch state.page {
            case .queue:
                [
                    ("train", "train now"), ("worker", "start worker"), ("stop", "cancel"), ("retry", "retry"),
                    ("open", "replay"), ("models", "models"), ("quit", "back"), ("help", "help"),
                    ("command", "command"),
                ]
            case .models:
                [
                    ("promote", "promote"), ("rollback", "roll back"), ("open", "replay"), ("queue", "queue"),
                    ("quit", "back"), ("help", "help"), ("command", "command"),
                ]
            case .replay:
                [
                    ("open", "open on its worst slice"), ("queue", "queue"), ("models", "models"), ("quit", "back"),
                    ("help", "help"),
                ]
            }
        return commands.map { (keymaps.training.chords(for: $0.0).first ?? "", $0.1) }
    }
}
