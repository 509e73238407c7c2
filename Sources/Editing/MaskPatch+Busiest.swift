import Volumes

extension MaskPatch {
    /// The index along an axis at which the patch flips most voxels; `nil` if it flips none.
    /// - Complexity: O(flipped voxels).
    public func busiestIndex(along axis: GridAxis) -> Int? {
        var counts: [Int: Int] = [:]
        for part in slices {
            var i = 0
            for y in part.rows {
                for word in part.words {
                    var bits = part.flips[i]
                    i += 1
                    if axis != .x {
                        counts[axis == .y ? y : part.z, default: 0] += bits.nonzeroBitCount
                        continue
                    }
                    while bits != 0 {
                        counts[word * 64 + bits.trailingZeroBitCount, default: 0] += 1
                        bits &= bits - 1
                    }
                }
            }
        }
        return counts.filter { $0.value > 0 }.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
    }
}
