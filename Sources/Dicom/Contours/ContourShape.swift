import Volumes

/// How two closed contours of one plane lie to one another.
enum ContourRelation {
    /// They enclose nothing in common, though they may touch.
    case apart
    /// They are one outline, within half a voxel.
    case equal
    /// The first lies within the second, which it may touch.
    case inside
    /// The second lies within the first, which it may touch.
    case around
    /// They cross, or one covers a part of the other.
    case crossing
}

/// A closed contour, in voxels of a slice, made ready for being compared with others.
///
/// All decisions are made on the polygons themselves rather than on voxels, so that a sliver narrower than a voxel is
/// seen as what it is. Inside is what the even-odd rule says, so that keyholes are channels of no width and belong to no
/// outline.
struct ContourShape {
    /// How far apart outlines may run and count as one, in voxels.
    static let tolerance = 0.5

    let points: [PlanePoint]
    /// Whether its corners were listed twice over, one round after the other.
    let wentRoundTwice: Bool
    let low: PlanePoint
    let high: PlanePoint
    /// What it encloses, in voxels; where it crosses itself, parts cancel one another.
    let area: Double
    /// In voxels.
    let perimeter: Double
    /// The edges that come near each row, from `firstRow` on; `nil` where there are too many to compare one by one.
    private let rows: [[Edge]]?
    private let firstRow: Int
    private let span: (top: Double, bottom: Double)

    fileprivate struct Edge {
        let from: PlanePoint
        let to: PlanePoint

        /// The squared distance of a position, in voxels.
        func squaredDistance(_ p: PlanePoint) -> Double {
            let (dx, dy) = (to.x - from.x, to.y - from.y)
            let length = dx * dx + dy * dy
            let t = length == 0 ? 0 : min(max(((p.x - from.x) * dx + (p.y - from.y) * dy) / length, 0), 1)
            let (ex, ey) = (p.x - from.x - t * dx, p.y - from.y - t * dy)
            return ex * ex + ey * ey
        }
    }

    /// The most edges and samples of all contours of a plane that are looked at; real ones have some thousands.
    static let mostWork = 10_000_000.0

    /// - Parameters:
    ///   - points: the corners, finite, in voxels.
    ///   - height: rows of the slice; what is beyond does not count.
    ///   - work: how many more edges and samples may be looked at; reduced by those of this contour. One that needs more
    ///     cannot be compared and counts as crossing whatever it may touch.
    init(_ points: [PlanePoint], height: Int, work budget: inout Double) {
        let once = Self.goneRoundOnce(points)
        self.points = once
        wentRoundTwice = once.count < points.count
        low = PlanePoint(x: once.reduce(.infinity) { min($0, $1.x) }, y: once.reduce(.infinity) { min($0, $1.y) })
        high = PlanePoint(x: once.reduce(-.infinity) { max($0, $1.x) }, y: once.reduce(-.infinity) { max($0, $1.y) })
        // Two rows beyond the slice, so that what touches its border is judged like the rest.
        let top = min(max(low.y - Self.tolerance, -2), Double(height) + 2).rounded(.down)
        let bottom = max(min(high.y + Self.tolerance, Double(height) + 1), -3).rounded(.down)
        firstRow = Int(top)
        var (doubleArea, length, work) = (0.0, 0.0, 0.0)
        var edges: [Edge] = []
        edges.reserveCapacity(once.count)
        for (i, from) in once.enumerated() {
            let to = once[(i + 1) % once.count]
            let (dx, dy) = (to.x - from.x, to.y - from.y)
            guard dx != 0 || dy != 0 else { continue }
            // Relative to one corner, so that large coordinates cost no digits.
            doubleArea += (from.x - once[0].x) * (to.y - once[0].y) - (to.x - once[0].x) * (from.y - once[0].y)
            let own = (dx * dx + dy * dy).squareRoot()
            length += own
            work += abs(dy) + 2 + own / Self.step
            edges.append(Edge(from: from, to: to))
        }
        area = abs(doubleArea) / 2
        perimeter = length
        span = (top, bottom + 1)
        guard bottom >= top else {
            rows = []
            return
        }
        guard work <= budget else {
            rows = nil
            return
        }
        budget -= work
        var rows = [[Edge]](repeating: [], count: Int(bottom - top) + 1)
        for edge in edges {
            let first = max((min(edge.from.y, edge.to.y) - Self.tolerance).rounded(.down), top)
            let last = min((max(edge.from.y, edge.to.y) + Self.tolerance).rounded(.down), bottom)
            guard first <= last else { continue }
            for row in Int(first - top)...Int(last - top) { rows[row].append(edge) }
        }
        self.rows = rows
    }

