import Volumes

/// The surfels of a mask in a tree of boxes, for finding the one nearest to a point far away.
///
/// Surfels are gathered in cells of 4 × 4 × 4 points, the cells put along a Morton curve, and boxes drawn around
/// neighbours, neighbours of neighbours, and so on. Immutable, so that threads may share it.
final class SurfelTree: @unchecked Sendable {
    struct Point {
        var x: Int32
        var y: Int32
        var z: Int32
    }

    private struct Box {
        var low: Point
        var high: Point

        static let empty = Box(
            low: Point(x: .max, y: .max, z: .max), high: Point(x: .min, y: .min, z: .min))

        mutating func include(_ other: Box) {
            low = Point(x: min(low.x, other.low.x), y: min(low.y, other.low.y), z: min(low.z, other.low.z))
            high = Point(x: max(high.x, other.high.x), y: max(high.y, other.high.y), z: max(high.z, other.high.z))
        }
    }

    private struct Cell {
        var key: UInt64
        var points: Range<Int>
        var box: Box
    }

    private let spacing: Spacing
    private let points: UnsafeMutableBufferPointer<Point>
    /// Where each cell's points are; as many as the tree has leaves.
    private let leaves: UnsafeMutableBufferPointer<(start: Int32, end: Int32)>
    /// Boxes of a complete binary tree: node 1 is the root, node n has children 2n and 2n + 1, leaf i is node
    /// `leafBase + i`.
    private let boxes: UnsafeMutableBufferPointer<Box>
    private let leafBase: Int

    /// - Parameter planes: surfels by z; there must be at least one.
    init(planes: UnsafeMutableBufferPointer<BitPlane>, shape: LatticeShape, spacing: Spacing) {
        self.spacing = spacing
        var gathered: [Point] = []
        var cells: [Cell] = []
        for z in stride(from: 0, to: shape.planes, by: 4) {
            let layer = z..<min(z + 4, shape.planes)
            let stored = layer.filter { planes[$0].low < planes[$0].high }
            guard let low = stored.map({ planes[$0].low }).min(), let high = stored.map({ planes[$0].high }).max()
            else { continue }
            for y in stride(from: low & ~3, to: high, by: 4) {
                Self.gather(planes, shape, z: stored, y: y, &gathered, &cells)
            }
        }
        precondition(!cells.isEmpty, "a tree has at least one surfel")
        cells.sort { $0.key < $1.key }
        points = .allocate(capacity: gathered.count)
        _ = points.initialize(from: gathered)
        leaves = .allocate(capacity: cells.count)
        _ = leaves.initialize(from: cells.map { (Int32($0.points.lowerBound), Int32($0.points.upperBound)) })
        var base = 1
        while base < cells.count { base *= 2 }
        leafBase = base
        boxes = .allocate(capacity: 2 * base)
        boxes.initialize(repeating: .empty)
        for (i, cell) in cells.enumerated() { boxes[base + i] = cell.box }
        for node in stride(from: base - 1, to: 0, by: -1) {
            boxes[node] = boxes[2 * node]
            boxes[node].include(boxes[2 * node + 1])
        }
    }

    deinit {
        points.deallocate()
        leaves.deallocate()
        boxes.deallocate()
    }

    /// The cells of four rows in four planes.
    private static func gather(
        _ planes: UnsafeMutableBufferPointer<BitPlane>, _ shape: LatticeShape, z layer: [Int], y: Int,
        _ points: inout [Point], _ cells: inout [Cell]
    ) {
        for i in 0..<shape.words {
            var any: UInt64 = 0
            for z in layer {
                for row in max(y, planes[z].low)..<max(y, planes[z].low, min(y + 4, planes[z].high)) {
                    any |= planes[z].storedRow(row, shape.stride)[i]
                }
            }
            while any != 0 {
                let nibble = any.trailingZeroBitCount & ~3
                any &= ~(15 << UInt64(nibble))
                let start = points.count
                var box = Box.empty
                for z in layer {
                    for row in max(y, planes[z].low)..<max(y, planes[z].low, min(y + 4, planes[z].high)) {
                        var bits = planes[z].storedRow(row, shape.stride)[i] >> UInt64(nibble) & 15
                        while bits != 0 {
                            let x = 64 * i + nibble + bits.trailingZeroBitCount
                            bits &= bits - 1
                            let point = Point(x: Int32(x), y: Int32(row), z: Int32(z))
                            points.append(point)
                            box.include(Box(low: point, high: point))
                        }
                    }
                }
                let key = spread(16 * i + nibble / 4) | spread(y / 4) << 1 | spread((layer.first ?? 0) / 4) << 2
                cells.append(Cell(key: key, points: start..<points.count, box: box))
            }
        }
    }

    /// The bits of a number, two zeros between each.
    private static func spread(_ value: Int) -> UInt64 {
        (0..<16).reduce(0) { $0 | UInt64(value >> $1 & 1) << UInt64(3 * $1) }
    }

    /// The squared distance to the nearest surfel, mm², and which one that is.
    /// - Parameter hint: a surfel that is probably near: the answer for a neighbouring point, or 0.
    func nearest(to point: Point, hint: Int) -> (square: Double, surfel: Int) {
        var best = square(points[hint], point)
        var found = hint
        withUnsafeTemporaryAllocation(of: (node: Int, bound: Double).self, capacity: 80) { stack in
            stack[0] = (1, 0)
            var depth = 1
            while depth > 0 {
                depth &-= 1
                let (node, nodeBound) = stack[depth]
                if nodeBound >= best { continue }
                if node >= leafBase {
                    let leaf = leaves[node &- leafBase]
                    for i in Int(leaf.start)..<Int(leaf.end) {
                        let candidate = square(points[i], point)
                        if candidate < best { (best, found) = (candidate, i) }
                    }
                    continue
                }
                // The nearer child goes on top, to be looked at first.
                let (left, right) = (bound(boxes[2 &* node], point), bound(boxes[2 &* node &+ 1], point))
                let leftIsNearer = left <= right
                let (far, farBound) = leftIsNearer ? (2 &* node &+ 1, right) : (2 &* node, left)
                let (near, nearBound) = leftIsNearer ? (2 &* node, left) : (2 &* node &+ 1, right)
                if farBound < best {
                    stack[depth] = (far, farBound)
                    depth &+= 1
                }
                if nearBound < best {
                    stack[depth] = (near, nearBound)
                    depth &+= 1
                }
            }
        }
        return (best, found)
    }

    @inline(__always)
    private func square(_ a: Point, _ b: Point) -> Double {
        latticeSquare(Int(a.x &- b.x), Int(a.y &- b.y), Int(a.z &- b.z), spacing)
    }

    /// No point of the box is nearer than this, also after rounding; infinite for an empty box.
    @inline(__always)
    private func bound(_ box: Box, _ point: Point) -> Double {
        if box.low.x > box.high.x { return .infinity }
        return latticeSquare(
            Int(max(box.low.x &- point.x, point.x &- box.high.x, 0)),
            Int(max(box.low.y &- point.y, point.y &- box.high.y, 0)),
            Int(max(box.low.z &- point.z, point.z &- box.high.z, 0)), spacing)
    }
}
