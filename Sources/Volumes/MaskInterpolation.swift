/// Shape-based interpolation: slices between two that are known, from the distances to their outlines (Raya and Udupa,
/// IEEE Transactions on Medical Imaging 9, 1990). Distances are Euclidean and in mm, so that columns and rows may
/// differ in spacing.
///
/// Parts that overlap from one slice to the next change into one another, may join and may part. A part that overlaps
/// none of the other slice is paired with the nearest such part there and moves across to it, as a vessel or an
/// oesophagus does that runs aslant; one that has no partner ends or shrinks away.
public enum MaskInterpolation {
    /// The slices at equal steps between two of the same size.
    /// - Parameters:
    ///   - count: how many.
    ///   - spacing: `x` between columns and `y` between rows, mm.
    /// - Returns: `count` slices; empty ones where either of the two is empty.
    /// - Complexity: O(voxels of the box around both × (2 + count)).
    public static func slices(
        between one: MaskSlice, and other: MaskSlice, count: Int, spacing: Spacing
    ) -> [MaskSlice] {
        let steps = Double(max(0, count) + 1)
        return slices(
            between: one, and: other, at: (0..<max(0, count)).map { Double($0 + 1) / steps }, spacing: spacing)
    }

    /// The slices at given places between two of the same size.
    /// - Parameters:
    ///   - shares: for each slice how far it is on the way from the one to the other, 0…1.
    ///   - spacing: `x` between columns and `y` between rows, mm.
    /// - Returns: a slice for each share; empty ones where either of the two is empty.
    /// - Complexity: O(voxels of the box around both × (2 + shares)).
    public static func slices(
        between one: MaskSlice, and other: MaskSlice, at shares: [Double], spacing: Spacing
    ) -> [MaskSlice] {
        precondition(one.width == other.width && one.height == other.height, "the slices have one size")
        let empty = MaskSlice(width: one.width, height: one.height)
        var results = [MaskSlice](repeating: empty, count: shares.count)
        guard !shares.isEmpty, !one.isEmpty, !other.isEmpty else { return results }
        let pairing = PartPairing(one, other, spacing: spacing)
        if !pairing.common.0.isEmpty, !pairing.common.1.isEmpty {
            let fields = DistancePair(pairing.common.0, pairing.common.1, spacing: spacing)
            for (k, share) in shares.enumerated() { results[k].formUnion(fields.slice(at: share, like: one)) }
        }
        for (a, b) in pairing.moving {
            // Both are brought over one another, and what comes of it is brought to where it is due.
            let fields = DistancePair(a.part, b.part, spacing: spacing, centres: (a.centre, b.centre))
            for (k, share) in shares.enumerated() { results[k].formUnion(fields.slice(at: share, like: one)) }
        }
        return results
    }
}

/// Which parts of two slices change into which.
private struct PartPairing {
    struct Loner {
        var part: MaskSlice
        var centre: PlanePoint
        var voxelCount: Int
    }

    /// All parts that overlap a part of the other slice, and those without a partner.
    var common: (MaskSlice, MaskSlice)
    /// Parts that overlap none, in pairs.
    var moving: [(Loner, Loner)] = []

    init(_ one: MaskSlice, _ other: MaskSlice, spacing: Spacing) {
        common = (one, other)
        var loners = (Self.loners(of: one, beside: other), Self.loners(of: other, beside: one))
        while let best = Self.nearest(loners, spacing) {
            let pair = (loners.0.remove(at: best.0), loners.1.remove(at: best.1))
            common.0.subtract(pair.0.part)
            common.1.subtract(pair.1.part)
            moving.append(pair)
        }
    }

    /// The parts of a slice that overlap nothing of the other, those that share a side being one.
    private static func loners(of slice: MaskSlice, beside other: MaskSlice) -> [Loner] {
        let size = GridSize(x: slice.width, y: slice.height, z: 1)
        guard let grid = try? GridGeometry(size: size, spacing: Spacing(x: 1, y: 1, z: 1)),
            let mask = try? Mask(geometry: grid, slices: [slice])
        else { return [] }
        let parts = mask.connectedComponents(.sides4)
        guard let opposite = try? Mask(geometry: grid, slices: [other]),
            let shared = try? parts.voxelCounts(of: opposite)
        else { return [] }
        let alone = shared.indices.filter { shared[$0] == 0 }
        // A slice of specks is noise, and no speck of it is another's.
        guard alone.count <= 24 else { return [] }
        return alone.map { i in
            let part = parts.components[i]
            return Loner(
                part: parts.mask(of: i).slices[0], centre: PlanePoint(x: part.centroid.x, y: part.centroid.y),
                voxelCount: part.voxelCount)
        }
    }

    /// The two loners nearest to each other; `nil` where none are near for their size.
    private static func nearest(_ loners: ([Loner], [Loner]), _ spacing: Spacing) -> (Int, Int)? {
        var best: (Int, Int)?
        var least = Double.infinity
        func radius(_ loner: Loner) -> Double {
            (Double(loner.voxelCount) * spacing.x * spacing.y / .pi).squareRoot()
        }
        for (i, a) in loners.0.enumerated() {
            for (j, b) in loners.1.enumerated() {
                let away = PlanePoint.distance(a.centre, b.centre, spacing: spacing)
                if away < least, away <= 3 * (radius(a) + radius(b)) { (least, best) = (away, (i, j)) }
            }
        }
        return best
    }
}

