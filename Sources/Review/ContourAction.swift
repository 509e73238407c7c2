import Editing
import Volumes

/// What the contour tools do beyond the pointer's press, drag and release.
public enum ContourAction: Hashable, Sendable {
    /// Takes a tool that draws contours and says what they do.
    case choose(Tool, ContourOperation)
    /// Puts a point, with the contour tool or the live-wire.
    case point(PlanePoint, tool: Tool)
    /// Takes back the newest point.
    case back
    /// Closes the contour; what it does if not what it was begun for.
    case close(ContourOperation?)
    /// Drops the contour.
    case drop
    /// Closes a contour that is given whole, on a slice, from 0; `nil` for the one on screen.
    case outline([PlanePoint], ContourOperation, slice: Int? = nil)
    /// Does once more, on the slice on screen, what the last contour did.
    case paste
    /// Drags the boundary from one position to another.
    case nudge(from: PlanePoint, to: PlanePoint)
    /// Moves the vertex at a position.
    case moveVertex(from: PlanePoint, to: PlanePoint)
    /// Puts a vertex on the boundary at a position.
    case insertVertex(PlanePoint)
    /// Takes out the vertex at a position; `nil` for the cursor's.
    case deleteVertex(PlanePoint?)
    /// Moves the cursor to the next vertex.
    case nextVertex(backwards: Bool)
    /// Works out slices between edited ones and shows them.
    case interpolate(InterpolationScope, InterpolationKind)
    /// Takes the preview.
    case takePreview
    /// Drops the preview.
    case dropPreview
}

/// What is interpolated.
public enum InterpolationKind: Hashable, Sendable {
    /// What was corrected, onto the masks that are there; whole shapes where there is none.
    case correction
    /// Whole shapes, whatever is there.
    case shape
}

/// Which slices are interpolated.
public enum InterpolationScope: Hashable, Sendable {
    /// The empty slices around the slice on screen; where it is not empty, those between the edited slices around it.
    case here
    /// All gaps between edited slices, and all empty slices between others.
    case all
    /// The slices between two, from 0.
    case between(Int, Int)
}
