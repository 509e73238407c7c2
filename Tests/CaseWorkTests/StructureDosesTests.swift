import Cases
import Dosimetry
import Foundation
import TestSupport
import Testing
import VolumeFiles
import Volumes

@testable import CaseWork
@testable import Dicom

@Suite struct StructureDosesTests {
    private let folder: TemporaryFolder
    private let geometry: GridGeometry

    init() throws {
        folder = try TemporaryFolder()
        geometry = try GridGeometry(
            size: GridSize(x: 20, y: 20, z: 20), spacing: Spacing(x: 1, y: 1, z: 1),
            origin: PatientPoint(x: 0, y: 0, z: 0))
        try FileManager.default.createDirectory(at: folder.file("masks"), withIntermediateDirectories: true)
        for (name, isInside) in [
            ("Heart", { (voxel: VoxelIndex) in voxel.z < 10 }), ("Lung_L", { voxel in voxel.z >= 10 }),
        ] {
            try NiftiFile.write(Mask(geometry: geometry, where: isInside), to: folder.file("masks/\(name).nii.gz"))
        }
    }

    /// 1 Gy for each mm along z, from `first` mm on, in `count` planes of 1 mm.
    private func dose(first: Double = 0, count: Int = 20, frame: String = "1.2.7") throws -> String {
        var item = DicomItem()
        item.set(0x0008_0016, "UI", "1.2.840.10008.5.1.4.1.1.481.2")
        item.set(0x0008_0018, "UI", "1.2.3.4")
        item.set(0x0008_0060, "CS", "RTDOSE")
        item.set(0x0020_000d, "UI", "1.2.9")
        item.set(0x0020_000e, "UI", "1.2.10")
        item.set(0x0020_0032, "DS", "-5\\-5\\\(first)")
        item.set(0x0020_0037, "DS", "1\\0\\0\\0\\1\\0")
        if !frame.isEmpty { item.set(0x0020_0052, "UI", frame) }
        item.set(0x0028_0002, 1)
        item.set(0x0028_0004, "CS", "MONOCHROME2")
        item.set(0x0028_0008, "IS", "\(count)")
        item.set(0x0028_0010, 4)
        item.set(0x0028_0011, 4)
        item.set(0x0028_0030, "DS", "10\\10")
        item.set(0x0028_0100, 16)
        item.set(0x0028_0101, 16)
        item.set(0x0028_0102, 15)
        item.set(0x0028_0103, 0)
        item.set(0x3004_0002, "CS", "GY")
        item.set(0x3004_000a, "CS", "PLAN")
        item.set(0x3004_000c, "DS", (0..<count).map { "\($0)" }.joined(separator: "\\"))
        item.set(0x3004_000e, "DS", "0.001")
        item.set(
            0x7fe0_0010,
            words: (0..<count).flatMap { [Int16](repeating: Int16((first + Double($0)) * 1000), count: 16) })
        let url = folder.file("dose\(first)\(count)\(frame).dcm")
        try Data(item.file(sopClass: "1.2.840.10008.5.1.4.1.1.481.2", sopInstance: "1.2.3.4", .explicit)).write(to: url)
        return url.path
    }

    private func read(_ dose: String) throws -> (StructureDoses, [String]) {
        var notes = Notes()
        let doses = try StructureDoses.read(
            masks: folder.file("masks").path, dose: dose, ct: nil, by: ImagedCase.conventions, notes: &notes)
        return (doses, notes.sentences)
    }

    @Test func eachStructureHasItsDose() throws {
        let (doses, notes) = try read(try dose())
        #expect(doses.rows.map(\.name) == [.lungLeft, .heart])
        #expect(doses.rows.allSatisfy { $0.proposed == nil && $0.histogram.coveredShare == 1 })
        #expect(abs(try #require(doses.rows[0].histogram.mean) - 14.5) < 1e-9)
        #expect(abs(try #require(doses.rows[1].histogram.mean) - 4.5) < 1e-9)
        #expect(doses.rows[1].histogram.maximum == 9)
        #expect(notes.count == 1 && notes[0].contains("same frame of reference"))
    }

    @Test func whatIsNotCoveredIsTold() throws {
        let (doses, notes) = try read(try dose(count: 15))
        #expect(abs(doses.rows[0].histogram.coveredShare - 0.5) < 1e-9)
        #expect(notes.contains("50.0 % of Lung_L lies outside of the dose grid and is not counted."))
    }

    /// A dose of another frame of reference would be laid over the wrong place.
    @Test func aDoseOfAnotherFrameIsRefused() throws {
        let series = try TemporaryFolder()
        let volume = try Volume(
            geometry: geometry,
            slices: (0..<20).map { _ in
                try VolumeSlice(width: 20, height: 20, values: [Int16](repeating: 40, count: 400))
            })
        let frame = try CTSeriesWriter.write(
            volume, to: series.url,
            pseudonym: DicomPseudonym(
                patientName: "A", patientID: "B", date: "20240203", time: "101112", seriesDescription: "C"),
            seed: "dose"
        ).frameOfReferenceUID
        var notes = Notes()
        let masks = folder.file("masks").path
        let same = try StructureDoses.read(
            masks: masks, dose: try dose(frame: frame), ct: series.url.path, by: ImagedCase.conventions, notes: &notes)
        #expect(same.rows.count == 2 && !notes.sentences.contains { $0.contains("frame of reference") })
        let error = #expect(throws: WorkError.self) {
            try StructureDoses.read(
                masks: masks, dose: try dose(frame: "1.2.99"), ct: series.url.path, by: ImagedCase.conventions,
                notes: &notes)
        }
        #expect(error?.description.contains("another frame of reference") == true)
    }
}
