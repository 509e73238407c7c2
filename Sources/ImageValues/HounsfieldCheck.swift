import Volumes

/// Whether a volume's numbers can be HU of a chest: what every reader asks of every image.
///
/// Nothing in a file proves that its numbers are HU: a rescale left out, applied twice or lost on the way to another
/// format gives an image that looks right in any window set by hand, and whose every threshold and every model is wrong.
/// Air is −1000 HU and around every patient, and soft tissue is near 0.
package enum HounsfieldCheck {
    /// What air reads as, with noise, emphysema and calibration; lung without air does not come as low.
    static let air: ClosedRange<Int16> = -1150 ... -850
    /// Fat, water, muscle, blood and organs.
    static let softTissue: ClosedRange<Int16> = -200...200
    /// Fewer voxels say nothing about a chest.
    static let fewestVoxels = 1000

    /// What makes the numbers unlikely to be HU, one sentence each; none for a plausible CT.
    /// - Parameter mayBeLabels: whether the format also holds label maps, which then read like a CT.
    package static func warnings(for volume: Volume, mayBeLabels: Bool) -> [String] {
        if mayBeLabels, !contains(volume, .min ... -1) {
            let range = volume.range
            return [
                "No voxel is below 0 HU (values are \(range.lowerBound.value) to \(range.upperBound.value)), so this is "
                    + "hardly a CT in HU: a label map (masks are given with --prediction or --reference), or an image "
                    + "whose values are not HU\(offset(range.lowerBound.value)). Windows, thresholds and models need HU."
            ]
        }
        guard volume.geometry.size.voxelCount >= fewestVoxels else { return [] }
        if !contains(volume, air) {
            let range = volume.range
            return [
                "No voxel is near -1000 HU, where air is (values are \(range.lowerBound.value) to "
                    + "\(range.upperBound.value)): these are hardly HU\(offset(range.lowerBound.value)), or the image "
                    + "shows neither air nor lung. Windows, thresholds and models need HU; check the rescale slope "
                    + "and intercept at the source."
            ]
        }
        if !contains(volume, softTissue) {
            let range = volume.range
            return [
                "No voxel is from -200 to 200 HU, where soft tissue is (values are \(range.lowerBound.value) to "
                    + "\(range.upperBound.value)): these are hardly HU. Windows, thresholds and models need HU; check "
                    + "the rescale slope and intercept at the source."
            ]
        }
        return []
    }

    private static func offset(_ low: Int16) -> String {
        // Air of a scanner's stored values is 0 to about 30 with the usual intercept.
        (-50...150).contains(low) ? " (as if the intercept of -1024 were missing)" : ""
    }

    /// Ends at the first voxel found: air is in the first slice of nearly every CT.
    private static func contains(_ volume: Volume, _ range: ClosedRange<Int16>) -> Bool {
        volume.slices.contains { slice in slice.values.contains { range.contains($0) } }
    }
}
