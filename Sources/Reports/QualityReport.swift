import CaseStore
import Cases
import Evaluation
import Foundation
import Volumes

/// What scores are put into one row by.
package enum QualityGrouping: String, CaseIterable, Sendable {
    /// Each structure of each model version.
    case model
    /// Each structure, whatever version proposed it.
    case structure
    /// Each structure of each model version by each reviewer.
    case reviewer
}

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

    /// The scores of one structure.
    struct Series: Encodable {
        let structure: String
        let model: String?
        let reviewer: String?
        let tolerance: Double
        /// Missing while there are too few scores.
        let baseline: Baseline?
        /// How many scores a baseline takes.
        let needed: Int
        let alarms: [Alarm]
        let points: [Point]

        enum CodingKeys: String, CodingKey {
            case structure, model, reviewer, baseline, needed, alarms, points
            case tolerance = "tolerance_mm"
        }

        /// Whose scores they are, for people.
        var title: String {
            ([structure] + [model, reviewer.map { "by \($0)" }].compactMap { $0 }).joined(separator: "  ")
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
    private struct Key: Hashable {
        let structure: StructureName
        let model: String?
        let reviewer: String?
        let tolerance: Double
    }

    /// Whether some corrections could not be read, so that the charts lack them.
    package private(set) var isIncomplete = false

    /// The charts of all corrections of a store; what cannot be read is among the warnings.
    package init(_ list: CorrectionList, by grouping: QualityGrouping, baseline: Int) {
        self.init(list.corrections, by: grouping, baseline: baseline)
        warnings += list.damaged.map { "damaged: \($0.what): \($0.reason)" }
        isIncomplete = !list.damaged.isEmpty
    }

    /// The charts of corrections.
    /// - Parameters:
    ///   - summaries: in any order. Those that count are the newest of their cases, were accepted or corrected, and need no
    ///     approval or have it; proposals that were loaded from files are no model's.
    ///   - baseline: how many of the first scores of each row are the baseline.
    package init(_ summaries: [CorrectionSummary], by grouping: QualityGrouping, baseline: Int) {
        let newest = summaries.filter { !$0.isSuperseded && $0.status != .rejected }
        let usable = newest.filter { $0.approval?.allowsUse ?? true }
        let counted = usable.filter { $0.model != .loaded }
            .sorted { ($0.filedAt, $0.key.caseID.rawValue) < ($1.filedAt, $1.key.caseID.rawValue) }
        var rows: [Key: [(summary: CorrectionSummary, score: Double)]] = [:]
        for summary in counted {
            for outcome in summary.outcomes {
                guard let score = outcome.surfaceDiceAgainstPrediction else { continue }
                let key = Key(
                    structure: outcome.name, model: grouping == .structure ? nil : summary.model.rawValue,
                    reviewer: grouping == .reviewer ? summary.reviewer : nil, tolerance: outcome.tolerance.value)
                rows[key, default: []].append((summary, score))
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
        let order = rows.keys.sorted {
            ($0.structure, $0.model ?? "", $0.reviewer ?? "", $0.tolerance)
                < ($1.structure, $1.model ?? "", $1.reviewer ?? "", $1.tolerance)
        }
        by = grouping.rawValue
        series = order.map { Self.series($0, rows[$0] ?? [], baseline) }
        hasAlarm = series.contains { !$0.alarms.isEmpty }
        self.warnings = warnings
    }

    private static func series(
        _ key: Key, _ row: [(summary: CorrectionSummary, score: Double)], _ baseline: Int
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
            structure: key.structure.rawValue, model: key.model, reviewer: key.reviewer, tolerance: key.tolerance,
            baseline: chart.limits.map {
                Baseline(
                    count: $0.count, median: $0.score(at: 0), low: $0.score(at: -3), high: $0.score(at: 3))
            }, needed: chart.baseline, alarms: alarms, points: points)
    }

    /// For people, line by line.
    package var lines: [String] {
        if series.isEmpty { return ["No correction of a model's proposal has been filed yet."] }
        return series.flatMap { series -> [String] in
            let scores = series.points.map(\.surfaceDice)
            let median = EffortStatistics.median(Array(scores.suffix(Self.alarmStands))) ?? 0
            var lines = [
                "\(series.title): \(Plural.count(scores.count, "correction")), median of the newest \(Self.text(median))"
            ]
            guard let baseline = series.baseline else {
                return lines + ["  no baseline yet: it takes \(series.needed)"]
            }
            lines.append(
                "  baseline of \(baseline.count): median \(Self.text(baseline.median)), limits \(Self.text(baseline.low)) "
                    + "and \(Self.text(baseline.high))")
            lines += Self.alarmLines(series).map { "  ALARM: \($0)" }
            // What alarms nobody and was seen lately.
            for point in series.points.suffix(Self.alarmStands) {
                for signal in point.signals where !signal.isAlarm {
                    let words = Self.words(signal.rule, signal.direction)
                    lines.append("  seen \(point.filedAt.ISO8601Format()): \(words)")
                }
            }
            return lines
        }
    }

    /// What the rules do on rows of scores made by chance, as Markdown.
    package static func simulation(rows: Int, seed: UInt64) -> String {
        QualitySimulation(rows: rows, seed: seed).markdown()
    }

    /// The alarms that stand, for people, line by line.
    package var alarms: [String] {
        series.flatMap { series in Self.alarmLines(series).map { "\(series.title): \($0)" } }
    }

    /// How many rows there are, how many of them are not judged yet, and how many alarms stand, for people.
    package var summary: String {
        "\(Plural.count(series.count, "chart")), \(series.count { $0.baseline == nil }) without a baseline yet, "
            + Plural.count(alarms.count, "alarm")
    }

    private static func alarmLines(_ series: Series) -> [String] {
        series.alarms.map {
            "\(words($0.rule, QualitySignal.Direction.worse.rawValue)), last at \($0.filedAt.ISO8601Format()), case \($0.caseID)"
        }
    }

    private static func text(_ score: Double) -> String { String(format: "%.3f", score) }

    private static func words(_ rule: String, _ direction: String) -> String {
        let isWorse = direction == QualitySignal.Direction.worse.rawValue
        return switch QualitySignal.Rule(rawValue: rule) {
        case .beyondLimit: isWorse ? "a score below the lower limit" : "a score above the upper limit"
        case .sameSide: "nine in a row \(isWorse ? "below" : "above") the baseline's median"
        case .trend: "six in a row, each \(isWorse ? "lower" : "higher") than the one before"
        case .alternating: "fourteen in a row, up and down in turn"
        case .cusum: "the scores have run \(isWorse ? "below" : "above") the baseline's median (cumulative sum above 5)"
        case nil: rule
        }
    }
}
