import Models
import Volumes

/// An image as a network sees it, slice by slice; nothing is kept, so that a long series costs no memory.
public struct PreprocessedVolume: Sendable {
    /// How it was made.
    public let record: PreprocessingRecord
    private let resampled: ResampledVolume
    /// The image's own mean and deviation, where the recipe normalises by them.
    private let figures: PreprocessingRecipe.ZScore?

    /// An image prepared by a recipe.
    /// - Throws: as ``PreprocessingRecord/init(_:_:)``.
    public init(_ volume: Volume, _ recipe: PreprocessingRecipe) throws(VolumesError) {
        try self.init(volume, PreprocessingRecord(volume, recipe))
    }

    /// An image prepared as a record says, which has to be of that image's grid.
    /// - Throws: ``VolumesError/gridsDiffer(_:)``.
    public init(_ volume: Volume, _ record: PreprocessingRecord) throws(VolumesError) {
        try volume.geometry.requireSame(as: record.source)
        self.record = record
        resampled = ResampledVolume(volume, onto: record.grid, outside: record.recipe.windowLow)
        figures = record.recipe.normalisation == .volumeZScore ? Self.figures(of: resampled, record.recipe) : nil
    }

    /// Mean and deviation of all voxels, cut to the window; a deviation of 0 becomes 10⁻⁸, as in nnU-Net.
    private static func figures(
        of resampled: ResampledVolume, _ recipe: PreprocessingRecipe
    ) -> PreprocessingRecipe.ZScore {
        let (low, high) = (recipe.windowLow, recipe.windowHigh)
        // About the window's middle, so that the squares stay small.
        let middle = (low + high) / 2
        var (count, sum, squares) = (0.0, 0.0, 0.0)
        for z in 0..<resampled.geometry.size.z {
            let slice = resampled.slice(z)
            for hu in slice {
                let value = min(max(hu, low), high) - middle
                sum += value
                squares += value * value
            }
            count += Double(slice.count)
        }
        let mean = sum / count
        return PreprocessingRecipe.ZScore(
            mean: mean + middle, deviation: max(max(0, squares / count - mean * mean).squareRoot(), 1e-8))
    }

    /// How many slices there are.
    public var sliceCount: Int { record.grid.size.z }

    /// One slice, `rows × columns`, columns fastest, normalised as the recipe says.
    /// - Complexity: O(pixels); safe to call from several threads.
    public func slice(_ z: Int) -> [Float] {
        resampled.slice(z).map { record.recipe.normalised($0, own: figures) }
    }

    /// All that the network sees to segment a slice, as ``Models/PreprocessingRecipe/channels(of:)`` lays it out.
    public func channels(around z: Int) -> [Float] {
        let recipe = record.recipe
        return recipe.channels(of: recipe.slices(around: z, of: sliceCount).map(slice))
    }
}

extension PreprocessingRecord {
    /// A mask of the image as the network's truth: on ``grid``, each voxel the nearest one of the image.
    /// - Throws: ``VolumesError/gridsDiffer(_:)`` unless the mask is on ``source``.
    public func labels(_ mask: Mask) throws(VolumesError) -> Mask {
        try mask.geometry.requireSame(as: source)
        return mask.resampled(onto: grid)
    }
}
