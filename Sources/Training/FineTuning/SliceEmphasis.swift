import Cases
import Models
import Segmentation
import Volumes

/// How wrong a prediction was, slice by slice of the network's grid.
public enum SliceEmphasis {
    /// The weight of each slice: 1 where the prediction was right, `1 + gain · wrong / both` otherwise, with the pixels
    /// on which prediction and correction differ and those that are in either, over all structures.
    /// - Parameters:
    ///   - corrected, predicted: on the grid of `volume`; a structure that was not predicted is empty there; of one that
    ///     the correction lacks nothing is known, and it says nothing.
    ///   - gain: what the weight grows by where nothing was right.
    /// - Throws: `VolumesError` if a mask is not on the volume's grid.
    public static func measure(
        _ volume: Volume, corrected: [StructureName: Mask], predicted: [StructureName: Mask], recipe: Recipe,
        gain: Double
    ) throws(VolumesError) -> [Float] {
        let record = try PreprocessingRecord(volume, recipe.preprocessing)
        let count = record.grid.size.z
        var (wrong, both) = ([Int](repeating: 0, count: count), [Int](repeating: 0, count: count))
        let empty = Mask(geometry: volume.geometry)
        for structure in recipe.structures {
            guard let known = corrected[structure] else { continue }
            let truth = try record.labels(known)
            let guess = try record.labels(predicted[structure] ?? empty)
            let union = try truth.union(guess)
            let difference = try union.subtracting(truth.intersection(guess))
            for z in 0..<count {
                wrong[z] += difference.slices[z].count
                both[z] += union.slices[z].count
            }
        }
        return zip(wrong, both).map { $1 == 0 ? 1 : Float(1 + gain * Double($0) / Double($1)) }
    }
}
