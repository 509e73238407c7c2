import Cases
import Lists
import Review
import TerminalKit
import Volumes

/// What a new model would have proposed for the cases that were corrected, side by side with the old one.
enum ReplayDetail {
    static func lines(
        _ replay: ReplayReport, _ state: TrainingState, _ options: RenderOptions, _ rect: CellRect
    ) -> [DetailLine] {
        let (theme, width) = (options.theme, rect.width - 4)
        var lines: [DetailLine] = [.heading("\(replay.before) → \(replay.after), job \(replay.job)")]
        let means = replay.cases.compactMap { entry in
            entry.means.map { (entry: entry, before: $0.before, after: $0.after) }
        }
        if !means.isEmpty {
            let count = Double(means.count)
            let before = means.reduce(0) { $0 + $1.before } / count
            let after = means.reduce(0) { $0 + $1.after } / count
            let better = means.filter { $0.after > $0.before + 0.0005 }.count
            let worse = means.filter { $0.after < $0.before - 0.0005 }.count
            lines.append(
                .parts([
                    ("mean surface Dice against your corrections  ", theme.dim),
                    ("\(TextFormat.score(before)) → \(TextFormat.score(after))  ", theme.text),
                    (TrainingText.gain(after - before), TrainingText.colour(gain: after - before, theme)),
                ]))
            lines.append(
                .parts([
                    ("\(Plural.count(better, "case")) better, ", theme.good),
                    ("\(worse) worse", worse > 0 ? theme.bad : theme.dim), (", of \(means.count)", theme.dim),
                ]))
        }
        lines += DetailLine.text(
            "These cases were trained on: a gain here shows that the model learned your corrections, not that it is "
                + "better on other patients. The hold-out shows that.", theme.dim, width: width)
        lines.append(.heading("side by side: before, after"))
        let origin = GateTable.origin(of: means.flatMap { [$0.before, $0.after] })
        for each in means.sorted(by: { $0.after - $0.before < $1.after - $1.before }) {
            let gain = each.after - each.before
            let name = state.lists.title(each.entry.correction.caseID)
            lines.append(
                .parts([
                    (TextFormat.padded(NameFit.shortened(name, to: 20), 21), theme.text),
                    (TextFormat.score(each.before) + " ", theme.text),
                    (GateTable.bars(each.before, each.after, from: origin), TrainingText.colour(gain: gain, theme)),
                    (" " + TextFormat.score(each.after) + "  ", theme.text),
                    (TrainingText.gain(gain), TrainingText.colour(gain: gain, theme)),
                ]))
        }
        return lines
    }
}

/// Which corrections a job would train on now, and why it would not on the others.
enum PlanBox {
    static func draw(
        _ plan: QueuePlan, _ state: TrainingState, scroll: Int, _ options: RenderOptions, _ grid: inout CellGrid
    ) {
        let theme = options.theme
        let box = CellRect(x: 2, y: 2, width: grid.width - 4, height: grid.height - 5)
        guard box.width > 20, box.height > 4 else { return }
        grid.fill(box, with: Cell(" ", style: options.bar))
        let chosen = plan.selection.chosen.count
        let title =
            chosen == 0
            ? "Nothing would be trained on now, from \(plan.model)"
            : "\(Plural.count(chosen, "correction")) would be trained on, from \(plan.model)"
        grid.write(
            title, x: box.x + 2, y: box.y, style: options.barStyle(theme.accent), maximumWidth: box.width - 4)
        let names = TextFormat.padded("", 2)
        func label(_ key: CorrectionKey) -> String { "\(state.lists.title(key.caseID)) r\(key.revision)" }
        let all = plan.selection.chosen.map { label($0.key) } + plan.selection.leftOut.map { label($0.candidate.key) }
        let width = min(40, all.map(\.columns).max() ?? 0)
        var lines: [(text: String, colour: Colour)] = plan.selection.chosen.map {
            let seen =
                $0.slices > 0
                ? "\($0.slicesSeen) of \(Plural.count($0.slices, "slice")) "
                    + "seen" : "\(Plural.count($0.slicesSeen, "slice")) seen"
            return (
                "✓ " + TextFormat.padded(NameFit.shortened(label($0.key), to: width), width) + names + seen,
                theme.barText
            )
        }
        lines += plan.selection.leftOut.map {
            let name = TextFormat.padded(NameFit.shortened(label($0.candidate.key), to: width), width)
            return ("– " + name + names + "not: \($0.obstacle)", theme.dim)
        }
        let room = box.height - 3
        let first = max(0, min(scroll, lines.count - room))
        for (i, line) in lines.dropFirst(first).prefix(room).enumerated() {
            grid.write(
                line.text, x: box.x + 2, y: box.y + 2 + i, style: options.barStyle(line.colour),
                maximumWidth: box.width - 4)
        }
        let shown = lines.count > room ? "\(first + 1)–\(min(first + room, lines.count)) of \(lines.count)" : ""
        grid.write(
            shown, x: box.maxX - shown.count - 2, y: box.y, style: options.barStyle(theme.dim))
    }
}
