import Volumes

extension Mask {
    /// The mask with the slices between each two neighbouring `keys` replaced by ``MaskInterpolation`` of the two. Gaps
    /// of which one end is empty are left as they are: there is no shape to come from.
    /// - Parameter keys: slices that are known, in any order; those off the grid are ignored.
    public func interpolated(between keys: some Sequence<Int>) -> Mask {
        var result = self
        let known = Set(keys.filter { slices.indices.contains($0) }).sorted()
        for (low, high) in zip(known, known.dropFirst()) where high - low > 1 {
            guard !slices[low].isEmpty, !slices[high].isEmpty else { continue }
            let between = MaskInterpolation.slices(
                between: slices[low], and: slices[high], count: high - low - 1, spacing: geometry.spacing)
            for (step, slice) in between.enumerated() { result[slice: low + 1 + step] = slice }
        }
        return result
    }

    /// The runs of empty slices that have voxels on both sides, by the slices next to them.
    public var emptyGaps: [ClosedRange<Int>] {
        let filled = slices.indices.filter { !slices[$0].isEmpty }
        return zip(filled, filled.dropFirst()).filter { $1 - $0 > 1 }.map { $0...$1 }
    }
}
