import Volumes

/// What 64 neighbouring planes across the rows of a mask need of it: of each row of each slice the one word that they
/// share. Gathered once, it serves scrolling through them all, where each plane by itself would have to fetch the same
/// memory again.
struct MaskColumn {
    /// What it was gathered from.
    let mask: Mask
    /// Which word of the rows.
    let word: Int
    /// The words, those of slice z from `z * rows` on.
    private var words: [UInt64]

    /// Gathers the column that the plane at column `x` of the grid needs.
    /// - Parameter last: what was gathered of the mask as it was before; slices it shares with the mask are taken over.
    /// - Complexity: O(rows · slices), the slices that changed alone where there was one.
    init(of mask: Mask, at x: Int, after last: MaskColumn?) {
        let size = mask.geometry.size
        let word = x >> 6
        self.mask = mask
        self.word = word
        let known = last.flatMap { $0.word == word && $0.mask.geometry.size == size ? $0 : nil }
        words = known?.words ?? [UInt64](repeating: 0, count: size.y * size.z)
        words.withUnsafeMutableBufferPointer { out in
            for z in mask.slices.indices where known.map({ $0.mask.slices[z] != mask.slices[z] }) ?? true {
                let stride = mask.slices[z].wordsPerRow
                mask.slices[z].words.withUnsafeBufferPointer { from in
                    var index = word
                    for i in z * size.y..<(z + 1) * size.y {
                        out[i] = from[index]
                        index &+= stride
                    }
                }
            }
        }
    }

    /// Whether it holds a plane.
    func holds(_ x: Int, of mask: Mask) -> Bool { x >> 6 == word && self.mask == mask }

    /// The mask on one of the planes: a row for each slice, in it a bit for each row of the slice.
    func plane(_ x: Int) -> MaskSlice {
        let size = mask.geometry.size
        var result = MaskSlice(width: size.y, height: size.z)
        let (stride, shift) = (result.wordsPerRow, UInt64(x & 63))
        result.withMutableWords { out in
            words.withUnsafeBufferPointer { words in
                for z in 0..<size.z {
                    for group in 0..<stride {
                        let first = z * size.y + group * 64
                        let count = min(64, size.y - group * 64)
                        var bits: UInt64 = 0
                        for i in 0..<count { bits |= (words[first &+ i] &>> shift & 1) &<< UInt64(i) }
                        out[z * stride + group] = bits
                    }
                }
            }
        }
        return result
    }
}
