/// What a theme's colour is for. The raw value is its key in a theme file.
public enum ThemeRole: String, Hashable, Sendable, CaseIterable {
    /// The screen behind everything, and text on it: plain, and quiet.
    case background, text, dim
    /// What draws the eye to where the user is, and the thin lines between sections.
    case accent, rule
    /// The bars at the top and the bottom.
    case barBackground = "bar_background", barText = "bar_text"
    /// Judgements: look at this, well, wrong.
    case warning, good, bad
    /// The part of a boundary that lies further away than the tolerance.
    case outOfTolerance = "out_of_tolerance"
    /// The outline of the prediction.
    case ghost
    /// A contour that is being drawn, and a change that waits to be taken.
    case draft
    /// The brush and the crosshair, and a selected line's background.
    case cursor, selection
    /// The strip of slices: little, some and much disagreement.
    case stripLow = "strip_low", stripMid = "strip_mid", stripHigh = "strip_high"
    /// The strip of slices: looked at, changed, shown now.
    case stripSeen = "strip_seen", stripEdited = "strip_edited", stripCurrent = "strip_current"
}

/// What is wrong with a theme's entries.
public struct ThemeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The theme.
    public var theme: String
    /// Keys that have to be there and are not, in the order of the documentation.
    public var missing: [String] = []
    /// Keys that mean nothing, sorted.
    public var unknown: [String] = []
    /// Keys with a value that cannot be read, and the value, sorted.
    public var malformed: [String] = []

    /// All of it, and how to mend it.
    public var description: String {
        var parts: [String] = []
        if !missing.isEmpty { parts.append("missing: " + missing.joined(separator: ", ")) }
        if !unknown.isEmpty { parts.append("unknown: " + unknown.joined(separator: ", ")) }
        if !malformed.isEmpty { parts.append("not readable: " + malformed.joined(separator: ", ")) }
        return "theme \(theme): " + parts.joined(separator: "; ")
            + ". A colour reads \"#rrggbb\", tint_strength is a number from 0 to 1."
    }
}
