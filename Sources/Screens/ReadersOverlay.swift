import Review
import TerminalKit
import Volumes

/// Two readings that are brought together, or one that is blinded: what the reviewer has to know of it on each slice.
enum ReadersOverlay {
    static func draw(
        _ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        let style = options.barStyle(options.theme.accent)
        if state.isBlinded {
            grid.write(" blinded reading ", x: rect.x + 1, y: rect.y + 1, style: style)
        }
        guard let readings = state.adjudication else { return }
        let z = state.view.slice
        let agreement = readings.agreement.indices.contains(z) ? TextFormat.score(readings.agreement[z]) : "n/a"
        let choice =
            switch readings.choices[z] {
            case .first: "reader 1 taken"
            case .second: "reader 2 taken"
            case .edited: "taken as it is"
            case nil: readings.differing.contains(z) ? "not decided" : "the readers agree"
            }
        func key(_ command: String) -> String {
            let all = options.keymaps.adjudicate.all
            return all.first { $0.command == command }.map { TextFormat.keyName($0.chord) + " " } ?? ""
        }
        let decided = readings.differing.count - readings.undecided.count
        let lines = [
            " readers \(agreement) on this slice: \(choice) ",
            " decided \(decided) of \(Plural.count(readings.differing.count, "slice")) ",
            " \(key("choose 1"))\(readers(readings, 0))   \(key("choose 2"))\(readers(readings, 1))   "
                + "\(key("choose as-is"))as it is ",
        ]
        for (i, line) in lines.enumerated() {
            grid.write(line, x: rect.x + 1, y: rect.y + 1 + i, style: style, maximumWidth: rect.width - 2)
        }
    }

    private static func readers(_ readings: Adjudication, _ i: Int) -> String {
        readings.readers.indices.contains(i) ? readings.readers[i] : "?"
    }
}
