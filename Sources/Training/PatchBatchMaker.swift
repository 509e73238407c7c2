import Cases
import Models
import Networks
import Segmentation

/// Makes batches for networks on volumes: around each place's slice a patch, which lies within the patient where the
/// patient is large enough. What a patch has beyond the first and the last slice is their mirror image and costs nothing.
///
/// Augmentation moves all slices of a patch in the same way, and stretches the patch along the slices by as much as
/// `scale` says; where in the plane a patch lies is drawn.
final class PatchBatchMaker: BatchMaking, @unchecked Sendable {
    private let patients: [CachedPatient]
    private let recipe: Recipe
    private let augmenter: Augmenter?
    private let plan: TrainingPlan?
    /// Whole slices of a patch, before it is cut out of them.
    private var images: [Float]
    private var labels: [UInt8]

    /// Pixels of a whole slice.
    private var area: Int { recipe.preprocessing.columns * recipe.preprocessing.rows }

    /// A maker for patients that were prepared by a recipe.
    init(_ patients: [CachedPatient], recipe: Recipe, augments: Bool, plan: TrainingPlan? = nil) {
        self.patients = patients
        self.recipe = recipe
        self.plan = plan
        augmenter = augments ? Augmenter(recipe) : nil
        let area = recipe.preprocessing.columns * recipe.preprocessing.rows
        images = [Float](repeating: 0, count: recipe.patches.slices * area)
        labels = [UInt8](repeating: 0, count: recipe.patches.slices * area)
    }

    /// A batch of patches.
    func batch(_ places: ArraySlice<EpochOrder.Place>, random: (EpochOrder.Place) -> SeededRandom) -> TrainingBatch {
        let (patch, windows, classes) = (recipe.patches, recipe.preprocessing.windowCount, recipe.network.classes)
        let count = patch.slices * patch.rows * patch.columns
        var targets = [Float](repeating: 0, count: places.count * classes * count)
        var weights: [Float] = []
        let values = [Float](unsafeUninitializedCapacity: places.count * windows * count) { values, filled in
            targets.withUnsafeMutableBufferPointer { targets in
                guard let values = values.baseAddress, let targets = targets.baseAddress else { return }
                for (index, place) in places.enumerated() {
                    weights += fill(
                        values + index * windows * count, targets + index * classes * count, place, random(place))
                }
            }
            filled = places.count * windows * count
        }
        let images = ImageBatch(
            count: places.count, channels: windows, slices: patch.slices, rows: patch.rows, columns: patch.columns,
            values: values)
        let area = patch.rows * patch.columns
        return TrainingBatch(
            images: images, targets: targets,
            weights: weights.allSatisfy { $0 == 1 } ? nil : weights.flatMap { [Float](repeating: $0, count: area) },
            known: patients.known(places, recipe))
    }

    /// Fills one patch, all its channels and classes.
    /// - Returns: how much each of its slices counts.
    private func fill(
        _ image: UnsafeMutablePointer<Float>, _ targets: UnsafeMutablePointer<Float>, _ place: EpochOrder.Place,
        _ random: SeededRandom
    ) -> [Float] {
        let (preparation, patch, patient) = (recipe.preprocessing, recipe.patches, patients[place.patient])
        var random = random
        // Every draw is made whether it is used or not.
        let (stretches, stretch) = (random.chance(recipe.augmentation.probability), random.between(-1, 1))
        let (across, down) = (random.unit(), random.unit())
        let factor = augmenter != nil && stretches ? 1 + stretch * recipe.augmentation.scale : 1
        let slices = Self.slices(around: place.slice, count: patch.slices, of: patient.geometry.size.z, by: factor)
        let count = patch.slices * patch.rows * patch.columns
        images.withUnsafeMutableBufferPointer { images in
            labels.withUnsafeMutableBufferPointer { labels in
                guard let images = images.baseAddress, let labels = labels.baseAddress else { return }
                read(slices.map(\.shown), of: patient, images, labels, &random)
                let column = Int(across * Double(preparation.columns - patch.columns + 1))
                let row = Int(down * Double(preparation.rows - patch.rows + 1))
                for slice in 0..<patch.slices {
                    for y in 0..<patch.rows {
                        let source = (slice * preparation.rows + row + y) * preparation.columns + column
                        let target = (slice * patch.rows + y) * patch.columns
                        (image + target).update(from: images + source, count: patch.columns)
                        recipe.spread(labels + source, over: targets + target, count: patch.columns, stride: count)
                    }
                }
            }
        }
        preparation.fillSecondChannel(image, count: count)
        return slices.map { slice in
            guard slice.isInside else { return 0 }
            let emphasis = plan?.patients[place.patient].emphasis[slice.shown] ?? 1
            return Float(patient.sliceWeights[slice.shown]) * emphasis
        }
    }

    /// Reads and augments whole slices.
    private func read(
        _ slices: [Int], of patient: CachedPatient, _ images: UnsafeMutablePointer<Float>,
        _ labels: UnsafeMutablePointer<UInt8>, _ random: inout SeededRandom
    ) {
        let middle = slices.count / 2
        var planes: [SlicePlane] = []
        // The middle one first, which disease is painted around.
        for index in [middle] + slices.indices.filter({ $0 != middle }) {
            let plane = SlicePlane(
                image: images + index * area, labels: labels + index * area,
                distance: Double(slices[index] - slices[middle]) * recipe.preprocessing.spacing.z)
            patient.copyImage(slice: slices[index], to: plane.image)
            if let source = patient.labels(slice: slices[index]).baseAddress {
                plane.labels.update(from: source, count: area)
            }
            planes.append(plane)
        }
        augmenter?.apply(planes, isSymmetric: patient.hasLabelsOfBothSides, random: &random)
    }

    /// The slices of a patch around a slice of a patient.
    /// - Parameters:
    ///   - count: how many the patch has.
    ///   - length: how many the patient has.
    ///   - factor: how far they are apart.
    /// - Returns: of each the slice that it shows, and whether it is that one rather than a mirror image beyond the ends.
    static func slices(
        around centre: Int, count: Int, of length: Int, by factor: Double
    ) -> [(shown: Int, isInside: Bool)] {
        let own = (count - 1) / 2
        let (below, above, last) = (Double(own) * factor, Double(count / 2) * factor, Double(length - 1))
        // Whole, so that the patch shows a slice of the patient however short that is.
        let middle =
            below + above >= last
            ? ((last - (above - below)) / 2).rounded() : min(max(Double(centre), below), last - above)
        return (0..<count).map { index in
            let place = Int((middle + Double(index - own) * factor).rounded())
            return (VolumeInference.mirrored(place, of: length), (0..<length).contains(place))
        }
    }
}
