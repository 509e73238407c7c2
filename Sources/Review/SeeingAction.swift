import Commands
import PatientView
import Volumes

/// What the user wants to see or to know, and what never changes a mask.
public enum SeeingAction: Hashable, Sendable {
    /// Shows what was said until now.
    case showMessages
    /// Goes on in the message that is chosen, which is longer than the screen, by so many lines.
    case readOn(lines: Int)
    /// Shows what the structure that is edited is, and what the CT is in it.
    case showStatistics
    /// Asks for a key, to tell what it does; behind the first keys of a chord, where there are any.
    case askKey(prefix: String?)
    /// Tells what the key does that was pressed.
    case tellKey(String)
    /// Goes to a position in the patient.
    case goTo(PatientPoint)
    /// Sets the window of this name.
    case setWindow(String)
    /// The mouse begins to drag the window.
    case beginWindowDrag
    /// It drags it by so many columns and rows in all.
    case dragWindow(columns: Int, rows: Int)
    /// It lets it go.
    case endWindowDrag
    /// Shows a slab in place of single slices; `nil` for single slices again.
    case slab(Slab?)
    /// Lets slices follow one another, so many a second.
    case play(Double)
    /// Sets how strongly masks tint the CT, 0…1; `nil` as the theme has it.
    case setOpacity(Double?)
    /// Sets how wide outlines are, pixels of the screen.
    case setOutlineWidth(Int)
    /// Shows that of the next structure, or the one before, which is edited from now on.
    case describeNext(backwards: Bool)
}

extension ReviewState {
    /// Shows or tells what was asked for.
    mutating func see(_ action: SeeingAction) -> [ReviewEffect] {
        switch action {
        case .showMessages: return showMessages()
        case .readOn(let lines): readOn(by: lines)
        case .showStatistics: return showStatistics()
        case .askKey(let prefix): return askKey(behind: prefix)
        case .tellKey(let text):
            closeOverlay()
            message = StatusMessage(text)
            return []
        case .goTo(let point): return go(to: point)
        case .setWindow(let name): return setWindow(named: name)
        case .beginWindowDrag:
            let ended = endStroke()
            seeing.windowBefore = view.window
            return ended
        case .dragWindow(let columns, let rows): dragWindow(columns: columns, rows: rows)
        case .endWindowDrag: seeing.windowBefore = nil
        case .slab(let slab): return show(slab)
        case .play(let slicesPerSecond): return play(slicesPerSecond)
        case .setOpacity(let share): seeing.preferences.opacity = share.map { min(max(0, $0), 1) }
        case .setOutlineWidth(let width):
            let range = ViewPreferences.outlineWidths
            seeing.preferences.outlineWidth = min(max(range.lowerBound, width), range.upperBound)
        case .describeNext(let backwards): return describeNext(backwards: backwards)
        }
        return []
    }

    /// Asks for a key, to tell what it does.
    private mutating func askKey(behind prefix: String?) -> [ReviewEffect] {
        if case .overlay(.key) = mode {
            mode = .overlay(.key(prefix: prefix))
            return []
        }
        return open(.key(prefix: prefix))
    }
}
