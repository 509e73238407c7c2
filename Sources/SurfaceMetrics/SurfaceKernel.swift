/// The inner loops that the full and the live computation share: which corner points are surfels, which of them are
/// within tolerance of the other surface, and how often each neighbour code occurs.
///
/// Owns its scratch memory; not for use by two threads at once.
final class SurfaceKernel {
    let shape: LatticeShape
    let stride: Int
    /// The tolerances, ascending.
    let balls: [ToleranceBall]
    /// A row without a set bit, with the zero words on both sides.
    let emptyRow: UnsafePointer<UInt64>
    /// For each tolerance, which points of the word at hand are within it.
    let within: UnsafeMutablePointer<UInt64>
    private let emptyStorage: BitPlaneStorage

    init(shape: LatticeShape, balls: [ToleranceBall]) {
        self.shape = shape
        self.stride = shape.stride
        self.balls = balls
        emptyStorage = BitPlaneStorage(rows: 0..<1, stride: shape.stride)
        emptyRow = UnsafePointer(emptyStorage.plane().first)
        within = .allocate(capacity: balls.count + 1)
        within.initialize(repeating: 0, count: balls.count + 1)
    }

    deinit { within.deallocate() }

    /// A plane with no stored row.
    var emptyPlane: BitPlane { BitPlane(first: emptyStorage.plane().first, low: 0, high: 0) }

    /// The rows of corner points that can hold surfels between two planes of voxels.
    func surfelRows(below: BitPlane, above: BitPlane) -> Range<Int> {
        switch (below.low < below.high, above.low < above.high) {
        case (false, false): 0..<0
        case (true, false): below.low..<below.high + 1
        case (false, true): above.low..<above.high + 1
        case (true, true): min(below.low, above.low)..<max(below.high, above.high) + 1
        }
    }

    /// Writes the surfels between two planes of voxels into all stored rows of `target`.
    func fillSurfels(of target: BitPlane, below: BitPlane, above: BitPlane) {
        let words = shape.words
        for y in target.low..<target.high {
            let a = below.row(y - 1, stride, or: emptyRow)
            let b = above.row(y - 1, stride, or: emptyRow)
            let c = below.row(y, stride, or: emptyRow)
            let d = above.row(y, stride, or: emptyRow)
            let out = target.storedRow(y, stride)
            for i in 0..<words { out[i] = BitRows.surfels(a, b, c, d, i) }
        }
    }

    /// Which of the points `candidates` of a word lie in the ball around a surfel of `others`.
    /// - Parameter others: the other mask's planes of surfels, by z.
    @inline(__always)
    func near(
        _ others: UnsafePointer<BitPlane>, ball: ToleranceBall, word i: Int, y: Int, z: Int, candidates: UInt64
    ) -> UInt64 {
        var found: UInt64 = 0
        for row in ball.rows {
            let zz = z &+ Int(row.dz)
            if zz < 0 || zz >= shape.planes { continue }
            let plane = others + zz
            let yy = y &+ Int(row.dy)
            if yy < plane.pointee.low || yy >= plane.pointee.high { continue }
            let points = UnsafePointer(plane.pointee.first + (yy &- plane.pointee.low) &* stride)
            let width = Int(row.halfWidth)
            if width < 64 {
                let (previous, current, next) = (points[i &- 1], points[i], points[i &+ 1])
                if previous | current | next == 0 { continue }
                found |= BitRows.smear(previous, current, next, width)
            } else {
                found |= BitRows.smearWide(points, word: i, words: shape.words, width: width)
            }
            if candidates & ~found == 0 { break }
        }
        return found & candidates
    }

    /// Works out ``within`` for the surfels `own` of a word.
    /// - Parameter otherIsEmpty: then only an infinite tolerance is kept.
    @inline(__always)
    func classify(
        _ own: UInt64, against others: UnsafePointer<BitPlane>, otherIsEmpty: Bool, word i: Int, y: Int, z: Int
    ) {
        var settled: UInt64 = 0
        let plane = others[z]
        let shared = y >= plane.low && y < plane.high ? own & plane.storedRow(y, stride)[i] : 0
        for t in 0..<balls.count {
            let ball = balls[t]
            if ball.isNothing {
                settled = 0
            } else if ball.isEverything {
                if !otherIsEmpty || ball.tolerance == .infinity { settled = own }
            } else if !otherIsEmpty {
                settled |= shared
                let open = own & ~settled
                if open != 0 { settled |= near(others, ball: ball, word: i, y: y, z: z, candidates: open) }
            }
            within[t] = settled
        }
    }
}
