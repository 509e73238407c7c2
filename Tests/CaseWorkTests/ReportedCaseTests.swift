import CaseStore
import Cases
import Foundation
import PatientView
import SurfaceMetrics
import TestSupport
import Testing
import Volumes

@testable import CaseWork

/// What a report says of a case, whatever became of it.
@Suite struct ReportedCaseTests {
    private let one: ImagedCase
    private let edited: Mask

    init() throws {
        one = try ImagedCase()
        // The proposal is x < 3: one column more on slice 2, and a voxel far off on slice 3.
        edited = Mask(geometry: one.record.geometry) {
            $0.x < 3 || ($0.z == 1 && $0.x == 3) || ($0.z == 2 && $0.x == 7 && $0.y == 7)
        }
    }

    private func find() throws -> (ReportedCase, [String]) {
        var notes = Notes()
        let found = try ReportedCase.find(
            one.record.id.rawValue, tolerance: { _ in 1 }, in: one.store, notes: &notes)
        return (found, notes.sentences)
    }

    @Test func aCorrectionIsMeasuredAgainstItsProposal() throws {
        try one.file(.corrected, seen: [0, 1], edited: edited)
        let (found, notes) = try find()
        guard case .filed(let correction, nil) = found.standing else {
            Issue.record("\(found.standing)")
            return
        }
        #expect(correction.status == .corrected && found.prediction.model == .loaded)
        let structure = try #require(found.structures.first)
        #expect(found.structures.count == 1 && structure.mask == edited && structure.proposal == one.masks[.lungLeft])
        // Filed with 2 mm, which is what its review went by, not what is set now.
        #expect(structure.tolerance == 2)
        let expected = try SurfaceMeasurement.measure(
            reference: edited, test: try #require(one.masks[.lungLeft]), tolerances: [2, 0])
        #expect(structure.scores == expected && expected.agreements[0].surfaceDice ?? 1 < 1)
        #expect(notes.contains("drawn by hand") && notes.contains { $0.contains("2 of 4 slices were neither") })
    }

    @Test func picturesShowWhereItIsWorst() throws {
        try one.file(.corrected, edited: edited)
        let pictures = try find().0.pictures
        #expect(pictures.map(\.plane) == [.axial, .coronal, .sagittal])
        // A speck 8 mm off is out of tolerance, a column of 2 mm is within.
        #expect(pictures[0].reason == .lowestScore && pictures[0].slice == 3 && pictures[0].editedVoxels == 1)
        let score = try SurfaceMeasurement.measureSlice(
            2, reference: try #require(one.masks[.lungLeft]), test: edited, tolerances: [2])
        #expect(pictures[0].surfaceDice == score.agreements[0].surfaceDice)
        #expect(pictures[1].reason == .mostEdited && pictures[1].slice == 8 && pictures[1].editedVoxels == 2)
        #expect(pictures[2].reason == .mostEdited && pictures[2].slice == 4 && pictures[2].editedVoxels == 8)
        // All of the image, which is smaller than what is shown at least; in mm.
        #expect(pictures[0].width == 8 && pictures[0].height == 8 && pictures[1].height == 4)
        #expect(pictures[1].pixel == (2, 3) && pictures[0].letters.left == "R" && pictures[1].letters.top == "S")
        // Grey from the image: the coronal picture's top left is the head, right.
        let volume = try LoadedCase.read(one.source).volume
        let window = WindowPreset.lung.window
        #expect(
            pictures[1].grey[0] == window.grey(of: Double(volume[VoxelIndex(x: 0, y: 7, z: 3)].value)))
        #expect(pictures[1].grey[31] == window.grey(of: Double(volume[VoxelIndex(x: 7, y: 7, z: 0)].value)))
        // The mask's own contour is drawn last, over the proposal's.
        #expect(pictures[0].contours.map(\.line) == [.proposal, .mask])
        #expect(pictures[0].contours[1].loops.count == 2)
        #expect(pictures[0].contours[0].loops[0].map(\.x).max() == 6)
    }

    @Test func nobodyHasJudgedAProposal() throws {
        let (found, notes) = try find()
        guard case .unreviewed = found.standing else {
            Issue.record("\(found.standing)")
            return
        }
        #expect(found.structures.map(\.scores) == [nil] && found.structures[0].tolerance == 1)
        #expect(found.pictures.allSatisfy { $0.reason == .largest && $0.surfaceDice == nil && $0.contours.count == 1 })
        #expect(notes.contains("Nobody has reviewed this case: the masks are what was proposed."))
    }

    @Test func aReviewUnderWayIsReportedAsFarAsItIs() throws {
        let lease = try one.store.openForWriting(
            one.record.id, reviewer: "bea", holder: "host/1", now: Date(), duration: 60)
        let id = try #require(try one.store.newestPrediction(for: one.record.id))
        let session = try one.store.beginSession(on: .prediction(id), lease: lease, now: Date())
        let patch = try MaskPatch(from: try #require(one.masks[.lungLeft]), to: edited)
        try one.store.append(
            JournalEntry(
                kind: .edit, structure: .lungLeft, name: "brush", slice: 1, patch: patch,
                digestAfter: edited.digest(ofSlicesTouchedBy: patch)), sequence: 1, to: session, lease: lease,
            now: Date())
        let (found, notes) = try find()
        guard case .unfinished(let reviewer, _, let edits) = found.standing else {
            Issue.record("\(found.standing)")
            return
        }
        #expect(reviewer == "bea" && edits == 1 && found.structures[0].mask == edited)
        #expect(found.structures[0].scores != nil && notes.contains { $0.contains("is not finished") })
    }

    @Test func aRejectedCaseIsReportedAsSuch() throws {
        try one.file(.rejected)
        guard case .filed(let correction, _) = try find().0.standing else {
            Issue.record("not filed")
            return
        }
        #expect(correction.status == .rejected && correction.reason == "motion")
    }

    @Test func whatCannotBeReportedIsRefused() throws {
        var notes = Notes()
        let missing = #expect(throws: CaseStoreError.self) {
            try ReportedCase.find("sha256:0000", tolerance: { _ in 1 }, in: one.store, notes: &notes)
        }
        #expect(missing?.description.contains("0000") == true)
        let bare = CaseRecord(
            id: CaseID(rawValue: "1.2.3"), seriesUID: "1.2.3", source: one.record.source, contentDigest: "aa",
            geometry: one.record.geometry, minimumHU: 0, maximumHU: 1, structures: [], warnings: [])
        try one.store.register(bare, by: "ana", now: Date())
        let empty = #expect(throws: WorkError.self) {
            try ReportedCase.find("1.2.3", tolerance: { _ in 1 }, in: one.store, notes: &notes)
        }
        #expect(empty?.description.contains("has no masks yet") == true && empty?.cause == .input)
        // Another image where the case's was.
        _ = try one.store.save(
            Prediction(model: .loaded, masks: one.masks, preprocessing: []), for: bare.id, by: "ana", now: Date())
        let other = #expect(throws: WorkError.self) {
            try ReportedCase.find("1.2.3", tolerance: { _ in 1 }, in: one.store, notes: &notes)
        }
        #expect(other?.description.contains("no longer the one") == true)
    }
}
