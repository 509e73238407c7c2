import Cases
import TerminalKit
import Volumes

/// Numbers as the screen shows them: fixed digits, a true minus sign.
enum TextFormat {
    /// A number with so many digits behind the point; `inf` and `n/a` where it is none.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "n/a" : value < 0 ? "−inf" : "inf" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 1e15 else { return value < 0 ? "−large" : "large" }
        let whole = Int(scaled)
        var text = String(whole / Int(scale))
        if digits > 0 {
            let fraction = String(whole % Int(scale))
            text += "." + String(repeating: "0", count: digits - fraction.count) + fraction
        }
        return value < 0 && whole != 0 ? "−" + text : text
    }

    /// A whole number with a true minus sign.
    static func integer(_ value: Int) -> String { value < 0 ? "−\(-value)" : "\(value)" }

    /// A score of 0…1 with three digits, cut off rather than rounded: 1.000 means that nothing is out of tolerance.
    /// `n/a` where both masks are empty.
    static func score(_ value: Double?) -> String {
        SurfaceDiceText.short(value)
    }

    /// A score cut off to the three digits that are shown.
    static func shown(_ value: Double) -> Double { Double(SurfaceDiceText.thousandths(value)) / 1000 }

    /// A volume in litres, or in millilitres where it is small.
    static func volume(_ millilitres: Double) -> String {
        millilitres >= 1000 ? fixed(millilitres / 1000, 2) + " L" : fixed(millilitres, 1) + " ml"
    }

    /// A span of time.
    static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds)
        return whole >= 60 ? "\(whole / 60) min \(whole % 60) s" : "\(whole) s"
    }

    /// Pads on the right to a width.
    static func padded(_ text: String, _ width: Int) -> String {
        let count = text.columns
        return count >= width ? text : text + String(repeating: " ", count: width - count)
    }

    /// A text of at most `width` columns; one that is cut says so.
    static func cut(_ text: String, to width: Int) -> String {
        text.columns <= width ? text : text.prefix(columns: max(0, width - 1)) + "…"
    }

    /// Pads on the left to a width.
    static func right(_ text: String, _ width: Int) -> String {
        let count = text.columns
        return count >= width ? text : String(repeating: " ", count: width - count) + text
    }

    /// A key as it is printed on the keyboard, where its name in a keymap is another: F2 for f2.
    static func keyName(_ chord: String) -> String {
        guard chord.first == "f", chord.count > 1, chord.dropFirst().allSatisfy(\.isNumber) else { return chord }
        return chord.uppercased()
    }
}
