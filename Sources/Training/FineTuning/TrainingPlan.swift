import Models

/// Which slices of which patients a fine-tuning goes through, and how much each counts.
public struct TrainingPlan: Hashable, Sendable {
    /// One training patient.
    public struct Patient: Hashable, Sendable {
        /// How much each slice counts besides being seen or not; as many as there are slices, each above 0.
        public var emphasis: [Float]
        /// Whether it is base data that is replayed, rather than a correction.
        public var isReplayed: Bool

        /// A patient from the parts.
        public init(emphasis: [Float], isReplayed: Bool) {
            self.emphasis = emphasis
            self.isReplayed = isReplayed
        }
    }

    /// The training patients, in their order.
    public var patients: [Patient]
    /// Slices of an epoch at most.
    public var slicesPerEpoch: Int
    /// The share of them that is replayed, 0…<1.
    public var replayShare: Double

    /// A plan from its parts.
    public init(patients: [Patient], slicesPerEpoch: Int, replayShare: Double) {
        self.patients = patients
        self.slicesPerEpoch = slicesPerEpoch
        self.replayShare = replayShare
    }
}

extension EpochOrder {
    /// The slices of an epoch of a fine-tuning, shuffled: of the corrected and of the replayed patients as many as the
    /// plan wants, drawn anew each epoch. Slices that nobody looked at are never drawn. Where there are few corrected
    /// slices, all are taken, and replayed ones in proportion.
    static func fineTuning(
        _ patients: [CachedPatient], _ recipe: TrainingRecipe, _ plan: TrainingPlan, epoch: Int
    ) -> [Place] {
        var random = SeededRandom(UInt64(recipe.seed), 5, UInt64(epoch))
        func places(_ isReplayed: Bool) -> [Place] {
            var places: [Place] = []
            for (index, patient) in patients.enumerated() where plan.patients[index].isReplayed == isReplayed {
                for slice in patient.sliceWeights.indices where patient.sliceWeights[slice] > 0 {
                    let isTaken = random.chance(recipe.emptySliceShare)
                    if isTaken || patient.hasLabels[slice] { places.append(Place(patient: index, slice: slice)) }
                }
            }
            places.shuffle(using: &random)
            return places
        }
        let (corrected, replayed) = (places(false), places(true))
        let share = replayed.isEmpty ? 0 : plan.replayShare
        let wanted = Int((Double(plan.slicesPerEpoch) * (1 - share)).rounded())
        let own = corrected.prefix(max(1, min(wanted, plan.slicesPerEpoch)))
        let base = replayed.prefix(Int((Double(own.count) * share / (1 - share)).rounded()))
        var all = Array(own) + Array(base)
        all.shuffle(using: &random)
        return all
    }
}
