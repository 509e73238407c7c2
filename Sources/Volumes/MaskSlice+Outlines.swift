/// A corner of voxels on a slice: corner (x, y) is where voxels (x − 1, y − 1) and (x, y) touch, so that it lies at
/// index (x − ½, y − ½).
public struct SliceCorner: Hashable, Sendable {
    /// Along columns, from 0 to the slice's width.
    public var x: Int
    /// Along rows, from 0 to the slice's height.
    public var y: Int

    /// A corner by its column and row of corners.
    public init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }

    /// Where it lies in voxels.
    public var point: PlanePoint { PlanePoint(x: Double(x) - 0.5, y: Double(y) - 0.5) }
}

/// One closed walk along voxel edges with the mask on its right-hand side: clockwise around a 4-connected part (rows
/// grow downwards), the other way around a hole.
public struct SliceLoop: Hashable, Sendable {
    /// The turning points, the first not repeated.
    public internal(set) var corners: [SliceCorner]
    /// Whether it runs around a hole.
    public internal(set) var isHole: Bool
}

extension MaskSlice {
    /// The outlines of the mask along voxel edges: closed polygons of corners, the first not repeated. Filling them by
    /// even-odd at voxel centres gives the slice back exactly.
    ///
    /// There is one polygon for each 4-connected part. Holes are joined to their outline by keyholes, channels of no
    /// width along voxel edges, as DICOM advises (PS3.3 C.8.8.6.3): readers that count windings, and readers that
    /// unite the contours of a slice, keep the holes too.
    /// - Complexity: O(words + perimeter).
    public func outlines() -> [[SliceCorner]] {
        var tracer = OutlineTracer(self)
        tracer.trace()
        return tracer.polygons()
    }

    /// The outlines of the mask along voxel edges, holes by themselves: filling all of them by even-odd gives the
    /// slice back exactly.
    /// - Complexity: O(words + perimeter).
    public func outlineLoops() -> [SliceLoop] {
        var tracer = OutlineTracer(self)
        tracer.trace()
        return tracer.loops
    }
}

/// Walks along voxel edges with the mask on the right-hand side (rows grow downwards): around parts clockwise, around
/// holes the other way.
private struct OutlineTracer {
    private let slice: MaskSlice
    private let width, height: Int
    /// Unit edges that go east and have been walked, by row of corners.
    private var walked: Set<Int> = []
    private(set) var loops: [SliceLoop] = []

    init(_ slice: MaskSlice) {
        self.slice = slice
        width = slice.width
        height = slice.height
    }

    /// Finds all loops, in the order of their topmost, leftmost edges.
    mutating func trace() {
        let stride = slice.wordsPerRow
        for y in 0..<height {
            for word in 0..<stride {
                let above = y > 0 ? slice.words[(y - 1) * stride + word] : 0
                var tops = slice.words[y * stride + word] & ~above
                while tops != 0 {
                    let x = word * 64 + tops.trailingZeroBitCount
                    tops &= tops - 1
                    if !walked.contains(key(x, y)) { loops.append(walk(x, y)) }
                }
            }
        }
    }

    /// The loops with holes joined to their outlines.
    func polygons() -> [[SliceCorner]] {
        loops.contains(where: \.isHole) ? joined() : loops.map(\.corners)
    }

    private func key(_ x: Int, _ y: Int) -> Int { y * (width + 1) + x }

    private func isIn(_ x: Int, _ y: Int) -> Bool {
        x >= 0 && y >= 0 && x < width && y < height && slice[x, y]
    }

