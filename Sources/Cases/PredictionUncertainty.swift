import Volumes

/// How unsure a model was, voxel by voxel and slice by slice.
public struct PredictionUncertainty: Hashable, Sendable {
    /// The entropy of the model's probability in bits, the largest over its structures: 0 is certain, 1 is one half.
    /// On the model's own grid, which is coarser than the case's.
    public let map: ByteMap
    /// One number a slice of the case, 0…1: the area in which the mask is expected to be wrong if the probabilities
    /// are right, over the areas of mask and probability and 1 cm². Probabilities below 0.1 and above 0.9 are no doubt.
    public let sliceScores: [Double]

    /// An uncertainty from its parts.
    public init(map: ByteMap, sliceScores: [Double]) {
        self.map = map
        self.sliceScores = sliceScores
    }
}
