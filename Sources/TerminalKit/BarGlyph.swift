/// Glyphs that show a number by how much of the cell they fill.
public enum BarGlyph {
    /// A bar from the cell's bottom: space, ▁▂▃▄▅▆▇ or █, for a level from 0 to 1. A level over 0 is never a space, so
    /// that little is told from nothing; not a number is a space.
    public static func vertical(_ level: Double) -> Unicode.Scalar {
        glyph(level, ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"])
    }

    /// A bar from the cell's left: space, ▏▎▍▌▋▊▉ or █, for a level from 0 to 1, as ``vertical(_:)``.
    public static func horizontal(_ level: Double) -> Unicode.Scalar {
        glyph(level, ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"])
    }

    /// One glyph a value, the highest (or `maximum`) being a full cell; `nil` values are spaces.
    public static func sparkline(_ values: [Double?], maximum: Double? = nil) -> String {
        let top = maximum ?? values.compactMap { $0 }.filter(\.isFinite).max() ?? 0
        var line = String.UnicodeScalarView()
        for value in values { line.append(vertical(top > 0 ? (value ?? 0) / top : 0)) }
        return String(line)
    }

    /// A horizontal bar of `width` columns filled to a share from 0 to 1.
    public static func bar(_ share: Double, width: Int) -> String {
        let filled = share.isNaN ? 0 : min(1, max(0, share)) * Double(max(0, width))
        var line = String.UnicodeScalarView()
        for column in 0..<max(0, width) { line.append(horizontal(filled - Double(column))) }
        return String(line)
    }

    private static func glyph(_ level: Double, _ steps: [Unicode.Scalar]) -> Unicode.Scalar {
        guard level > 0 else { return " " }
        return steps[min(8, max(1, Int((min(1, level) * 8).rounded()))) - 1]
    }
}
