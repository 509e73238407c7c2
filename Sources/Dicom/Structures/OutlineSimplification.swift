import Volumes

extension [SliceCorner] {
    /// The closed outline with fewer corners: those left out lie within `tolerance` mm of the straight line that
    /// replaces them (Douglas and Peucker 1973), so that only voxels whose centre is as near to the outline can change
    /// sides. A tolerance of 0, or an outline that would collapse, changes nothing.
    ///
    /// - Parameters:
    ///   - stepX: between columns, mm.
    ///   - stepY: between rows, mm.
    /// - Complexity: O(corners²) at worst, O(corners log corners) for outlines of organs.
    func simplified(within tolerance: Double, stepX: Double, stepY: Double) -> [SliceCorner] {
        guard tolerance > 0, count > 4 else { return self }
        let points = map { (x: Double($0.x) * stepX, y: Double($0.y) * stepY) }
        // A closed line is cut at two corners that stay: the first and the one farthest from it.
        func distance(_ i: Int) -> Double {
            let (dx, dy) = (points[i].x - points[0].x, points[i].y - points[0].y)
            return dx * dx + dy * dy
        }
        guard let farthest = indices.max(by: { distance($0) < distance($1) }), farthest > 0 else { return self }
        var isKept = [Bool](repeating: false, count: count)
        isKept[0] = true
        isKept[farthest] = true
        var pending = [(0, farthest), (farthest, count)]
        while let (from, to) = pending.popLast() {
            guard to - from > 1 else { continue }
            let (a, b) = (points[from], points[to % count])
            var worst = (index: from, distance: 0.0)
            for i in from + 1..<to {
                let away = Self.distance(points[i], from: a, to: b)
                if away > worst.distance { worst = (i, away) }
            }
            guard worst.distance > tolerance else { continue }
            isKept[worst.index] = true
            pending += [(from, worst.index), (worst.index, to)]
        }
        let kept = indices.filter { isKept[$0] }.map { self[$0] }
        return kept.count >= 3 ? kept : self
    }

    /// How far a point lies from a straight line between two others.
    private static func distance(
        _ point: (x: Double, y: Double), from a: (x: Double, y: Double), to b: (x: Double, y: Double)
    ) -> Double {
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let (px, py) = (point.x - a.x, point.y - a.y)
        let length = dx * dx + dy * dy
        let share = length > 0 ? Swift.min(Swift.max((px * dx + py * dy) / length, 0), 1) : 0
        let (ex, ey) = (px - share * dx, py - share * dy)
        return (ex * ex + ey * ey).squareRoot()
    }
}
