import Foundation

/// Where the scores of a model's proposals lie while all is well, from a baseline of corrections.
///
/// Scores near 1 are squeezed together: between 0.99 and 0.98 lies as much work as between 0.95 and 0.90. They are therefore
/// looked at on the scale ln((s + 0.001) / (1 − s + 0.001)), a logit that has an end at 0 and 1. Centre and spread are the
/// median and 1.4826 times the median absolute deviation, so that a few bad cases of the baseline do not widen the limits.
/// The spread is then widened by 1 + 1.5 / √n, because n scores tell centre and spread only so well: without it, a row in
/// which nothing has changed alarms more than twice as often.
public struct ControlLimits: Hashable, Sendable {
    /// How many scores they are from.
    public let count: Int
    /// The centre, on the scale.
    public let centre: Double
    /// One standard deviation, on the scale, widened; at least ``leastSpread``.
    public let spread: Double

    /// No spread is taken to be smaller: where more than half of the scores are the same, such as proposals that are
    /// accepted as they are, the next one would otherwise be infinitely far off.
    public static let leastSpread = 0.1
    /// With fewer scores nothing is said.
    public static let leastCount = 12

    /// The limits of a baseline; `nil` for fewer than ``leastCount`` scores.
    /// - Parameter scores: surface Dice, 0…1.
    public init?(_ scores: [Double]) {
        guard scores.count >= Self.leastCount else { return nil }
        let values = scores.map(Self.scaled)
        let centre = Self.median(values)
        let deviations = values.map { abs($0 - centre) }
        var spread = 1.4826 * Self.median(deviations)
        if spread == 0 {
            // The mean absolute deviation of a normal distribution is 0.7979 of its standard deviation.
            spread = deviations.reduce(0, +) / Double(deviations.count) / 0.7979
        }
        spread *= 1 + 1.5 / Double(scores.count).squareRoot()
        (count, self.centre, self.spread) = (scores.count, centre, max(spread, Self.leastSpread))
    }

    /// How many standard deviations a score is above the centre; below it, negative.
    public func deviation(of score: Double) -> Double { (Self.scaled(score) - centre) / spread }

    /// The score that lies so many standard deviations above the centre, 0…1.
    public func score(at deviation: Double) -> Double {
        let odds = exp(centre + deviation * spread)
        return min(1, max(0, (odds * (1 + Self.end) - Self.end) / (1 + odds)))
    }

    private static let end = 0.001

    /// A score on the scale.
    static func scaled(_ score: Double) -> Double { log((score + end) / (1 - score + end)) }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
