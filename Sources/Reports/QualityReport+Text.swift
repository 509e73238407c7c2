import Cases
import Evaluation
import Foundation
import Volumes

extension QualityReport {
    /// For people, line by line.
    package var lines: [String] {
        if series.isEmpty { return ["No correction of a model's proposal has been filed yet."] }
        return series.flatMap { series -> [String] in
            let scores = series.points.map(\.surfaceDice)
            let median = EffortStatistics.median(Array(scores.suffix(Self.alarmStands))) ?? 0
            var lines = [
                "\(series.title): \(Plural.count(scores.count, "correction")), median of the newest \(Self.text(median))"
            ]
            lines.append("  \(Self.effortText(series.effort))")
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

    static func alarmLines(_ series: Series) -> [String] {
        series.alarms.map {
            "\(words($0.rule, QualitySignal.Direction.worse.rawValue)), last at \($0.filedAt.ISO8601Format()), case \($0.caseID)"
        }
    }

    static func effortText(_ effort: Effort) -> String {
        String(
            format:
                "%.0f %% of the cases taken as proposed; in the median %.0f mm of contour drawn and %.1f minutes a case",
            effort.untouched * 100, effort.medianPath, effort.medianMinutes)
    }

    private static func text(_ score: Double) -> String { String(format: "%.3f", score) }

    static func words(_ rule: String, _ direction: String) -> String {
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
