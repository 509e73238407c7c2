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

extension ReviewState {
    /// The voxels of a plane at the crosshair.
    public func gridPlane(_ plane: ViewPlane) -> GridPlane {
        let normal = plane.normal(in: geometry?.direction ?? .identity)
        return GridPlane(normal: normal, depth: view.position.nearestVoxel?[normal] ?? 0)
    }

    /// The voxels of the plane in hand: what the cursor and tools work on.
    public var gridPlane: GridPlane { gridPlane(view.plane) }

    /// Whether the plane in hand shows slices as they were acquired: what tools that know only slices ask first.
    public var showsSlices: Bool { gridPlane.isSlice }

    /// Refuses a tool that works on slices alone where another plane is in hand; `nil` where it may go on.
    mutating func refuseOutsideSlices(_ tool: String) -> [ReviewEffect]? {
        guard let geometry, !showsSlices else { return nil }
        let plane = ViewPlane.ofSlices(geometry.direction)
        return warn("\(tool) works on \(plane.rawValue) slices only; :plane \(plane.rawValue) goes there")
    }

    /// Where mouse or keyboard point on the plane in hand.
    public var cursor: PlanePoint {
        get { gridPlane.point(of: view.position) }
        set {
            let axes = gridPlane.axes
            view.position[axes.x] = newValue.x
            view.position[axes.y] = newValue.y
        }
    }

    /// The voxel under the cursor, if the cursor is on the slice.
    public var cursorVoxel: VoxelIndex? {
        guard let size = geometry?.size else { return nil }
        return gridPlane.voxel(at: cursor, in: size)
    }

    /// How the plane in hand maps onto its pane, once the grid is known.
    public var viewport: Viewport? { viewport(of: view.plane) }

    /// How a plane maps onto its pane, once the grid is known.
    public func viewport(of plane: ViewPlane) -> Viewport? {
        guard let geometry else { return nil }
        let pane = view[plane]
        let room = view.room(for: plane)
        return Viewport(
            fitting: bodyBox ?? geometry.size.bounds, geometry: geometry, plane: plane, columns: room.columns,
            rows: room.rows, zoom: pane.zoom, centre: pane.centre)
    }
}
