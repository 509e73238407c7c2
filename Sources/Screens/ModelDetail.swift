import Cases
import Lists
import Review
import TerminalKit
import Volumes

/// What there is to say of a version: how it was judged, patient by patient, and where it comes from.
enum ModelDetail {
    static func lines(
        _ model: ModelVersion, _ state: TrainingState, _ options: RenderOptions, _ rect: CellRect
    ) -> [DetailLine] {
        let (theme, width) = (options.theme, rect.width - 4)
        let standing = state.lists.standing(of: model)
        let purpose = state.lists.answerers.contains(model.name) ? " · answers prompts" : ""
        let head: [DetailLine] = [.heading("\(model.name) · \(TrainingText.word(standing))\(purpose)")]
        let tail = lineage(model, state, theme, width) + changes(of: model, state, theme)
        guard let report = model.evaluation else {
            return head + DetailLine.text("was never compared with another version", theme.dim, width: width) + tail
        }
        // The verdict and where the version comes from are worth more than the last of the patients.
        let without = GateTable.lines(report, theme, rect, patients: 0).count
        let room = max(3, rect.height - head.count - without - tail.count - 2)
        return head + GateTable.lines(report, theme, rect, patients: min(16, room)) + tail
    }

    /// When the versions of this name were put in use, and why; the newest first.
    private static func changes(of model: ModelVersion, _ state: TrainingState, _ theme: Theme) -> [DetailLine] {
        var lines: [DetailLine] = []
        let changes = state.lists.promotions.filter { $0.model.base == model.name.base }.reversed()
        if !changes.isEmpty {
            lines.append(.heading("in use"))
            for change in changes.prefix(6) {
                let how =
                    switch change.kind {
                    case .gate: "passed the gate"
                    case .person: "by \(change.actor)"
                    case .rollback: "rolled back by \(change.actor)"
                    }
                let reason = change.reason.map { ": \($0)" } ?? ""
                let age = WorklistTable.age(change.at.timeIntervalSince1970, state.now)
                lines.append(
                    .parts([
                        (TextFormat.padded(age, 8), theme.dim), (change.model.rawValue, theme.text),
                        ("  \(how)\(reason)", theme.dim),
                    ]))
            }
        }
        return lines
    }

    private static func size(_ bytes: Int64) -> String {
        bytes >= 1_000_000
            ? "\(TextFormat.fixed(Double(bytes) / 1e6, 1)) MB" : "\(TextFormat.fixed(Double(bytes) / 1e3, 1)) kB"
    }

    private static func lineage(
        _ model: ModelVersion, _ state: TrainingState, _ theme: Theme, _ width: Int
    ) -> [DetailLine] {
        let lineage = model.lineage
        var lines: [DetailLine] = [.heading("lineage")]
        // All versions it came from, the oldest last.
        var chain = [model.name.rawValue]
        var parent = lineage.parent
        while let name = parent, chain.count < 20 {
            chain.append(name.rawValue)
            parent = state.lists.models.first { $0.name == name }?.lineage.parent
        }
        lines += DetailLine.text(chain.joined(separator: " ← "), theme.text, width: width)
        var facts: [String] = []
        if let job = lineage.job { facts.append("job \(job)") }
        if !lineage.corrections.isEmpty { facts.append(Plural.count(lineage.corrections.count, "correction")) }
        facts += [
            "seed \(lineage.seed)", "by \(model.createdBy)", size(model.byteCount),
            "file \(model.digest.prefix(12))", "recipe \(lineage.recipeDigest.prefix(12))",
            "data \(lineage.dataDigest.prefix(12))", lineage.software,
        ]
        if let note = lineage.note { facts.append(note) }
        return lines + DetailLine.text(facts.joined(separator: " · "), theme.dim, width: width)
    }
}

/// The gate's comparison of a candidate with the version in use.
enum GateTable {
    /// The verdict, then what it is founded on.
    /// - Parameters:
    ///   - rect: where it is shown; where that is low, fewer subgroups are listed.
    ///   - patients: how many are listed at most, those that lose most.
    static func lines(_ report: GateReport, _ theme: Theme, _ rect: CellRect, patients: Int) -> [DetailLine] {
        let width = rect.width - 4
        var lines: [DetailLine] = [.heading(report.passes ? "gate: passes" : "gate: held back")]
        for reason in report.reasons {
            lines += DetailLine.text(reason, report.passes ? theme.text : theme.warning, width: width)
        }
        if let prompts = report.prompts { lines += DetailLine.text(prompts.text, theme.text, width: width) }
        for (isHoldOut, structures) in [(true, report.holdOut), (false, report.corrected)] where !structures.isEmpty {
            let count = structures.map(\.pairs.count).max() ?? 0
            let (title, what) = isHoldOut ? ("hold-out", "patients") : ("corrected cases", "cases")
            lines.append(.heading("\(report.measure), \(title) (\(count) \(what))"))
            lines.append(
                .parts([
                    (
                        row(
                            "", "before", "after", "gain",
                            width < 60 ? "" : "\(report.intervalText) interval"), theme.dim
                    )
                ]))
            for structure in structures { lines.append(line(structure, report, theme, width)) }
            if isHoldOut, let subgroups = report.subgroups { lines += list(subgroups, theme, rect) }
            if patients > 0, isHoldOut { lines += list(structures, atMost: patients, theme, width) }
        }
        return lines
    }

    private static func row(_ name: String, _ before: String, _ after: String, _ gain: String, _ more: String) -> String
    {
        TextFormat.padded(NameFit.shortened(name, to: 18), 19) + TextFormat.right(before, 6) + "  "
            + TextFormat.right(after, 6) + "  " + TextFormat.padded(gain, 7) + more
    }

