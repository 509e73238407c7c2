extension Unicode.GeneralCategory {
    /// Whether characters of the category could steer a terminal, or are drawn differently from one to the next: what people
    /// and files give as names has none of them. What is drawn follows the same rule by itself (`DrawnGlyph`).
    public var steersTerminals: Bool {
        switch self {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        default: false
        }
    }
}
