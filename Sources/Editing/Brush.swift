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
    /// slice `z`; and the voxel at each end itself, so that a brush smaller than a voxel still marks one.
    ///
    /// Parts off the grid are ignored. A stroke is a chain of such segments.
    /// - Complexity: O(rows within the brush × slices within it); each row is one run of bits.
    public mutating func sweep(_ brush: Brush, on z: Int, from start: PlanePoint, to end: PlanePoint, set value: Bool) {
        let spacing = geometry.spacing
        let reach = brush.shape == .ball ? Int((brush.radius.value / spacing.z).rounded(.down)) : 0
        for slice in max(0, z - reach)...min(geometry.size.z - 1, z + reach) where geometry.size.z > z && z >= 0 {
            let away = Double(slice - z) * spacing.z
            let radius = (brush.radius.value * brush.radius.value - away * away).squareRoot()
            guard radius >= 0 else { continue }
            sweep(disc: radius, on: slice, from: start, to: end, set: value)
            if slice == z {
                for point in [start, end] {
                    guard let x = Int(exactly: point.x.rounded()), let y = Int(exactly: point.y.rounded()) else {
                        continue
                    }
                    self[slice: slice].set(value, row: y, columns: x..<x + 1)
                }
            }
        }
    }

    private mutating func sweep(
        disc radius: Double, on z: Int, from start: PlanePoint, to end: PlanePoint, set value: Bool
    ) {
        let (sx, sy) = (geometry.spacing.x, geometry.spacing.y)
        // In millimetres, with the origin at voxel (0, 0).
        let capsule = Capsule(
            start: PlanePoint(x: start.x * sx, y: start.y * sy), end: PlanePoint(x: end.x * sx, y: end.y * sy),
            radius: radius)
        let top = (min(capsule.start.y, capsule.end.y) - radius) / sy
        let bottom = (max(capsule.start.y, capsule.end.y) + radius) / sy
        guard top.isFinite, bottom.isFinite, bottom >= 0, top <= Double(geometry.size.y - 1) else { return }
        let rows = Int(max(0, top.rounded(.up)))..<Int(min(Double(geometry.size.y - 1), bottom.rounded(.down))) + 1
        for y in rows {
            guard let run = capsule.columns(atHeight: Double(y) * sy) else { continue }
            let first = max(0, (run.lowerBound / sx).rounded(.up))
            let last = min(Double(geometry.size.x - 1), (run.upperBound / sx).rounded(.down))
            guard first <= last else { continue }
            self[slice: z].set(value, row: y, columns: Int(first)..<Int(last) + 1)
        }
    }
}

/// All points within `radius` of a segment; its cut with a horizontal line is one interval.
private struct Capsule {
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
}
