extension InputEvent {
    /// Escape and the key behind it, if that is what the event may have been.
    ///
    /// Terminals send Alt with a key as Escape and the key, so Escape and a key typed fast, or over a slow line, cannot
    /// be told from it by the bytes. What has no meaning with Alt was meant as two: whoever reads the event asks his
    /// keymap, and takes these instead. Arrows and function keys with Alt have codes of their own and are left alone.
    public var asEscapeAndKey: [InputEvent]? {
        guard case .key(let key, let modifiers) = self, modifiers.contains(.alt) else { return nil }
        switch key {
        case .character, .special(.enter), .special(.tab), .special(.backspace):
            return [.key(.special(.escape), []), .key(key, modifiers.subtracting(.alt))]
        case .special: return nil
        }
    }
}
