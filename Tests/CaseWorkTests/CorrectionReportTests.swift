import CaseStore
import Cases
import Foundation
import ImageValues
import MemoryStore
import TestSupport
import Testing
import Volumes

@testable import CaseWork
@testable import Dicom

/// A report of a correction to whose proposal a structure was added.
@Suite struct CorrectionReportTests {
    private let folder: TemporaryFolder
    private let store: MemoryCaseStore
    private let record: CaseRecord
    private let ptv = StructureName(rawValue: "PTV")

    init() throws {
        folder = try TemporaryFolder()
        store = MemoryCaseStore(folder: folder.url, account: "ana")
        let geometry = try GridGeometry(size: GridSize(x: 8, y: 8, z: 4), spacing: Spacing(x: 2, y: 2, z: 3))
        let slice = try VolumeSlice(width: 8, height: 8, values: (0..<64).map { Int16($0 * 7 - 1000) })
        try CTSeriesWriter.write(
            try Volume(geometry: geometry, slices: Array(repeating: slice, count: 4)), to: folder.file("ct"),
            pseudonym: DicomPseudonym(patientName: "Phantom^One", patientID: "P1", date: "20200101", time: "120000"),
            seed: "series")
        record = try LoadedCase.read(CaseSource(url: folder.file("ct"))).record
        try store.register(record, by: "ana", now: Date())
        let lung = Mask(geometry: record.geometry) { $0.x < 3 }
        let prediction = try store.save(
            Prediction(model: ModelName(rawValue: "lungs@1"), masks: [.lungLeft: lung], preprocessing: []),
            for: record.id, by: "ana", now: Date())
        let lease = try store.openForWriting(record.id, reviewer: "ana", holder: "h/1", now: Date(), duration: 60)
        let session = try store.beginSession(on: .prediction(prediction), lease: lease, now: Date())
        let added = Mask(geometry: record.geometry) { $0.x > 5 && $0.z == 2 }
        let patch = try MaskPatch(from: Mask(geometry: record.geometry), to: added)
        try store.append(
            JournalEntry(
                kind: .edit, structure: ptv, name: "brush", slice: 2, patch: patch,
                digestAfter: added.digest(ofSlicesTouchedBy: patch)), sequence: 1, to: session, lease: lease,
            now: Date())
        // No contour of it was proposed, and it was not drawn because a proposal lacked it.
        let outcomes = [
            StructureOutcome(name: .lungLeft, surfaceDiceAgainstPrediction: 1, tolerance: 2, addedPathLength: 0),
            StructureOutcome(name: ptv, surfaceDiceAgainstPrediction: nil, tolerance: 2, addedPathLength: 40),
        ]
        let draft = CaseStore.CorrectionDraft(
            status: .corrected, reason: "apex\u{7}drawn\nanew\u{9b}", masks: [.lungLeft: lung, ptv: added],
            outcomes: outcomes, slicesTouched: [], slicesSeen: [0, 1, 2, 3], activeSeconds: 60)
        _ = try store.file(draft, of: session, expectedLength: 1, lease: lease, now: Date())
        try store.release(lease)
    }

    private func found() throws -> CorrectionExport {
        var notes = Notes()
        return try CorrectionExport.find(record.id.rawValue, in: store, notes: &notes)
    }

    private func conventions(_ colours: [StructureName: RTColour] = [:]) -> StructureConventions {
        let grey = RTColour(red: 9, green: 9, blue: 9)
        return StructureConventions(
            aliases: { throw WorkError("no aliases") }, colours: { { colours[$0] ?? grey } }, shipped: { { _ in grey } }
        )
    }

    @discardableResult
    private func write(
        _ form: CorrectionForm = .report, to name: String, _ conventions: StructureConventions? = nil
    ) throws -> [URL] {
        let found = try found()
        var details = found.details(approve: false, simplify: nil)
        details.madeAt = found.correction.filedAt
        return try found.write(
            as: form, to: folder.file(name).path, details: details, by: conventions ?? self.conventions())
    }

    private func uid(_ name: String) throws -> String {
        try DicomFile(path: folder.file(name).path, withPixels: false).header.sopInstanceUID
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { $0.hasSuffix(".dcm") }.sorted()
    }

    @Test("what was added says nothing against the proposal, and the comment is stated as far as it can be")
    func added() throws {
        let found = try found()
        let report = try found.report(found.masks())
        #expect(report.structures.map(\.name) == ["Lung_L", "PTV"] && report.verdict == .accepted)
        #expect(report.structures[0].addedPathLength == 0 && report.structures[0].surfaceDice == 1)
        #expect(report.structures[1].addedPathLength == nil && report.structures[1].surfaceDice == nil)
        #expect(report.comment == "apex drawn\nanew ")
        #expect(found.correction.isAsProposed)
        #expect(try write(to: "report.dcm").map(\.lastPathComponent) == ["report.dcm", "report.seg.dcm"])
    }

    @Test("a file that is there already in the segmentation's place is not touched, and nothing is written beside it")
    func place() throws {
        let other = folder.file("report.seg.dcm")
        try Data("mine".utf8).write(to: other)
        let error = #expect(throws: ImageFormatsError.self) { try write(to: "report.dcm") }
        #expect(error?.kind == .notWritten && error?.files == [other.path])
        #expect(try names() == ["report.seg.dcm"] && Data(contentsOf: other) == Data("mine".utf8))
        // A segmentation in other colours is another, and the same one may be written again.
        try FileManager.default.removeItem(at: other)
        try write(to: "report.dcm")
        let bytes = try Data(contentsOf: other)
        try write(to: "report.dcm")
        #expect(try Data(contentsOf: other) == bytes)
        #expect(throws: ImageFormatsError.self) {
            try write(to: "report.dcm", conventions([ptv: RTColour(red: 1, green: 2, blue: 3)]))
        }
        #expect(try Data(contentsOf: other) == bytes)
        // A link that leads nowhere.
        try FileManager.default.createSymbolicLink(
            at: folder.file("second.seg.dcm"), withDestinationURL: folder.file("nowhere.dcm"))
        #expect(throws: ImageFormatsError.self) { try write(to: "second.dcm") }
    }

    @Test("colours that a department chose make other objects, and colours of what is not written make none")
    func colours() throws {
        let blue = RTColour(red: 0, green: 0, blue: 255)
        for (form, name) in [(ExportFormat.seg, "seg"), (.rtstruct, "rs")] {
            try write(.masks(form), to: "\(name).dcm")
            try write(.masks(form), to: "\(name)-other.dcm", conventions([ptv: blue]))
            try write(.masks(form), to: "\(name)-absent.dcm", conventions([.heart: blue]))
            #expect(try uid("\(name).dcm") != uid("\(name)-other.dcm"))
            #expect(try uid("\(name).dcm") == uid("\(name)-absent.dcm"))
        }
        // Given to the case, it is the same as chosen by a department.
        let lease = try store.openForWriting(record.id, reviewer: "ana", holder: "h/1", now: Date(), duration: 60)
        let colour = try #require(StructureColour("#0000ff"))
        let heart = StructureListing.Entry(name: .heart, isAdded: true, colour: StructureColour("#ff0000"))
        try store.keep(
            StructureListing([.init(name: .lungLeft), heart, .init(name: ptv, isAdded: true, colour: colour)]),
            lease: lease, now: Date())
        try write(.masks(.seg), to: "own.dcm")
        #expect(try uid("own.dcm") == uid("seg-other.dcm"))
    }
}
