import CaseStore
import Cases
import Foundation
import Dicom
import MemoryStore
import TestSupport
import Testing
import Volumes

@testable import CaseWork

@Suite("Copies that name nobody") struct PseudonymisedTests {
    private let folder: TemporaryFolder
    /// A DICOM series of six slices of which the third is missing.
    private let series: URL

    init() throws {
        folder = try TemporaryFolder()
        series = folder.file("series")
        let geometry = try GridGeometry(size: GridSize(x: 8, y: 8, z: 6), spacing: Spacing(x: 2, y: 2, z: 3))
        let slices = try (0..<6).map { z in
            try VolumeSlice(width: 8, height: 8, values: (0..<64).map { Int16($0 * 7 + z * 10 - 1000) })
        }
        try CTSeriesWriter.write(
            try Volume(geometry: geometry, slices: slices), to: series,
            pseudonym: DicomPseudonym(patientName: "Phantom^One", patientID: "P1", date: "20200101", time: "120000"),
            seed: "series")
        try FileManager.default.removeItem(at: series.appendingPathComponent("slice-0003.dcm"))
    }

    @Test("the original is found by what was done to it, whoever opened the copy in between")
    func repaired() throws {
        let home = folder.file("home")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let original = try LoadedCase.read(CaseSource(url: series, repairs: [.gaps, .tilt]))
        // What was allowed and not needed was not done.
        #expect(original.record.repairs == [.gaps] && original.record.caseSource.repairs == [.gaps])
        let copy = try Pseudonymised(keyFile: folder.file("names.key").path, home: home).copy(of: original)
        #expect(copy.record.repairs == [.gaps])
        #expect(copy.record.warnings.contains { $0.contains("interpolated at 1 of 6 positions") })
        let store = MemoryCaseStore(folder: home, account: "ana")
        #expect(try store.register(copy.record, by: "ana", now: Date()) == .added)
        // Opening a case registers what its own files say, which is nothing of the original.
        let opened = try LoadedCase.read(store.caseRecord(copy.record.id).caseSource)
        #expect(opened.record.repairs.isEmpty)
        try store.register(opened.record, by: "ana", now: Date())
        let stored = try store.caseRecord(copy.record.id)
        #expect(stored.repairs == [.gaps])
        let found = try Pseudonymised.original(of: opened, repairs: stored.repairs, in: series.path)
        #expect(found.record.contentDigest == original.record.contentDigest)
        #expect(found.record.seriesUID == original.record.seriesUID)
        #expect(throws: WorkError.self) { try Pseudonymised.original(of: opened, repairs: [], in: series.path) }
    }
}
