import Cases
import Editing
import Volumes

extension ReviewState {
    /// How closely the vertices that a boundary has of itself follow it.
    private static let vertexTolerance: Millimetres = 2

    /// The vertices of the active structure on the slice on screen, with those that were added; `nil` where another
    /// plane is in hand.
    var verticesInForce: BoundaryVertices? {
        guard let active, showsSlices, active.mask.slices.indices.contains(view.slice) else { return nil }
        if let kept = contour.vertices, kept.structure == active.name, kept.slice == view.slice,
            kept.edit == active.edit
        {
            return kept.vertices
        }
        return BoundaryVertices(
            of: active.mask.slices[view.slice], spacing: active.mask.geometry.spacing, tolerance: Self.vertexTolerance)
    }

    /// Where vertices are to be drawn, in voxels of the slice on screen: with the vertex tool in hand.
    public var shownVertices: [PlanePoint] {
        guard tool == .vertex else { return [] }
        guard case .vertex(let vertex, let vertices, let from) = contour.grab, let stroke else {
            return verticesInForce?.points ?? []
        }
        let shift = stroke.last.shift(from: from)
        return vertices.all.map { other in
            let point = vertices.point(of: other)
            return other == vertex ? PlanePoint(x: point.x + shift.x, y: point.y + shift.y) : point
        }
    }

    /// Keeps vertices for the mask as it now is, one of them moved.
    mutating func keep(
        _ vertices: BoundaryVertices, moved: BoundaryVertices.Vertex?, by shift: PlanePoint, on slice: Int
    ) {
        guard let active else { return }
        let points = vertices.all.map { vertex -> PlanePoint in
            let point = vertices.point(of: vertex)
            return vertex == moved ? PlanePoint(x: point.x + shift.x, y: point.y + shift.y) : point
        }
        contour.vertices = SliceVertices(
            structure: active.name, slice: slice, edit: active.edit,
            vertices: BoundaryVertices(
                of: active.mask.slices[slice], spacing: active.mask.geometry.spacing, tolerance: Self.vertexTolerance,
                keeping: points))
    }

    /// Takes out the vertex at a position, as one step.
    mutating func deleteVertex(at point: PlanePoint) -> [ReviewEffect] {
        if let refused = refuseOutsideSlices("the vertex tool") { return refused }
        if let obstacle = obstacle(to: activeIndex) { return warn(obstacle) }
        if let refused = refuseOnSlab() { return refused }
        guard let active, let vertices = verticesInForce,
            let vertex = vertices.nearest(to: point, within: pickReach)
        else { return warn("there is no vertex here") }
        let z = view.slice
        guard let slice = vertices.removed(vertex, in: active.mask.slices[z]) else {
            return warn("a boundary keeps at least three vertices; contour subtract removes all of it")
        }
        var mask = active.mask
        mask[slice: z] = slice
        let edit = active.edit
        contour.again = .deleteVertex(point)
        let changed = change(to: mask, named: Tool.vertex.rawValue, on: z)
        if let now = self.active, now.edit != edit {
            let rest = vertices.all.filter { $0 != vertex }.map(vertices.point(of:))
            contour.vertices = SliceVertices(
                structure: now.name, slice: z, edit: now.edit,
                vertices: BoundaryVertices(
                    of: now.mask.slices[z], spacing: now.mask.geometry.spacing, tolerance: Self.vertexTolerance,
                    keeping: rest))
        }
        return changed
    }

    /// Moves the cursor to the vertex after the one it is nearest to.
    mutating func goToVertex(backwards: Bool) -> [ReviewEffect] {
        if let refused = refuseOutsideSlices("the vertex tool") { return refused }
        let ended = endStroke()
        guard let vertices = verticesInForce,
            let nearest = vertices.nearest(to: cursor, within: Millimetres(.greatestFiniteMagnitude))
        else { return ended + warn("there is no boundary on this slice") }
        // From somewhere else the nearest one comes first.
        let isThere = vertices.point(of: nearest) == cursor
        let target = isThere ? vertices.neighbour(of: nearest, backwards: backwards) : nearest
        let moved = aim(at: vertices.point(of: target))
        if let shown = viewport?.centreShowing(cursor), shown != viewport?.centre { view.centre = shown }
        return ended + moved
    }
}
