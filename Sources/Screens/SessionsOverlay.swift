import Review
import TerminalKit
import Volumes

/// The list of reviews that were put aside, over the image.
enum SessionsOverlay {
    static func draw(
        _ list: [PutAsideReview], _ selected: Int, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        let theme = options.theme
        let lines = list.map(line)
        let foot = "j k choose   Enter goes on with it, the review now open is put aside   Esc closes"
        let wanted = ([foot] + lines).map { $0.columns }.max() ?? 0
        let room = max(1, min(lines.count, rect.height - 5))
        let first = max(0, min(selected - room / 2, lines.count - room))
        let box = CellRect(
            x: rect.x + max(0, (rect.width - wanted - 4) / 2), y: rect.y + max(0, (rect.height - room - 4) / 2),
            width: min(rect.width, wanted + 4), height: room + 4)
        grid.fill(box, with: Cell(" ", style: options.bar))
        grid.write(
            "\(Plural.count(lines.count, "review")) put aside", x: box.x + 2, y: box.y,
            style: options.barStyle(theme.accent))
        for (i, line) in lines.enumerated().dropFirst(first).prefix(room) {
            let isSelected = i == selected
            let style = CellStyle(
                foreground: theme.text, background: isSelected ? theme.selection : theme.barBackground,
                attributes: isSelected && options.depth == .none ? .reverse : [])
            let text = TextFormat.padded((isSelected ? "› " : "  ") + line, box.width - 1)
            grid.write(text, x: box.x, y: box.y + 2 + i - first, style: style, maximumWidth: box.width)
        }
        grid.write(
            foot, x: box.x + 2, y: box.maxY - 1, style: options.barStyle(theme.dim), maximumWidth: box.width - 2)
    }

    /// A review in a line; slices from 1.
    private static func line(_ review: PutAsideReview) -> String {
        let slices = review.slices.prefix(8).map { "\($0 + 1)" }.joined(separator: " ")
        let more = review.slices.count > 8 ? " …" : ""
        let edits = review.edits == 1 ? "1 edit" : "\(review.edits) edits"
        return "\(review.number)  \(review.when)  \(review.reviewer)  \(edits)"
            + (slices.isEmpty ? "" : "  \(Plural.word(review.slices.count, "slice")) \(slices)\(more)")
    }
}
