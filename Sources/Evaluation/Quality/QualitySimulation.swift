import Foundation

/// What the rules of ``QualityChart`` do on rows of scores that are made by chance: how often they alarm while nothing has
/// changed, and how soon they find a fall. The same seed gives the same numbers.
public struct QualitySimulation: Sendable {
    /// How scores are made.
    public struct Stream: Hashable, Sendable {
        /// What it is called.
        public let name: String
        /// The median of edited proposals' scores, 0…1.
        public let median: Double
        /// The standard deviation of their logits.
        public let spread: Double
        /// The share of proposals that are accepted as they are, which score 1.
        public let unchanged: Double

        /// A stream from its numbers.
        public init(name: String, median: Double, spread: Double, unchanged: Double) {
            (self.name, self.median, self.spread, self.unchanged) = (name, median, spread, unchanged)
        }

        /// Streams as the models of the repository give them: a structure that is easy, one that is not, and one that is
        /// often accepted as it is.
        public static let usual = [
            Stream(name: "easy: median 0.98, never accepted unchanged", median: 0.98, spread: 0.5, unchanged: 0),
            Stream(name: "hard: median 0.90, never accepted unchanged", median: 0.90, spread: 0.6, unchanged: 0),
            Stream(name: "mixed: median 0.96, a fifth accepted unchanged", median: 0.96, spread: 0.6, unchanged: 0.2),
        ]
    }

    /// How soon a fall was found.
    public struct Detection: Hashable, Sendable {
        /// By how much each score fell.
        public let fall: Double
        /// Cases from the fall to the first alarm: half of the rows are found sooner. `nil` if half are not found.
        public let median: Int?
        /// The same for nine tenths.
        public let ninety: Int?
        /// The share of rows in which it was found at all.
        public let found: Double
    }

    /// What was counted of one stream.
    public struct Result: Hashable, Sendable {
        /// How its scores were made.
        public let stream: Stream
        /// Alarms that began in 1,000 cases while nothing had changed, by rule.
        public let falseAlarms: [QualitySignal.Rule: Double]
        /// The same for all rules that alarm together.
        public let falseAlarmsTogether: Double
        /// By the size of the fall.
        public let detections: [Detection]
    }

    /// Rows a number is from.
    public let rows: Int
    /// Cases of the baseline.
    public let baseline: Int
    /// Cases behind the baseline.
    public let cases: Int
    /// Where all chance comes from.
    public let seed: UInt64

    /// A simulation of so many rows.
    public init(rows: Int = 1000, baseline: Int = 30, cases: Int = 300, seed: UInt64 = 1) {
        (self.rows, self.baseline, self.cases, self.seed) = (rows, baseline, cases, seed)
    }

    /// Runs it.
    /// - Parameter falls: by how much scores fall behind the baseline.
    public func run(_ stream: Stream, falls: [Double]) -> Result {
        var random = SplitMix(state: seed)
        var began: [QualitySignal.Rule: Int] = [:]
        var together = 0
        for _ in 0..<rows {
            let chart = QualityChart(scores(stream, fall: 0, &random), baseline: baseline)
            var before: Set<QualitySignal.Rule> = []
            for point in chart.points {
                let now = Set(point.signals.filter { $0.direction != .better }.map(\.rule))
                for rule in now.subtracting(before) { began[rule, default: 0] += 1 }
                let alarms = { (rules: Set<QualitySignal.Rule>) in
                    rules.contains { QualitySignal(rule: $0, direction: .worse).isAlarm }
                }
                if alarms(now), !alarms(before) { together += 1 }
                before = now
            }
        }
        let thousands = Double(rows * cases) / 1000
        return Result(
            stream: stream,
            falseAlarms: Dictionary(
                uniqueKeysWithValues: QualitySignal.Rule.allCases.map { ($0, Double(began[$0] ?? 0) / thousands) }),
            falseAlarmsTogether: Double(together) / thousands,
            detections: falls.map { detection(stream, fall: $0, &random) })
    }

    private func detection(_ stream: Stream, fall: Double, _ random: inout SplitMix) -> Detection {
        let delays = (0..<rows).map { _ -> Int in
            let chart = QualityChart(scores(stream, fall: fall, &random), baseline: baseline)
            let first = chart.points.firstIndex { $0.signals.contains(where: \.isAlarm) }
            return first.map { $0 - baseline + 1 } ?? .max
        }.sorted()
        func quantile(_ share: Double) -> Int? {
            let delay = delays[min(delays.count - 1, Int(share * Double(delays.count)))]
            return delay == .max ? nil : delay
        }
        return Detection(
            fall: fall, median: quantile(0.5), ninety: quantile(0.9),
            found: Double(delays.count { $0 != .max }) / Double(delays.count))
    }

    /// A row of scores that falls behind the baseline.
    private func scores(_ stream: Stream, fall: Double, _ random: inout SplitMix) -> [Double] {
        (0..<baseline + cases).map { index in
            let isUnchanged = random.share() < stream.unchanged
            let logit = log(stream.median / (1 - stream.median)) + stream.spread * random.normal()
            let score = isUnchanged ? 1 : 1 / (1 + exp(-logit))
            return max(0, score - (index < baseline ? 0 : fall))
        }
    }
}
