import Review
import TerminalKit
import Volumes

/// The list of reviews that were put aside, over the image.
enum SessionsOverlay {
    static func draw(
        _ list: [PutAsideReview], _ selected: Int, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        ListBox.draw(
            list.map(line), selected: selected,
            heading: ("\(Plural.count(list.count, "review")) put aside", options.theme.accent),
            feet: [
                "j k choose   Enter goes on with it, the review now open is put aside   Esc closes",
                "j k choose   Enter goes on with it, this one is put aside   Esc closes",
                "j k choose   Enter goes on with it   Esc closes",
            ], options, &grid, rect)
    }

    /// A review in a line; slices from 1.
    private static func line(_ review: PutAsideReview) -> String {
        let slices = review.slices.prefix(8).map { "\($0 + 1)" }.joined(separator: " ")
        let more = review.slices.count > 8 ? " …" : ""
        let edits = Plural.count(review.edits, "edit")
        return "\(review.number)  \(review.when)  \(review.reviewer)  \(edits)"
            + (slices.isEmpty ? "" : "  \(Plural.word(review.slices.count, "slice")) \(slices)\(more)")
    }
}
