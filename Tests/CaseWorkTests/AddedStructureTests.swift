import CaseStore
import Cases
import Foundation
import ImageValues
import Review
import Testing
import Volumes

@testable import CaseWork

@Suite("Structures that were added") struct AddedStructureTests {
    private let ptv = StructureName(rawValue: "PTV")

    private func listing(_ colour: StructureColour? = nil) -> StructureListing {
        StructureListing([.init(name: ptv, isAdded: true, colour: colour), .init(name: .lungLeft)])
    }

    @Test("a listed structure is there when the case is opened again, empty, in its place and colour")
    func listed() throws {
        let one = try ImagedCase()
        let first = try one.opener().open(one.source)
        let journal = try #require(first.journal)
        journal.keep(listing(StructureColour("#ff8000")))
        #expect(journal.close() == 0)
        let second = try one.opener().open(one.source)
        let review = try #require(one.opened)
        #expect(review.structures.map(\.name) == [ptv, .lungLeft])
        #expect(review.structures.map(\.isAdded) == [true, false])
        #expect(review.structures[0].mask.isEmpty && review.structures[0].colour == StructureColour("#ff8000"))
        // A list alone is no review.
        #expect(review.left == nil && review.filed == nil)
        #expect(try #require(second.journal).close() == 0)
    }

    @Test("what has a voxel is shown even where the list of structures was never written")
    func drawn() throws {
        let one = try ImagedCase()
        let first = try one.opener().open(one.source)
        let journal = try #require(first.journal)
        let mask = Mask(geometry: one.record.geometry) { $0.x == 1 && $0.z == 1 }
        let patch = try MaskPatch(from: Mask(geometry: one.record.geometry), to: mask)
        journal.append(
            JournalEntry(
                kind: .edit, structure: ptv, name: "brush", slice: 1, patch: patch,
                digestAfter: mask.digest(ofSlicesTouchedBy: patch)), sequence: 1)
        #expect(journal.close() == 0)
        let second = try one.opener().open(one.source)
        let review = try #require(one.opened)
        #expect(review.structures.map(\.name) == [.lungLeft, ptv] && review.structures[1].isAdded)
        #expect(review.structures[1].mask.isEmpty && review.left?.masks[ptv] == mask)
        #expect(try #require(second.journal).close() == 0)
    }

    @Test("a list that cannot be written is told of, and written when the store is back")
    func retry() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        reviewed.store.failWrites(of: .structureLists, with: ReviewedCase.busy)
        journal.keep(listing())
        reviewed.settle(journal)
        #expect(
            reviewed.waitForNews {
                if case .structuresNotKept(let reason) = $0 {
                    reason.hasPrefix("the list of structures is not on disk")
                } else {
                    false
                }
            })
        #expect(try reviewed.store.structureListing(of: reviewed.record.id) == nil)
        #expect(journal.unwrittenListing == listing())
        reviewed.store.failWrites(of: .structureLists, with: nil)
        #expect(reviewed.waitForNews { $0 == .structuresKept(through: 1) })
        #expect(journal.close() == 0 && journal.unwrittenListing == nil)
        #expect(try reviewed.store.structureListing(of: reviewed.record.id) == listing())
    }

    @Test("a structure that was not predicted is filed with what was drawn of it and without a score")
    func filing() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        let mask = Mask(geometry: reviewed.geometry) { $0.x > 5 && $0.z == 2 }
        let patch = try MaskPatch(from: Mask(geometry: reviewed.geometry), to: mask)
        journal.append(
            JournalEntry(
                kind: .edit, structure: ptv, name: "brush", slice: 2, patch: patch,
                digestAfter: mask.digest(ofSlicesTouchedBy: patch)), sequence: 1)
        var request = reviewed.request(sequence: 0)
        (request.status, request.sequence) = (.corrected, 1)
        request.masks[ptv] = mask
        request.tolerances[ptv] = 3
        journal.file(request)
        reviewed.settle(journal)
        let key = try #require(try reviewed.store.newestCorrection(of: reviewed.record.id))
        let correction = try reviewed.store.correction(key)
        #expect(correction.masks[ptv] == mask)
        let outcome = try #require(correction.outcomes.first { $0.name == ptv })
        #expect(outcome.surfaceDiceAgainstPrediction == nil && outcome.tolerance == 3)
        #expect(outcome.addedPathLength.value > 0)
        #expect(correction.outcomes.first { $0.name == .lungLeft }?.surfaceDiceAgainstPrediction == 1)
        #expect(journal.close() == 0)
    }

    @Test("structures of a file are those that are named, and what it has not is said")
    func chosen() throws {
        let one = try ImagedCase()
        let mask = Mask(geometry: one.record.geometry) { $0.y > 4 }
        let reading = StructureFiles.Reading(
            geometry: one.record.geometry, dimensions: 3, masks: [ptv: mask, .heart: mask],
            leftOut: [.esophagus: "its contours are open"])
        #expect(try CaseSession.chosen([], of: reading).map(\.name) == [.heart, ptv])
        #expect(try CaseSession.chosen([ptv], of: reading) == [ContextMask(name: ptv, mask: mask)])
        #expect {
            try CaseSession.chosen([.lungLeft], of: reading)
        } throws: {
            "\($0)" == "the file has no Lung_L; there are: Heart, PTV"
        }
        #expect {
            try CaseSession.chosen([.esophagus], of: reading)
        } throws: {
            "\($0)" == "Esophagus cannot be used: its contours are open"
        }
    }

    @Test("colours of one's own go into files before the usual ones")
    func colours() throws {
        let usual = StructureConventions(
            aliases: { StructureAliases() }, colours: { { _ in RTColour(red: 1, green: 2, blue: 3) } })
        let own = try usual.coloured(by: listing(StructureColour("#ff8000"))).colours()
        #expect(own(ptv) == RTColour(red: 255, green: 128, blue: 0))
        #expect(own(.lungLeft) == RTColour(red: 1, green: 2, blue: 3))
    }
}
