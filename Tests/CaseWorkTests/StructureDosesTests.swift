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

    /// 1 Gy for each mm along z, in `count` planes of 1 mm from z 0 on.
    private func dose(count: Int = 20, frame: String = "1.2.7") throws -> String {
        let url = folder.file("dose\(count)\(frame).dcm")
        try RTDoseBytes.file(
            origin: [-5, -5, 0], spacing: (10, 10, 1), frameOfReference: frame,
            planes: (0..<count).map { UInt16($0 * 1000) }
        ).write(to: url)
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

    /// A case's correction stands beside the proposal that it corrects.
    @Test func aCorrectionIsMeasuredBesideItsProposal() throws {
        let one = try ImagedCase()
        // One column less than was proposed; dose rises with the slices, so that only its volume is another.
        let corrected = Mask(geometry: one.record.geometry) { $0.x < 2 && $0.z < 3 }
        try one.file(.corrected, edited: corrected)
        var notes = Notes()
        let doses = try StructureDoses.read(
            case: one.record.id.rawValue, dose: try dose(), in: one.store, notes: &notes)
        let row = try #require(doses.rows.first)
        #expect(doses.rows.count == 1 && row.name == .lungLeft)
        #expect(row.histogram.millilitres == corrected.millilitres)
        #expect(row.proposed?.millilitres == one.masks[.lungLeft]?.millilitres)
        // Slices of 3 mm about z 0, 3, 6 and 9 mm are cut in two; the lowest half lies below the dose grid.
        #expect(abs(try #require(row.histogram.mean) - 3.75) < 1e-9)
        #expect(abs(try #require(row.proposed?.mean) - 5.25) < 1e-9)
        #expect(notes.sentences.contains("16.7 % of Lung_L lies outside of the dose grid and is not counted."))
        let rejected = try ImagedCase()
        try rejected.file(.rejected)
        #expect(throws: WorkError.self) {
            try StructureDoses.read(
                case: rejected.record.id.rawValue, dose: try dose(), in: rejected.store, notes: &notes)
        }
    }
}
