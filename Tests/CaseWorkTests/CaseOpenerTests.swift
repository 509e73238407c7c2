import CaseStore
import Cases
import Foundation
import Review
import Testing
import VolumeFiles
import Volumes

@testable import CaseWork

@Suite("Opening a case") struct CaseOpenerTests {
    @Test("a new case opens with what was loaded for it, ready to be written to")
    func opening() throws {
        let one = try ImagedCase()
        let open = try one.opener().open(one.source)
        let review = try #require(one.opened)
        #expect(review.readOnly == nil && review.left == nil && review.filed == nil)
        #expect(review.structures.map(\.name) == [.lungLeft])
        #expect(review.structures.map(\.mask) == [one.masks[.lungLeft]])
        #expect(review.notes.contains("drawn by hand"))
        #expect(open.caseID == one.record.id && open.filed == nil)
        #expect(try #require(open.journal).close() == 0)
    }

    @Test("a case that another process has is shown, not written to; its lease is not touched")
    func readOnly() throws {
        let one = try ImagedCase()
        let other = try one.store.openForWriting(
            one.record.id, reviewer: "ben", holder: "elsewhere/1", now: Date(), duration: 600)
        let open = try one.opener().open(one.source)
        #expect(open.journal == nil)
        #expect(one.opened?.readOnly == "ben has this case open")
        #expect(try one.store.renew(other, now: Date()).reviewer == "ben")
    }

    @Test("a review that was left is offered, with its masks and where it stood")
    func left() throws {
        let one = try ImagedCase()
        let first = try one.opener().open(one.source)
        let journal = try #require(first.journal)
        let before = try #require(one.masks[.lungLeft])
        let after = Mask(geometry: one.record.geometry) { $0.x < 5 }
        let patch = try MaskPatch(from: before, to: after)
        journal.save(ReviewProgress(slice: 2, seenSlices: [1, 2], activeSeconds: 7))
        journal.append(
            JournalEntry(
                kind: .edit, structure: .lungLeft, name: "brush", slice: 2, patch: patch,
                digestAfter: after.digest(ofSlicesTouchedBy: patch)), sequence: 1)
        #expect(journal.close() == 0)
        let second = try one.opener { $0.prediction = URL(fileURLWithPath: "/nowhere/other.nii.gz") }.open(one.source)
        let review = try #require(one.opened)
        let left = try #require(review.left)
        #expect(left.masks == [.lungLeft: after] && left.sequence == 1 && left.slice == 2)
        #expect(left.seenSlices == [1, 2] && left.activeSeconds == 7)
        // Other masks are not taken while a review is unfinished, and that is said.
        #expect(review.notes.contains { $0.contains("not the masks of other.nii.gz") })
        #expect(try #require(second.journal).close() == 0)
    }

    @Test("masks for orientation come with the review, and the store knows nothing of them")
    func context() throws {
        let one = try ImagedCase()
        let conventions = StructureConventions(
            aliases: { StructureAliases() }, colours: { throw WorkError("no colours") })
        let target = StructureName(rawValue: "PTV_60")
        let mask = Mask(geometry: one.record.geometry) { $0.y > 4 }
        let folder = one.folder.file("context")
        try StructureFiles.write(
            [target: mask, .lungLeft: mask], of: try LoadedCase.read(one.source), as: .nifti, to: folder.path,
            algorithm: nil, by: conventions)
        let change = { (options: inout OpeningOptions) in
            options.conventions = conventions
            options.context = folder
        }
        let open = try one.opener(change).open(one.source)
        let review = try #require(one.opened)
        #expect(review.context.map(\.name) == [.lungLeft, target] && review.context.allSatisfy { $0.mask == mask })
        #expect(review.structures.map(\.name) == [.lungLeft] && review.structures[0].mask == one.masks[.lungLeft])
        #expect(Set(open.predictions.keys) == [.lungLeft] && Set(open.references.keys) == [.lungLeft])
        #expect(try #require(open.journal).close() == 0)
        let newest = try #require(try one.store.newestPrediction(for: one.record.id))
        #expect(Set(try one.store.prediction(newest).masks.keys) == [.lungLeft])
        // A still picture of the review has them as well.
        var notes = Notes()
        let still = try StillReview.state(of: one.source, one.options(change), notes: &notes)
        #expect(still.context.map(\.name) == [.lungLeft, target])
        // What cannot be read is no reason to open without it.
        #expect(throws: (any Error).self) {
            try one.opener { $0.context = one.folder.file("nowhere.dcm") }.open(one.source)
        }
    }

    @Test("a still picture is drawn as the settings say")
    func stillPreferences() throws {
        let one = try ImagedCase()
        var preferences = ViewPreferences()
        (preferences.opacity, preferences.outlineWidth) = (0.25, 3)
        var notes = Notes()
        let options = one.options { $0.preferences = preferences }
        #expect(try StillReview.state(of: one.source, options, notes: &notes).seeing.preferences == preferences)
    }

    @Test("a file that is read as a whole is not counted in slices")
    func progress() throws {
        let one = try ImagedCase()
        _ = try one.opener().open(one.source)
        let said = one.news.withLock { $0.compactMap { if case .progress(let what, _) = $0 { what } else { nil } } }
        #expect(said.first == "reading the image file" && !said.contains { $0.contains("slice") })
    }

    @Test("a filed review opens with its masks and says how it ended")
    func filed() throws {
        let one = try ImagedCase()
        try one.file(.accepted)
        let open = try one.opener().open(one.source)
        #expect(open.filed == CorrectionKey(caseID: one.record.id, revision: 1))
        #expect(one.opened?.filed?.status == .accepted && one.opened?.filed?.revision == 1)
        _ = open.journal?.close()
    }

    @Test("an opening that fails gives the case back")
    func failure() throws {
        let one = try ImagedCase()
        #expect(throws: (any Error).self) {
            try one.opener { $0.reference = URL(fileURLWithPath: "/nowhere/reference.nii.gz") }.open(one.source)
        }
        let next = try one.store.openForWriting(
            one.record.id, reviewer: "ben", holder: "elsewhere/1", now: Date(), duration: 60)
        #expect(next.reviewer == "ben")
    }
}

