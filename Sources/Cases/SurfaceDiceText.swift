/// How a surface Dice is written where there is room for three digits.
public enum SurfaceDiceText {
    /// Three digits, cut off rather than rounded, so that 1.000 means that nothing is out of tolerance; `n/a` where both
    /// masks are empty or the value is no number. The same number reads the same on every screen and in every list.
    public static func short(_ value: Double?) -> String {
        guard let value, !value.isNaN else { return "n/a" }
        let thousandths = thousandths(value)
        let digits = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }

    /// A score of 0…1 in whole thousandths, cut off; 0 for what is no number, so that it never looks perfect.
    public static func thousandths(_ value: Double) -> Int {
        guard !value.isNaN else { return 0 }
        guard value < 1 else { return 1000 }
        // 0.57 is stored as a little less, and still reads 0.570.
        return min(999, max(0, Int(value * 1000 + 1e-9)))
    }
}
