/// Another line of a list to choose.
public enum ListMove: Hashable, Sendable {
    /// The line so many further.
    case lines(Int)
    /// The line so many screens further, of ten lines each.
    case pages(Int)
    /// The first or last line.
    case toEnd(last: Bool)
    /// A line, from 0.
    case to(Int)

    /// The move behind a number: so often, or to the line of that number.
    package func times(_ count: Int) -> ListMove {
        switch self {
        case .lines(let step): .lines(step * count)
        case .pages(let step): .pages(step * count)
        case .toEnd: .to(count - 1)
        case .to: self
        }
    }
}

/// Which line of a list is chosen.
package struct ListCursor: Hashable, Sendable {
    /// The chosen line, from 0; 0 where there is none.
    package private(set) var selected: Int
    /// How many lines there are.
    package let count: Int

    /// A cursor, brought into the list.
    package init(_ selected: Int, of count: Int) {
        self.count = count
        self.selected = min(max(0, selected), max(0, count - 1))
    }

    /// The cursor on another line, brought into the list.
    package func moved(_ move: ListMove) -> ListCursor {
        switch move {
        case .lines(let step): ListCursor(selected + step, of: count)
        case .pages(let step): ListCursor(selected + step * 10, of: count)
        case .toEnd(let last): ListCursor(last ? count - 1 : 0, of: count)
        case .to(let line): ListCursor(line, of: count)
        }
    }
}

/// How far the help is scrolled: its first page stands alone, at 0, and any step down leads to the first line of the rest.
package enum HelpScroll {
    /// The scroll after so many lines more.
    package static func moved(_ scroll: Int, by lines: Int) -> Int {
        scroll == 0 ? min(max(0, lines), 1) : max(0, scroll + lines)
    }
}
