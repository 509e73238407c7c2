import Editing
import Volumes

/// A length measured on a plane.
public struct Ruler: Hashable, Sendable {
    /// The plane it lies on.
    public let plane: GridPlane
    /// Where it begins.
    public let start: PlanePoint
    /// Where it ends.
    public var end: PlanePoint

    /// A ruler from its ends.
    public init(plane: GridPlane, start: PlanePoint, end: PlanePoint) {
        self.plane = plane
        self.start = start
        self.end = end
    }

    /// Its length in the patient.
    public func length(on geometry: GridGeometry) -> Millimetres {
        let from = geometry.point(at: plane.index(of: start))
        return Millimetres((geometry.point(at: plane.index(of: end)) - from).length)
    }
}
