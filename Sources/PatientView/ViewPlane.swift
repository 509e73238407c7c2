import Editing
import Volumes

/// Which cut through the patient is on screen. Whatever way the file's axes run, each plane is the cut along two of
/// them that comes nearest to its name.
public enum ViewPlane: String, Hashable, Sendable, CaseIterable {
    /// Across the patient, seen from his feet: his right on the left, his front on top.
    case axial
    /// From side to side, seen from the front: his right on the left, his head on top.
    case coronal
    /// From front to back, seen from his left: his front on the left, his head on top.
    case sagittal

    /// Which axis of the grid comes nearest to each axis of the patient, each taken once.
    static func axes(_ direction: GridDirection) -> (sideways: GridAxis, frontToBack: GridAxis, headward: GridAxis) {
        var best: (axes: (GridAxis, GridAxis, GridAxis), sum: Double) = ((.x, .y, .z), -1)
        for a in GridAxis.allCases {
            for b in GridAxis.allCases where b != a {
                for c in GridAxis.allCases where c != a && c != b {
                    let sum = abs(direction[a].x) + abs(direction[b].y) + abs(direction[c].z)
                    // A tie goes to the usual order, which comes first.
                    if sum > best.sum + 1e-9 { best = ((a, b, c), sum) }
                }
            }
        }
        return best.axes
    }

    /// The axis of the grid at right angles to the plane.
    public func normal(in direction: GridDirection) -> GridAxis {
        let axes = Self.axes(direction)
        return switch self {
        case .axial: axes.headward
        case .coronal: axes.frontToBack
        case .sagittal: axes.sideways
        }
    }

    /// The axes of the grid that run across and down the screen.
    public func axes(in direction: GridDirection) -> (across: GridAxis, down: GridAxis) {
        let axes = Self.axes(direction)
        return switch self {
        case .axial: (axes.sideways, axes.frontToBack)
        case .coronal: (axes.sideways, axes.headward)
        case .sagittal: (axes.frontToBack, axes.headward)
        }
    }

    /// The plane in which the slices of a grid were acquired.
    public static func ofSlices(_ direction: GridDirection) -> ViewPlane {
        allCases.first { $0.normal(in: direction) == .z } ?? .axial
    }

    /// The plane after this one.
    public var next: ViewPlane {
        switch self {
        case .axial: .coronal
        case .coronal: .sagittal
        case .sagittal: .axial
        }
    }

    /// What grows to the right of the screen and down it, as patient axes.
    var towards: (right: PatientVector, down: PatientVector) {
        let left = PatientVector(x: 1, y: 0, z: 0)
        let back = PatientVector(x: 0, y: 1, z: 0)
        let feet = PatientVector(x: 0, y: 0, z: -1)
        return switch self {
        case .axial: (left, back)
        case .coronal: (left, feet)
        case .sagittal: (back, feet)
        }
    }
}
