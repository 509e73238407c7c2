import Commands
import Volumes

/// The headings of the review's commands.
extension CommandGroup {
    /// Moving through and over the slices.
    public static let moving = CommandGroup("Moving")
    /// How the slice is shown.
    public static let showing = CommandGroup("Showing")
    /// Choosing structures.
    public static let structures = CommandGroup("Structures")
    /// Drawing.
    public static let editing = CommandGroup("Editing")
    /// Contours, live-wire, lasso, nudging, vertices, interpolation.
    public static let contours = CommandGroup("Contours")
    /// Accepting, rejecting and what several people do together.
    public static let judging = CommandGroup("Judging")
    /// Saving and leaving.
    public static let finishing = CommandGroup("Finishing")
}

/// The commands of the review.
public enum ReviewCommands {
    /// All of them; a number alone goes to that slice.
    public static let table = CommandTable<ReviewAction>(
        moving + showing + seeing + structures + structureList + editing + contours + region + judging + finishing
    ) { .goToSlice($0 - 1) }

    /// The headings of the commands, in the order of the help.
    public static let groups: [CommandGroup] = [
        .moving, .showing, .structures, .editing, .contours, .judging, .finishing,
    ]
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
