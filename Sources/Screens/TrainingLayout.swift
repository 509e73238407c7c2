import Cases
import Lists
import TerminalKit

/// Where list and details are on the screens of the queue and the models: beside each other where there is room,
/// otherwise below each other.
struct TrainingLayout {
    /// The list with its headings.
    let list: CellRect
    /// What there is to say of the chosen line.
    let detail: CellRect
    /// Whether they are beside each other.
    let isWide: Bool

    /// - Parameter lines: how many the list has, so that it takes no more room than it needs.
    init(columns: Int, rows: Int, lines: Int) {
        let body = CellRect(x: 0, y: 2, width: columns, height: max(0, rows - 4))
        isWide = columns >= 150
        if isWide {
            // The log and the tables of the gate want room more than the list does.
            let (left, right) = body.splitLeft(min(88, columns * 45 / 100))
            (list, detail) = (left, right)
        } else {
            let (top, bottom) = body.splitTop(max(4, min(body.height / 3, 12, lines + 2)))
            (list, detail) = (top, bottom)
        }
    }

    /// The first line that is shown.
    static func firstRow(_ state: TrainingState, room: Int) -> Int {
        max(0, min(state.selected - room / 2, state.lineCount - room))
    }
}

/// One line of the details.
enum DetailLine {
    /// A heading with a rule.
    case heading(String)
    /// Coloured parts.
    case parts([(text: String, colour: Colour)])

    /// Plain text, broken at spaces.
    static func text(_ text: String, _ colour: Colour, width: Int) -> [DetailLine] {
        TextWrap.lines(text, width: max(8, width)).map { .parts([($0, colour)]) }
    }
}

extension [DetailLine] {
    /// Draws the lines from the top; what does not fit is left out from the end.
    func draw(_ rect: CellRect, _ options: RenderOptions, _ grid: inout CellGrid) {
        // Sections stand apart where there is room for it.
        let headings = dropFirst().count { if case .heading = $0 { true } else { false } }
        let gap = count + headings <= rect.height ? 1 : 0
        var next = rect.y
        for (i, line) in enumerated() {
            if i > 0, case .heading = line { next += gap }
            let y = next
            guard y < rect.maxY else { return }
            next += 1
            switch line {
            case .heading(let text):
                let rule = options.style(options.theme.rule)
                var x = grid.write("─ ", x: rect.x + 1, y: y, style: rule)
                x = grid.write(text, x: x, y: y, style: options.text, maximumWidth: Swift.max(0, rect.width - 5))
                for column in Swift.min(x + 1, rect.maxX)..<Swift.max(x + 1, rect.maxX - 1) where column < rect.maxX {
                    grid[column, y] = Cell("─", style: rule)
                }
            case .parts(let parts):
                var x = rect.x + 2
                for part in parts {
                    x = grid.write(
                        part.text, x: x, y: y, style: options.style(part.colour),
                        maximumWidth: Swift.max(0, rect.maxX - 1 - x))
                }
            }
        }
    }
}

/// Numbers and words of the queue and the models.
enum TrainingText {
    static func colour(_ state: JobState, _ theme: Theme) -> Colour {
        switch state {
        case .promoted: theme.good
        case .failed: theme.bad
        case .held, .cancelled: theme.warning
        case .queued: theme.text
        case .leased, .training, .evaluating: theme.accent
        }
    }

    static func colour(_ standing: ModelStanding, _ theme: Theme) -> Colour {
        switch standing {
        case .inUse: theme.good
        case .wasInUse: theme.text
        case .held: theme.warning
        case .waiting: theme.dim
        }
    }

    static func word(_ standing: ModelStanding) -> String {
        switch standing {
        case .inUse: "in use"
        case .wasInUse: "was in use"
        case .held: "held"
        case .waiting: "not in use"
        }
    }

    /// A gain with its sign; `=` for none that is shown.
    static func gain(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "n/a" }
        let text = TextFormat.fixed(abs(value), 3)
        return text == "0.000" ? "  =   " : (value < 0 ? "▼ " : "▲ ") + text.dropFirst()
    }

    static func colour(gain value: Double?, _ theme: Theme) -> Colour {
        guard let value, abs(value) >= 0.0005 else { return theme.dim }
        return value < 0 ? theme.bad : theme.good
    }

    /// What is left, in words that do not pretend to more than they know.
    static func left(_ seconds: Double?) -> String? {
        guard let seconds, seconds.isFinite, seconds >= 0 else { return nil }
        if seconds < 60 { return "less than a minute left" }
        let minutes = Int((seconds / 60).rounded())
        return minutes < 120 ? "about \(minutes) min left" : "about \(minutes / 60) h left"
    }
}
