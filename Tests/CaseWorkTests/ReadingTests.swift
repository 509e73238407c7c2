import CaseStore
import Cases
import Foundation
import TestSupport
import Testing
import VolumeFiles
import Volumes

@testable import CaseWork

@Suite("Where cases are found") struct CaseSourceTests {
    @Test("folders of patients are told from folders of images; masks are no cases")
    func search() throws {
        let folder = try TemporaryFolder()
        let geometry = try GridGeometry(size: GridSize(x: 8, y: 8, z: 4), spacing: Spacing(x: 1, y: 1, z: 1))
        let volume = try Volume(
            geometry: geometry,
            slices: (0..<4).map { z in
                try VolumeSlice(width: 8, height: 8, values: (0..<64).map { Int16($0 * 11 + z - 900) })
            })
        try FileManager.default.createDirectory(at: folder.file("all/b"), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(at: folder.file("all/a"), withIntermediateDirectories: true)
        for name in ["all/b/ct.nii.gz", "all/a/ct.nii.gz"] { try NiftiFile.write(volume, to: folder.file(name)) }
        try NiftiFile.write(Mask(geometry: geometry) { $0.x > 3 }, to: folder.file("all/a/Lung_L.nii.gz"))
        let found = try CaseSource.search(folder.file("all").path)
        #expect(found.sources.map(\.title) == ["a", "b"] && found.masks.isEmpty)
        #expect(found.sources.first?.structureFiles.keys.map(\.rawValue) == ["Lung_L"])
        try FileManager.default.createDirectory(at: folder.file("loose"), withIntermediateDirectories: true)
        try NiftiFile.write(volume, to: folder.file("loose/one.nii.gz"))
        try NiftiFile.write(Mask(geometry: geometry) { $0.x > 3 }, to: folder.file("loose/mask.nii.gz"))
        let loose = try CaseSource.search(folder.file("loose").path)
        #expect(loose.sources.map(\.title) == ["one"] && loose.masks.map(\.lastPathComponent) == ["mask.nii.gz"])
        #expect(throws: WorkError.self) { try CaseSource.find(folder.file("nowhere").path) }
    }

    @Test("a folder named without a series may be any of its series, and any of their volumes")
    func sameness() {
        let folder = URL(fileURLWithPath: "/images/one")
        let (any, first) = (CaseSource(url: folder), CaseSource(url: folder, seriesUID: "1.2", volume: "1"))
        #expect(any.isSame(as: first) && first.isSame(as: any))
        #expect(!first.isSame(as: CaseSource(url: folder, seriesUID: "1.3")))
        #expect(!first.isSame(as: CaseSource(url: folder, seriesUID: "1.2", volume: "2")))
        #expect(!any.isSame(as: CaseSource(url: URL(fileURLWithPath: "/images/two"))))
    }

    @Test("a volume's key has no sign that a key cannot hold, and two volumes have two keys")
    func keys() {
        #expect(LoadedCase.id(series: nil, volume: nil, digest: "ab").rawValue == "sha256:ab")
        #expect(LoadedCase.id(series: "1.2", volume: nil, digest: "ab").rawValue == "1.2")
        #expect(LoadedCase.id(series: "1.2", volume: "phase=30", digest: "ab").rawValue == "1.2:phase-30")
        let (one, other) = (
            LoadedCase.id(series: "1.2", volume: "a b", digest: ""),
            LoadedCase.id(series: "1.2", volume: "a/b", digest: "")
        )
        #expect(one.rawValue.hasPrefix("1.2:a_b-") && other.rawValue.hasPrefix("1.2:a_b-") && one != other)
    }
}

@Suite("Which masks are compared") struct ComparedPairTests {
    private let grid: GridGeometry

    init() throws {
        grid = try GridGeometry(size: GridSize(x: 4, y: 4, z: 2), spacing: Spacing(x: 1, y: 1, z: 1))
    }

    private func side(_ names: [StructureName], leftOut: [StructureName: String] = [:]) -> ComparedMasks {
        let masks = Dictionary(uniqueKeysWithValues: names.map { ($0, Mask(geometry: grid) { $0.x > 1 }) })
        return ComparedMasks(
            reading: StructureFiles.Reading(geometry: grid, dimensions: 3, masks: masks, leftOut: leftOut), path: "x")
    }

    @Test("one mask on either side is compared whatever it is called, and that is said")
    func single() throws {
        var notes = Notes()
        let pairs = try ComparedPair.pairs(
            side([.lungLeft]), side([.heart]), only: nil, resample: false, notes: &notes)
        #expect(pairs.map(\.name) == [.lungLeft] && pairs[0].test != nil && pairs[0].absences.isEmpty)
        #expect(
            notes.sentences == [
                "Lung_L of the reference was compared with Heart of the test: each side has one mask."
            ])
    }

    @Test("what a side lacks or had to leave out has no mask there: it is not measured against an empty one")
    func absences() throws {
        var notes = Notes()
        let pairs = try ComparedPair.pairs(
            side([.lungLeft, .heart]), side([.lungLeft], leftOut: [.heart: "a contour is open"]), only: nil,
            resample: false, notes: &notes)
        #expect(pairs.map(\.name) == [.lungLeft, .heart])
        #expect(pairs[0].test != nil && pairs[0].absences.isEmpty)
        #expect(pairs[1].test == nil && pairs[1].absences == ["left out of the test: a contour is open"])
        #expect(notes.sentences == ["Heart: left out of the test: a contour is open. It was not measured."])
    }

    @Test("a structure that neither side has is refused with those that are there")
    func unknown() {
        var notes = Notes()
        #expect(throws: WorkError.self) {
            try ComparedPair.pairs(
                side([.lungLeft, .heart]), side([.lungLeft]), only: "Liver", resample: false, notes: &notes)
        }
    }
}
