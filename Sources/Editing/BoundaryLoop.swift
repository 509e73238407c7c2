import Volumes

/// One closed boundary of a mask on a slice, corner by corner, with the length along it in mm. What nudging and moving
/// vertices work on: only the stretch that moves changes voxels, all others stay as they are.
public struct BoundaryLoop: Hashable, Sendable {
    /// Every corner of the walk, one voxel side apart, the mask on its right-hand side.
    public let corners: [SliceCorner]
    /// Whether it runs around a hole.
    public let isHole: Bool
    /// The way along the loop to each corner, mm, and all the way round last.
    let way: [Double]

    /// The length of the loop, mm.
    public var length: Double { way[corners.count] }

    /// A loop from its turning points.
    /// - Parameter spacing: `x` between columns and `y` between rows, mm.
    public init(_ loop: SliceLoop, spacing: Spacing) {
        var corners: [SliceCorner] = []
        for (i, from) in loop.corners.enumerated() {
            let to = loop.corners[(i + 1) % loop.corners.count]
            let (dx, dy) = ((to.x - from.x).signum(), (to.y - from.y).signum())
            for step in 0..<max(abs(to.x - from.x), abs(to.y - from.y)) {
                corners.append(SliceCorner(x: from.x + step * dx, y: from.y + step * dy))
            }
        }
        self.corners = corners
        isHole = loop.isHole
        // A staircase is longer than the line it stands for, so that the way is measured along a smoothed line.
        let count = corners.count
        let reach = min(2, max(0, (count - 1) / 2))
        let smooth = corners.indices.map { i -> PlanePoint in
            var (x, y) = (0, 0)
            for k in -reach...reach {
                let corner = corners[(i + k + count) % count]
                x += corner.x
                y += corner.y
            }
            let share = Double(2 * reach + 1)
            return PlanePoint(x: Double(x) / share, y: Double(y) / share)
        }
        var way = [0.0]
        way.reserveCapacity(count + 1)
        for i in 0..<count {
            way.append(way[i] + Polyline.distance(smooth[i], smooth[(i + 1) % count], spacing: spacing))
        }
        self.way = way
    }

    /// The shorter way between two corners, mm.
    func way(between one: Int, _ other: Int) -> Double {
        let along = abs(way[one] - way[other])
        return min(along, length - along)
    }

    /// The slice after the corners have moved, each by a share of a shift in voxels. What the boundary sweeps over is
    /// added or taken away, and nothing else changes; a stretch that is pushed beyond the opposite boundary cuts
    /// through.
    func moved(in slice: MaskSlice, by shift: PlanePoint, share: (Int) -> Double) -> MaskSlice {
        replaced(
            in: slice,
            by: corners.indices.map { i in
                let (point, share) = (corners[i].point, share(i))
                return PlanePoint(x: point.x + shift.x * share, y: point.y + shift.y * share)
            })
    }

    /// The slice after another walk has taken the place of this one.
    func replaced(in slice: MaskSlice, by points: [PlanePoint]) -> MaskSlice {
        func inside(_ points: [PlanePoint]) -> MaskSlice {
            MaskSlice(width: slice.width, height: slice.height, woundBy: points, clockwise: !isHole)
        }
        let (before, after) = (inside(corners.map(\.point)), inside(points))
        var result = slice
        if isHole {
            result.formUnion(before.subtracting(after))
            result.subtract(after.subtracting(before))
        } else {
            result.subtract(before.subtracting(after))
            result.formUnion(after.subtracting(before))
        }
        return result
    }
}

/// A place on the boundary of a slice.
public struct BoundaryPlace: Hashable, Sendable {
    /// The boundary.
    public let loop: BoundaryLoop
    /// Which of its corners.
    public let index: Int

    /// Where it lies, in voxels.
    public var point: PlanePoint { loop.corners[index].point }

    /// The slice after the boundary here was dragged by a shift in voxels. What lies within `reach` along the boundary
    /// follows, the less the further away; a pull that is long for its reach takes along as much as it needs so that
    /// the boundary does not fold over.
    /// - Complexity: O(length of the boundary + voxels of the slice / 64).
    public func nudged(
        in slice: MaskSlice, by shift: PlanePoint, reach: Millimetres, spacing: Spacing
    ) -> MaskSlice {
        let pull = Polyline.distance(PlanePoint(x: 0, y: 0), shift, spacing: spacing)
        guard pull.isFinite, pull > 0 else { return slice }
        // The steepest part of a raised cosine is π/2 over its reach.
        let reach = max(reach.value, pull * 1.6, max(spacing.x, spacing.y))
        return loop.moved(in: slice, by: shift) { i in
            let share = loop.way(between: i, index) / reach
            return share >= 1 ? 0 : BoundaryPlace.falloff(share)
        }
    }

    /// From 1 at 0 to 0 at 1, level at both ends: (1 + cos πt) / 2 to within 0.001, by its odd polynomial about ½.
    static func falloff(_ t: Double) -> Double {
        let u = .pi * (t - 0.5)
        let u2 = u * u
        let sine = u * (1 - u2 / 6 * (1 - u2 / 20 * (1 - u2 / 42 * (1 - u2 / 72))))
        return (1 - sine) / 2
    }
}

extension MaskSlice {
    /// The boundaries of the slice, corner by corner.
    public func boundaryLoops(spacing: Spacing) -> [BoundaryLoop] {
        outlineLoops().map { BoundaryLoop($0, spacing: spacing) }
    }

    /// The place of the boundary nearest to a position, if it is no further away than `reach`.
    public func boundary(nearest point: PlanePoint, within reach: Millimetres, spacing: Spacing) -> BoundaryPlace? {
        var best: (loop: SliceLoop, corner: SliceCorner)?
        var least = reach.value
        for loop in outlineLoops() {
            for (i, from) in loop.corners.enumerated() {
                let to = loop.corners[(i + 1) % loop.corners.count]
                // Sides are straight along an axis: the nearest corner of one is the position brought into its range.
                let x = min(max((point.x + 0.5).rounded(), Double(min(from.x, to.x))), Double(max(from.x, to.x)))
                let y = min(max((point.y + 0.5).rounded(), Double(min(from.y, to.y))), Double(max(from.y, to.y)))
                guard let cx = Int(exactly: x), let cy = Int(exactly: y) else { continue }
                let corner = SliceCorner(x: cx, y: cy)
                let away = Polyline.distance(corner.point, point, spacing: spacing)
                if away <= least, away < least || best == nil { (least, best) = (away, (loop, corner)) }
            }
        }
        guard let best else { return nil }
        let loop = BoundaryLoop(best.loop, spacing: spacing)
        guard let index = loop.corners.firstIndex(of: best.corner) else { return nil }
        return BoundaryPlace(loop: loop, index: index)
    }
}
