import Volumes

/// The difference in grey across each voxel side of a box of a slice, and what the sides cost a ``LiveWire``.
///
/// Corners lie in rows of `stride`, one more than are across the box: the one too many stands for whatever is off the
/// box to the right of a row and to the left of the next. A row above and one below do the same. The search need not
/// ask where it is, since it never comes to a corner there.
struct WireField {
    let xs: ClosedRange<Int>
    let ys: ClosedRange<Int>
    /// Corners across the box, and down it.
    let width: Int
    let height: Int
    /// From a corner to the one below it.
    let stride: Int
    /// How strong the edge is along the side to the right of each corner and along the one below it, 0…1.
    private let strengthRight: [Float]
    private let strengthBelow: [Float]
    /// mm between columns and between rows, in the shorter of the two.
    private let lengths: (right: Float, below: Float)

    init(_ wire: LiveWire, x xs: ClosedRange<Int>, y ys: ClosedRange<Int>) {
        self.xs = xs
        self.ys = ys
        (width, height, stride) = (xs.count, ys.count, xs.count + 1)
        let shorter = Float(min(wire.spacing.x, wire.spacing.y))
        lengths = (Float(wire.spacing.x) / shorter, Float(wire.spacing.y) / shorter)
        (strengthRight, strengthBelow) = Self.strengths(
            Self.greys(wire, x: xs, y: ys), width: xs.count, height: ys.count)
    }

    /// Greys of the voxels around, 0…1: two more to the left and above, one more to the right and below. The rim of the
    /// slice goes on beyond it.
    private static func greys(_ wire: LiveWire, x xs: ClosedRange<Int>, y ys: ClosedRange<Int>) -> [Float] {
        let (columns, rows) = (wire.slice.width, wire.slice.height)
        let (width, height) = (xs.count + 3, ys.count + 3)
        let (left, top) = (xs.lowerBound - 2, ys.lowerBound - 2)
        let (low, high) = (Int32(wire.low), Int32(wire.high))
        let span = Float(high - low)
        return [Float](unsafeUninitializedCapacity: width * height) { greys, count in
            wire.slice.values.withUnsafeBufferPointer { values in
                for y in 0..<height {
                    let row = min(max(0, top + y), rows - 1) * columns
                    for x in 0..<width {
                        let value = Int32(values[row + min(max(0, left + x), columns - 1)])
                        greys[y * width + x] = Float(min(max(value, low), high) &- low) / span
                    }
                }
            }
            count = width * height
        }
    }

    /// Across each side, one voxel against the other, both with their neighbours along the side; by the strongest.
    private static func strengths(_ greys: [Float], width: Int, height: Int) -> (right: [Float], below: [Float]) {
        let (gw, stride) = (width + 3, width + 1)
        var right = [Float](repeating: 0, count: stride * height)
        var below = right
        var strongest = Float(LiveWire.leastContrast)
        greys.withUnsafeBufferPointer { greys in
            right.withUnsafeMutableBufferPointer { right in
                below.withUnsafeMutableBufferPointer { below in
                    for y in 0..<height {
                        for x in 0..<width {
                            // Voxel (x, y) of the slice, right of and below the corner, is grey (x + 2, y + 2).
                            let here = (y + 2) * gw + x + 2
                            let (up, left, i) = (here - gw, here - 1, y * stride + x)
                            let rows = (
                                greys[here - 1] + 2 * greys[here] + greys[here + 1],
                                greys[up - 1] + 2 * greys[up] + greys[up + 1]
                            )
                            right[i] = abs(rows.0 - rows.1) / 4
                            let columns = (
                                greys[here - gw] + 2 * greys[here] + greys[here + gw],
                                greys[left - gw] + 2 * greys[left] + greys[left + gw]
                            )
                            below[i] = abs(columns.0 - columns.1) / 4
                            strongest = max(strongest, right[i], below[i])
                        }
                    }
                    for i in 0..<stride * height {
                        right[i] /= strongest
                        below[i] /= strongest
                    }
                }
            }
        }
        return (right, below)
    }

    /// The strongest edge that meets a corner of the box.
    func strength(at corner: SliceCorner) -> Double {
        let (x, y) = (corner.x - xs.lowerBound, corner.y - ys.lowerBound)
        let i = y * stride + x
        var most = max(strengthRight[i], strengthBelow[i])
        if x > 0 { most = max(most, strengthRight[i - 1]) }
        if y > 0 { most = max(most, strengthBelow[i - stride]) }
        return Double(most)
    }