    private static func line(
        _ structure: GateReport.Structure, _ report: GateReport, _ theme: Theme, _ width: Int
    ) -> DetailLine {
        let means = structure.means
        let name = "\(structure.name) \(TextFormat.fixed(structure.tolerance.value, 0)) mm"
        let interval =
            width < 60
            ? "" : "  \(signed(structure.lowerBound)) … \(signed(structure.upperBound))"
        return .parts([
            (TextFormat.padded(NameFit.shortened(name, to: 18), 19), theme.text),
            (TextFormat.right(TextFormat.score(means?.before), 6) + "  ", theme.text),
            (TextFormat.right(TextFormat.score(means?.after), 6) + "  ", theme.text),
            (
                TextFormat.padded(TrainingText.gain(structure.meanGain), 7),
                TrainingText.colour(gain: structure.meanGain, theme)
            ),
            (interval, theme.dim), (structure.isWorse ? "  worse" : "", theme.bad),
        ])
    }

    /// What was found by what patients have in common, largest loss first, and what could not be judged.
    private static func list(
        _ subgroups: GateReport.Subgroups, _ theme: Theme, _ rect: CellRect
    ) -> [DetailLine] {
        let width = rect.width - 4
        var lines: [DetailLine] = []
        // Those that are worse come first, whatever their means.
        let judged = subgroups.judged.sorted {
            ($0.structure.isWorse ? 0 : 1, $0.structure.meanGain, $0.text)
                < ($1.structure.isWorse ? 0 : 1, $1.structure.meanGain, $1.text)
        }
        let shown = max(rect.height < 24 ? 3 : 8, judged.count { $0.structure.isWorse })
        if !judged.isEmpty { lines.append(.heading("by subgroup, largest loss first")) }
        for each in judged.prefix(shown) {
            let found = each.structure
            lines.append(
                .parts([
                    (TextFormat.padded(NameFit.shortened(found.name.rawValue, to: 18), 19), theme.text),
                    (TextFormat.right(TextFormat.score(found.means?.before), 6) + "  ", theme.text),
                    (TextFormat.right(TextFormat.score(found.means?.after), 6) + "  ", theme.text),
                    (
                        TextFormat.padded(TrainingText.gain(found.meanGain), 7),
                        TrainingText.colour(gain: found.meanGain, theme)
                    ), (found.isWorse ? " worse " : "", theme.bad),
                    (TextFormat.cut(" \(each.text)", to: max(0, width - (found.isWorse ? 49 : 42))), theme.dim),
                ]))
        }
        if judged.count > shown { lines.append(.parts([("and \(judged.count - shown) more, none worse", theme.dim)])) }
        for gap in subgroups.gaps { lines += DetailLine.text(gap, theme.dim, width: width) }
        return lines
    }

    private static func signed(_ value: Double) -> String {
        (value < 0 ? "" : "+") + TextFormat.fixed(value, 3)
    }

    /// Each patient with the mean of the structures, who loses most first.
    private static func list(
        _ structures: [GateReport.Structure], atMost limit: Int, _ theme: Theme, _ width: Int
    ) -> [DetailLine] {
        var order: [String] = []
        var pairs: [String: [GateReport.Pair]] = [:]
        for pair in structures.flatMap(\.pairs) {
            if pairs[pair.patient] == nil { order.append(pair.patient) }
            pairs[pair.patient, default: []].append(pair)
        }
        let rows = order.map { name -> (name: String, before: Double, after: Double) in
            let own = pairs[name] ?? []
            let count = Double(max(1, own.count))
            return (
                name, own.reduce(0) { $0 + $1.incumbent } / count, own.reduce(0) { $0 + $1.candidate } / count
            )
        }.sorted { ($0.after - $0.before, $0.name) < ($1.after - $1.before, $1.name) }
        var lines: [DetailLine] = [.heading("by patient, largest loss first")]
        let origin = origin(of: rows.flatMap { [$0.before, $0.after] })
        for row in rows.prefix(limit) {
            let gain = row.after - row.before
            lines.append(
                .parts([
                    (TextFormat.padded(NameFit.shortened(row.name, to: 18), 19), theme.text),
                    (TextFormat.right(TextFormat.score(row.before), 6) + "  ", theme.text),
                    (TextFormat.right(TextFormat.score(row.after), 6) + "  ", theme.text),
                    (TextFormat.padded(TrainingText.gain(gain), 7), TrainingText.colour(gain: gain, theme)),
                    (
                        width < 60 ? "" : "  " + bars(row.before, row.after, from: origin),
                        TrainingText.colour(gain: gain, theme)
                    ),
                ]))
        }
        if rows.count > limit { lines.append(.parts([("and \(rows.count - limit) more", theme.dim)])) }
        return lines
    }

    /// From where bars begin: good models differ in a narrow range at the top, which would not be seen from 0.
    static func origin(of scores: [Double]) -> Double {
        let least = scores.min() ?? 1
        return least >= 0.8 ? 0.8 : least >= 0.5 ? 0.5 : 0
    }

    /// Before and after as bars beside each other.
    static func bars(_ before: Double, _ after: Double, from origin: Double) -> String {
        func share(_ value: Double) -> Double { (value - origin) / (1 - origin) }
        return TextFormat.padded(BarGlyph.bar(share(before), width: 8), 8) + "▏"
            + TextFormat.padded(BarGlyph.bar(share(after), width: 8), 8)
    }
}
