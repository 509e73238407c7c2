/// The longest straight line between two voxels of a mask.
public struct MaskDiameter: Hashable, Sendable {
    /// One end.
    public let from: VoxelIndex
    /// The other end; the same where the mask has a single voxel.
    public let to: VoxelIndex
    /// From the centre of the one to the centre of the other, mm.
    public let millimetres: Double
}

/// The longest lines of a mask: through the volume, and on one slice.
public struct MaskDiameters: Hashable, Sendable {
    /// The longest of all.
    public let volume: MaskDiameter
    /// The longest whose ends lie on one slice.
    public let slice: MaskDiameter
}

extension Mask {
    /// The longest distances between centres of voxels of the mask, exactly; `nil` where it is empty, or was cancelled.
    ///
    /// Ends of such a line are corners of the convex hull, and so of the hull on their slice. Pairs of slices are looked
    /// at from those that could hold the longest line, until none can hold a longer one.
    /// - Parameter isCancelled: asked between pairs of slices.
    /// - Complexity: O(words of the mask + c²) for c corners of the slices' hulls, and mostly far less.
    public func diameters(isCancelled: () -> Bool = { false }) -> MaskDiameters? {
        let search = DiameterSearch(self)
        guard let slice = search.onOneSlice(), let volume = search.inAll(beginningWith: slice, isCancelled) else {
            return nil
        }
        return MaskDiameters(volume: volume, slice: slice)
    }
}

/// The corners of the convex hulls of a mask's slices.
private struct DiameterSearch {
    private struct Hull {
        let z: Int
        let corners: [(x: Int, y: Int)]
        let columns: ClosedRange<Int>
        let rows: ClosedRange<Int>
    }

    private let spacing: Spacing
    private let hulls: [Hull]

    init(_ mask: Mask) {
        spacing = mask.geometry.spacing
        hulls = mask.slices.enumerated().compactMap { z, slice in
            let corners = Self.hull(of: Self.rowEnds(slice))
            guard let first = corners.first else { return nil }
            let columns = corners.reduce((first.x, first.x)) { (min($0.0, $1.x), max($0.1, $1.x)) }
            let rows = corners.reduce((first.y, first.y)) { (min($0.0, $1.y), max($0.1, $1.y)) }
            return Hull(z: z, corners: corners, columns: columns.0...columns.1, rows: rows.0...rows.1)
        }
    }

    /// The first and last voxel of each row, by row and then by column.
    private static func rowEnds(_ slice: MaskSlice) -> [(x: Int, y: Int)] {
        let stride = slice.wordsPerRow
        return (0..<slice.height).flatMap { y -> [(x: Int, y: Int)] in
            let row = slice.words[y * stride..<(y + 1) * stride]
            guard let first = row.firstIndex(where: { $0 != 0 }), let last = row.lastIndex(where: { $0 != 0 }) else {
                return []
            }
            let left = (first - row.startIndex) * 64 + row[first].trailingZeroBitCount
            let right = (last - row.startIndex) * 64 + 63 - row[last].leadingZeroBitCount
            return left == right ? [(left, y)] : [(left, y), (right, y)]
        }
    }

    /// The corners of the convex hull of points in order of rows (Andrew's monotone chain). Whole numbers: spacing
    /// stretches the hull and changes none of its corners.
    private static func hull(of points: [(x: Int, y: Int)]) -> [(x: Int, y: Int)] {
        guard points.count > 2 else { return points }
        func chain(_ points: some Sequence<(x: Int, y: Int)>) -> [(x: Int, y: Int)] {
            var chain: [(x: Int, y: Int)] = []
            for point in points {
                while chain.count > 1 {
                    let (a, b) = (chain[chain.count - 2], chain[chain.count - 1])
                    guard (b.x - a.x) * (point.y - a.y) <= (b.y - a.y) * (point.x - a.x) else { break }
                    chain.removeLast()
                }
                chain.append(point)
            }
            return chain
        }
        return Array(chain(points).dropLast() + chain(points.reversed()).dropLast())
    }

    private func square(_ dx: Int, _ dy: Int, _ dz: Int) -> Double {
        let (x, y, z) = (Double(dx) * spacing.x, Double(dy) * spacing.y, Double(dz) * spacing.z)
        return x * x + y * y + z * z
    }

    func onOneSlice() -> MaskDiameter? {
        var best: MaskDiameter?
        var longest = -1.0
        for hull in hulls where square(hull.columns.count - 1, hull.rows.count - 1, 0) > longest {
            longer(than: &longest, hull, hull, &best)
        }
        return best
    }

    func inAll(beginningWith slice: MaskDiameter, _ isCancelled: () -> Bool) -> MaskDiameter? {
        var best: MaskDiameter? = slice
        var longest = slice.millimetres * slice.millimetres
        var pairs: [(bound: Double, a: Int, b: Int)] = []
        for a in hulls.indices {
            for b in hulls.indices.dropFirst(a + 1) {
                func reach(_ one: ClosedRange<Int>, _ other: ClosedRange<Int>) -> Int {
                    max(one.upperBound - other.lowerBound, other.upperBound - one.lowerBound)
                }
                let (one, other) = (hulls[a], hulls[b])
                pairs.append(
                    (square(reach(one.columns, other.columns), reach(one.rows, other.rows), other.z - one.z), a, b))
            }
        }
        pairs.sort { $0.bound > $1.bound }
        for pair in pairs where pair.bound > longest {
            if isCancelled() { return nil }
            longer(than: &longest, hulls[pair.a], hulls[pair.b], &best)
        }
        return best
    }

    /// Looks for a longer line between corners of two hulls.
    private func longer(than longest: inout Double, _ one: Hull, _ other: Hull, _ best: inout MaskDiameter?) {
        let dz = other.z - one.z
        for a in one.corners {
            // The furthest that anything of the other hull can be.
            let dx = max(abs(a.x - other.columns.lowerBound), abs(a.x - other.columns.upperBound))
            let dy = max(abs(a.y - other.rows.lowerBound), abs(a.y - other.rows.upperBound))
            guard square(dx, dy, dz) > longest else { continue }
            for b in other.corners {
                let length = square(b.x - a.x, b.y - a.y, dz)
                guard length > longest else { continue }
                longest = length
                best = MaskDiameter(
                    from: VoxelIndex(x: a.x, y: a.y, z: one.z), to: VoxelIndex(x: b.x, y: b.y, z: other.z),
                    millimetres: length.squareRoot())
            }
        }
    }
}
