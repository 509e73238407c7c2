import Review
import TerminalKit

/// The lesson under way, over the lower part of the screen.
public enum TourBox {
    /// Draws the lesson; keys are those of the keymap in force.
    public static func draw(_ tour: Tour, options: RenderOptions, into grid: inout CellGrid) {
        let width = min(grid.width - 4, 96)
        var lines: [(text: String, isHeading: Bool)] = []
        if let finished = tour.finished {
            lines.append(("✓ lesson \(finished.number), \(title(finished)): done", true))
        }
        if let lesson = tour.lesson {
            let count = Tour.stepCount(of: lesson)
            let done = count > 1 ? "   \(tour.steps.count) of \(count)" : ""
            lines.append(("Lesson \(lesson.number) of \(Lesson.allCases.count): \(title(lesson))\(done)", true))
            lines += TextWrap.lines(text(lesson, options.keymaps), width: width - 4).map { ($0, false) }
        } else {
            lines.append(("That was the tour.", true))
            let end = fill(
                "In the review, {help} shows the keys; {command} takes commands, Tab completes them. "
                    + "Leave with {quit}; your own cases: pleura review FOLDER.", options.keymaps)
            lines += TextWrap.lines(end, width: width - 4).map { ($0, false) }
        }
        // Above the lines that tell scores, positions and keys.
        let bottom = grid.height >= 30 ? grid.height - 5 : grid.height - 5
        let top = max(1, bottom - lines.count)
        let box = CellRect(x: 2, y: top, width: width, height: lines.count)
        grid.fill(box, with: Cell(" ", style: options.bar))
        for (i, line) in lines.enumerated() {
            grid.write(
                line.text, x: box.x + 2, y: top + i,
                style: line.isHeading ? options.barStyle(options.theme.accent) : options.bar, maximumWidth: width - 4)
        }
        grid = options.finished(grid)
    }

    static func title(_ lesson: Lesson) -> String {
        switch lesson {
        case .scroll: "slices"
        case .window: "window"
        case .paint: "paint"
        case .contour: "contour"
        case .interpolate: "interpolate"
        case .worst: "the worst slice"
        case .accept: "accept"
        case .fineTune: "what becomes of it"
        }
    }

    static func text(_ lesson: Lesson, _ keymaps: Keymaps) -> String {
        let template =
            switch lesson {
            case .scroll:
                "Go through the slices with {slice +1} and {slice -1}, the arrows, or the wheel: five different ones."
            case .window:
                "{window soft} shows soft tissue, {window lung} the lung. Look at one, then at the other."
            case .paint:
                "Drag with the left button over the image; or press {pointer}, move with the arrows and paint with "
                    + "{dab} (Esc leaves). Watch the score. Then undo it with {undo}."
            case .contour:
                "Take the contour tool with {contour}. Click some points round a spot, or press {pointer}, move and set "
                    + "them with {dab}; or hold the left button and go round. Enter closes the contour and fills it."
            case .interpolate:
                "Go three slices on, put the same contour there with {paste-contour}, and press {interpolate}: what "
                    + "lies between the two is worked out and shown. Enter takes it."
            case .worst:
                "{next worst} goes to the slice that disagrees most with the prediction, and again to the next worst. "
                    + "That is where to look first."
            case .accept:
                "{accept} files the masks. You have not seen every slice, so it asks once: y files them all the same "
                    + "(in earnest, n leads to the first slice that you did not see)."
            case .fineTune:
                "What was filed is kept: {worklist} leads to the worklist, there C shows the corrections and Q the "
                    + "fine-tuning jobs. A job trains on corrections like yours; its model is offered only if it is "
                    + "better on patients it has never seen."
            }
        return fill(template, keymaps)
    }

    /// Puts the keys of a keymap in the place of `{command}`; a command without a key is typed.
    private static func fill(_ template: String, _ keymaps: Keymaps) -> String {
        var text = ""
        var rest = Substring(template)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let command = String(rest[rest.index(after: open)..<close])
            text += rest[..<open] + (keymaps.normal.chords(for: command).first ?? ":\(command)")
            rest = rest[rest.index(after: close)...]
        }
        return text + rest
    }
}
