/// One slice of a mask, a bit a voxel: voxel `x` of a row is bit `x % 64` of word `x / 64`, rows start on a word.
///
/// Invariant: the bits behind the last column are zero, so that words can be counted, compared and combined whole.
public struct MaskSlice: Hashable, Sendable {
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int
    /// The bits, `wordsPerRow * height` words.
    public private(set) var words: [UInt64]

    /// Words in a row: `width` bits, rounded up.
    public var wordsPerRow: Int { (width + 63) / 64 }
    /// Which bits of a row's last word are voxels.
    public var lastWordMask: UInt64 { width % 64 == 0 ? ~0 : (1 << UInt64(width % 64)) - 1 }

    /// A slice with no voxel set.
    public init(width: Int, height: Int) {
        precondition(width > 0 && height > 0, "a slice has at least one voxel")
        self.width = width
        self.height = height
        self.words = [UInt64](repeating: 0, count: (width + 63) / 64 * height)
    }

    /// Whether a voxel is in the mask; column and row must be on the slice.
    public subscript(x: Int, y: Int) -> Bool {
        get {
            precondition(x >= 0 && x < width && y >= 0 && y < height, "voxel off the slice")
            return words[y * wordsPerRow + x >> 6] >> UInt64(x & 63) & 1 == 1
        }
        set {
            precondition(x >= 0 && x < width && y >= 0 && y < height, "voxel off the slice")
            let bit: UInt64 = 1 << UInt64(x & 63)
            if newValue {
                words[y * wordsPerRow + x >> 6] |= bit
            } else {
                words[y * wordsPerRow + x >> 6] &= ~bit
            }
        }
    }

    /// Sets or clears a run of a row; the part of `columns` that is off the slice is ignored.
    public mutating func set(_ value: Bool, row y: Int, columns: Range<Int>) {
        let run = columns.clamped(to: 0..<width)
        guard y >= 0, y < height, !run.isEmpty else { return }
        let base = y * wordsPerRow
        let first = run.lowerBound >> 6
        let last = (run.upperBound - 1) >> 6
        for word in first...last {
            var bits = ~UInt64(0)
            if word == first { bits &= ~0 << UInt64(run.lowerBound & 63) }
            if word == last { bits &= ~0 >> UInt64(63 - (run.upperBound - 1) & 63) }
            if value { words[base + word] |= bits } else { words[base + word] &= ~bits }
        }
    }

    /// How many voxels are in the mask.
    /// - Complexity: O(words).
    public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// Whether no voxel is in the mask.
    public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    /// Changes the words in place and then clears the bits behind the last column, which keeps the invariant
    /// whatever `body` did. The buffer has `wordsPerRow * height` words.
    public mutating func withMutableWords<R, E: Error>(
        _ body: (UnsafeMutableBufferPointer<UInt64>) throws(E) -> R
    ) throws(E) -> R {
        let stride = wordsPerRow
        let keep = lastWordMask
        let height = height
        var outcome: Result<R, E>?
        words.withUnsafeMutableBufferPointer { buffer in
            do throws(E) { outcome = .success(try body(buffer)) } catch { outcome = .failure(error) }
            if keep != ~0 {
                for y in 0..<height { buffer[y * stride + stride - 1] &= keep }
            }
        }
        guard let outcome else { preconditionFailure("the body runs exactly once") }
        return try outcome.get()
    }

    /// FNV-1a over the words: tells a journal whether it is being replayed on the slice it was written for.
    public var digest: UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for word in words {
            hash = (hash ^ word) &* 0x0000_0100_0000_01b3
            hash ^= hash >> 29
        }
        return hash
    }
}
