/// The percentile bootstrap of a mean (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
struct PairedBootstrap {
    /// How many times the sample is drawn again.
    let resamples: Int
    /// Where the draws start.
    let seed: UInt64

    /// The interval in which the mean of `values` lies with this confidence.
    ///
    /// One value gives no idea of its spread, so the interval is then the value itself; none gives 0…0.
    func interval(of values: [Double], confidence: Double) -> ClosedRange<Double> {
        guard values.count > 1 else { return (values.first ?? 0)...(values.first ?? 0) }
        var random = SplitMix(state: seed)
        var means = (0..<max(1, resamples)).map { _ in
            var sum = 0.0
            for _ in values { sum += values[random.next(below: values.count)] }
            return sum / Double(values.count)
        }
        means.sort()
        let tail = (1 - confidence) / 2
        func quantile(_ share: Double) -> Double {
            let position = share * Double(means.count - 1)
            let low = Int(position)
            let high = min(low + 1, means.count - 1)
            return means[low] + (means[high] - means[low]) * (position - Double(low))
        }
        let (low, high) = (quantile(tail), quantile(1 - tail))
        return min(low, high)...max(low, high)
    }
}
