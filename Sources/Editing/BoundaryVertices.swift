import Volumes

/// The boundary of a slice with vertices on it by which it can be pulled about: handles, not a simplification. Moving
/// one pulls the stretch between its neighbours along; everything else stays voxel for voxel.
public struct BoundaryVertices: Hashable, Sendable {
    /// Names one vertex.
    public struct Vertex: Hashable, Sendable {
        /// Which boundary.
        public let loop: Int
        /// Which of its vertices, in order along it.
        public let index: Int
    }

    /// One boundary and the places of its vertices among its corners, in order.
    private struct Handles: Hashable, Sendable {
        var boundary: BoundaryLoop
        var places: [Int]
    }

    private var loops: [Handles]
    private let spacing: Spacing

    /// The boundary of a slice with vertices where it bends: no part of it is further than `tolerance` from the
    /// straight lines between them. Each boundary has at least four where it has so many corners.
    /// - Parameter spacing: `x` between columns and `y` between rows, mm.
    public init(of slice: MaskSlice, spacing: Spacing, tolerance: Millimetres) {
        self.spacing = spacing
        loops = slice.boundaryLoops(spacing: spacing).map { boundary in
            Handles(boundary: boundary, places: Self.bends(of: boundary, spacing, tolerance))
        }
    }

    /// The boundary of a slice with vertices as near as it can have them to what they were before it changed. A new
    /// boundary that no vertex is near to gets vertices where it bends.
    public init(of slice: MaskSlice, spacing: Spacing, tolerance: Millimetres, keeping points: [PlanePoint]) {
        self.spacing = spacing
        let boundaries = slice.boundaryLoops(spacing: spacing)
        var places = [Set<Int>](repeating: [], count: boundaries.count)
        for point in points {
            var best: (loop: Int, corner: Int)?
            // A vertex belongs to what is left of its boundary, not to another one far away.
            var least = max(tolerance.value, 2 * max(spacing.x, spacing.y))
            for (i, boundary) in boundaries.enumerated() {
                for (k, corner) in boundary.corners.enumerated() {
                    let away = Polyline.distance(corner.point, point, spacing: spacing)
                    if away < least { (least, best) = (away, (i, k)) }
                }
            }
            if let best { places[best.loop].insert(best.corner) }
        }
        loops = zip(boundaries, places).map { boundary, kept in
            Handles(
                boundary: boundary,
                places: kept.count >= 3 ? kept.sorted() : Self.bends(of: boundary, spacing, tolerance))
        }
    }

    private static func bends(of boundary: BoundaryLoop, _ spacing: Spacing, _ tolerance: Millimetres) -> [Int] {
        let corners = boundary.corners.map(\.point)
        // A closed line is simplified in two halves, from its first corner to the furthest and back.
        let far = corners.indices.max {
            Polyline.distance(corners[0], corners[$0], spacing: spacing)
                < Polyline.distance(corners[0], corners[$1], spacing: spacing)
        }
        guard let far, far > 0 else { return Array(corners.indices) }
        let there = Polyline.keptIndices(Array(corners[0...far]), tolerance: tolerance, spacing: spacing)
        let back = Polyline.keptIndices(
            Array(corners[far...]) + [corners[0]], tolerance: tolerance, spacing: spacing)
        let kept = Set(there + back.map { ($0 + far) % corners.count })
        if kept.count >= 4 { return kept.sorted() }
        let quarters = min(4, corners.count)
        return kept.union((0..<quarters).map { $0 * corners.count / quarters }).sorted()
    }

    /// All vertices in order, boundary by boundary.
    public var all: [Vertex] {
        loops.indices.flatMap { loop in loops[loop].places.indices.map { Vertex(loop: loop, index: $0) } }
    }

    /// Where all vertices lie, in voxels.
    public var points: [PlanePoint] { all.map(point(of:)) }

    /// Where a vertex lies, in voxels.
    public func point(of vertex: Vertex) -> PlanePoint {
        let handles = loops[vertex.loop]
        return handles.boundary.corners[handles.places[vertex.index]].point
    }

    /// The vertex nearest to a position, if it is no further away than `reach`.
    public func nearest(to point: PlanePoint, within reach: Millimetres) -> Vertex? {
        let near = all.map { ($0, Polyline.distance(self.point(of: $0), point, spacing: spacing)) }
        guard let best = near.min(by: { $0.1 < $1.1 }), best.1 <= reach.value else { return nil }
        return best.0
    }

    /// The vertex before or behind one on its boundary.
    public func neighbour(of vertex: Vertex, backwards: Bool) -> Vertex {
        let count = loops[vertex.loop].places.count
        return Vertex(loop: vertex.loop, index: (vertex.index + (backwards ? count - 1 : 1)) % count)
    }

    /// Puts a vertex on the boundary where it is nearest to a position, if it is no further away than `reach`. A place
    /// that has one keeps that.
    public mutating func insert(at point: PlanePoint, within reach: Millimetres) -> Vertex? {
        var best: (loop: Int, corner: Int)?
        var least = reach.value
        for (i, handles) in loops.enumerated() {
            for (k, corner) in handles.boundary.corners.enumerated() {
                let away = Polyline.distance(corner.point, point, spacing: spacing)
                if away <= least, away < least || best == nil { (least, best) = (away, (i, k)) }
            }
        }
        guard let best else { return nil }
        let places = loops[best.loop].places
        let index = places.firstIndex { $0 >= best.corner } ?? places.count
        if index == places.count || places[index] != best.corner {
            loops[best.loop].places.insert(best.corner, at: index)
        }
        return Vertex(loop: best.loop, index: index)
    }

    /// The slice, which must be the one the vertices were made of, after a vertex was moved by a shift in voxels. The
    /// stretches to its neighbours follow in proportion.
    public func moved(_ vertex: Vertex, by shift: PlanePoint, in slice: MaskSlice) -> MaskSlice {
        let boundary = loops[vertex.loop].boundary
        let count = loops[vertex.loop].places.count
        let (before, here, after) = (place(vertex, -1), place(vertex, 0), place(vertex, 1))
        func ahead(_ from: Int, _ to: Int) -> Double {
            let way = boundary.way[to] - boundary.way[from]
            return way < 0 ? way + boundary.length : way
        }
        // A vertex alone on its boundary pulls all of it but the opposite side.
        let reachBefore = count > 1 ? ahead(before, here) : boundary.length / 2
        let reachAfter = count > 1 ? ahead(here, after) : boundary.length / 2
        return boundary.moved(in: slice, by: shift) { i in
            let (up, down) = (ahead(i, here), ahead(here, i))
            if i == here { return 1 }
            return max(up < reachBefore ? 1 - up / reachBefore : 0, down < reachAfter ? 1 - down / reachAfter : 0)
        }
    }

    /// The slice, which must be the one the vertices were made of, after a vertex was taken out: the boundary runs
    /// straight from the vertex before to the one behind. `nil` where a boundary would keep fewer than three.
    public func removed(_ vertex: Vertex, in slice: MaskSlice) -> MaskSlice? {
        let handles = loops[vertex.loop]
        guard handles.places.count > 3 else { return nil }
        let (before, after) = (place(vertex, -1), place(vertex, 1))
        let count = handles.boundary.corners.count
        let between = (after - before + count) % count
        let kept = (0...count - between).map { handles.boundary.corners[(after + $0) % count].point }
        return handles.boundary.replaced(in: slice, by: kept)
    }

    private func place(_ vertex: Vertex, _ step: Int) -> Int {
        let places = loops[vertex.loop].places
        return places[(vertex.index + step + places.count) % places.count]
    }
}
