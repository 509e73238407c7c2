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

    /// The lines of a grid without the blanks at their ends.
    static func text(_ grid: CellGrid) -> String {
        grid.lines.map { String($0.reversed().drop { $0 == " " }.reversed()) }.joined(separator: "\n")
    }
}
