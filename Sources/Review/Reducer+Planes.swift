import Commands
import Editing
import PatientView
import Volumes

extension ReviewState {
    /// Shows one plane or three.
    mutating func setLayout(_ layout: PaneLayout) -> [ReviewEffect] {
        let ended = endStroke()
        view.layout = layout
        if view.shownLayout != layout {
            message = StatusMessage("three planes need a terminal of about 160×50", kind: .warning)
        }
        return ended
    }

    /// Draws the reference in the masks' place, both in turn, or neither.
    mutating func compare(_ comparison: Comparison) {
        view.comparison = view.comparison == comparison ? .off : comparison
        view.isReferenceTurn = view.comparison == .blink
        seeing.blinked = 0
    }
}
