import CaseStore
import Cases
import Foundation
import TestSupport
import Testing
import Volumes

@Suite struct ReplayTests {
    @Test(arguments: StoreKind.allCases)
    func aReplayedPredictionIsKeptAndNotProposed(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var masks = f.prediction.masks
        masks[.lungLeft] = Mask(geometry: f.geometry) { $0.x > 50 }
        let newer = Prediction(model: ModelName(rawValue: "lungs-unet2d@8"), masks: masks, preprocessing: [])
        let id = try f.store.keep(newer, for: f.id, by: "worker", now: Fixture.time(5))
        #expect(try f.store.prediction(id) == newer)
        #expect(try f.store.newestPrediction(for: f.id) == f.predictionID)
        // Proposing it later is the same prediction.
        #expect(try f.store.save(newer, for: f.id, by: "worker", now: Fixture.time(6)) == id)
        #expect(try f.store.newestPrediction(for: f.id) == id)
    }

    @Test(arguments: StoreKind.allCases)
    func theNewestReplayOfAJobCounts(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        _ = try ana.file()
        let key = CorrectionKey(caseID: f.id, revision: 1)
        let job = try f.store.addJob(model: .baseline, corrections: [key], by: "ana", now: Fixture.time(60))
        #expect(try f.store.replay(ofJob: job.id) == nil)
        var report = ReplayReport(
            job: job.id, before: ModelName(base: "lungs", version: 1), after: ModelName(base: "lungs", version: 2),
            cases: [
                ReplayReport.Case(
                    correction: key, predictionBefore: "a", predictionAfter: "b",
                    structures: [.init(name: .lungLeft, tolerance: 2, before: 0.5, after: nil)])
            ])
        try f.store.save(report, now: Fixture.time(61))
        #expect(report.cases[0].means == nil)
        report.cases[0].structures[0].after = 0.75
        try f.store.save(report, now: Fixture.time(62))
        #expect(try f.store.replay(ofJob: job.id) == report)
        #expect(report.cases[0].means?.after == 0.75)
        report.job = 99
        #expect(throws: CaseStoreError.noSuchJob(99)) { try f.store.save(report, now: Fixture.time(63)) }
    }
}
