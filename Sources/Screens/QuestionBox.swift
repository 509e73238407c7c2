import Review
import TerminalKit
import Volumes

/// A question in the middle of the image.
enum QuestionBox {
    static func draw(_ question: Question, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect) {
        let lines =
            switch question {
            case .resume(let edits):
                [
                    "An unfinished review of this case was found: \(edits) \(edits == 1 ? "edit" : "edits").",
                    "y  resume it where it was", "n  put it aside and start anew",
                ]
            case .accept(let concerns, _):
                ["Before this is filed:"] + concerns.prefix(8).map { "· \($0)" }
                    + (concerns.count > 8 ? ["· and \(concerns.count - 8) more"] : [])
                    + ["y  file it all the same", "n  go and look"]
            case .quitUnsaved:
                ["Some steps are not on disk yet.", "y  leave, they are lost", "n  stay"]
            }
        // Longer ones go on below.
        let room = max(10, rect.width - 4)
        let shown = lines.flatMap { $0.columns <= room ? [$0] : TextWrap.lines($0, width: room) }
        let width = (shown.map { $0.columns }.max() ?? 0) + 4
        let box = CellRect(
            x: rect.x + max(0, (rect.width - width) / 2), y: rect.y + max(0, (rect.height - shown.count - 2) / 2),
            width: width, height: shown.count + 2)
        grid.fill(box, with: Cell(" ", style: options.bar))
        for (i, line) in shown.enumerated() {
            grid.write(
                line, x: box.x + 2, y: box.y + 1 + i,
                style: i == 0 ? options.barStyle(options.theme.accent) : options.bar)
        }
    }
}
