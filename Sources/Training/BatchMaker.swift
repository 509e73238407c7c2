import Cases
import Models
import Networks

/// Makes batches for networks on slices: each place's slice, with its neighbours where the recipe has any.
final class BatchMaker: BatchMaking, @unchecked Sendable {
    private let patients: [CachedPatient]
    private let recipe: Recipe
    private let augmenter: Augmenter?
    private let plan: TrainingPlan?
    private var labels: [UInt8]
    private var count: Int { recipe.preprocessing.columns * recipe.preprocessing.rows }

    /// A maker for patients that were prepared by a recipe.
    init(_ patients: [CachedPatient], recipe: Recipe, augments: Bool, plan: TrainingPlan? = nil) {
        self.patients = patients
        self.recipe = recipe
        self.plan = plan
        augmenter = augments ? Augmenter(recipe) : nil
        let preparation = recipe.preprocessing
        labels = [UInt8](
            repeating: 0, count: preparation.sliceOffsets.count * preparation.columns * preparation.rows)
    }

    /// A batch of slices.
    func batch(_ places: ArraySlice<EpochOrder.Place>, random: (EpochOrder.Place) -> SeededRandom) -> TrainingBatch {
        let (count, classes) = (count, recipe.network.classes)
        var targets = [Float](repeating: 0, count: places.count * classes * count)
        let channels = recipe.preprocessing.channelCount
        let values = [Float](unsafeUninitializedCapacity: places.count * channels * count) { values, filled in
            guard let values = values.baseAddress else { return }
            for (index, place) in places.enumerated() {
                labels.withUnsafeMutableBufferPointer { labels in
                    guard let labels = labels.baseAddress else { return }
                    fill(values + index * channels * count, labels, place, random)
                    targets.withUnsafeMutableBufferPointer { targets in
                        guard let base = targets.baseAddress else { return }
                        recipe.spread(labels, over: base + index * classes * count, count: count)
                    }
                }
            }
            filled = places.count * channels * count
        }
        let images = ImageBatch(
            count: places.count, channels: channels, rows: recipe.preprocessing.rows,
            columns: recipe.preprocessing.columns, values: values)
        return TrainingBatch(
            images: images, targets: targets, weights: weights(places), known: patients.known(places, recipe))
    }

    /// Fills the channels of a slice and its neighbours, and their labels, the slice's own first.
    private func fill(
        _ image: UnsafeMutablePointer<Float>, _ labels: UnsafeMutablePointer<UInt8>, _ place: EpochOrder.Place,
        _ random: (EpochOrder.Place) -> SeededRandom
    ) {
        let preparation = recipe.preprocessing
        let patient = patients[place.patient]
        let slices = preparation.slices(around: place.slice, of: patient.geometry.size.z)
        let windows = preparation.windowCount
        var planes: [SlicePlane] = []
        for (index, slice) in slices.enumerated() {
            let plane = SlicePlane(
                image: image + index * windows * count, labels: labels + index * count,
                distance: Double(slice - place.slice) * preparation.spacing.z)
            patient.copyImage(slice: slice, to: plane.image)
            if let source = patient.labels(slice: slice).baseAddress { plane.labels.update(from: source, count: count) }
            planes.append(plane)
        }
        if let augmenter {
            var random = random(place)
            augmenter.apply(planes, isSymmetric: patient.hasLabelsOfBothSides, random: &random)
        }
        for plane in planes { preparation.fillSecondChannel(plane.image, count: count) }
    }

    /// The weight of every pixel, where some slice has not the full one.
    private func weights(_ places: ArraySlice<EpochOrder.Place>) -> [Float]? {
        let weights = places.map { place in
            Float(patients[place.patient].sliceWeights[place.slice])
                * (plan?.patients[place.patient].emphasis[place.slice] ?? 1)
        }
        return weights.allSatisfy { $0 == 1 } ? nil : weights.flatMap { [Float](repeating: $0, count: count) }
    }
}
