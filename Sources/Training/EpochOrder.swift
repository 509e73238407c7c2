import Models

/// Which slices an epoch goes through, in which order: a matter of plan and epoch alone.
enum EpochOrder {
    /// A slice of a patient.
    struct Place: Hashable, Sendable {
        let patient: Int
        let slice: Int
    }

    /// The slices of an epoch, shuffled. Slices without weight are left out; of the others of a patient every
    /// `stride`-th is taken, from a start that is drawn for the patient and moves on with every epoch, so that so many
    /// epochs reach them all; of those without a structure only a share is taken.
    static func training(_ patients: [CachedPatient], _ recipe: TrainingRecipe, epoch: Int) -> [Place] {
        var random = SeededRandom(UInt64(recipe.seed), 1, UInt64(epoch))
        var places: [Place] = []
        for (index, patient) in patients.enumerated() {
            let counted = patient.sliceWeights.indices.filter { patient.sliceWeights[$0] > 0 }
            var own = SeededRandom(UInt64(recipe.seed), 4, UInt64(index))
            let start = (Int(own.next() % UInt64(recipe.sliceStride)) + epoch) % recipe.sliceStride
            for position in Swift.stride(from: start, to: counted.count, by: recipe.sliceStride) {
                let isTaken = random.chance(recipe.emptySliceShare)
                guard isTaken || patient.hasLabels[counted[position]] else { continue }
                places.append(Place(patient: index, slice: counted[position]))
            }
        }
        places.shuffle(using: &random)
        return places
    }

    /// The number a slice's augmentation is drawn from.
    static func random(_ place: Place, seed: Int, epoch: Int) -> SeededRandom {
        SeededRandom(UInt64(seed), 2, UInt64(epoch), UInt64(place.patient), UInt64(place.slice))
    }
}
