import Volumes

/// A wire between two clicks that runs along the edges of the image: live-wire as Falcão, Udupa et al. have it
/// (Graphical Models and Image Processing 60, 1998), on the sides of voxels, so that what it encloses is the same
/// whichever way it is filled. Of two edges it takes the stronger; where there is none it runs straight.
///
/// Edges are those of the window in use: what cannot be seen on the screen draws no wire.
public struct LiveWire: Sendable {
    private let slice: VolumeSlice
    private let spacing: Spacing
    private let low: Int
    private let high: Int

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
        let field = SideField(
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
        let field = SideField(self, x: xs, y: ys)
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

    /// The difference in grey across each voxel side of a box, and what the sides cost.
    private struct SideField {
        let xs: ClosedRange<Int>
        let ys: ClosedRange<Int>
        /// Corners across the box.
        let width: Int
        /// Corners down the box.
        let height: Int
        /// Cost of the side to the right of each corner.
        var right: [UInt16]
        /// Cost of the side below each corner.
        var below: [UInt16]
        /// How strong the edge is there, 0…1, as `right` and `below` have it.
        var strengthRight: [Float]
        var strengthBelow: [Float]

        init(_ wire: LiveWire, x xs: ClosedRange<Int>, y ys: ClosedRange<Int>) {
            self.xs = xs
            self.ys = ys
            let (width, height) = (xs.count, ys.count)
            self.width = width
            self.height = height
            let (columns, rows) = (wire.slice.width, wire.slice.height)
            // Greys of the voxels around, one more on every side; the rim of the slice goes on beyond it.
            let (gx, gy) = (xs.lowerBound - 2, ys.lowerBound - 2)
            let (gw, gh) = (width + 3, height + 3)
            let span = Float(wire.high - wire.low)
            var greys = [Float](repeating: 0, count: gw * gh)
            wire.slice.values.withUnsafeBufferPointer { values in
                for y in 0..<gh {
                    let row = min(max(0, gy + y), rows - 1) * columns
                    for x in 0..<gw {
                        let value = Int(values[row + min(max(0, gx + x), columns - 1)])
                        greys[y * gw + x] = Float(min(max(value, wire.low), wire.high) - wire.low) / span
                    }
                }
            }
            var (across, along) = (
                [Float](repeating: 0, count: width * height), [Float](repeating: 0, count: width * height)
            )
            var strongest = Float(LiveWire.leastContrast)
            greys.withUnsafeBufferPointer { greys in
                for y in 0..<height {
                    for x in 0..<width {
                        // Voxel (x, y) of the slice, right of and below the corner, is grey (x + 2, y + 2).
                        let here = (y + 2) * gw + x + 2
                        let i = y * width + x
                        // Across the side to the right: the voxel below against the one above, with their neighbours.
                        var sum = greys[here - 1] + 2 * greys[here] + (x + 3 < gw ? greys[here + 1] : greys[here])
                        let up = here - gw
                        sum -= greys[up - 1] + 2 * greys[up] + (x + 3 < gw ? greys[up + 1] : greys[up])
                        across[i] = abs(sum) / 4
                        let left = here - 1
                        let next = y + 3 < gh ? gw : 0
                        sum = greys[here - gw] + 2 * greys[here] + greys[here + next]
                        sum -= greys[left - gw] + 2 * greys[left] + greys[left + next]
                        along[i] = abs(sum) / 4
                        strongest = max(strongest, across[i], along[i])
                    }
                }
            }
            let shorter = Float(min(wire.spacing.x, wire.spacing.y))
            let lengths = (Float(wire.spacing.x) / shorter, Float(wire.spacing.y) / shorter)
            func cost(_ strength: Float, _ length: Float) -> UInt16 {
                let rest = 1 - strength
                return UInt16(min(2000, (2 + Float(LiveWire.dearest) * rest * rest) * length))
            }
            let (toRight, toBelow) = (across.map { $0 / strongest }, along.map { $0 / strongest })
            right = toRight.map { cost($0, lengths.0) }
            below = toBelow.map { cost($0, lengths.1) }
            strengthRight = toRight
            strengthBelow = toBelow
        }

        /// The strongest edge that meets a corner.
        func strength(at corner: SliceCorner) -> Double {
            let (x, y) = (corner.x - xs.lowerBound, corner.y - ys.lowerBound)
            let i = y * width + x
            var most = max(strengthRight[i], strengthBelow[i])
            if x > 0 { most = max(most, strengthRight[i - 1]) }
            if y > 0 { most = max(most, strengthBelow[i - width]) }
            return Double(most)
        }

        func path(from start: SliceCorner, to end: SliceCorner) -> [SliceCorner] {
            let source = (start.y - ys.lowerBound) * width + start.x - xs.lowerBound
            let target = (end.y - ys.lowerBound) * width + end.x - xs.lowerBound
            let dx = Float(end.x - start.x)
            let dy = Float(end.y - start.y)
            let line = Line(
                a: dy, b: -dx, c: dx * Float(start.y) - dy * Float(start.x),
                scale: 1 / (dx * dx + dy * dy).squareRoot(),
                x: xs.lowerBound, y: ys.lowerBound)
            return cameFrom(source, target, line).map {
                SliceCorner(x: $0 % width + xs.lowerBound, y: $0 / width + ys.lowerBound)
            }
        }

        /// The straight line between the ends, which breaks ties where the image is even.
        struct Line {
            let a, b, c, scale: Float
            let x, y: Int
            /// A little more the further a corner is from it, but never much.
            @inline(__always) func surcharge(_ column: Int, _ row: Int) -> Int {
                Int(min(8, abs(a * Float(column + x) + b * Float(row + y) + c) * scale))
            }
        }

        private func cameFrom(_ source: Int, _ target: Int, _ line: Line) -> [Int] {
            let count = width * height
            var settled = [Bool](repeating: false, count: count)
            var distance = [Int32](repeating: .max, count: count)
            // Which neighbour a corner was reached from: 1 right, 2 below, 3 left, 4 above.
            var from = [UInt8](repeating: 0, count: count)
            var queue = WireQueue(greatestStep: 2010, capacity: count)
            distance[source] = 0
            queue.push(Int32(source), at: 0)
            while let (node, cost) = queue.pop() {
                let i = Int(node)
                if settled[i] { continue }
                settled[i] = true
                if i == target { break }
                let (y, x) = i.quotientAndRemainder(dividingBy: width)
                @inline(__always) func relax(_ j: Int, _ side: UInt16, _ column: Int, _ row: Int, _ origin: UInt8) {
                    guard !settled[j] else { return }
                    let reached = cost + Int32(side) + Int32(line.surcharge(column, row))
                    if reached < distance[j] {
                        distance[j] = reached
                        from[j] = origin
                        queue.push(Int32(j), at: reached)
                    }
                }
                if x + 1 < width { relax(i + 1, right[i], x + 1, y, 3) }
                if x > 0 { relax(i - 1, right[i - 1], x - 1, y, 1) }
                if y + 1 < height { relax(i + width, below[i], x, y + 1, 4) }
                if y > 0 { relax(i - width, below[i - width], x, y - 1, 2) }
            }
            var path = [target]
            var i = target
            while i != source {
                switch from[i] {
                case 1: i += 1
                case 2: i += width
                case 3: i -= 1
                case 4: i -= width
                default: return [source, target]
                }
                path.append(i)
            }
            return path.reversed()
        }
    }
}

/// A priority queue for whole costs of which no step is greater than a known one (Dial 1969).
private struct WireQueue {
    private var heads: [Int32]
    private var nodes: [Int32] = []
    private var next: [Int32] = []
    private var current: Int32 = 0
    private var count = 0
    private let mask: Int32

    init(greatestStep: Int, capacity: Int) {
        var size = 1
        while size <= greatestStep { size *= 2 }
        heads = [Int32](repeating: -1, count: size)
        mask = Int32(size - 1)
        nodes.reserveCapacity(capacity)
        next.reserveCapacity(capacity)
    }

    mutating func push(_ node: Int32, at cost: Int32) {
        let bucket = Int(cost & mask)
        nodes.append(node)
        next.append(heads[bucket])
        heads[bucket] = Int32(nodes.count - 1)
        count += 1
    }

    mutating func pop() -> (node: Int32, cost: Int32)? {
        guard count > 0 else { return nil }
        while heads[Int(current & mask)] < 0 { current += 1 }
        let bucket = Int(current & mask)
        let entry = Int(heads[bucket])
        heads[bucket] = next[entry]
        count -= 1
        return (nodes[entry], current)
    }
}
