import Volumes

/// Which readers have a voxel in, for all voxels of a grid: bit r of a pattern is reader r.
///
/// Voxels on which the readers say the same are one to every method here, so that what is worked out is worked out once a
/// pattern and not once a voxel: there are few.
struct ReaderPatterns {
    /// The readers' masks, all on one grid.
    let masks: [Mask]
    /// How many voxels have each pattern, that of no reader included where it occurs.
    let counts: [UInt64: Int]

    /// The pattern of all readers.
    var everybody: UInt64 { Self.everybody(masks.count) }

    private static func everybody(_ readers: Int) -> UInt64 { readers == 64 ? ~0 : (1 << UInt64(readers)) - 1 }

    /// Counts the patterns of 1…64 masks.
    /// - Throws: ``VolumesError/gridsDiffer(_:)`` unless all have one grid; ``VolumesError/invalidParameter(reason:)`` for
    ///   no mask or more than 64.
    /// - Complexity: O(words × readers + voxels on which readers differ × readers).
    init(_ masks: [Mask]) throws(VolumesError) {
        guard let first = masks.first, masks.count <= 64 else {
            throw .invalidParameter(reason: "\(masks.count) readers; there can be 1…64")
        }
        for mask in masks.dropFirst() { try first.geometry.requireSame(as: mask.geometry) }
        self.masks = masks
        var counts: [UInt64: Int] = [:]
        let everybody = Self.everybody(masks.count)
        var differing = 0
        var unanimous = 0
        for z in first.slices.indices {
            let words = masks.map { $0.slices[z].words }
            for index in words[0].indices {
                let (either, both) = Self.span(words, index)
                unanimous += both.nonzeroBitCount
                var open = either & ~both
                differing += open.nonzeroBitCount
                while open != 0 {
                    counts[Self.pattern(words, index, bit: open.trailingZeroBitCount), default: 0] += 1
                    open &= open - 1
                }
            }
        }
        let neither = first.geometry.size.voxelCount - unanimous - differing
        if unanimous > 0 { counts[everybody] = unanimous }
        if neither > 0 { counts[0] = neither }
        self.counts = counts
    }

    /// The voxels whose pattern is chosen, as a mask.
    /// - Complexity: as the initialiser's.
    func mask(where isIn: (UInt64) -> Bool) -> Mask {
        var result = Mask(geometry: masks[0].geometry)
        let (all, none) = (isIn(everybody), isIn(0))
        for z in result.slices.indices {
            let words = masks.map { $0.slices[z].words }
            // The bits behind the last column are cleared by whoever lends the words.
            var chosen = [UInt64](repeating: 0, count: words[0].count)
            for index in words[0].indices {
                let (either, both) = Self.span(words, index)
                var word = (all ? both : 0) | (none ? ~either : 0)
                var open = either & ~both
                while open != 0 {
                    let bit = open.trailingZeroBitCount
                    if isIn(Self.pattern(words, index, bit: bit)) { word |= 1 << UInt64(bit) }
                    open &= open - 1
                }
                chosen[index] = word
            }
            guard chosen.contains(where: { $0 != 0 }) else { continue }
            result[slice: z].withMutableWords { target in
                for (index, word) in chosen.enumerated() { target[index] = word }
            }
        }
        return result
    }

    /// The voxels of a word that any reader has in, and those that all have.
    private static func span(_ words: [[UInt64]], _ index: Int) -> (either: UInt64, both: UInt64) {
        var (either, both) = (words[0][index], words[0][index])
        for reader in words.dropFirst() {
            either |= reader[index]
            both &= reader[index]
        }
        return (either, both)
    }

    private static func pattern(_ words: [[UInt64]], _ index: Int, bit: Int) -> UInt64 {
        var pattern: UInt64 = 0
        for reader in words.indices { pattern |= (words[reader][index] >> UInt64(bit) & 1) << UInt64(reader) }
        return pattern
    }
}
