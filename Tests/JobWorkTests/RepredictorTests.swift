import CaseStore
import Cases
import Foundation
import Testing

@testable import JobWork

@Suite("Which cases are predicted again") struct RepredictorTests {
    private let newest = ModelName(rawValue: "tiny@2")

    @Test("those of an older version or the baseline that nobody has begun; not what was loaded, filed or begun")
    func due() throws {
        let cases = try CorrectedCases()
        let old = try cases.register("old", model: ModelName(rawValue: "tiny@1"))
        let baseline = try cases.register("baseline", model: .baseline)
        _ = try cases.register("loaded", model: .loaded)
        _ = try cases.register("current", model: newest)
        _ = try cases.register("foreign", model: ModelName(rawValue: "other@1"))
        _ = try cases.correct("filed")
        let held = try cases.register("held", model: ModelName(rawValue: "tiny@1"))
        let lease = try cases.store.openForWriting(
            held.id, reviewer: "ana", holder: "host/1", now: Date(), duration: 60)
        let due = Repredictor.due(try cases.store.worklist().items, model: newest, now: Date())
        #expect(Set(due.map(\.record.id)) == [old.id, baseline.id])
        // A case that was opened is due again once its holder is gone.
        let later = Repredictor.due(
            try cases.store.worklist().items, model: newest, now: Date().addingTimeInterval(120))
        #expect(Set(later.map(\.record.id)) == [old.id, baseline.id, held.id])
        try cases.store.release(lease)
    }

    @Test("what takes most correcting goes first")
    func order() throws {
        let cases = try CorrectedCases()
        let (short, long) = (try cases.register("short"), try cases.register("long"))
        for (record, seconds) in [(short, 10.0), (long, 500.0)] {
            let id = try #require(try cases.store.newestPrediction(for: record.id))
            try cases.store.save(
                CaseEstimate(effortSeconds: seconds, uncertainty: 0.1), of: id, for: record.id, now: Date())
        }
        let due = Repredictor.due(try cases.store.worklist().items, model: newest, now: Date())
        #expect(due.map(\.record.id) == [long.id, short.id])
    }
}
