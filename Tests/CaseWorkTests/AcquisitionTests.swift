import CaseStore
import Cases
import Dicom
import Foundation
import MemoryStore
import TestSupport
import Testing
import VolumeFiles
import Volumes

@testable import CaseWork

@Suite("Sites and scanners of cases") struct AcquisitionTests {
    private let folder: TemporaryFolder
    private let store: MemoryCaseStore
    private let image: URL

    init() throws {
        folder = try TemporaryFolder()
        store = MemoryCaseStore(folder: folder.url, account: "ana")
        image = folder.file("p1/ct.nii.gz")
        try FileManager.default.createDirectory(
            at: image.deletingLastPathComponent(), withIntermediateDirectories: true)
        let geometry = try GridGeometry(size: GridSize(x: 4, y: 4, z: 3), spacing: Spacing(x: 2, y: 2, z: 2.5))
        let slices = try (0..<3).map { z in
            try VolumeSlice(width: 4, height: 4, values: (0..<16).map { Int16($0 * 7 + z * 10 - 1000) })
        }
        try NiftiFile.write(try Volume(geometry: geometry, slices: slices), to: image)
    }

    private func register(default site: String?, given: String? = nil) throws -> Acquisition {
        let identity = PatientIdentity(store: store, home: folder.url, holdOutShare: 0, site: site)
        let registrar = CaseImport(
            into: store, by: "ana", identity: identity, predictor: nil, pseudonyms: nil, site: given)
        var cases: [LoadedCase] = []
        registrar.register(CaseSource(url: image), progress: { _ in }) { outcome in
            if case .registered(let loaded) = outcome { cases.append(loaded) }
        }
        let record = try #require(cases.first).record
        // What is told of the case is what the store has.
        let stored = try store.caseRecord(record.id)
        #expect(stored.acquisition == record.acquisition)
        return stored.acquisition
    }

    @Test("a case gets the site of the installation if it has none, and another only where somebody says so")
    func sites() throws {
        #expect(try register(default: nil) == Acquisition())
        #expect(try register(default: "North").site == "North")
        #expect(try register(default: "Elsewhere").site == "North")
        #expect(try register(default: "Elsewhere", given: "South").site == "South")
        #expect(try register(default: nil).site == "South")
        let updates = try store.audit(after: 0, limit: 100).filter { $0.action == "case.updated" }.map(\.details)
        try #require(updates.count == 2)
        #expect(updates[0].contains(#""site":"North""#) && !updates[0].contains("siteBefore"))
        #expect(updates[1].contains(#""site":"South""#) && updates[1].contains(#""siteBefore":"North""#))
    }

    @Test("the first import gives it at once")
    func firstImport() throws {
        #expect(try register(default: "North", given: "South").site == "South")
        #expect(try store.audit(after: 0, limit: 100).allSatisfy { $0.action != "case.updated" })
    }

    @Test("a name that is none is refused, with what a name may be")
    func names() throws {
        #expect(try Acquisition.site(typed: " North  wing ") == "North wing")
        let error = try #require(throws: WorkError.self) { try Acquisition.site(typed: "a\u{7}") }
        #expect(error.cause == .input && error.description.contains("1 to 40 characters"))
    }

    @Test("a pseudonymised copy, whose files say nothing of the scanner, keeps what its original said")
    func pseudonymised() throws {
        let series = folder.file("series")
        let volume = try LoadedCase.read(CaseSource(url: image)).volume
        try CTSeriesWriter.write(
            volume, to: series,
            pseudonym: DicomPseudonym(patientName: "Phantom^One", patientID: "P1", date: "20200101", time: "120000"),
            seed: "series")
        let made = Acquisition(site: "North", manufacturer: "GE", scannerModel: "CT750", kernel: "LUNG")
        let original = try LoadedCase.read(CaseSource(url: series)).made(by: made)
        let home = folder.file("home")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let copy = try Pseudonymised(keyFile: folder.file("names.key").path, home: home).copy(of: original)
        #expect(copy.record.acquisition == made)
        try store.register(copy.record, by: "ana", now: Date())
        let opened = try LoadedCase.read(store.caseRecord(copy.record.id).caseSource)
        try store.register(opened.record, by: "ana", now: Date())
        #expect(try store.caseRecord(copy.record.id).acquisition.scanner == "GE CT750")
    }
}
