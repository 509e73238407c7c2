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

    /// Who answers the marks of the tool in hand; `nil` for tools that make none.
    static func answerer(_ state: ReviewState) -> String? {
        guard state.tool == .scribble || state.tool == .scribbleOutside else { return nil }
        return state.promptAnswerer ?? "image edges"
    }

    /// What can be done next while a contour tool is in use, in whole clauses from the longest to the shortest; none
    /// where there is nothing to say. The shortest says what ends the contour: nobody is to be stuck in one.
    static func hints(_ state: ReviewState, _ options: RenderOptions) -> [String] {
        if let draft = state.contour.draft {
            let slice = draft.slice + 1
            guard draft.slice == state.view.slice else {
                return [
                    "a contour is open on slice \(slice): Enter closes it there, Esc drops it",
                    "open on slice \(slice)",
                ]
            }
            let points = draft.tool == .lasso ? "drag goes on" : "click or space puts a point"
            return [
                "\(points) · Enter or right click closes · Backspace takes a point back · Esc drops it",
                "\(points) · Enter closes, Esc drops it", "Enter closes, Esc drops",
            ]
        }
        if state.region.preview?.job.carries == true {
            let part = options.keymaps.normal.chords(for: "carry to").first ?? ":carry to"
            return [
                "preview: Enter takes all, \(part) as far as this slice, Esc drops it",
                "Enter takes all, \(part) up to here, Esc drops", "Enter takes, Esc drops",
            ]
        }
        if state.region.preview?.job.answersPrompts == true {
            return [
                "preview: Enter accepts it, u takes back the newest mark, Esc drops it",
                "preview: Enter accepts it, Esc drops it", "Enter takes, Esc drops",
            ]
        }
        if state.preview != nil || state.region.preview != nil {
            return ["preview: Enter accepts it, Esc drops it", "Enter takes, Esc drops"]
        }
        if state.contour.grab != nil {
            return ["move, then Enter or space releases it; Esc cancels", "space releases, Esc cancels"]
        }
        guard state.mode == .pointer else { return [] }
        let texts: [String] =
            switch state.tool {
            case .contour:
                [
                    "contour: space puts points, x draws freehand, Enter closes; Esc leaves",
                    "contour: space points, Enter closes; Esc ends",
                ]
            case .livewire:
                [
                    "live-wire: space puts points, the wire follows edges, Enter closes; Esc leaves",
                    "live-wire: space points, Enter closes; Esc ends",
                ]
            case .lasso:
                [
                    "lasso: x begins and ends it, or space puts points and Enter closes; Esc leaves",
                    "lasso: x begins and ends it; Esc leaves",
                ]
            case .nudge:
                [
                    "nudge: space takes hold of the boundary, move, space lets go; Esc leaves",
                    "nudge: space takes hold, lets go; Esc leaves",
                ]
            case .vertex:
                [
                    "vertices: space takes hold or inserts, Delete takes out; Esc leaves",
                    "vertices: space takes or inserts; Esc leaves",
                ]
            default:
                [
                    "pointer: move with the arrows, space dabs, x puts the pen down or lifts it, Esc leaves",
                    "pointer: arrows, space, x; Esc leaves",
                ]
            }
        return texts + ["Esc leaves the pointer"]
    }
}
