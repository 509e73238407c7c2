import CaseWork
import Cases
import Foundation
import TestSupport
import Testing
import Training
import VolumeFiles
import Volumes

@testable import JobWork

/// Lists of patients who have not all the same structures.
@Suite("A dataset's list") struct DatasetBuilderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try patient("a", 1, ["Lung_L", "Heart"])
        try patient("b", 2, ["Lung_L"])
    }

    private func patient(_ name: String, _ value: Int16, _ structures: [String]) throws {
        let grid = try GridGeometry(size: GridSize(x: 8, y: 8, z: 4), spacing: Spacing(x: 2, y: 2, z: 3))
        let own = folder.file("patients/\(name)")
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        let slice = try VolumeSlice(width: 8, height: 8, values: [Int16](repeating: -value, count: 64))
        try NiftiFile.write(
            try Volume(geometry: grid, slices: [VolumeSlice](repeating: slice, count: 4)),
            to: own.appendingPathComponent("ct.nii.gz"))
        for structure in structures {
            try NiftiFile.write(
                Mask(geometry: grid) { $0.x > 4 }, to: own.appendingPathComponent("\(structure).nii.gz"))
        }
    }

    private func build(_ structures: [StructureName]?, isPartial: Bool) throws -> DatasetBuilder.Built {
        let builder = DatasetBuilder(
            folder: DatasetFolder(url: folder.file("set")), structures: structures, isPartial: isPartial)
        let found = try builder.find([folder.file("patients").path]).0
        return try builder.build(name: "set", from: found) { _, _ in }
    }

    @Test("without --partial, what somebody lacks is left out, or refused where it was named")
    func whole() throws {
        let built = try build(nil, isPartial: false)
        #expect(built.dataset.structures == [.lungLeft] && built.dataset.partial == nil)
        #expect(built.notes.sentences == ["Heart is left out: 1 of 2 patients lacks it: b."])
        let refusal = #expect(throws: WorkError.self) { try build([.lungLeft, .heart], isPartial: false) }
        #expect(refusal?.description == "Heart is missing: b. If patients may lack structures, add --partial.")
    }

    @Test("a partial dataset keeps what some have, and says who lacks it")
    func partial() throws {
        for named in [nil, [StructureName.lungLeft, .heart]] {
            let built = try build(named, isPartial: true)
            #expect(Set(built.dataset.structures) == [.lungLeft, .heart] && built.dataset.partial == true)
            #expect(built.dataset.patients.map(\.masks.count) == [2, 1])
            #expect(built.notes.sentences == ["Heart: b lacks it; nothing of it is learnt from this patient."])
            #expect(DatasetCheck.list(built.dataset)["b"]?.map(\.severity) == [.warning])
        }
    }

    @Test("a structure that nobody has is refused all the same, and so is a patient with none of them")
    func nobody() throws {
        let refusal = #expect(throws: WorkError.self) { try build([.lungLeft, .esophagus], isPartial: true) }
        #expect(refusal?.description == "Esophagus is missing: a, b.")
        let empty = #expect(throws: WorkError.self) { try build([.heart], isPartial: true) }
        #expect(empty?.description == "b has none of Heart.")
    }
}