    /// A contour whose corners are listed twice over, one round after the other, is that contour once: by even-odd it
    /// would enclose nothing.
    private static func goneRoundOnce(_ points: [PlanePoint]) -> [PlanePoint] {
        var open = points
        while open.count > 3, let last = open.last, near(last, open[0], 1e-3) { open.removeLast() }
        for round in [open, open.indices.filter { $0 == 0 || !near(open[$0], open[$0 - 1], 1e-3) }.map { open[$0] }] {
            let half = round.count / 2
            guard half >= 3, round.count % 2 == 0 || near(round[half], round[0], 1e-3) else { continue }
            // The second round may begin with the first corner repeated.
            let start = round.count - half
            if (0..<half).allSatisfy({ near(round[$0], round[start + $0], 0.05) }) { return Array(round[..<half]) }
        }
        return points
    }

    private static func near(_ a: PlanePoint, _ b: PlanePoint, _ tolerance: Double) -> Bool {
        abs(a.x - b.x) <= tolerance && abs(a.y - b.y) <= tolerance
    }

    // MARK: How two lie

    /// How this contour lies to another.
    /// - Complexity: O(perimeter of both × edges in a row).
    func relation(to other: ContourShape) -> ContourRelation {
        if points == other.points { return .equal }
        guard low.x <= other.high.x, other.low.x <= high.x, low.y <= other.high.y, other.low.y <= high.y else {
            return .apart
        }
        // Above or below the slice nothing is filled.
        if rows?.isEmpty == true || other.rows?.isEmpty == true { return .apart }
        guard rows != nil, other.rows != nil else { return .crossing }
        let mine = reach(into: other)
        let theirs = other.reach(into: self)
        let shared = areas(with: other)
        // A sliver that no line of the scan meets encloses nothing that could be shared.
        let least = min(shared.mine, shared.theirs)
        let coincides = least > 0 && shared.both >= 0.5 * least
        if !mine.inside, !mine.outside, !theirs.inside, !theirs.outside { return coincides ? .equal : .apart }
        if coincides {
            if shared.mine < shared.theirs, !mine.outside, !theirs.inside { return .inside }
            if shared.theirs < shared.mine, !theirs.outside, !mine.inside { return .around }
            return .crossing
        }
        return mine.inside || theirs.inside ? .crossing : .apart
    }

    /// Which part of this contour's outline runs along another's, within half a voxel, 0…1.
    func shareAlong(_ other: ContourShape) -> Double {
        var (all, near) = (0.0, 0.0)
        samples { place, length in
            all += length
            if other.isNear(place) { near += length }
        }
        return all > 0 ? near / all : 0
    }

    /// Between samples of an outline, in voxels.
    private static let step = 0.4
    /// How far beside an outline its two sides are looked at, in voxels.
    private static let aside = 0.05

    /// Whether the outline runs deeper than the tolerance within another contour, and farther than it outside.
    private func reach(into other: ContourShape) -> (inside: Bool, outside: Bool) {
        var found = (inside: false, outside: false)
        samples { place, _ in
            if found.inside, found.outside { return }
            let isInside = other.encloses(place)
            guard isInside ? !found.inside : !found.outside, !other.isNear(place) else { return }
            if isInside { found.inside = true } else { found.outside = true }
        }
        return found
    }

