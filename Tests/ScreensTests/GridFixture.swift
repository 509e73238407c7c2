import Foundation
import Lists
import Review
import Screens
import TerminalKit

/// Whole screens of 80×24 as text, to be compared with literals.
enum GridFixture {
    static let columns = 80
    static let rows = 24

    /// The most important keys of the keymap that comes with the program.
    static func options() throws -> RenderOptions {
        var options = try ScreenFixture.options()
        options.keymaps = try Keymaps([
            .normal: [
                ("j", "slice +1"), ("k", "slice -1"), ("b", "brush"), ("e", "eraser"), ("u", "undo"), ("a", "accept"),
                ("?", "help"), ("r", "reject"), ("q", "quit"), ("m", "pointer"), ("space", "dab"), ("n", "next worst"),
                (":", "command"), ("W", "worklist"), ("1", "window soft"), ("2", "window lung"), ("R", "retry"),
            ],
            .pointer: [("h", "cursor -1 0")],
            .adjudicate: [("f1", "choose 1"), ("f2", "choose 2"), ("f3", "choose as-is")],
            .worklist: [
                ("enter", "open"), ("n", "next"), ("t", "assign"), ("/", "filter"), ("s", "sort"), ("W", "cases"),
                ("C", "corrections"), ("Q", "queue"), ("M", "models"), ("?", "help"), ("q", "quit"),
            ],
            .training: [
                ("Q", "queue"), ("M", "models"), ("P", "replay"), ("W", "worklist"), ("t", "train"), ("p", "promote"),
                ("b", "rollback"), ("enter", "open"), ("q", "quit"), ("?", "help"),
            ],
        ])
        return options
    }

    static func text(_ state: ReviewState) throws -> String {
        text(ReviewScreen.render(state, options: try options(), columns: columns, rows: rows))
    }

    static func text(_ state: WorklistState) throws -> String {
        text(WorklistScreen.render(state, options: try options(), columns: columns, rows: rows))
    }

    static func text(_ state: TrainingState) throws -> String {
        text(TrainingScreen.render(state, options: try options(), columns: columns, rows: rows))
    }

    /// The case of ``ScreenFixture/state()`` as it comes up, with other lines in place of its own.
    /// - Parameter replaced: those lines, by the row that the first of them is on.
    static func plain(_ replaced: [Int: String] = [:]) -> String {
        var lines = """
             Pleura  1.2.840.1  ✎ Lung_L 1/2                   baseline-threshold   ● saved
              axial 3/5  z −125.0 mm                A                  lung  W 1500 L −600




                                 ▀▀▀▀                          ▀▀▀▀

                                 ▀▀▀▀                          ▀▀▀▀

             R                                                                            L







              ▀                                     P
                                            ████████████████
             sDice Lung_L …  Lung_R …  slice … …
             ●[Lung_L] ● Lung_R   paint r 0.5 mm  vs prediction
             HU −600   x 2 y 34 z 2   R 38.0 P 16.0 I 125.0 mm   brush −600 ± 0 HU n 1
             j k slice  b brush  e erase  u undo  a accept  ? help  r reject  q quit
            """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for (row, text) in replaced {
            for (i, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                lines[row + i] = String(line)
            }
        }
        return lines.joined(separator: "\n")
    }

    /// The lines of a grid without the blanks at their ends.
    static func text(_ grid: CellGrid) -> String {
        grid.lines.map { String($0.reversed().drop { $0 == " " }.reversed()) }.joined(separator: "\n")
    }
}
