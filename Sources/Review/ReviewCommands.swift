import Volumes

/// The commands of the review.
public enum ReviewCommands {
    /// All of them; a number alone goes to that slice.
    public static let table = CommandTable<ReviewAction>(
        moving + showing + structures + editing + contours + region + judging + finishing
    ) { .goToSlice($0 - 1) }
}

extension CommandArguments {
    func millimetres(_ i: Int) throws(CommandError) -> Millimetres {
        let text = try word(i)
        guard let value = Double(text.hasSuffix("mm") ? String(text.dropLast(2)) : text), value.isFinite else {
            throw CommandError("\(text) is not a length like 6mm; \(wrong.description)")
        }
        return Millimetres(value)
    }
}
