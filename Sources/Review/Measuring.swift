import Commands
import PatientView
import Volumes

extension ReviewState {
    /// Takes the ruler in hand, or puts it away.
    mutating func toggleMeasuring() -> [ReviewEffect] {
        let ended = endStroke()
        ruler = nil
        if tool == .measure {
            tool = .brush
        } else {
            tool = .measure
            message = StatusMessage("drag, or space at both ends; :measure clear removes all, :measure ends")
        }
        return ended
    }

    /// Removes all rulers.
    mutating func clearRulers() {
        ruler = nil
        rulers = []
    }

    /// Removes the newest ruler, or the one under way.
    mutating func removeRuler() {
        if ruler != nil { ruler = nil } else { _ = rulers.popLast() }
    }

    /// Whether the mouse drags something that ends when its button is let go.
    public var isDragging: Bool { stroke != nil || ruler != nil }

    /// Whether something is under way that a mouse button, being down, keeps going: no stroke by keys, and no ruler
    /// that waits for its second click.
    public var isHeldByButton: Bool {
        stroke.map { !$0.isByKey } ?? false || ruler.map { $0.start != $0.end } ?? false
    }

    /// Whether something is open that is done with the mouse and that Escape would drop: a byte of a mouse report must
    /// not be taken for that key.
    public var isMouseExpected: Bool {
        isDragging || seeing.windowBefore != nil || contour.draft != nil || preview != nil || region.preview != nil
            || region.scribbles != nil
    }

    /// Puts a ruler's first end down.
    mutating func beginRuler(at point: PlanePoint) {
        guard geometry != nil else { return }
        ruler = Ruler(plane: gridPlane, start: point, end: point)
    }

    /// Moves the ruler's second end.
    mutating func continueRuler(to point: PlanePoint) { ruler?.end = point }

    /// Lets the ruler's second end go. One without a length, from a click, waits for the second click.
    mutating func endRuler() {
        guard let done = ruler, done.start != done.end else { return }
        ruler = nil
        guard let geometry else { return }
        rulers.append(done)
        let tenths = Int((done.length(on: geometry).value * 10).rounded())
        message = StatusMessage("length \(tenths / 10).\(tenths % 10) mm")
    }
}
