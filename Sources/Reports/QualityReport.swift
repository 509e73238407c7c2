import CaseStore
import Cases
import Evaluation
import Foundation
import Volumes

/// How well what models propose agrees with what people approve, over time: `quality --json`, and as text.
package struct QualityReport: Encodable {
    /// One score.
    struct Point: Encodable {
        let caseID: String
        let revision: Int
        let filedAt: Date
        let surfaceDice: Double
        /// Standard deviations above the baseline's median; null within the baseline.
        let deviation: JSONNumber
        /// The cumulative sums of the fall and of the rise.
        let fall: Double
        let rise: Double
        let signals: [Signal]

        enum CodingKeys: String, CodingKey {
            case revision, deviation, fall, rise, signals
            case caseID = "case"
            case filedAt = "filed_at"
            case surfaceDice = "surface_dice"
        }
    }

    /// What is seen at a score.
    struct Signal: Encodable {
        let rule: String
        let direction: String
        let isAlarm: Bool

        enum CodingKeys: String, CodingKey {
            case rule, direction
            case isAlarm = "alarm"
        }
    }

    /// What the first scores give.
    struct Baseline: Encodable {
        let count: Int
        let median: Double
        let low: Double
        let high: Double

        enum CodingKeys: String, CodingKey {
            case count, median
            case low = "low_limit"
            case high = "high_limit"
        }
    }

    /// An alarm that stands.
    struct Alarm: Encodable {
        let rule: String
        /// The newest correction at which it was seen.
        let caseID: String
        let filedAt: Date

        enum CodingKeys: String, CodingKey {
            case rule
            case caseID = "case"
            case filedAt = "filed_at"
        }
    }

    /// What the corrections of a row took.
    struct Effort: Encodable {
        /// The share of cases in which nothing that was proposed was changed, 0…1; structures may have been added.
        let untouched: Double
        /// Contour of the structure that had to be drawn anew, mm.
        let medianPath: Double
        /// Active minutes of a case, of all its structures.
        let medianMinutes: Double

        enum CodingKeys: String, CodingKey {
            case untouched = "untouched_share"
            case medianPath = "median_added_path_length_mm"
            case medianMinutes = "median_active_minutes"
        }

        init(_ row: [Score]) {
            untouched = Double(row.count { $0.summary.isAsProposed }) / Double(max(1, row.count))
            medianPath = EffortStatistics.median(row.map(\.path)) ?? 0
            medianMinutes = EffortStatistics.median(row.map { $0.summary.activeSeconds / 60 }) ?? 0
        }
    }

    /// A correction's score of one structure.
    struct Score {
        let summary: CorrectionSummary
        let score: Double
        /// Added path length, mm.
        let path: Double
    }

    /// The scores of one structure.
    struct Series: Encodable {
        let structure: String
        let model: String?
        let reviewer: String?
        /// What the cases have in common: a site, a scanner, …; `unknown` for those of which nobody knows.
        let group: String?
        let tolerance: Double
        let effort: Effort
        /// Missing while there are too few scores.
        let baseline: Baseline?
        /// How many scores a baseline takes.
        let needed: Int
        let alarms: [Alarm]
        let points: [Point]

        enum CodingKeys: String, CodingKey {
            case structure, model, reviewer, group, effort, baseline, needed, alarms, points
            case tolerance = "tolerance_mm"
        }

        /// The group for people, with what it is.
        fileprivate let groupText: String?

        /// Whose scores they are, for people.
        var title: String {
            ([structure] + [model, reviewer.map { "by \($0)" }, groupText].compactMap { $0 }).joined(separator: "  ")
                + "  at \(String(format: "%g", tolerance)) mm"
        }
    }

    let by: String
    let series: [Series]
    /// Whether any alarm stands.
    package let hasAlarm: Bool
    /// What is not counted.
    package private(set) var warnings: [String]

    enum CodingKeys: String, CodingKey {
        case by, series, warnings
        case hasAlarm = "alarm"
    }

    /// How long an alarm stands, in scores.
    package static let alarmStands = 10

    /// What tells rows apart. Scores at different tolerances are never in one row.
    private struct Key: Hashable, Comparable {
        let structure: StructureName
        let model: String?
        let reviewer: String?
        let group: CaseGroup?
        let tolerance: Double

        var isUnknown: Bool { group.map { $0 == CaseGroup($0.kind, CaseGroup.unknown) } ?? false }

        static func < (one: Key, other: Key) -> Bool {
            let (left, right) = (one.texts, other.texts)
            if left != right { return left < right }
            if one.isUnknown != other.isUnknown { return other.isUnknown }
            guard let mine = one.group, let others = other.group, mine != others else {
                return one.tolerance < other.tolerance
            }
            return mine < others
        }

        private var texts: (StructureName, String, String) { (structure, model ?? "", reviewer ?? "") }
    }

    /// Whether some corrections could not be read, so that the charts lack them.
    package private(set) var isIncomplete = false

    /// The charts of all corrections of a store; what cannot be read is among the warnings.
    package init(of store: any CaseStoring, by grouping: QualityGrouping, baseline: Int) throws {
        let list = try store.corrections()
        let worklist = grouping.kind == nil ? nil : try store.worklist()
        let cases = (worklist?.items ?? []).map { ($0.record.id, $0.record) }
        self.init(
            list.corrections, of: Dictionary(cases, uniquingKeysWith: { first, _ in first }), by: grouping,
            baseline: baseline)
        // A case that cannot be read is in no chart of its scanner, which may be the one that would have alarmed.
        let damaged = list.damaged + (worklist?.damaged ?? [])
        warnings += damaged.map { "damaged: \($0.what): \($0.reason)" }
        isIncomplete = !damaged.isEmpty
    }

    /// The charts of corrections.
    /// - Parameters:
    ///   - summaries: in any order. Those that count are the newest of their cases, were accepted or corrected, and need no
    ///     approval or have it; proposals that were loaded from files are no model's.
    ///   - records: their cases; needed where rows are by a fact of the case, which is not known of those that are missing.
    ///   - baseline: how many of the first scores of each row are the baseline.
    package init(
        _ summaries: [CorrectionSummary], of records: [CaseID: CaseRecord] = [:], by grouping: QualityGrouping,
        baseline: Int
    ) {
        let newest = summaries.filter { !$0.isSuperseded && $0.status != .rejected }
        let usable = newest.filter { $0.approval?.allowsUse ?? true }
        let counted = usable.filter { $0.model != .loaded }
            .sorted { ($0.filedAt, $0.key.caseID.rawValue) < ($1.filedAt, $1.key.caseID.rawValue) }
        var rows: [Key: [Score]] = [:]
        var unknown: Set<CaseID> = []
        for summary in counted {
            let group = grouping.kind.map { kind in
                records[summary.key.caseID]?.group(kind) ?? CaseGroup(kind, CaseGroup.unknown)
            }
            for outcome in summary.outcomes {
                guard let score = outcome.surfaceDiceAgainstPrediction else { continue }
                let key = Key(
                    structure: outcome.name, model: grouping == .structure ? nil : summary.model.rawValue,
                    reviewer: grouping.isByReader ? summary.reviewer : nil, group: group,
                    tolerance: outcome.tolerance.value)
                if key.isUnknown { unknown.insert(summary.key.caseID) }
                rows[key, default: []].append(
                    Score(summary: summary, score: score, path: outcome.addedPathLength.value))
            }
        }
        var warnings: [String] = []
        let waiting = newest.count - usable.count
        if waiting > 0 {
            warnings.append(
                "\(Plural.count(waiting, "correction")) \(Plural.word(waiting, "is", "are")) not approved and not counted."
            )
        }
        let loaded = usable.count - counted.count
        if loaded > 0 {
            warnings.append(
                "\(Plural.count(loaded, "correction")) of masks that were loaded from files \(Plural.word(loaded, "is", "are")) not counted."
            )
        }
        if let kind = grouping.kind, !unknown.isEmpty {
            let mend =
                kind == .site
                ? "import them again with --site" : "DICOM cases say it once they are opened or imported again"
            warnings.append(
                "The \(kind.rawValue) of \(Plural.count(unknown.count, "case")) is not known: their charts are called "
                    + "\"\(CaseGroup.unknown)\"; \(mend).")
        }
        let order = rows.keys.sorted()
        by = grouping.rawValue
        series = order.map { Self.series($0, rows[$0] ?? [], baseline) }
        hasAlarm = series.contains { !$0.alarms.isEmpty }
        self.warnings = warnings
    }

    private static func series(
        _ key: Key, _ row: [Score], _ baseline: Int
    ) -> Series {
        let chart = QualityChart(row.map(\.score), baseline: baseline)
        let points = zip(row, chart.points).map { item, point in
            Point(
                caseID: item.summary.key.caseID.rawValue, revision: item.summary.key.revision,
                filedAt: item.summary.filedAt, surfaceDice: point.score, deviation: JSONNumber(point.deviation),
                fall: point.fall, rise: point.rise,
                signals: point.signals.map {
                    Signal(rule: $0.rule.rawValue, direction: $0.direction.rawValue, isAlarm: $0.isAlarm)
                })
        }
        let standing = chart.standing(newest: alarmStands)
        let alarms = QualitySignal.Rule.allCases.compactMap { rule in
            standing.last { $0.signal.rule == rule }.map {
                Alarm(rule: rule.rawValue, caseID: points[$0.index].caseID, filedAt: points[$0.index].filedAt)
            }
        }
        return Series(
            structure: key.structure.rawValue, model: key.model, reviewer: key.reviewer, group: key.group?.value,
            tolerance: key.tolerance, effort: Effort(row),
            baseline: chart.limits.map {
                Baseline(
                    count: $0.count, median: $0.score(at: 0), low: $0.score(at: -3), high: $0.score(at: 3))
            }, needed: chart.baseline, alarms: alarms, points: points,
            groupText: key.group?.text)
    }
}