    /// The cheapest way between two corners of the box, both included.
    func path(from start: SliceCorner, to end: SliceCorner) -> [SliceCorner] {
        // With the row above the box.
        func index(_ corner: SliceCorner) -> Int {
            (corner.y - ys.lowerBound + 1) * stride + corner.x - xs.lowerBound
        }
        let (source, target) = (index(start), index(end))
        var path = [target]
        var i = target
        let from = search(from: source, to: target, surcharges(start, end))
        while i != source {
            i += Self.steps(stride)[Int(from[i])]
            guard from[i] != 0 || i == source else { break }
            path.append(i)
        }
        return path.reversed().map { SliceCorner(x: $0 % stride + xs.lowerBound, y: $0 / stride - 1 + ys.lowerBound) }
    }

    /// What is laid on a corner the further it is from the straight line between the ends, but never much: it breaks
    /// ties where the image is even.
    private func surcharges(_ start: SliceCorner, _ end: SliceCorner) -> [UInt8] {
        let (dx, dy) = (Float(end.x - start.x), Float(end.y - start.y))
        let constant = dx * Float(start.y) - dy * Float(start.x)
        let scale = 1 / (dx * dx + dy * dy).squareRoot()
        var result = [UInt8](repeating: 0, count: stride * (height + 2))
        result.withUnsafeMutableBufferPointer { result in
            for y in 0..<height {
                for x in 0..<width {
                    let away = abs(dy * Float(x + xs.lowerBound) - dx * Float(y + ys.lowerBound) + constant)
                    result[(y + 1) * stride + x] = UInt8(min(8, away * scale))
                }
            }
        }
        return result
    }

    /// What a side of a strength and length costs.
    @inline(__always) private func cost(_ strength: Float, _ length: Float) -> Int32 {
        let rest = 1 - strength
        return Int32(min(2000, (2 + Float(LiveWire.dearest) * rest * rest) * length))
    }

    /// The way to the neighbour that a corner was reached from.
    private static func steps(_ stride: Int) -> [Int] { [0, 1, stride, -1, -stride] }

    /// Which neighbour each corner was reached from, as far as the search came: 1 right, 2 below, 3 left, 4 above, 0 for
    /// the source and what was not reached. Corners count from the row above the box.
    private func search(from source: Int, to target: Int, _ surcharges: [UInt8]) -> [UInt8] {
        let count = stride * (height + 2) + 1
        var from = [UInt8](repeating: 0, count: count)
        // Nothing is ever nearer than what is off the box.
        var distance = [Int32](repeating: .min, count: count)
        distance.withUnsafeMutableBufferPointer { distance in
            for y in 1...height {
                for x in 0..<width { distance[y * stride + x] = .max }
            }
        }
        // A corner is pushed once from each of its neighbours at most.
        var queue = WireQueue(greatestStep: 2010, capacity: 4 * width * height + 1)
        defer { queue.deallocate() }
        from.withUnsafeMutableBufferPointer { from in
            distance.withUnsafeMutableBufferPointer { distance in
                surcharges.withUnsafeBufferPointer { surcharges in
                    strengthRight.withUnsafeBufferPointer { right in
                        strengthBelow.withUnsafeBufferPointer { below in
                            distance[source] = 0
                            queue.push(Int32(source), at: 0)
                            while let (node, reached) = queue.pop() {
                                let i = Int(node)
                                // It was reached in a cheaper way since.
                                if reached != distance[i] { continue }
                                if i == target { break }
                                @inline(__always) func relax(_ j: Int, _ side: Float, _ length: Float, _ origin: UInt8)
                                {
                                    let known = distance[j]
                                    guard known > reached else { return }
                                    let total = reached &+ cost(side, length) &+ Int32(surcharges[j])
                                    guard total < known else { return }
                                    distance[j] = total
                                    from[j] = origin
                                    queue.push(Int32(truncatingIfNeeded: j), at: total)
                                }
                                let side = i - stride
                                relax(i + 1, right[side], lengths.right, 3)
                                if side > 0 { relax(i - 1, right[side - 1], lengths.right, 1) }
                                relax(i + stride, below[side], lengths.below, 4)
                                if side >= stride { relax(i - stride, below[side - stride], lengths.below, 2) }
                            }
                        }
                    }
                }
            }
        }
        return from
    }
}