@Suite("What may be exported") struct CorrectionExportTests {
    private func refusal(_ one: ImagedCase) -> String? {
        var notes = Notes()
        do {
            _ = try CorrectionExport.find(one.record.id.rawValue, in: one.store, notes: &notes)
            return nil
        } catch { return WorkError(error).description }
    }

    @Test("nothing without a filed review, nothing of a rejected case, nothing that waits for a second person")
    func refusals() throws {
        let new = try ImagedCase()
        #expect(refusal(new) == "Case \(new.record.id) has no filed review yet. Review and accept it first.")
        let rejected = try ImagedCase()
        try rejected.file(.rejected)
        #expect(refusal(rejected) == "Case \(rejected.record.id) was rejected: motion.")
        let awaiting = try ImagedCase()
        try awaiting.file(.accepted, needsApproval: true)
        #expect(refusal(awaiting)?.contains("waiting for a second person's approval") == true)
    }

    @Test("nothing of an image that is another by now")
    func otherImage() throws {
        let one = try ImagedCase()
        try one.file(.accepted)
        try NiftiFile.write(
            Volume(geometry: one.record.geometry, filledWith: HounsfieldUnit(5)), to: one.source.url)
        #expect(refusal(one) == "The image at \(one.source.url.path) is no longer the one that was reviewed.")
    }

    @Test("what was not looked at is told, and the masks are written as they were filed")
    func export() throws {
        let one = try ImagedCase()
        try one.file(.accepted, seen: [0, 1])
        var notes = Notes()
        let found = try CorrectionExport.find(one.record.id.rawValue, in: one.store, notes: &notes)
        #expect(
            notes.sentences.contains("2 of 4 slices were neither on screen nor changed during the review."))
        let folder = one.folder.file("out")
        let files = try StructureFiles.write(
            try found.masks(), of: found.loaded, as: .nifti, to: folder.path, algorithm: nil,
            by: ImagedCase.conventions)
        #expect(files.map(\.lastPathComponent) == ["Lung_L.nii.gz"])
        var read = Notes()
        let reading = try StructureFiles.read(folder, for: found.loaded, by: ImagedCase.conventions, notes: &read)
        #expect(reading.masks == one.masks && reading.leftOut.isEmpty)
    }

    @Test("an RTSTRUCT needs the DICOM series that it refers to")
    func structureSet() throws {
        let one = try ImagedCase()
        let loaded = try LoadedCase.read(one.source)
        #expect(throws: WorkError.self) {
            try StructureFiles.write(
                one.masks, of: loaded, as: .rtstruct, to: one.folder.file("a.dcm").path, algorithm: nil,
                by: ImagedCase.conventions)
        }
        #expect(!FileManager.default.fileExists(atPath: one.folder.file("a.dcm").path))
    }
}

@Suite("Errors and notes") struct WorkErrorTests {
    @Test("an error knows whether it may go well the next time")
    func causes() {
        #expect(WorkError(CaseStoreError.noSuchCase("x")).cause == .input)
        #expect(WorkError(CaseStoreError.busy(path: "/x", operation: "writing")).cause == .failed)
        #expect(WorkError(CancellationError()).description == "Stopped.")
        let own = WorkError("as it is", .failed)
        #expect(WorkError(own).description == "as it is" && WorkError(own).cause == .failed)
    }

    @Test("what was said of a file is kept with its masks without the file's name, which may name a patient")
    func ofAFile() throws {
        let geometry = try GridGeometry(size: GridSize(x: 2, y: 2, z: 2), spacing: Spacing(x: 1, y: 1, z: 1))
        let reading = StructureFiles.Reading(
            geometry: geometry, dimensions: 3, masks: [.lungLeft: Mask(geometry: geometry)], leftOut: [:])
        var notes = Notes()
        notes.add(["a contour is open", "Doe.dcm: odd"], about: "Doe.dcm")
        notes.add("two were united", about: "Lung_L.nii.gz")
        notes.add("as it is")
        let prediction = try Prediction.loaded(
            reading, of: URL(fileURLWithPath: "/masks/Doe.dcm"), notes: notes)
        #expect(
            prediction.notes == [
                "a contour is open", "Doe.dcm: odd", "Lung_L.nii.gz: two were united", "as it is",
            ])
        #expect(prediction.model == .loaded && prediction.preprocessing == ["loaded from a file"])
        #expect(prediction.recipeDigest == nil)
    }

    @Test("a sentence is said once, in the order in which sentences came")
    func notes() {
        var notes = Notes()
        notes.add(["a", "b", "a"], about: "f")
        notes.add("f: b")
        notes.add("c")
        #expect(notes.sentences == ["f: a", "f: b", "c"])
    }
}
