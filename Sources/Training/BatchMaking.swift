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
