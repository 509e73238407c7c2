import CaseStore
import CaseWork
import Cases
import Evaluation
import Training

/// How candidate and incumbent answer prompts: a simulated user corrects the same errors with both, on slices of corrected
/// cases that somebody saw.
struct PromptScores {
    let curves: PromptCurves
    /// The slices of each case, and the groups that it is in.
    private let cases: [(groups: [CaseGroup], slices: [PromptCurves.Slice])]
    private let incumbent: String
    private let candidate: String

    /// What a study of cases is made with.
    struct Setting {
        let incumbent: ModelAnswerer
        let candidate: ModelAnswerer
        /// The structures that the models learn; a case need not have all of them.
        let structures: [StructureName]
        let patients: [CaseID: AssignedPatient]
        let store: any CaseStoring
        let isStopped: @Sendable () -> Bool
    }

    /// Plays every kind of error on every structure of every case that has it.
    /// - Parameters:
    ///   - isByCase: whether each case speaks for itself, rather than for its patient.
    ///   - progress: is told cases done and in all.
    /// - Throws: `CancellationError`; what reading and answering say.
    init(
        _ summaries: [CorrectionSummary], isByCase: Bool, _ setting: Setting, progress: (Int, Int) -> Void
    ) throws {
        (incumbent, candidate) = (setting.incumbent.name, setting.candidate.name)
        let study = PromptStudy(methods: [setting.incumbent, setting.candidate].map { PromptStudy.Method($0) })
        var cases: [(groups: [CaseGroup], slices: [PromptCurves.Slice])] = []
        for (index, summary) in summaries.enumerated() {
            progress(index, summaries.count)
            let own = try CorrectedCase(summary, patient: setting.patients[summary.key.caseID]?.key, in: setting.store)
            // A whole beside its parts would be an error that is none.
            let masks = own.masks.filter { setting.structures.contains($0.key) }
            let slices = try study.run(
                on: PromptStudy.Subject(
                    patient: isByCase ? "case \(own.key.caseID)" : own.nameOfPatient,
                    drawnBy: "\(own.key.caseID) r\(own.key.revision)", volume: own.volume, masks: masks,
                    names: masks.keys.sorted(), seen: own.seen.map(Set.init))
            ) { _, _ in
                if setting.isStopped() { throw CancellationError() }
            }
            cases.append((own.groups, slices))
        }
        self.cases = cases
        curves = PromptCurves(cases.flatMap(\.slices))
    }

    /// For the gate: a pair a patient, or case, and structure.
    var scores: [PromotionGate.Scores] { curves.scores(incumbent: incumbent, candidate: candidate) }

    /// For the gate: the same by what patients have in common.
    var subgroups: PromotionGate.Subgroups {
        PromotionGate.Subgroups(of: cases.map(\.groups)) { indices in
            PromptCurves(indices.flatMap { cases[$0].slices }).scores(incumbent: incumbent, candidate: candidate)
        }
    }

    /// For the gate: how many prompts both needed.
    func prompts(of structures: [StructureName]) -> GateReport.Prompts {
        curves.prompts(incumbent: incumbent, candidate: candidate, of: structures)
    }
}
