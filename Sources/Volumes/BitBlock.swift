/// Rows and slices of a mask as one buffer: what the word algorithms work on. Columns are never cut, and there may
/// be empty margins beyond the grid on every side. Bits behind the last column are zero, as in ``MaskSlice``.
struct BitBlock {
    /// Columns that are held, margins included.
    let width: Int
    /// How many words of left margin lie before the grid's column 0.
    let marginWords: Int
    /// The rows that are held; those off the grid are margin.
    let rows: Range<Int>
    /// The slices that are held; those off the grid are margin.
    let slices: Range<Int>
    /// `slices.count * rows.count * stride` words.
    var words: [UInt64]

    /// Words a row.
    var stride: Int { (width + 63) / 64 }
    /// Words a slice.
    var sliceWords: Int { rows.count * stride }
    /// Which bits of a row's last word are voxels.
    var lastWordMask: UInt64 { width % 64 == 0 ? ~0 : (1 << UInt64(width % 64)) - 1 }

    /// A block with no voxel set, with the columns of another.
    init(like other: BitBlock, rows: Range<Int>, slices: Range<Int>) {
        width = other.width
        marginWords = other.marginWords
        self.rows = rows
        self.slices = slices
        words = [UInt64](repeating: 0, count: slices.count * rows.count * other.stride)
    }

    /// Part of a mask, with at least so many columns of margin on both sides.
    init(_ mask: Mask, rows: Range<Int>, slices: Range<Int>, columnMargin: Int = 0) {
        let size = mask.geometry.size
        marginWords = (columnMargin + 63) / 64
        width = marginWords * 64 + size.x + columnMargin
        self.rows = rows
        self.slices = slices
        words = [UInt64](repeating: 0, count: slices.count * rows.count * ((width + 63) / 64))
        let (stride, sliceWords, margin, maskStride) = (stride, sliceWords, marginWords, (size.x + 63) / 64)
        let held = rows.clamped(to: 0..<size.y)
        words.withUnsafeMutableBufferPointer { target in
            inParallel(slices.count, atLeast: 16) { part in
                for i in part where (0..<size.z).contains(slices.lowerBound + i) {
                    mask.slices[slices.lowerBound + i].words.withUnsafeBufferPointer { source in
                        for y in held {
                            let start = i * sliceWords + (y - rows.lowerBound) * stride + margin
                            for word in 0..<maskStride { target[start + word] = source[y * maskStride + word] }
                        }
                    }
                }
            }
        }
    }

    /// The mask that has these voxels and no others; what lies on the margins is dropped. Slices without a voxel
    /// share one buffer.
    func mask(on geometry: GridGeometry) -> Mask {
        var result = Mask(geometry: geometry)
        let size = geometry.size
        let (maskStride, held) = ((size.x + 63) / 64, rows.clamped(to: 0..<size.y))
        words.withUnsafeBufferPointer { words in
            for z in slices.clamped(to: 0..<size.z) {
                let base = (z - slices.lowerBound) * sliceWords
                guard words[base..<base + sliceWords].contains(where: { $0 != 0 }) else { continue }
                result[slice: z].withMutableWords { target in
                    for y in held {
                        let start = base + (y - rows.lowerBound) * stride + marginWords
                        for word in 0..<maskStride { target[y * maskStride + word] = words[start + word] }
                    }
                }
            }
        }
        return result
    }

    /// Turns every voxel over, and keeps the bits behind the last column zero.
    mutating func invert() {
        let (stride, keep) = (stride, lastWordMask)
        words.withUnsafeMutableBufferPointer { words in
            for i in words.indices { words[i] = ~words[i] }
            guard keep != ~0 else { return }
            for row in Swift.stride(from: stride - 1, to: words.count, by: stride) { words[row] &= keep }
        }
    }
}
