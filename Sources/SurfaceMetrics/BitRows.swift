/// Word-parallel work on rows of bits: 64 corner points at a time. All of it is integer arithmetic.
enum BitRows {
    /// The four rows of voxels around a row of corner points, at the point's word.
    typealias Word = UnsafePointer<UInt64>

    /// Which of 64 corner points are surfels: they touch a voxel that is in and one that is out.
    ///
    /// The rows point at the word; the word before is read too.
    @inline(__always)
    static func surfels(_ a: Word, _ b: Word, _ c: Word, _ d: Word, _ i: Int) -> UInt64 {
        let any = a[i] | b[i] | c[i] | d[i]
        let all = a[i] & b[i] & c[i] & d[i]
        let anyBefore = a[i &- 1] | b[i &- 1] | c[i &- 1] | d[i &- 1]
        let allBefore = a[i &- 1] & b[i &- 1] & c[i &- 1] & d[i &- 1]
        return (any | (any &<< 1) | (anyBefore &>> 63)) & ~(all & ((all &<< 1) | (allBefore &>> 63)))
    }

    /// The bits of a row at most `width` (0…63) places from a set bit; of the middle one of three words.
    @inline(__always)
    static func smear(_ previous: UInt64, _ current: UInt64, _ next: UInt64, _ width: Int) -> UInt64 {
        var (low, up) = (previous, current)
        var (down, high) = (current, next)
        var done = 0
        while done < width {
            let step = UInt64(truncatingIfNeeded: min(done &+ 1, width &- done))
            let rest = 64 &- step
            up |= (up &<< step) | (low &>> rest)
            low |= low &<< step
            down |= (down &>> step) | (high &<< rest)
            high |= high &>> step
            done = done &+ Int(truncatingIfNeeded: step)
        }
        return up | down
    }

    /// ``smear(_:_:_:_:)`` for any width: only the nearest set bit to each side of the word counts.
    static func smearWide(_ row: Word, word i: Int, words: Int, width: Int) -> UInt64 {
        if row[i] != 0 && width >= 63 { return ~0 }
        var result = row[i] == 0 ? 0 : smear(0, row[i], 0, width)
        var j = i - 1
        while j >= 0 && (i - j) * 64 - 63 <= width {
            if row[j] != 0 {
                let gap = (i - j) * 64 - (63 - row[j].leadingZeroBitCount)  // to bit 0 of word i
                if gap <= width { result |= lowBits(width - gap + 1) }
                break
            }
            j -= 1
        }
        j = i + 1
        while j < words && (j - i) * 64 - 63 <= width {
            if row[j] != 0 {
                let gap = (j - i) * 64 + row[j].trailingZeroBitCount - 63  // from bit 63 of word i
                if gap <= width { result |= ~lowBits(64 - min(64, width - gap + 1)) }
                break
            }
            j += 1
        }
        return result
    }

    /// The lowest `count` bits, 64 or more meaning all.
    @inline(__always)
    static func lowBits(_ count: Int) -> UInt64 { count >= 64 ? ~0 : (1 << UInt64(count)) - 1 }

    /// The contour of a slice: voxels that are in, with one of the four neighbours out.
    @inline(__always)
    static func contour(_ above: Word, _ row: Word, _ below: Word, _ i: Int) -> UInt64 {
        let here = row[i]
        if here == 0 { return 0 }
        let left = (here &<< 1) | (row[i &- 1] &>> 63)
        let right = (here &>> 1) | (row[i &+ 1] &<< 63)
        return here & ~(left & right & above[i] & below[i])
    }
}

/// The neighbour codes of 64 corner points, from the four rows of voxels around them.
///
/// While counting, a code's bits stand in the order in which they are cheapest to fetch; ``FetchOrder`` says what
/// they mean.
struct CodeWords {
    private let words: (UInt64, UInt64, UInt64, UInt64)
    private let shifted: (UInt64, UInt64, UInt64, UInt64)

    /// Rows (y − 1, z − 1), (y − 1, z), (y, z − 1), (y, z), and which word of them.
    @inline(__always)
    init(_ a: BitRows.Word, _ b: BitRows.Word, _ c: BitRows.Word, _ d: BitRows.Word, _ i: Int) {
        words = (a[i], b[i], c[i], d[i])
        shifted = (
            (a[i] &<< 1) | (a[i &- 1] &>> 63), (b[i] &<< 1) | (b[i &- 1] &>> 63),
            (c[i] &<< 1) | (c[i &- 1] &>> 63), (d[i] &<< 1) | (d[i &- 1] &>> 63)
        )
    }

    /// The code, in fetch order, of the point at a bit of the word.
    @inline(__always)
    subscript(bit: UInt64) -> Int {
        let code: UInt64
        if bit == 63 {
            code =
                (shifted.0 &>> 63) | (words.0 &>> 63) &<< 1 | (shifted.1 &>> 63) &<< 2 | (words.1 &>> 63) &<< 3
                | (shifted.2 &>> 63) &<< 4 | (words.2 &>> 63) &<< 5 | (shifted.3 &>> 63) &<< 6
                | (words.3 &>> 63) &<< 7
        } else {
            code =
                (shifted.0 &>> bit) & 3 | ((shifted.1 &>> bit) & 3) &<< 2 | ((shifted.2 &>> bit) & 3) &<< 4
                | ((shifted.3 &>> bit) & 3) &<< 6
        }
        return Int(truncatingIfNeeded: code)
    }
}
