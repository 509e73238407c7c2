import Volumes

/// A wire between two clicks that runs along the edges of the image: live-wire as Falcão, Udupa et al. have it
/// (Graphical Models and Image Processing 60, 1998), on the sides of voxels, so that what it encloses is the same
/// whichever way it is filled. Of two edges it takes the stronger; where there is none it runs straight.
///
/// Edges are those of the window in use: what cannot be seen on the screen draws no wire.
public struct LiveWire: Sendable {
    let slice: VolumeSlice
    let spacing: Spacing
    let low: Int
    let high: Int

    /// A wire over a slice.
    /// - Parameters:
    ///   - spacing: `x` between columns and `y` between rows, mm.
    ///   - window: the CT numbers that are told apart; below and above all is one.
    public init(slice: VolumeSlice, spacing: Spacing, window: ClosedRange<HounsfieldUnit>) {
        self.slice = slice
        self.spacing = spacing
        low = Int(window.lowerBound.value)
        high = max(low + 1, Int(window.upperBound.value))
    }

    /// What a voxel side costs at most, where the image is even, before its length is taken into account.
    static let dearest = 240
    /// Differences below this share of the window are taken for noise however even the image is.
    static let leastContrast = 0.06

    /// The cheapest way along voxel sides from one corner to another, both ends included.
    ///
    /// Searched for within the box of the two corners and half as much again on every side, at least 24 voxels.
    /// Corners off the slice are brought onto it.
    /// - Complexity: O(voxels of the box), by Dijkstra's algorithm with a queue of buckets (Dial, Communications of the
    ///   ACM 12, 1969).
    public func path(from start: SliceCorner, to end: SliceCorner) -> [SliceCorner] {
        let (start, end) = (clamped(start), clamped(end))
        guard start != end else { return [start] }
        let margin = max(24, max(abs(start.x - end.x), abs(start.y - end.y)) / 2)
        let field = WireField(
            self, x: max(0, min(start.x, end.x) - margin)...min(slice.width, max(start.x, end.x) + margin),
            y: max(0, min(start.y, end.y) - margin)...min(slice.height, max(start.y, end.y) + margin))
        return field.path(from: start, to: end)
    }

    /// The corner with the strongest edge near a position, nearer ones first among equals: where a click that is not
    /// exact was meant.
    public func corner(near point: PlanePoint, within reach: Millimetres) -> SliceCorner {
        func whole(_ value: Double, _ limit: Int) -> Int {
            value.isFinite ? Int(min(max(0, (value + 0.5).rounded()), Double(limit))) : 0
        }
        let centre = SliceCorner(x: whole(point.x, slice.width), y: whole(point.y, slice.height))
        guard reach.value > 0, reach.value.isFinite else { return centre }
        let (rx, ry) = (Int(min(reach.value / spacing.x, 32)), Int(min(reach.value / spacing.y, 32)))
        let xs = max(0, centre.x - rx)...min(slice.width, centre.x + rx)
        let ys = max(0, centre.y - ry)...min(slice.height, centre.y + ry)
        let field = WireField(self, x: xs, y: ys)
        var best = (corner: centre, score: -Double.infinity)
        for y in ys {
            for x in xs {
                let corner = SliceCorner(x: x, y: y)
                let away = Polyline.distance(corner.point, point, spacing: spacing) / reach.value
                guard away <= 1 else { continue }
                let score = field.strength(at: corner) - 0.25 * away
                if score > best.score { best = (corner, score) }
            }
        }
        return best.corner
    }

    private func clamped(_ corner: SliceCorner) -> SliceCorner {
        SliceCorner(x: min(max(0, corner.x), slice.width), y: min(max(0, corner.y), slice.height))
    }
}