    /// Visits places along the true outline, each with the length it stands for. A channel that leads to a keyhole is
    /// the same on both of its sides and is no outline.
    private func samples(_ visit: (PlanePoint, Double) -> Void) {
        for (i, from) in points.enumerated() {
            let to = points[(i + 1) % points.count]
            let (dx, dy) = (to.x - from.x, to.y - from.y)
            let length = (dx * dx + dy * dy).squareRoot()
            guard length > 0 else { continue }
            let count = max(1, Int((length / Self.step).rounded(.up)))
            let (nx, ny) = (-dy / length * Self.aside, dx / length * Self.aside)
            for k in 0..<count {
                let t = (Double(k) + 0.5) / Double(count)
                let place = PlanePoint(x: from.x + t * dx, y: from.y + t * dy)
                guard
                    encloses(PlanePoint(x: place.x + nx, y: place.y + ny))
                        != encloses(PlanePoint(x: place.x - nx, y: place.y - ny))
                else { continue }
                visit(place, length / Double(count))
            }
        }
    }

    private func edges(near y: Double) -> [Edge] {
        guard let rows, y.isFinite else { return [] }
        let row = y.rounded(.down) - Double(firstRow)
        return row >= 0 && row < Double(rows.count) ? rows[Int(row)] : []
    }

    /// Whether a position lies inside by the even-odd rule.
    private func encloses(_ p: PlanePoint) -> Bool {
        var inside = false
        for edge in edges(near: p.y) where (edge.from.y <= p.y) != (edge.to.y <= p.y) {
            let x = edge.from.x + (p.y - edge.from.y) / (edge.to.y - edge.from.y) * (edge.to.x - edge.from.x)
            if x > p.x { inside.toggle() }
        }
        return inside
    }

    /// Whether a position lies within the tolerance of the outline.
    private func isNear(_ p: PlanePoint) -> Bool {
        let most = Self.tolerance * Self.tolerance
        return edges(near: p.y).contains { $0.squaredDistance(p) <= most }
    }

    /// What both enclose and what each does, in voxels, as far as they share rows: exact along lines that lie close for
    /// small contours and are enough in number for large ones.
    private func areas(with other: ContourShape) -> (mine: Double, theirs: Double, both: Double) {
        let top = max(min(low.y, other.low.y), min(span.top, other.span.top))
        let bottom = min(max(high.y, other.high.y), max(span.bottom, other.span.bottom))
        let least = min(high.y - low.y, other.high.y - other.low.y)
        guard bottom > top, least > 0 else { return (0, 0, 0) }
        let step = min(max(least / 16, (bottom - top) / 4096), 0.5)
        let count = Int(min(((bottom - top) / step).rounded(.up), 8192))
        var sum = (mine: 0.0, theirs: 0.0, both: 0.0)
        for k in 0..<count {
            let y = top + (Double(k) + 0.5) * (bottom - top) / Double(count)
            let (a, b) = (crossings(at: y), other.crossings(at: y))
            sum.mine += Self.length(a)
            sum.theirs += Self.length(b)
            sum.both += Self.common(a, b)
        }
        return sum
    }

    /// Where a row's line goes in and out, in order.
    private func crossings(at y: Double) -> [Double] {
        var places: [Double] = []
        for edge in edges(near: y) where (edge.from.y <= y) != (edge.to.y <= y) {
            places.append(edge.from.x + (y - edge.from.y) / (edge.to.y - edge.from.y) * (edge.to.x - edge.from.x))
        }
        return places.sorted()
    }

    private static func length(_ places: [Double]) -> Double {
        stride(from: 0, to: places.count - 1, by: 2).reduce(0) { $0 + places[$1 + 1] - places[$1] }
    }

    private static func common(_ a: [Double], _ b: [Double]) -> Double {
        var (sum, i, j) = (0.0, 0, 0)
        while i + 1 < a.count, j + 1 < b.count {
            sum += max(0, min(a[i + 1], b[j + 1]) - max(a[i], b[j]))
            if a[i + 1] < b[j + 1] { i += 2 } else { j += 2 }
        }
        return sum
    }
}