/// The distances to the outlines of two slices on the box around both.
private struct DistancePair {
    private let x: Range<Int>
    private let y: Range<Int>
    private let one: [Float]
    private let other: [Float]
    private let spacing: Spacing
    private let centres: (PlanePoint, PlanePoint)?

    /// - Parameter centres: the middles of two parts that move from the one to the other; `nil` where they stay.
    init(_ one: MaskSlice, _ other: MaskSlice, spacing: Spacing, centres: (PlanePoint, PlanePoint)? = nil) {
        let boxes = [one.extent, other.extent].compactMap { $0 }
        // One voxel beyond, also off the slice: what is outside there bounds the shape.
        x = (boxes.map(\.x.lowerBound).min() ?? 0) - 1..<(boxes.map(\.x.upperBound).max() ?? 0) + 1
        y = (boxes.map(\.y.lowerBound).min() ?? 0) - 1..<(boxes.map(\.y.upperBound).max() ?? 0) + 1
        self.one = Self.distances(of: one, x, y, spacing)
        self.other = Self.distances(of: other, x, y, spacing)
        self.spacing = spacing
        self.centres = centres
    }

    private static func distances(of slice: MaskSlice, _ x: Range<Int>, _ y: Range<Int>, _ spacing: Spacing) -> [Float]
    {
        var part = MaskSlice(width: x.count, height: y.count)
        for row in y where (0..<slice.height).contains(row) {
            for column in x where column >= 0 && column < slice.width && slice[column, row] {
                part[column - x.lowerBound, row - y.lowerBound] = true
            }
        }
        let size = GridSize(x: x.count, y: y.count, z: 1)
        guard let grid = try? GridGeometry(size: size, spacing: Spacing(x: spacing.x, y: spacing.y, z: 1)),
            let mask = try? Mask(geometry: grid, slices: [part])
        else { return [Float](repeating: .infinity, count: x.count * y.count) }
        return mask.signedDistances(in: .slice).values
    }

    /// The shape at a share of the way from the one slice to the other, on a slice of a model's size.
    func slice(at share: Double, like model: MaskSlice) -> MaskSlice {
        var result = MaskSlice(width: model.width, height: model.height)
        let (columns, rows) = (x.clamped(to: 0..<model.width), y.clamped(to: 0..<model.height))
        let (a, b) = (Float(1 - share), Float(share))
        let stride = result.wordsPerRow
        result.withMutableWords { words in
            for row in rows {
                let line = (row - y.lowerBound) * x.count - x.lowerBound
                for column in columns {
                    let distance: Float
                    if let centres {
                        let (dx, dy) = (centres.1.x - centres.0.x, centres.1.y - centres.0.y)
                        distance =
                            a * sample(one, Double(column) - share * dx, Double(row) - share * dy)
                            + b * sample(other, Double(column) + (1 - share) * dx, Double(row) + (1 - share) * dy)
                    } else {
                        distance = a * one[line + column] + b * other[line + column]
                    }
                    if distance <= 0 { words[row * stride + column >> 6] |= 1 << UInt64(column & 63) }
                }
            }
        }
        return result
    }

    /// A distance between voxels; beyond the box what it is at the rim and the way there.
    private func sample(_ field: [Float], _ column: Double, _ row: Double) -> Float {
        let px = min(max(column - Double(x.lowerBound), 0), Double(x.count - 1))
        let py = min(max(row - Double(y.lowerBound), 0), Double(y.count - 1))
        let beyond = PlanePoint.distance(
            PlanePoint(x: column - Double(x.lowerBound), y: row - Double(y.lowerBound)), PlanePoint(x: px, y: py),
            spacing: spacing)
        let (ix, iy) = (min(Int(px), x.count - 2), min(Int(py), y.count - 2))
        let (fx, fy) = (Float(px - Double(ix)), Float(py - Double(iy)))
        let i = iy * x.count + ix
        let top = field[i] * (1 - fx) + field[i + 1] * fx
        let bottom = field[i + x.count] * (1 - fx) + field[i + x.count + 1] * fx
        return top * (1 - fy) + bottom * fy + Float(beyond)
    }
}

extension PlanePoint {
    /// The distance of two positions, mm.
    fileprivate static func distance(_ one: PlanePoint, _ other: PlanePoint, spacing: Spacing) -> Double {
        let (dx, dy) = ((one.x - other.x) * spacing.x, (one.y - other.y) * spacing.y)
        return (dx * dx + dy * dy).squareRoot()
    }
}

extension MaskSlice {
    /// Columns and rows that hold all voxels; `nil` for an empty slice.
    public var extent: (x: Range<Int>, y: Range<Int>)? {
        var (x, y): (Range<Int>?, Range<Int>?)
        for row in 0..<height {
            let line = words[row * wordsPerRow..<(row + 1) * wordsPerRow]
            guard let first = line.firstIndex(where: { $0 != 0 }), let last = line.lastIndex(where: { $0 != 0 })
            else { continue }
            let low = (first - line.startIndex) * 64 + line[first].trailingZeroBitCount
            let high = (last - line.startIndex) * 64 + 64 - line[last].leadingZeroBitCount
            x = min(x?.lowerBound ?? low, low)..<max(x?.upperBound ?? high, high)
            y = (y?.lowerBound ?? row)..<row + 1
        }
        guard let x, let y else { return nil }
        return (x, y)
    }
}
