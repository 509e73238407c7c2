import Commands

/// What lies over the image to be read. Nothing is asked by it: keys scroll it, Escape closes it.
public enum ReviewOverlay: Hashable, Sendable {
    /// What was said until now; one message is chosen, by its number since the program began, of which so many lines are
    /// scrolled past.
    case messages(selected: Int, line: Int = 0)
    /// What the structure that is edited is, and what the CT is in it, scrolled by so many lines.
    case statistics(scroll: Int)
    /// A key is to be pressed that is told of and not obeyed; the first keys of a chord of several.
    case key(prefix: String?)
}

extension ReviewState {
    /// Opens something to be read over the image.
    mutating func open(_ overlay: ReviewOverlay) -> [ReviewEffect] {
        let ended = endStroke()
        keys.wasPointing = mode == .pointer
        mode = .overlay(overlay)
        return ended
    }

    /// Closes what lies over the image; keys mean again what they meant before.
    mutating func closeOverlay() { mode = keys.wasPointing ? .pointer : .normal }

    /// Scrolls what lies over the image, or moves through its list.
    mutating func scroll(_ overlay: ReviewOverlay, by lines: Int) {
        switch overlay {
        case .messages(let number, let line):
            let next = messages.number(lines, from: number)
            mode = .overlay(.messages(selected: next, line: next == number ? line : 0))
        case .key: break
        case .statistics(let scroll): mode = .overlay(.statistics(scroll: max(0, scroll + lines)))
        }
    }

    /// Enter on what lies over the image.
    mutating func confirm(_ overlay: ReviewOverlay) -> [ReviewEffect] {
        switch overlay {
        case .messages(let number, _): return goToMessage(number)
        case .statistics, .key:
            closeOverlay()
            return []
        }
    }
}
