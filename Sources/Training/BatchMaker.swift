import Cases
import Models
import Networks

/// Puts places of cached patients together into batches, augmented or as they are.
///
/// Sendable because one thread at a time uses it: the queue's, which is over before the next one begins.
protocol BatchMaking: AnyObject, Sendable {
    /// A batch of what lies around each place.
    /// - Parameter random: what a place's augmentation is drawn from.
    func batch(_ places: ArraySlice<EpochOrder.Place>, random: (EpochOrder.Place) -> SeededRandom) -> TrainingBatch
}

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

extension Recipe {
    /// Spreads labels, a bit a structure, over the network's channels, `[classes][count]`; with softmax the first is what
    /// is no structure.
    /// - Parameter stride: from a channel to the next; `count` where nothing lies between.
    func spread(
        _ labels: UnsafePointer<UInt8>, over targets: UnsafeMutablePointer<Float>, count: Int, stride: Int? = nil
    ) {
        let first = firstStructureChannel
        if first == 1 { for i in 0..<count { targets[i] = labels[i] == 0 ? 1 : 0 } }
        for bit in structures.indices {
            let channel = targets + (first + bit) * (stride ?? count)
            for i in 0..<count { channel[i] = Float(labels[i] >> UInt8(bit) & 1) }
        }
    }
}

extension [CachedPatient] {
    /// Of which classes the labels of each place's patient speak, where some patient lacks one. A background is always
    /// known.
    func known(_ places: ArraySlice<EpochOrder.Place>, _ recipe: Recipe) -> [Float]? {
        guard places.contains(where: { self[$0.patient].isLabelled.contains(false) }) else { return nil }
        return places.flatMap { self[$0.patient].isKnown(recipe).map { $0 ? 1 : 0 } }
    }
}

extension CachedPatient {
    /// For each class of a recipe's network whether the labels speak of it.
    func isKnown(_ recipe: Recipe) -> [Bool] {
        [Bool](repeating: true, count: recipe.firstStructureChannel) + isLabelled
    }

    /// Whether of every pair that the network learns both sides have labels or neither has.
    var hasLabelsOfBothSides: Bool {
        structures.enumerated().allSatisfy { index, name in
            structures.firstIndex(of: name.mirrored).map { isLabelled[$0] == isLabelled[index] } ?? true
        }
    }
}
