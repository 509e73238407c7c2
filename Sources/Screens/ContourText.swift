import Review
import TerminalKit
import Volumes

/// What the contour tools say of themselves.
enum ContourText {
    /// The tool in hand and what it is at, for the panel.
    static func tool(_ state: ReviewState) -> String {
        let verb = ToolText.verb(state.tool)
        let radius = "r \(TextFormat.fixed(state.brush.radius.value, 1)) mm"
        switch state.tool {
        case .contour, .livewire, .lasso:
            guard let draft = state.contour.draft else { return "\(verb) \(state.contour.operation.rawValue)" }
            let count = draft.points.count
            return "\(verb) \(draft.operation.rawValue), \(Plural.count(count, "point"))"
        case .nudge: return "\(verb)  \(radius)"
        case .vertex, .measure: return verb
        case .grow: return "\(verb)  \(state.region.reach == .slice ? "2D" : "3D")"
        case .brush, .erase, .restore, .scribble, .scribbleOutside:
            return "\(verb)  \(state.brush.shape == .disc ? "2D" : "3D")  \(radius)"
        }
    }

    /// What can be done next in so many columns, while a contour tool is in use; `nil` where there is nothing to say.
    /// Where all of it has no room, what ends the contour is said: nobody is to be stuck in one.
    static func hint(_ state: ReviewState, width: Int) -> String? {
        guard let whole = hint(state), whole.columns > width else { return hint(state) }
        if let draft = state.contour.draft {
            let short = draft.slice == state.view.slice ? "Enter closes, Esc drops" : "open on slice \(draft.slice + 1)"
            return short
        }
        if state.preview != nil || state.region.preview != nil { return "Enter takes, Esc drops" }
        return whole
    }

    private static func hint(_ state: ReviewState) -> String? {
        if let draft = state.contour.draft {
            guard draft.slice == state.view.slice else {
                return "a contour is open on slice \(draft.slice + 1): Enter closes it there, Esc drops it"
            }
            let points = draft.tool == .lasso ? "drag goes on" : "click or space puts a point"
            return "\(points) · Enter or right click closes · Backspace takes a point back · Esc drops it"
        }
        if state.preview != nil { return "preview: Enter accepts it, Esc drops it" }
        if state.region.preview != nil { return "preview: Enter accepts it, Esc drops it" }
        if state.contour.grab != nil { return "move, then Enter or space releases it; Esc cancels" }
        guard state.mode == .pointer else { return nil }
        switch state.tool {
        case .contour: return "contour: space puts points, x draws freehand, Enter closes; Esc leaves"
        case .livewire: return "live-wire: space puts points, the wire follows edges, Enter closes; Esc leaves"
        case .lasso: return "lasso: x begins and ends it, or space puts points and Enter closes; Esc leaves"
        case .nudge: return "nudge: space takes hold of the boundary, move, space lets go; Esc leaves"
        case .vertex: return "vertices: space takes hold or inserts, Delete takes out; Esc leaves"
        default: return nil
        }
    }
}
