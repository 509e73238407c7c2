import Volumes

/// What a brush marks: a disc on the slice, or a ball through the neighbouring slices. Sizes are true millimetres
/// whatever the voxels' shape.
public struct Brush: Hashable, Sendable {
    /// A disc or a ball.
    public enum Shape: String, Hashable, Sendable {
        /// On the slice alone.
        case disc
        /// Through the neighbouring slices as well.
        case ball
    }

    /// A disc or a ball.
    public var shape: Shape
    /// How far a voxel's centre may lie from the brush's path, mm.
    public var radius: Millimetres

    /// The least and greatest radius.
    public static let radiusRange: ClosedRange<Millimetres> = 0.5...60

    /// A brush; the radius is brought into ``radiusRange``.
    public init(shape: Shape = .disc, radius: Millimetres = 6) {
        self.shape = shape
        self.radius = min(max(radius, Self.radiusRange.lowerBound), Self.radiusRange.upperBound)
    }
}

extension Mask {
    /// Marks or clears every voxel whose centre is within the brush's radius of the segment from `start` to `end` on
    /// slice `z`; see ``sweep(_:in:from:to:set:)``.
    public mutating func sweep(_ brush: Brush, on z: Int, from start: PlanePoint, to end: PlanePoint, set value: Bool) {
        sweep(brush, in: .slice(z), from: start, to: end, set: value)
    }

    /// Marks or clears every voxel whose centre is within the brush's radius of the segment from `start` to `end` on a
    /// plane; and the voxel at each end itself, so that a brush smaller than a voxel still marks one. A disc stays on
    /// the plane, a ball reaches through its neighbours.
    ///
    /// Parts off the grid are ignored. A stroke is a chain of such segments.
    /// - Complexity: O(rows within the brush × slices within it); each row is one run of bits, but for a plane of
    ///   constant x, where each voxel is one.
    public mutating func sweep(
        _ brush: Brush, in plane: GridPlane, from start: PlanePoint, to end: PlanePoint, set value: Bool
    ) {
        brush.forEachRun(in: plane, of: geometry, from: start, to: end) { z, y, columns in
            self[slice: z].set(value, row: y, columns: columns)
        }
    }
}

extension Brush {
    /// Calls `body` with the runs of columns on a slice's row that the brush touches on its way from `start` to `end`
    /// on a plane; some voxels may come more than once, none is off the grid.
    public func forEachRun(
        in plane: GridPlane, of geometry: GridGeometry, from start: PlanePoint, to end: PlanePoint,
        _ body: (_ z: Int, _ y: Int, _ columns: Range<Int>) -> Void
    ) {
        let (axes, spacing) = (plane.axes, geometry.spacing)
        let planes = geometry.size[plane.normal]
        guard (0..<planes).contains(plane.depth) else { return }
        let reach = shape == .ball ? Int((radius.value / spacing[plane.normal]).rounded(.down)) : 0
        for depth in max(0, plane.depth - reach)...min(planes - 1, plane.depth + reach) {
            let away = Double(depth - plane.depth) * spacing[plane.normal]
            let left = (radius.value * radius.value - away * away).squareRoot()
            guard left >= 0 else { continue }
            let (sx, sy) = (spacing[axes.x], spacing[axes.y])
            // In millimetres, with the origin at voxel (0, 0).
            let capsule = Capsule(
                start: PlanePoint(x: start.x * sx, y: start.y * sy), end: PlanePoint(x: end.x * sx, y: end.y * sy),
                radius: left)
            capsule.forEachRow(sx, sy, geometry.size[axes.x], geometry.size[axes.y]) { row, run in
                Self.hand(run, row, depth, plane.normal, to: body)
            }
        }
        for point in [start, end] {
            guard let voxel = plane.voxel(at: point, in: geometry.size) else { continue }
            body(voxel.z, voxel.y, voxel.x..<voxel.x + 1)
        }
    }

    /// Hands on a run along the plane's x on its row as runs of columns.
    @inline(__always)
    private static func hand(
        _ run: Range<Int>, _ row: Int, _ depth: Int, _ normal: GridAxis,
        to body: (_ z: Int, _ y: Int, _ columns: Range<Int>) -> Void
    ) {
        switch normal {
        case .z: body(depth, row, run)
        case .y: body(row, depth, run)
        case .x: for y in run { body(row, y, depth..<depth + 1) }
        }
    }
}

/// All points within `radius` of a segment; its cut with a horizontal line is one interval.
struct Capsule {
    let start: PlanePoint
    let end: PlanePoint
    let radius: Double

    /// Where the line at this height runs inside, or `nil`.
    func columns(atHeight y: Double) -> ClosedRange<Double>? {
        var low = Double.infinity
        var high = -Double.infinity
        func take(_ a: Double, _ b: Double) {
            low = min(low, a)
            high = max(high, b)
        }
        for centre in [start, end] {
            let h = radius * radius - (y - centre.y) * (y - centre.y)
            if h >= 0 { take(centre.x - h.squareRoot(), centre.x + h.squareRoot()) }
        }
        // The straight part: the band of points whose foot lies on the segment.
        let (dx, dy) = (end.x - start.x, end.y - start.y)
        let length = (dx * dx + dy * dy).squareRoot()
        if length > 0 {
            if abs(dy) < 1e-12 {
                if abs(y - start.y) <= radius { take(min(start.x, end.x), max(start.x, end.x)) }
            } else {
                // Signed distance to the axis is ((x − sx)·dy − (y − sy)·dx) / length; |distance| ≤ radius.
                let middle = start.x + (y - start.y) * dx / dy
                let half = abs(radius * length / dy)
                // The foot's parameter ((x − sx)·dx + (y − sy)·dy) / length² must be in 0…1.
                var (a, b) = (middle - half, middle + half)
                if abs(dx) > 1e-12 {
                    let atStart = start.x - (y - start.y) * dy / dx
                    let atEnd = atStart + length * length / dx
                    a = max(a, min(atStart, atEnd))
                    b = min(b, max(atStart, atEnd))
                } else if (y - start.y) * dy < 0 || (y - start.y) * dy > length * length {
                    return low <= high ? low...high : nil
                }
                if a <= b { take(a, b) }
            }
        }
        return low <= high ? low...high : nil
    }

    /// Calls `body` with each row of voxels that the capsule meets, and the run of voxels in it, on a plane of
    /// `columns` × `rows` voxels of `sx` × `sy` mm.
    func forEachRow(_ sx: Double, _ sy: Double, _ columns: Int, _ rows: Int, _ body: (Int, Range<Int>) -> Void) {
        let top = (min(start.y, end.y) - radius) / sy
        let bottom = (max(start.y, end.y) + radius) / sy
        guard top.isFinite, bottom.isFinite, bottom >= 0, top <= Double(rows - 1) else { return }
        let first = Int(max(0, top.rounded(.up)))
        let last = Int(min(Double(rows - 1), bottom.rounded(.down)))
        guard first <= last else { return }
        for y in first...last {
            guard let run = self.columns(atHeight: Double(y) * sy) else { continue }
            let left = max(0, (run.lowerBound / sx).rounded(.up))
            let right = min(Double(columns - 1), (run.upperBound / sx).rounded(.down))
            if left <= right { body(y, Int(left)..<Int(right) + 1) }
        }
    }
}
