import Volumes

/// What most readers have in: a voxel is in where more than half of the readers have it. A voxel that exactly half of them
/// have is a tie and is left out, since nobody is overruled by being asked twice; ``ties`` counts them.
public struct MajorityVote: Hashable, Sendable {
    /// The voxels that more than half of the readers have.
    public let mask: Mask
    /// How many voxels exactly half of the readers have, which only an even number of readers can.
    public let ties: Int

    /// The vote of 1…64 readers; of one, that reader's own mask.
    /// - Throws: ``VolumesError/gridsDiffer(_:)`` unless all masks have one grid;
    ///   ``VolumesError/invalidParameter(reason:)`` for no mask or more than 64.
    public init(_ masks: [Mask]) throws(VolumesError) {
        let patterns = try ReaderPatterns(masks)
        mask = patterns.mask { 2 * $0.nonzeroBitCount > masks.count }
        ties = patterns.counts.reduce(0) { $0 + (2 * $1.key.nonzeroBitCount == masks.count ? $1.value : 0) }
    }
}
