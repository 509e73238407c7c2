import Commands
import Review
import TerminalKit
import Volumes

/// A question in the middle of the image.
enum QuestionBox {
    static func draw(
        _ question: Question, _ asking: Asking, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        let room = max(1, rect.width - 4)
        // Only what is too long is wrapped, which takes the columns behind the keys.
        var lines = lines(question).flatMap {
            $0.columns <= room ? [$0] : TextWrap.lines($0, width: room)
        }
        if asking.missed { lines += TextWrap.lines("What was typed before this was asked was not used.", width: room) }
        if !asking.misunderstood.isEmpty {
            lines += TextWrap.lines("“\(asking.misunderstood)” is none of these answers.", width: room)
        }
        if question.mayDiscard { lines.append("> \(asking.typed)█") }
        let width = min(rect.width, (lines.map { $0.columns }.max() ?? 0) + 4)
        let box = CellRect(
            x: rect.x + max(0, (rect.width - width) / 2), y: rect.y + max(0, (rect.height - lines.count - 2) / 2),
            width: width, height: min(rect.height, lines.count + 2))
        grid.fill(box, with: Cell(" ", style: options.bar))
        for (i, line) in lines.enumerated() where box.y + 1 + i < rect.maxY {
            grid.write(
                line, x: box.x + 2, y: box.y + 1 + i,
                style: i == 0 ? options.barStyle(options.theme.accent) : options.bar, maximumWidth: width - 2)
        }
    }

    /// What is asked, and below it the answers.
    private static func lines(_ question: Question) -> [String] {
        let word = Question.discardWord
        switch question {
        case .resume(let edits):
            let these = edits == 1 ? "this edit" : "these \(edits) edits"
            return [
                "An unfinished review of this case was found: \(edits) \(edits == 1 ? "edit" : "edits").",
                "y or Enter  resume it where it was",
                "To discard \(these) and start over, type \(word) and press Enter.",
                "What is discarded is put aside; :sessions brings it back.",
            ]
        case .accept(let concerns, _):
            guard !concerns.isEmpty else { return ["File these masks?", "y  file", "n  review first"] }
            return ["Before this is filed:"] + concerns.prefix(8).map { "· \($0)" }
                + (concerns.count > 8 ? ["· and \(concerns.count - 8) more"] : [])
                + ["y  file anyway", "n  review first"]
        case .approve(let author):
            return ["Approve the correction by \(author)?", "y  approve", "n  review first"]
        case .reject(let reason):
            return ["Reject this case because: \(reason)", "y  reject", "n  go on reviewing"]
        case .quitUnsaved:
            return [
                "Some edits are not on disk yet.", "n or Esc  stay",
                "To leave and lose these edits, type \(word) and press Enter.",
            ]
        case .quitWorking(let name):
            return ["\(name) is still being computed.", "y  stop it and leave", "n  wait for it"]
        }
    }
}
