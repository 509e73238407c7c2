import CaseStore
import Cases
import Foundation
import ImageValues
import Review
import Testing
import Volumes

@testable import CaseWork

/// What structures are measured against that no model has proposed.
@Suite("References of structures that were added") struct ReferenceTests {
    private let one: ImagedCase
    private let ptv = StructureName(rawValue: "PTV")
    private let ctv = StructureName(rawValue: "CTV")

    init() throws { one = try ImagedCase() }

    private func mask(_ isInside: (VoxelIndex) -> Bool) -> Mask { Mask(geometry: one.record.geometry, where: isInside) }

    /// Files a review of the case, or of a reading of it, that comes to these masks.
    private func file(_ masks: [StructureName: Mask], of id: CaseID, by reader: String) throws {
        let lease = try one.store.openForWriting(
            id, reviewer: reader, holder: "host/\(reader)", now: Date(), duration: 60)
        defer { try? one.store.release(lease) }
        let base = try #require(try one.store.newestPrediction(for: id))
        let session = try one.store.beginSession(on: .prediction(base), lease: lease, now: Date())
        let proposed = try one.store.prediction(base).masks
        var steps = 0
        for (name, mask) in masks.sorted(by: { $0.key < $1.key }) {
            let patch = try MaskPatch(from: proposed[name] ?? Mask(geometry: mask.geometry), to: mask)
            guard !patch.isEmpty else { continue }
            steps += 1
            let entry = JournalEntry(
                kind: .edit, structure: name, name: "brush", slice: 0, patch: patch,
                digestAfter: mask.digest(ofSlicesTouchedBy: patch))
            try one.store.append(entry, sequence: steps, to: session, lease: lease, now: Date())
        }
        let draft = CaseStore.CorrectionDraft(
            status: .corrected, reason: nil, masks: masks,
            outcomes: masks.keys.sorted().map {
                StructureOutcome(
                    name: $0, surfaceDiceAgainstPrediction: proposed[$0] == nil ? nil : 1, tolerance: 2,
                    addedPathLength: 0)
            }, slicesTouched: [], slicesSeen: [0, 1, 2, 3], activeSeconds: 60)
        _ = try one.store.file(draft, of: session, expectedLength: steps, lease: lease, now: Date())
    }

    private func structure(_ name: StructureName) throws -> StructureState {
        try #require(one.opened?.structures.first { $0.name == name })
    }

    @Test("where readings are brought together, what one reader alone has drawn is measured against the other's")
    func adjudicated() throws {
        let lung = try #require(one.masks[.lungLeft])
        let (first, second) = (mask { $0.x > 5 }, mask { $0.y > 4 })
        let wider = mask { $0.x < 4 }
        try file([.lungLeft: lung, ctv: first], of: one.record.id, by: "ana")
        let reading = try one.store.beginReading(of: one.record.id, by: "bea", now: Date())
        try file([.lungLeft: wider, ptv: second], of: reading, by: "bea")
        let open = try one.opener { $0.adjudicates = true }.open(one.source)
        #expect(one.opened?.structures.map(\.name) == [.lungLeft, ctv, ptv])
        for (name, masks) in [
            StructureName.lungLeft: (lung, wider), ctv: (first, mask { _ in false }),
            ptv: (mask { _ in false }, second),
        ] {
            let found = try structure(name)
            #expect(found.mask == masks.0 && found.reference == masks.1 && found.hasReference)
            // What is measured behind the screen is measured against the same.
            #expect(open.references[name] == masks.1)
            #expect(found.isAdded == (name != .lungLeft))
        }
        #expect(try #require(open.journal).close() == 0)
    }

    /// Masks in files that stand in a folder.
    private func referenceFile(_ masks: [StructureName: Mask], _ options: inout OpeningOptions) throws {
        options.conventions = StructureConventions(
            aliases: { StructureAliases() }, colours: { throw WorkError("no colours") })
        let folder = one.folder.file("reference")
        try StructureFiles.write(
            masks, of: try LoadedCase.read(one.source), as: .nifti, to: folder.path, algorithm: nil,
            by: options.conventions)
        options.reference = folder
    }

    @Test("an added structure is measured against the file's, if that has it; one that is not under review is named")
    func fromFile() throws {
        let (lung, target) = (mask { $0.x < 2 }, mask { $0.y > 4 })
        var options = one.options()
        try referenceFile([.lungLeft: lung, ptv: target], &options)
        let change = { [options] (changed: inout OpeningOptions) in changed = options }
        let said = "The reference also has PTV, which is not under review."
        let before = try one.opener(change).open(one.source)
        #expect(one.opened?.structures.map(\.name) == [.lungLeft] && before.notes.contains(said))
        // Kept for when somebody adds it.
        #expect(before.references[ptv] == target)
        let journal = try #require(before.journal)
        journal.keep(
            StructureListing([.init(name: .lungLeft), .init(name: ptv, isAdded: true), .init(name: ctv, isAdded: true)])
        )
        #expect(journal.close() == 0)
        let after = try one.opener(change).open(one.source)
        let found = try structure(ptv)
        #expect(found.isAdded && found.hasReference && found.reference == target)
        #expect(try structure(.lungLeft).reference == lung && after.references[ptv] == target)
        #expect(!after.notes.contains(said))
        // The file has no CTV, and nobody has proposed one.
        let other = try structure(ctv)
        #expect(other.isAdded && !other.hasReference && other.reference.isEmpty && after.references[ctv] == nil)
        #expect(try #require(after.journal).close() == 0)
    }

