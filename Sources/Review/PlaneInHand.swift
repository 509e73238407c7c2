import Editing
import PatientView
import Volumes

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
