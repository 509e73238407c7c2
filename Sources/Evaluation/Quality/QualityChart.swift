/// What is seen in a row of scores that a steady model seldom shows.
public struct QualitySignal: Hashable, Sendable {
    /// By which rule.
    public enum Rule: String, Hashable, Sendable, CaseIterable {
        /// Nelson's rule 1: further than three standard deviations from the centre.
        case beyondLimit = "nelson-1"
        /// Nelson's rule 2: nine in a row on one side of the centre.
        case sameSide = "nelson-2"
        /// Nelson's rule 3: six in a row, each higher than the one before, or each lower.
        case trend = "nelson-3"
        /// Nelson's rule 4: fourteen in a row, up and down in turn.
        case alternating = "nelson-4"
        /// The cumulative sum of deviations beyond half a standard deviation is above five.
        case cusum
    }

    /// Which way it points.
    public enum Direction: String, Hashable, Sendable {
        /// The proposals have become worse.
        case worse
        /// They have become better, or are looked at less closely.
        case better
        /// They go up and down.
        case unsteady
    }

    /// By which rule.
    public let rule: Rule
    /// Which way it points.
    public let direction: Direction

    /// Whether somebody has to look: the proposals are worse by a rule that gives few false alarms (docs/quality.md).
    /// Trends and alternation are told and alarm nobody.
    public var isAlarm: Bool { direction == .worse && [.beyondLimit, .sameSide, .cusum].contains(rule) }
}

/// A control chart of the scores of one structure in the order in which its corrections were filed: the first are the
/// baseline, all others are judged by it.
public struct QualityChart: Hashable, Sendable {
    /// One score.
    public struct Point: Hashable, Sendable {
        /// Surface Dice of the proposal against what was approved, 0…1.
        public let score: Double
        /// Standard deviations above the centre; `nil` within the baseline.
        public let deviation: Double?
        /// How far the scores have run below the centre, in standard deviations, as a cumulative sum; 0…10.
        public let fall: Double
        /// The same above the centre.
        public let rise: Double
        /// What is seen here, with those before it.
        public let signals: [QualitySignal]
    }

    /// How many of the first scores are the baseline.
    public let baseline: Int
    /// What the baseline gives; `nil` while it is not complete.
    public let limits: ControlLimits?
    /// In order.
    public let points: [Point]

    /// What is allowed before a cumulative sum grows, in standard deviations.
    static let allowance = 0.5
    /// What a cumulative sum may reach.
    static let decision = 5.0
    /// One case adds no more than this, since a single one is the affair of rule 1.
    static let most = 3.5

    /// The chart of scores.
    /// - Parameters:
    ///   - scores: surface Dice, 0…1, oldest first.
    ///   - baseline: how many of the first are the baseline, at least ``ControlLimits/leastCount``.
    public init(_ scores: [Double], baseline: Int) {
        let count = max(baseline, ControlLimits.leastCount)
        self.baseline = count
        guard scores.count >= count, let limits = ControlLimits(Array(scores.prefix(count))) else {
            self.limits = nil
            points = scores.map { Point(score: $0, deviation: nil, fall: 0, rise: 0, signals: []) }
            return
        }
        self.limits = limits
        var points = scores.prefix(count).map { Point(score: $0, deviation: nil, fall: 0, rise: 0, signals: []) }
        var seen: [Double] = []
        var (fall, rise) = (0.0, 0.0)
        for score in scores.dropFirst(count) {
            let deviation = limits.deviation(of: score)
            seen.append(deviation)
            let step = min(max(deviation, -Self.most), Self.most)
            // Held at twice the limit, so that it comes down soon after the scores are back.
            fall = min(max(0, fall - step - Self.allowance), 2 * Self.decision)
            rise = min(max(0, rise + step - Self.allowance), 2 * Self.decision)
            points.append(
                Point(
                    score: score, deviation: deviation, fall: fall, rise: rise,
                    signals: Self.signals(seen, fall: fall, rise: rise)))
        }
        self.points = points
    }

    /// The alarms that stand: those of the newest scores, and the cumulative sum as long as it is above its limit.
    /// - Parameter newest: for how many scores an alarm stands after it was seen.
    public func standing(newest: Int) -> [(index: Int, signal: QualitySignal)] {
        points.indices.suffix(max(0, newest)).flatMap { index in
            points[index].signals.filter(\.isAlarm).map { (index, $0) }
        }
    }

    /// What is seen at the last of some deviations.
    private static func signals(_ seen: [Double], fall: Double, rise: Double) -> [QualitySignal] {
        var signals: [QualitySignal] = []
        func add(_ rule: QualitySignal.Rule, _ direction: QualitySignal.Direction) {
            signals.append(QualitySignal(rule: rule, direction: direction))
        }
        if let last = seen.last, abs(last) > 3 { add(.beyondLimit, last < 0 ? .worse : .better) }
        let nine = seen.suffix(9)
        if nine.count == 9 {
            if nine.allSatisfy({ $0 < 0 }) { add(.sameSide, .worse) }
            if nine.allSatisfy({ $0 > 0 }) { add(.sameSide, .better) }
        }
        let fourteen = seen.suffix(14)
        let steps = zip(fourteen, fourteen.dropFirst()).map { $1 - $0 }
        let five = steps.suffix(5)
        if five.count == 5 {
            if five.allSatisfy({ $0 < 0 }) { add(.trend, .worse) }
            if five.allSatisfy({ $0 > 0 }) { add(.trend, .better) }
        }
        if steps.count == 13, zip(steps, steps.dropFirst()).allSatisfy({ $0 * $1 < 0 }) {
            add(.alternating, .unsteady)
        }
        if fall > decision { add(.cusum, .worse) }
        if rise > decision { add(.cusum, .better) }
        return signals
    }
}
