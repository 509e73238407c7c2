extension MaskSlice {
    /// Flips every voxel whose centre is inside a closed polygon, by the even-odd rule; several polygons flipped one
    /// after the other give the even-odd filling of them all.
    ///
    /// A centre on the outline counts as inside on the polygon's left and top sides, outside on the right and bottom,
    /// so that polygons that share a side share no voxel. What is off the slice is left out.
    public mutating func flip(inside polygon: [PlanePoint]) {
        guard polygon.count >= 3, polygon.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else { return }
        let top = polygon.reduce(polygon[0].y) { min($0, $1.y) }
        let bottom = polygon.reduce(polygon[0].y) { max($0, $1.y) }
        let firstRow = Int(min(max(0, top.rounded(.up)), Double(height)))
        let endRow = Int(max(min(Double(height), bottom.rounded(.up)), Double(firstRow)))
        // The columns from which on a row is flipped.
        var crossings = [[Int]](repeating: [], count: endRow - firstRow)
        var from = polygon[polygon.count - 1]
        for to in polygon {
            defer { from = to }
            let (upper, lower) = from.y <= to.y ? (from, to) : (to, from)
            // Row y is crossed where upper.y <= y < lower.y.
            let first = max(Double(firstRow), upper.y.rounded(.up))
            let end = min(Double(endRow), lower.y.rounded(.up))
            guard first < end else { continue }
            let slope = (lower.x - upper.x) / (lower.y - upper.y)
            for y in Int(first)..<Int(end) {
                let x = upper.x == lower.x ? upper.x : upper.x + (Double(y) - upper.y) * slope
                crossings[y - firstRow].append(Int(min(max(x.rounded(.up), 0), Double(width))))
            }
        }
        let stride = wordsPerRow
        withMutableWords { words in
            for (row, columns) in crossings.enumerated() {
                let sorted = columns.sorted()
                // A closed polygon crosses a row an even number of times.
                for pair in Swift.stride(from: 0, to: sorted.count - 1, by: 2) where sorted[pair] < sorted[pair + 1] {
                    Self.flip(words, at: (firstRow + row) * stride, columns: sorted[pair]..<sorted[pair + 1])
                }
            }
        }
    }

    static func flip(_ words: UnsafeMutableBufferPointer<UInt64>, at base: Int, columns: Range<Int>) {
        let first = columns.lowerBound >> 6
        let last = (columns.upperBound - 1) >> 6
        for word in first...last {
            var bits = ~UInt64(0)
            if word == first { bits &= ~0 << UInt64(columns.lowerBound & 63) }
            if word == last { bits &= ~0 >> UInt64(63 - (columns.upperBound - 1) & 63) }
            words[base + word] ^= bits
        }
    }
}
