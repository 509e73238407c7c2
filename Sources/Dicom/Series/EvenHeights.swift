/// Heights that are even but for what their writer rounded off, or that wander by far less than their spacing.
struct EvenHeights {
    /// mm from slice to slice, by least squares over all of them.
    let spacing: Double
    /// Where the first slice lies on the even line, mm from where its file says.
    let start: Double
    /// The most that a slice lies off the line, mm.
    let most: Double

    /// `nil` where the heights are uneven by more than that.
    init?(_ heights: [Double]) {
        guard heights.count > 2 else { return nil }
        let count = Double(heights.count)
        let middle = (count - 1) / 2
        let mean = heights.reduce(0, +) / count
        var (slope, weight) = (0.0, 0.0)
        for (index, height) in heights.enumerated() {
            let x = Double(index) - middle
            slope += x * (height - mean)
            weight += x * x
        }
        slope /= weight
        let start = mean - slope * middle
        let most = heights.enumerated().map { abs($0.element - start - slope * Double($0.offset)) }.max() ?? 0
        guard slope > 0, most <= max(min(SliceStack.roundingTolerance, 0.15 * slope), 0.03 * slope) else { return nil }
        spacing = slope
        self.start = start
        self.most = most
    }

    /// What to say of it.
    var warning: String {
        "Slice positions are rounded or uneven by up to \(millimetres(most)) mm; an even spacing of "
            + "\(millimetres(spacing)) mm was used."
    }
}
