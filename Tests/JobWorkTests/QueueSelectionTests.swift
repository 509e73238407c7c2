import CaseStore
import CaseWork
import Cases
import Foundation
import Models
import Testing

@testable import JobWork

@Suite("What a job would take in") struct QueueSelectionTests {
    @Test("corrections that nobody has trained on go in; held-out, rejected, unseen and used ones do not")
    func selection() throws {
        let cases = try CorrectedCases()
        let (good, used) = (try cases.correct("good"), try cases.correct("used"))
        let held = try cases.correct("held", role: .holdOut)
        let rejected = try cases.correct("rejected", status: .rejected)
        let unseen = try cases.correct("unseen", seen: [])
        let job = try cases.queue([used])
        let selection = try QueueSelection.select(
            structures: [.lungLeft, .lungRight], base: "tiny", store: cases.store)
        #expect(selection.chosen.map(\.key) == [good])
        let obstacles = Dictionary(uniqueKeysWithValues: selection.leftOut.map { ($0.candidate.key, $0.obstacle) })
        #expect(obstacles == [held: .holdOut, rejected: .rejected, unseen: .nothingSeen, used: .used(job: job.id)])
        #expect(selection.leftOut.first { $0.candidate.key == unseen }?.candidate.slices == 4)
    }

    @Test("both lungs together are known where each of them is; one structure of two is enough, none is not")
    func structures() throws {
        let cases = try CorrectedCases()
        let key = try cases.correct("good")
        let both = try QueueSelection.select(structures: [.lungs], base: "tiny", store: cases.store)
        #expect(both.chosen.map(\.key) == [key])
        let some = try QueueSelection.select(structures: [.lungLeft, .heart], base: "tiny", store: cases.store)
        #expect(some.chosen.map(\.key) == [key])
        let heart = try QueueSelection.select(structures: [.heart], base: "tiny", store: cases.store)
        #expect(heart.chosen.isEmpty && heart.leftOut.map(\.obstacle) == [.otherStructures])
    }

    @Test("a job of another model has used nothing of this one's")
    func otherModel() throws {
        let cases = try CorrectedCases()
        let key = try cases.correct("good")
        _ = try cases.queue([key])
        let other = try QueueSelection.select(structures: [.lungLeft], base: "another", store: cases.store)
        #expect(other.chosen.map(\.key) == [key])
    }

    @Test("a dry run says what would go in and queues nothing; the same in earnest queues it once")
    func adding() throws {
        let cases = try CorrectedCases()
        let key = try cases.correct("good")
        let catalogue = try InstalledModels.catalogue(store: cases.store, home: cases.home, folders: [])
        let dry = try QueueSelection.add(
            nil, isDry: true, in: catalogue, store: cases.store, by: "ana", now: Date())
        #expect(dry.job == nil && dry.selection.chosen.map(\.key) == [key] && dry.model == cases.model)
        #expect(try cases.store.jobs().isEmpty)
        let queued = try QueueSelection.add(
            nil, isDry: false, in: catalogue, store: cases.store, by: "ana", now: Date())
        #expect(queued.job?.corrections == [key] && queued.job?.state == .queued)
        let again = try QueueSelection.add(
            nil, isDry: false, in: catalogue, store: cases.store, by: "ana", now: Date())
        #expect(again.job == nil && again.selection.chosen.isEmpty)
        #expect(try cases.store.jobs().count == 1)
    }

    @Test("the baseline cannot be trained")
    func baseline() {
        #expect(throws: WorkError.self) {
            try QueueSelection.model("baseline-threshold", in: ModelCatalogue(folders: []))
        }
        do {
            _ = try QueueSelection.model(nil, in: ModelCatalogue(folders: []))
            Issue.record("a model was found where there is none")
        } catch {
            #expect(
                error.description
                    == "baseline-threshold cannot be trained. Import a model first: pleura models import FILE.")
        }
    }
}
