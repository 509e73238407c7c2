import Cases
import Lists
import Review
import TerminalKit

/// The lists of jobs, versions and replayed cases.
enum TrainingTables {
    private struct Line {
        var cells: [String]
        var colour: Colour
    }

    static func draw(_ state: TrainingState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect) {
        let room = max(0, rect.height - 1)
        let first = TrainingLayout.firstRow(state, room: room)
        let shown = first..<min(state.lineCount, first + room)
        guard !shown.isEmpty else { return }
        let (headings, lines) = table(state, options.theme, shown)
        let widths = ListPages.widths(headings, lines.map { ListLine($0.cells) }, room: rect.width - 4)
        func text(_ cells: [String]) -> String {
            zip(cells, widths).map { TextFormat.padded(ListPages.cut($0, to: $1), $1) }.joined(separator: " ")
        }
        grid.write(text(headings), x: rect.x + 3, y: rect.y, style: options.dim, maximumWidth: rect.width - 4)
        for (i, line) in lines.enumerated() {
            let (y, isChosen) = (rect.y + 1 + i, first + i == state.selected)
            let style = CellStyle(
                foreground: line.colour,
                background: isChosen ? options.theme.selection : options.theme.background)
            grid.fill(CellRect(x: rect.x, y: y, width: rect.width, height: 1), with: Cell(" ", style: style))
            grid.write(isChosen ? "›" : " ", x: rect.x + 1, y: y, style: style)
            grid.write(text(line.cells), x: rect.x + 3, y: y, style: style, maximumWidth: rect.width - 4)
        }
    }

    private static func table(
        _ state: TrainingState, _ theme: Theme, _ shown: Range<Int>
    ) -> (headings: [String], lines: [Line]) {
        switch state.page {
        case .queue:
            return (
                ["job", "state", "progress", "from", "cases", "hold-out", "changed"],
                state.lists.jobs[shown].map { job(state, $0, theme) }
            )
        case .models:
            return (
                ["version", "state", "hold-out", "gain", "cases", "from", "made"],
                state.lists.models[shown].map { model(state, $0, theme) }
            )
        case .replay:
            return (
                ["case", "structure", "before", "after", "gain"],
                state.replayLines[shown].map { replay(state, $0, theme) }
            )
        }
    }

    private static func job(_ state: TrainingState, _ job: Job, _ theme: Theme) -> Line {
        let score = job.telemetry?.holdOutSurfaceDice ?? state.candidate(of: job.id)?.evaluation?.holdOutMeans?.after
        let word = job.cancelRequestedBy != nil && !job.state.isFinal ? "stopping" : job.state.rawValue
        let bar = job.state.isRunning ? BarGlyph.bar(job.progress, width: 8) + " " : ""
        return Line(
            cells: [
                "\(job.id)", word, job.state == .queued ? "waits" : "\(bar)\(Int(job.progress * 100)) %",
                job.model.rawValue, "\(job.corrections.count)", score.map { TextFormat.score($0) } ?? "–",
                WorklistTable.age(job.changedAt.timeIntervalSince1970, state.now),
            ], colour: TrainingText.colour(job.state, theme))
    }

    private static func model(_ state: TrainingState, _ model: ModelVersion, _ theme: Theme) -> Line {
        let standing = state.lists.standing(of: model)
        let means = model.evaluation?.holdOutMeans
        return Line(
            cells: [
                model.name.rawValue,
                TrainingText.word(standing) + (state.lists.answerers.contains(model.name) ? ", for prompts" : ""),
                means.map { TextFormat.score($0.after) } ?? "–",
                means.map { TrainingText.gain($0.after - $0.before) } ?? "–", "\(model.lineage.corrections.count)",
                model.lineage.parent?.rawValue ?? "imported",
                WorklistTable.age(model.createdAt.timeIntervalSince1970, state.now),
            ], colour: TrainingText.colour(standing, theme))
    }

    private static func replay(_ state: TrainingState, _ line: ReplayLine, _ theme: Theme) -> Line {
        let structure = line.structure
        let gain = structure.after.flatMap { after in structure.before.map { after - $0 } }
        return Line(
            cells: [
                state.lists.title(line.entry.correction.caseID), structure.name.rawValue,
                TextFormat.score(structure.before), TextFormat.score(structure.after), TrainingText.gain(gain),
            ], colour: gain.map { $0 < -0.0005 ? theme.bad : theme.text } ?? theme.dim)
    }
}

extension GateReport {
    /// The mean score over all structures and patients of the hold-out, before and after; `nil` without any.
    var holdOutMeans: (before: Double, after: Double)? {
        let pairs = holdOut.flatMap(\.pairs)
        guard !pairs.isEmpty else { return nil }
        let count = Double(pairs.count)
        return (
            pairs.reduce(0) { $0 + $1.incumbent } / count, pairs.reduce(0) { $0 + $1.candidate } / count
        )
    }
}

extension GateReport.Structure {
    /// The mean score over the patients, before and after; `nil` without any.
    var means: (before: Double, after: Double)? {
        guard !pairs.isEmpty else { return nil }
        let count = Double(pairs.count)
        return (pairs.reduce(0) { $0 + $1.incumbent } / count, pairs.reduce(0) { $0 + $1.candidate } / count)
    }
}