    /// Walks from the top edge of voxel (x, y) until it is back.
    private mutating func walk(_ startX: Int, _ startY: Int) -> SliceLoop {
        var corners: [SliceCorner] = []
        var (x, y) = (startX, startY)
        // East, south, west, north.
        var heading = 0
        var doubleArea = 0
        repeat {
            if heading == 0 { walked.insert(key(x, y)) }
            let (fromX, fromY) = (x, y)
            switch heading {
            case 0: x += 1
            case 1: y += 1
            case 2: x -= 1
            default: y -= 1
            }
            doubleArea += fromX * y - x * fromY
            // The voxels ahead on the right and on the left of the walk.
            let (right, left): (Bool, Bool) =
                switch heading {
                case 0: (isIn(x, y), isIn(x, y - 1))
                case 1: (isIn(x - 1, y), isIn(x, y))
                case 2: (isIn(x - 1, y - 1), isIn(x - 1, y))
                default: (isIn(x, y - 1), isIn(x - 1, y - 1))
                }
            // Where parts touch at a corner the walk stays with its own voxel: parts are 4-connected.
            let turn = !right ? 1 : left ? 3 : 0
            if turn != 0 { corners.append(SliceCorner(x: x, y: y)) }
            heading = (heading + turn) & 3
        } while x != startX || y != startY || heading != 0
        // Clockwise with rows growing downwards has a positive area in this sum.
        return SliceLoop(corners: corners, isHole: doubleArea < 0)
    }

    // MARK: Keyholes

    /// Joins each hole to the loop that lies to the left of its leftmost corner, by a channel along the row of corners.
    private func joined() -> [[SliceCorner]] {
        let owner = loopsOfVerticalEdges()
        var attached: [Place: [Int]] = [:]
        var start: [Int: Int] = [:]
        for (index, loop) in loops.enumerated() where loop.isHole {
            guard
                let first = loop.corners.indices.min(by: {
                    (loop.corners[$0].x, loop.corners[$0].y) < (loop.corners[$1].x, loop.corners[$1].y)
                })
            else { continue }
            let corner = loop.corners[first]
            // Left of a hole's leftmost, topmost corner both voxels are in the mask, up to the next outline.
            var x = corner.x - 1
            while isIn(x - 1, corner.y - 1), isIn(x - 1, corner.y) { x -= 1 }
            let edgeY = isIn(x - 1, corner.y) ? corner.y - 1 : corner.y
            guard let other = owner[key(x, edgeY)] else { continue }
            start[index] = first
            attached[Place(loop: other, corner: SliceCorner(x: x, y: corner.y)), default: []].append(index)
        }
        var polygons: [[SliceCorner]] = []
        for (index, loop) in loops.enumerated() where !loop.isHole {
            var polygon: [SliceCorner] = []
            emit(index, from: 0, &attached, start, into: &polygon)
            // A detour from a turning point leaves that point twice in a row.
            polygons.append(polygon.indices.filter { $0 == 0 || polygon[$0] != polygon[$0 - 1] }.map { polygon[$0] })
        }
        return polygons
    }

    private struct Place: Hashable {
        var loop: Int
        var corner: SliceCorner
    }

    /// Which loop each vertical unit edge belongs to, by its upper corner.
    private func loopsOfVerticalEdges() -> [Int: Int] {
        var owner: [Int: Int] = [:]
        for (index, loop) in loops.enumerated() {
            for (i, from) in loop.corners.enumerated() {
                let to = loop.corners[(i + 1) % loop.corners.count]
                guard from.x == to.x else { continue }
                for y in min(from.y, to.y)..<max(from.y, to.y) { owner[key(from.x, y)] = index }
            }
        }
        return owner
    }

    /// Appends a loop from one of its corners, making a detour around each hole that is attached to it.
    private func emit(
        _ index: Int, from start: Int, _ attached: inout [Place: [Int]], _ starts: [Int: Int],
        into polygon: inout [SliceCorner]
    ) {
        let corners = loops[index].corners
        for step in 0..<corners.count {
            let from = corners[(start + step) % corners.count]
            let to = corners[(start + step + 1) % corners.count]
            polygon.append(from)
            guard from.x == to.x else { continue }
            let down = to.y > from.y ? 1 : -1
            for y in stride(from: from.y, through: to.y, by: down) {
                let corner = SliceCorner(x: from.x, y: y)
                guard let holes = attached.removeValue(forKey: Place(loop: index, corner: corner)) else { continue }
                for hole in holes {
                    if polygon.last != corner { polygon.append(corner) }
                    let first = starts[hole] ?? 0
                    emit(hole, from: first, &attached, starts, into: &polygon)
                    polygon.append(loops[hole].corners[first])
                    polygon.append(corner)
                }
            }
        }
    }
}
