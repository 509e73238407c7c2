import Cases
import Foundation
import Lists

/// A queue with a job under way and one that was held, its version, and its replay.
enum TrainingFixture {
    static let base = ModelName(rawValue: "lungs@1")

    static func job(_ id: Int64, _ state: JobState, telemetry: JobTelemetry? = nil, result: String? = nil) -> Job {
        Job(
            id: id, state: state, model: base,
            corrections: (1...3).map { CorrectionKey(caseID: CaseID(rawValue: "c\($0)"), revision: $0) },
            progress: state == .training ? 0.25 : 1, result: result, attempts: 1, notBefore: nil, holder: nil,
            cancelRequestedBy: nil, telemetry: telemetry, queuedAt: Date(timeIntervalSince1970: 1000),
            changedAt: Date(timeIntervalSince1970: 1300))
    }

    static func report() -> GateReport {
        let left = GateReport.Structure(
            name: .lungLeft, tolerance: 2,
            pairs: [
                GateReport.Pair(patient: "p-01", incumbent: 0.9, candidate: 0.95),
                GateReport.Pair(patient: "p-02", incumbent: 0.95, candidate: 0.925),
            ], meanGain: 0.0125, lowerBound: -0.025, upperBound: 0.05, isWorse: true)
        return GateReport(
            passes: false, reasons: ["Lung_L may be worse by more than 0.005; worst is p-02."], holdOut: [left],
            corrected: [], margin: 0.005, confidence: 0.95)
    }

    static func lists() -> TrainingLists {
        let telemetry = JobTelemetry(
            epoch: 3, epochs: 12, step: 40, steps: 100, losses: [1, 0.5, 0.25], secondsLeft: 190,
            holdOutSurfaceDice: 0.9719, activity: "training")
        let version = ModelVersion(
            name: ModelName(rawValue: "lungs@2"), digest: String(repeating: "ab", count: 32), byteCount: 7_800_000,
            lineage: ModelLineage(
                parent: base, job: 1, corrections: [], recipeDigest: "r0123456789abcdef", seed: 7,
                dataDigest: "d0123456789abcdef", software: "pleura 0.1"), evaluation: report(),
            createdAt: Date(timeIntervalSince1970: 1500), createdBy: "worker")
        return TrainingLists(
            jobs: [job(2, .training, telemetry: telemetry), job(1, .held, result: "held: Lung_L may be worse")],
            models: [version],
            promotions: [
                Promotion(
                    sequence: 1, model: base, before: nil, kind: .person, reason: "the installed model", actor: "ana",
                    at: Date(timeIntervalSince1970: 900))
            ],
            titles: [
                CaseID(rawValue: "c1"): "phantom-01", CaseID(rawValue: "c2"): "phantom-02",
                CaseID(rawValue: "c3"): "phantom-03",
            ], logs: [2: ["12:00 begun", "12:01 epoch 3: loss 0.2500"]],
            replays: [
                1: ReplayReport(
                    job: 1, before: base, after: version.name,
                    cases: [
                        ReplayReport.Case(
                            correction: CorrectionKey(caseID: CaseID(rawValue: "c2"), revision: 2),
                            predictionBefore: "p", predictionAfter: "q",
                            structures: [
                                ReplayReport.Structure(name: .lungLeft, tolerance: 2, before: 0.875, after: 0.9375)
                            ])
                    ])
            ], hasWorker: true, waiting: WaitingCorrections(count: 7, trigger: 10))
    }

    static func state(_ page: TrainingPage) -> TrainingState {
        var state = TrainingState(lists: lists(), page: page)
        state.now = 1600
        return state
    }
}
