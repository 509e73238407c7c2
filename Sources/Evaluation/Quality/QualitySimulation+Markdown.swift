import Foundation

extension QualitySimulation {
    /// By how much scores fall in the tables.
    public static let usualFalls = [0.01, 0.02, 0.05]

    /// What is simulated and what was found, as Markdown: a table of false alarms and one of falls.
    /// - Parameter streams: a row each.
    public func markdown(_ streams: [Stream] = Stream.usual) -> String {
        let results = streams.map { run($0, falls: Self.usualFalls) }
        var lines = [
            "\(rows) rows of \(cases) cases behind a baseline of \(baseline), seed \(seed). Logits of scores are normal.",
            "",
            "Alarms that begin in 1,000 cases while nothing has changed:", "",
        ]
        let rules = QualitySignal.Rule.allCases
        let names = rules.map {
            QualitySignal(rule: $0, direction: .worse).isAlarm ? "**\($0.rawValue)**" : $0.rawValue
        }
        lines.append("| scores | " + names.joined(separator: " | ") + " | all that alarm together |")
        lines.append("|---|" + String(repeating: "---|", count: rules.count + 1))
        for result in results {
            let cells = rules.map { String(format: "%.1f", result.falseAlarms[$0] ?? 0) }
            lines.append(
                "| \(result.stream.name) | " + cells.joined(separator: " | ")
                    + " | \(String(format: "%.1f", result.falseAlarmsTogether)) |")
        }
        lines += [
            "", "Cases from a fall to the first alarm, in half of the rows and in nine tenths of them:", "",
            "| scores | " + Self.usualFalls.map { "fall of \($0)" }.joined(separator: " | ") + " |",
            "|---|" + String(repeating: "---|", count: Self.usualFalls.count),
        ]
        for result in results {
            let cells = result.detections.map { detection in
                func text(_ delay: Int?) -> String { delay.map(String.init) ?? "more than \(cases)" }
                return "\(text(detection.median)), \(text(detection.ninety))"
            }
            lines.append("| \(result.stream.name) | " + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
