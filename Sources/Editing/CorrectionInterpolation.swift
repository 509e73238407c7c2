import Volumes

/// A slice before and after something was drawn on it.
public struct SliceEdit: Hashable, Sendable {
    /// The slice as it was.
    public let before: MaskSlice
    /// The slice as it was drawn.
    public let after: MaskSlice

    /// An edit from its ends, which have one size.
    public init(before: MaskSlice, after: MaskSlice) {
        self.before = before
        self.after = after
    }
}

/// What was corrected on two slices, carried over to slices between them that have a mask of their own.
///
/// A correction is the change of the signed distance to the outline: the sum, over what was drawn, of the distance after
/// minus the distance before. Between the two slices it runs linearly from the one's to the other's and is added to the
/// signed distance of the mask there. So the outline in between moves by what the reader moved, and not to where it was
/// on other slices. Distances are Euclidean within the slice, in mm.
///
/// Distances beyond a reach count as the reach. A voxel further than that from every voxel that was corrected keeps its
/// value to the bit; what only added adds, and what only erased erases. A slice without a mask is everywhere beyond the
/// reach, so that something that begins or ends in the correction fades away instead of being all or nothing.
public struct CorrectionInterpolation: Sendable {
    /// Columns and rows of the box in which anything may change.
    private let x: Range<Int>
    private let y: Range<Int>
    /// The change of the signed distance on the two slices, mm, row by row of the box.
    private let low: [Float]
    private let high: [Float]
    private let reach: Float
    private let spacing: Spacing

    /// The least reach, mm: the slope of a surface from one slice to the next moves it beside what was drawn.
    public static let leastReach: Millimetres = 5
    /// The greatest.
    public static let greatestReach: Millimetres = 40

    /// A correction from what was drawn on the two slices, oldest first; `nil` where nothing was.
    /// - Parameter spacing: `x` between columns and `y` between rows, mm.
    /// - Complexity: O(voxels of the box around all that was drawn, and the reach, × edits).
    public init?(low: [SliceEdit], high: [SliceEdit], spacing: Spacing) {
        let edits = low + high
        guard let first = edits.first else { return nil }
        let (width, height) = (first.before.width, first.before.height)
        precondition(
            edits.allSatisfy {
                [$0.before, $0.after].allSatisfy { $0.width == width && $0.height == height }
            }, "the slices have one size")
        let changed = edits.map { $0.before.symmetricDifference($0.after) }
        guard let box = MaskSlice.extent(of: changed) else { return nil }
        let reach = Self.reach(of: edits, changed, box, spacing)
        let (across, down) = (Int((reach / spacing.x).rounded(.up)) + 1, Int((reach / spacing.y).rounded(.up)) + 1)
        let x = (box.x.lowerBound - across..<box.x.upperBound + across).clamped(to: 0..<width)
        let y = (box.y.lowerBound - down..<box.y.upperBound + down).clamped(to: 0..<height)
        self.x = x
        self.y = y
        self.reach = Float(reach)
        self.spacing = spacing
        func change(_ edits: [SliceEdit]) -> [Float] {
            var sum = [Float](repeating: 0, count: x.count * y.count)
            for edit in edits {
                let before = edit.before.signedDistances(x, y, upTo: reach, spacing)
                let after = edit.after.signedDistances(x, y, upTo: reach, spacing)
                for i in sum.indices { sum[i] += after[i] - before[i] }
            }
            return sum
        }
        self.low = change(low)
        self.high = change(high)
    }

    /// A slice between the two with the correction.
    /// - Parameters:
    ///   - base: the slice without it.
    ///   - share: where it lies, from 0 at the first to 1 at the second.
    public func applied(to base: MaskSlice, at share: Double) -> MaskSlice {
        var result = base
        let distances = base.signedDistances(x, y, upTo: Double(reach), spacing)
        let (a, b) = (Float(1 - share), Float(share))
        let stride = base.wordsPerRow
        result.withMutableWords { words in
            var i = 0
            for row in y {
                for column in x {
                    let change = a * low[i] + b * high[i]
                    // Sums of roundings are no correction.
                    if abs(change) > 1e-4 {
                        let bit: UInt64 = 1 << UInt64(column & 63)
                        if distances[i] + change <= 0 {
                            words[row * stride + column >> 6] |= bit
                        } else {
                            words[row * stride + column >> 6] &= ~bit
                        }
                    }
                    i += 1
                }
            }
        }
        return result
    }

    /// How far a correction goes beyond the outline that it changed, or into it.
    private static func reach(
        of edits: [SliceEdit], _ changed: [MaskSlice], _ box: (x: Range<Int>, y: Range<Int>), _ spacing: Spacing
    ) -> Double {
        var depth = Float(leastReach.value)
        for (edit, changed) in zip(edits, changed) {
            for slice in [edit.before, edit.after] where !slice.isEmpty {
                let distances = slice.signedDistances(box.x, box.y, upTo: greatestReach.value, spacing)
                var i = 0
                for row in box.y {
                    for column in box.x {
                        if changed[column, row] { depth = max(depth, abs(distances[i])) }
                        i += 1
                    }
                }
            }
        }
        return Double(depth)
    }
}

extension MaskSlice {
    /// The columns and rows around all voxels of some slices; `nil` where there are none.
    fileprivate static func extent(of slices: [MaskSlice]) -> (x: Range<Int>, y: Range<Int>)? {
        slices.compactMap(\.extent).reduce(nil) { box, other in
            guard let box = box as (x: Range<Int>, y: Range<Int>)? else { return other }
            return (
                min(box.x.lowerBound, other.x.lowerBound)..<max(box.x.upperBound, other.x.upperBound),
                min(box.y.lowerBound, other.y.lowerBound)..<max(box.y.upperBound, other.y.upperBound)
            )
        }
    }

    /// The signed distances to the outline on a box of the slice, mm, row by row, none beyond a reach. Off the slice
    /// nothing is known, and nothing counts as an outline there.
    fileprivate func signedDistances(
        _ x: Range<Int>, _ y: Range<Int>, upTo reach: Double, _ spacing: Spacing
    ) -> [Float] {
        // What lies within the reach of the box decides; the rest of the slice does not.
        let (across, down) = (Int((reach / spacing.x).rounded(.up)) + 1, Int((reach / spacing.y).rounded(.up)) + 1)
        let wideX = (x.lowerBound - across..<x.upperBound + across).clamped(to: 0..<width)
        let wideY = (y.lowerBound - down..<y.upperBound + down).clamped(to: 0..<height)
        var part = MaskSlice(width: wideX.count, height: wideY.count)
        for row in wideY {
            for column in wideX where self[column, row] {
                part[column - wideX.lowerBound, row - wideY.lowerBound] = true
            }
        }
        let size = GridSize(x: wideX.count, y: wideY.count, z: 1)
        let limit = Float(reach)
        guard let grid = try? GridGeometry(size: size, spacing: Spacing(x: spacing.x, y: spacing.y, z: 1)),
            let mask = try? Mask(geometry: grid, slices: [part])
        else { return [Float](repeating: limit, count: x.count * y.count) }
        let values = mask.signedDistances(in: .slice).values
        var result: [Float] = []
        result.reserveCapacity(x.count * y.count)
        for row in y {
            let base = (row - wideY.lowerBound) * wideX.count - wideX.lowerBound
            for column in x { result.append(min(max(values[base + column], -limit), limit)) }
        }
        return result
    }
}