    @Test("what is added while the case is open is measured against the file's, if that has it")
    func introduced() throws {
        let target = mask { $0.y > 4 }
        var options = one.options()
        try referenceFile([.lungLeft: mask { $0.x < 2 }, ptv: target], &options)
        let closing = CaseClosing()
        let session = CaseSession(
            source: one.source, store: one.store, options: options, work: BackgroundWork(), closing: closing
        ) { [one] news in one.news.withLock { $0.append(news) } }
        session.perform(.introduce(ptv))
        session.perform(.introduce(ctv))
        _ = session.openedCaseID
        let found = one.news.withLock { $0.filter { if case .introduced = $0 { true } else { false } } }
        #expect(
            found == [
                .introduced(ptv, tolerance: 2, reference: target), .introduced(ctv, tolerance: 2, reference: nil),
            ])
        #expect(session.close() == 0)
    }

    @Test("in a replay, what the old model did not know has scores, and is shown where the new one has left it empty")
    func replayed() throws {
        let lung = try #require(one.masks[.lungLeft])
        let (heart, target) = (mask { $0.y > 4 }, mask { $0.y < 2 })
        let before = try #require(try one.store.newestPrediction(for: one.record.id))
        try file([.lungLeft: lung, .heart: heart, ptv: target], of: one.record.id, by: "ana")
        let after = try one.store.save(
            Prediction(
                model: ModelName(rawValue: "new@2"),
                masks: [.lungLeft: lung, .heart: mask { _ in false }, ptv: mask { $0.y < 3 }], preprocessing: []),
            for: one.record.id, by: "ana", now: Date())
        let entry = ReplayReport.Case(
            correction: CorrectionKey(caseID: one.record.id, revision: 1), predictionBefore: before.rawValue,
            predictionAfter: after.rawValue, structures: [])
        let replay = ReplayedCase(
            entry: entry, structure: .heart, before: .loaded, after: ModelName(rawValue: "new@2"))
        _ = try one.opener { $0.replay = replay }.open(one.source)
        #expect(one.opened?.structures.map(\.name) == [.lungLeft, .heart, ptv])
        for (name, reference) in [StructureName.lungLeft: lung, .heart: heart, ptv: target] {
            let found = try structure(name)
            #expect(found.reference == reference && found.hasReference && !found.isAdded)
        }
        #expect(try structure(.heart).mask.isEmpty && structure(ptv).mask == mask { $0.y < 3 })
    }

    @Test("what was deleted from a reopened correction does not come back by itself")
    func deleted() throws {
        let (lung, target) = (try #require(one.masks[.lungLeft]), mask { $0.y > 4 })
        try file([.lungLeft: lung, ptv: target], of: one.record.id, by: "ana")
        let empty = mask { _ in false }
        let patch = try MaskPatch(from: target, to: empty)
        let journal = try #require(try one.opener().open(one.source).journal)
        journal.append(
            JournalEntry(
                kind: .edit, structure: ptv, name: "delete", slice: 0, patch: patch,
                digestAfter: empty.digest(ofSlicesTouchedBy: patch)), sequence: 1)
        journal.keep(StructureListing([.init(name: .lungLeft)]))
        #expect(journal.close() == 0)
        let again = try one.opener().open(one.source)
        let review = try #require(one.opened)
        #expect(review.left?.listed == [.lungLeft] && review.structures.map(\.name) == [.lungLeft, ptv])
        for resumes in [true, false] {
            var state = ReviewState(caseID: one.record.id, title: "case")
            let image = PartialVolume(again.loaded.volume)
            _ = reduce(&state, .imageArrived(image, bodyBox: image.geometry.size.bounds))
            _ = reduce(&state, .opened(review))
            _ = reduce(&state, .questionShown)
            if resumes {
                _ = reduce(&state, .answer(true))
            } else {
                for letter in "discard" { _ = reduce(&state, .type(String(letter))) }
                _ = reduce(&state, .confirm)
            }
            #expect(state.phase == .open && state.left == nil)
            #expect(state.structures.map(\.name) == (resumes ? [.lungLeft] : [.lungLeft, ptv]))
            if resumes { _ = reduce(&state, .undo) }
            #expect(state.structures.last?.mask == target)
        }
        #expect(try #require(again.journal).close() == 0)
    }
}
