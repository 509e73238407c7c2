/// Counts in words: "1 slice", "2 slices". Every message that states a number of things takes it from here.
public enum Plural {
    /// The number and the word in the form that goes with it.
    /// - Parameters:
    ///   - one: the word for a single thing.
    ///   - many: the word for several or none; `nil` for `one` with an s.
    public static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(number) \(word(number, one, many))"
    }

    /// The word alone, in the form that goes with the number.
    public static func word(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        number == 1 ? one : many ?? one + "s"
    }
}
