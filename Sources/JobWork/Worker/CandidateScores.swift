import CaseStore
import Cases
import Evaluation
import Segmentation
import Volumes

/// Candidate and incumbent on the same cases.
struct CandidateScores {
    /// A case with what both proposed for it.
    struct Item {
        let key: CorrectionKey
        let patient: String
        /// The groups that the case is in.
        let groups: [CaseGroup]
        let before: Prediction
        let after: Prediction
        /// Surface Dice by structure, before and after, where both have one.
        let scores: [ReplayReport.Structure]
    }

    let items: [Item]

    /// Predicts every case with both models and measures.
    /// - Parameter reusesProposals: take what the incumbent proposed for a case when it was corrected, where it was the
    ///   incumbent and by the same steps as now, rather than predict it again.
    /// - Throws: `CancellationError`; what reading and predicting say.
    init(
        _ summaries: [CorrectionSummary], patients: [CaseID: AssignedPatient], incumbent: ModelSegmenter,
        candidate: ModelSegmenter, reusesProposals: Bool, tolerance: (StructureName) -> Millimetres,
        store: any CaseStoring, isStopped: @escaping @Sendable () -> Bool, progress: (Int, Int) -> Void
    ) throws {
        var items: [Item] = []
        for (index, summary) in summaries.enumerated() {
            if isStopped() { throw CancellationError() }
            progress(index, summaries.count)
            let own = try CorrectedCase(summary, patient: patients[summary.key.caseID]?.key, in: store)
            let after = try candidate.segment(own.volume, isCancelled: isStopped).prediction
            let proposal = reusesProposals ? try? store.prediction(own.prediction) : nil
            let before =
                if let proposal, Self.isProposal(proposal, of: incumbent, like: after) {
                    proposal
                } else {
                    try incumbent.segment(own.volume, isCancelled: isStopped).prediction
                }
            let scores = try candidate.recipe.structures.map { name in
                let tolerance = tolerance(name)
                return ReplayReport.Structure(
                    name: name, tolerance: tolerance,
                    before: try own.surfaceDice(name, before.masks[name], tolerance: tolerance),
                    after: try own.surfaceDice(name, after.masks[name], tolerance: tolerance))
            }
            items.append(
                Item(
                    key: summary.key,
                    patient: own.nameOfPatient, groups: own.groups,
                    before: before, after: after, scores: scores))
        }
        self.items = items
    }

    /// Whether a stored prediction is what a model would say now: its own, by its recipe and by the steps of another
    /// model's that was made now. One that holds only some of the structures is none: what it lacks would count as
    /// wrong.
    static func isProposal(_ stored: Prediction, of model: ModelSegmenter, like now: Prediction) -> Bool {
        guard stored.model == model.name, now.masks.keys.allSatisfy({ stored.masks[$0] != nil }) else { return false }
        guard let recipe = stored.recipeDigest else {
            // Before recipes were noted, the first step named model and recipe.
            return stored.preprocessing == ["model \(model.name), recipe \(model.recipe.name)"] + now.preprocessing
        }
        return recipe == model.recipeDigest && stored.preprocessing == now.preprocessing
    }

    /// For the gate: a pair a patient and structure, the mean where one has several cases.
    /// - Parameter isByCase: whether each case speaks for itself.
    func pairs(isByCase: Bool) -> [PromotionGate.Scores] { Self.pairs(of: items, isByCase: isByCase) }

    /// For the gate: the same by what patients have in common.
    var subgroups: PromotionGate.Subgroups {
        PromotionGate.Subgroups(of: items.map(\.groups)) { indices in
            Self.pairs(of: indices.map { items[$0] }, isByCase: false)
        }
    }

    private static func pairs(of items: [Item], isByCase: Bool) -> [PromotionGate.Scores] {
        var order: [StructureName] = []
        var tolerances: [StructureName: Millimetres] = [:]
        var values: [StructureName: [String: [(Double, Double)]]] = [:]
        for item in items {
            for score in item.scores {
                if tolerances[score.name] == nil { order.append(score.name) }
                tolerances[score.name] = score.tolerance
                guard let before = score.before, let after = score.after else { continue }
                let name = isByCase ? "case \(item.key.caseID)" : item.patient
                values[score.name, default: [:]][name, default: []].append((before, after))
            }
        }
        return order.map { name in
            let pairs = (values[name] ?? [:]).sorted { $0.key < $1.key }.map { patient, both in
                GateReport.Pair(
                    patient: patient, incumbent: both.reduce(0) { $0 + $1.0 } / Double(both.count),
                    candidate: both.reduce(0) { $0 + $1.1 } / Double(both.count))
            }
            return PromotionGate.Scores(name: name, tolerance: tolerances[name] ?? 2, pairs: pairs)
        }
    }
}
