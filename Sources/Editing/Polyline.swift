import Volumes

/// Lines through positions on a slice, measured in millimetres.
public enum Polyline {
    /// The positions that are needed so that no other lies further than `tolerance` from the line through them
    /// (Douglas and Peucker, Cartographica 10, 1973). The ends stay; positions that repeat their predecessor go.
    /// - Parameter spacing: `x` between columns and `y` between rows, mm.
    /// - Complexity: O(n²) at worst, O(n log n) mostly.
    public static func simplified(
        _ points: [PlanePoint], tolerance: Millimetres, spacing: Spacing
    ) -> [PlanePoint] {
        guard points.count > 2 else { return points.count == 2 && points[0] == points[1] ? [points[0]] : points }
        return keptIndices(points, tolerance: tolerance, spacing: spacing).map { points[$0] }
    }

    /// Which positions ``simplified(_:tolerance:spacing:)`` keeps, in order.
    static func keptIndices(_ points: [PlanePoint], tolerance: Millimetres, spacing: Spacing) -> [Int] {
        var kept = [Bool](repeating: false, count: points.count)
        guard let last = points.indices.last else { return [] }
        kept[0] = true
        kept[last] = true
        var open = [(0, last)]
        while let (first, end) = open.popLast() {
            guard end - first > 1 else { continue }
            var (worst, at) = (tolerance.value, -1)
            for i in first + 1..<end {
                let away = distance(from: points[i], toSegment: points[first], points[end], spacing)
                if away > worst { (worst, at) = (away, i) }
            }
            if at >= 0 {
                kept[at] = true
                open.append((first, at))
                open.append((at, end))
            }
        }
        var indices = points.indices.filter { kept[$0] }
        if indices.count == 2, points[indices[0]] == points[indices[1]] { indices.removeLast() }
        return indices
    }

    /// How far a position lies from a segment, mm.
    static func distance(
        from point: PlanePoint, toSegment start: PlanePoint, _ end: PlanePoint, _ spacing: Spacing
    ) -> Double {
        let (dx, dy) = ((end.x - start.x) * spacing.x, (end.y - start.y) * spacing.y)
        let (px, py) = ((point.x - start.x) * spacing.x, (point.y - start.y) * spacing.y)
        let length = dx * dx + dy * dy
        let t = length == 0 ? 0 : min(max((px * dx + py * dy) / length, 0), 1)
        let (ex, ey) = (px - t * dx, py - t * dy)
        return (ex * ex + ey * ey).squareRoot()
    }

    /// The distance of two positions, mm.
    public static func distance(_ one: PlanePoint, _ other: PlanePoint, spacing: Spacing) -> Double {
        let (dx, dy) = ((one.x - other.x) * spacing.x, (one.y - other.y) * spacing.y)
        return (dx * dx + dy * dy).squareRoot()
    }
}
