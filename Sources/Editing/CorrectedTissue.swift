import Volumes

/// The CT numbers of what a correction added and of what it took away. A network that carries the correction on does not
/// always see where a structure ends: past a tumour it takes the lung. What it would change there has other numbers.
struct CorrectedTissue {
    private let added, removed: ClosedRange<Int>?

    /// How far numbers may lie outside of those of the correction, HU: about the noise of a thin slice.
    private static let allowance = 100

    /// Of the correction of a slice.
    init(of guide: PromptGuide, in image: Volume) {
        added = Self.range(Self.numbers(guide.after.subtracting(guide.before), guide.slice, image))
        removed = Self.range(Self.numbers(guide.before.subtracting(guide.after), guide.slice, image))
    }

    /// Whether at least half of what would be added to a slice, and half of what would be taken away, has such numbers.
    /// What the correction itself has nothing of is not judged.
    func isLike(slice z: Int, from before: MaskSlice, to after: MaskSlice, in image: Volume) -> Bool {
        [(added, after.subtracting(before)), (removed, before.subtracting(after))].allSatisfy { range, changed in
            guard let range else { return true }
            let numbers = Self.numbers(changed, z, image)
            return 2 * numbers.count { range.contains($0) } >= numbers.count
        }
    }

    /// From the 5th to the 95th percentile, with the allowance; `nil` of nothing.
    private static func range(_ numbers: [Int]) -> ClosedRange<Int>? {
        guard !numbers.isEmpty else { return nil }
        let sorted = numbers.sorted()
        let skipped = sorted.count / 20
        return sorted[skipped] - allowance...sorted[sorted.count - 1 - skipped] + allowance
    }

    private static func numbers(_ slice: MaskSlice, _ z: Int, _ image: Volume) -> [Int] {
        guard image.slices.indices.contains(z) else { return [] }
        let values = image.slices[z].values
        var numbers: [Int] = []
        for y in 0..<slice.height {
            for (column, word) in slice.words[y * slice.wordsPerRow..<(y + 1) * slice.wordsPerRow].enumerated() {
                var bits = word
                while bits != 0 {
                    numbers.append(Int(values[y * slice.width + 64 * column + bits.trailingZeroBitCount]))
                    bits &= bits - 1
                }
            }
        }
        return numbers
    }
}
