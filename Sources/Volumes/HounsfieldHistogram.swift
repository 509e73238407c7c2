/// How often each CT number occurs among the voxels of a mask. All that is read off it is exact: it holds every voxel's
/// number, not classes of them.
public struct HounsfieldHistogram: Hashable, Sendable {
    /// The least CT number that occurs, HU; 0 where the mask is empty.
    public let minimum: Int
    /// How many voxels have the CT number ``minimum`` + i; neither the first nor the last is 0. Empty for an empty mask.
    public let counts: [Int]
    /// How many voxels the mask has.
    public let count: Int

    /// The CT numbers of a volume inside a mask.
    /// - Throws: ``VolumesError/gridsDiffer(_:)`` unless both have one grid.
    /// - Complexity: O(voxels of the mask + words of it).
    public init(of volume: Volume, in mask: Mask) throws(VolumesError) {
        guard mask.geometry == volume.geometry else {
            throw .gridsDiffer(mask.geometry.difference(from: volume.geometry))
        }
        let offset = -Int(Int16.min)
        var table = [Int](repeating: 0, count: 1 << 16)
        for (slice, image) in zip(mask.slices, volume.slices) {
            let stride = slice.wordsPerRow
            image.values.withUnsafeBufferPointer { values in
                for (i, word) in slice.words.enumerated() where word != 0 {
                    let start = i / stride * slice.width + i % stride * 64
                    var bits = word
                    while bits != 0 {
                        table[Int(values[start + bits.trailingZeroBitCount]) + offset] += 1
                        bits &= bits - 1
                    }
                }
            }
        }
        guard let first = table.firstIndex(where: { $0 != 0 }), let last = table.lastIndex(where: { $0 != 0 }) else {
            (minimum, counts, count) = (0, [], 0)
            return
        }
        minimum = first - offset
        counts = Array(table[first...last])
        count = counts.reduce(0, +)
    }

    /// The greatest CT number that occurs, HU; 0 where the mask is empty.
    public var maximum: Int { counts.isEmpty ? 0 : minimum + counts.count - 1 }

    /// The mean, HU; `nil` for an empty mask.
    public var mean: Double? {
        guard count > 0 else { return nil }
        let sum = counts.indices.reduce(0) { $0 + counts[$1] * (minimum + $1) }
        return Double(sum) / Double(count)
    }

    /// The standard deviation about the mean, HU: of the voxels as they are, divided by their number. `nil` for an empty
    /// mask.
    public var deviation: Double? {
        guard let mean else { return nil }
        let squares = counts.indices.reduce(0.0) { sum, i in
            let away = Double(minimum + i) - mean
            return sum + Double(counts[i]) * away * away
        }
        return (squares / Double(count)).squareRoot()
    }

    /// The CT number that so many per cent of the voxels do not exceed, HU; `nil` for an empty mask.
    ///
    /// Between two voxels in order it is interpolated linearly, as NumPy does unless told otherwise (type 7 of Hyndman
    /// and Fan, 1996).
    /// - Parameter percent: 0…100.
    public func percentile(_ percent: Int) -> Double? {
        guard count > 0 else { return nil }
        let (below, rest) = ((count - 1) * min(max(0, percent), 100)).quotientAndRemainder(dividingBy: 100)
        let low = Double(value(ofRank: below))
        guard rest > 0 else { return low }
        return low + (Double(value(ofRank: below + 1)) - low) * Double(rest) / 100
    }

    /// The CT number of the voxel with this place in ascending order, from 0.
    private func value(ofRank rank: Int) -> Int {
        var before = 0
        for (i, count) in counts.enumerated() {
            before += count
            if before > rank { return minimum + i }
        }
        return maximum
    }

    /// A class of CT numbers with the voxels in it.
    public struct Bin: Hashable, Sendable {
        /// The CT numbers, HU, both ends included.
        public let range: ClosedRange<Int>
        /// How many voxels have them.
        public let count: Int
    }

    /// The voxels in classes of one width: the least of 1, 2, 5, 10, 20, 50 … HU with which those from the 1st to the 99th
    /// percentile need no more than `most` classes. They begin at multiples of it, but for the first and the last, which
    /// reach to the extremes: a few voxels of metal do not squeeze all others into one class. Those in between that are
    /// empty are there as well; none for an empty mask.
    public func bins(atMost most: Int) -> [Bin] {
        guard let low = percentile(1), let high = percentile(99), most > 0 else { return [] }
        var width = 1
        var factor = 0
        func place(_ value: Double) -> Int { Int((value / Double(width)).rounded(.down)) }
        // A class on each side of 0 is the least that any width comes to.
        while place(high) - place(low) + 1 > max(2, most) {
            width = width / [1, 2, 5][factor] * [2, 5, 10][factor]
            factor = (factor + 1) % 3
        }
        let (first, last) = (place(low), place(high))
        return (first...last).map { i in
            let low = i == first ? min(minimum, i * width) : i * width
            let high = i == last ? max(maximum, (i + 1) * width - 1) : (i + 1) * width - 1
            let range = low...high
            let own = range.clamped(to: minimum...maximum)
            return Bin(range: range, count: own.reduce(0) { $0 + counts[$1 - minimum] })
        }
    }
}
