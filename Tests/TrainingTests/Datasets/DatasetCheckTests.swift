import Cases
import Foundation
import TestSupport
import Testing
import Volumes

@testable import Training

@Suite struct DatasetCheckTests {
    private let grid: GridGeometry
    private let volume: Volume
    private let masks: [StructureName: Mask]

    init() throws {
        grid = try ThoraxDrawing.grid()
        var volume = try ThoraxDrawing().volume(on: grid)
        volume[VoxelIndex(x: 35, y: 40, z: 20)] = 900
        self.volume = volume
        masks = [
            .lungLeft: ThoraxDrawing.lung(side: 1, on: grid), .lungRight: ThoraxDrawing.lung(side: -1, on: grid),
        ]
    }

    /// What is found, but for the drawing's large voxels.
    private func problems(_ volume: Volume? = nil, _ masks: [StructureName: Mask]? = nil) -> [String] {
        let patient = self.patient("p")
        return DatasetCheck.patient(patient, DatasetCase(volume: volume ?? self.volume, masks: masks ?? self.masks))
            .map { "\($0.severity.rawValue) \($0.text)" }.filter { $0 != large }
    }

    private func patient(_ id: String, image: String? = nil, subject: String? = nil) -> DatasetPatient {
        DatasetPatient(
            id: id, subject: subject, image: ImageSource(path: id, digest: image ?? id),
            masks: ["Lung_L": MaskSource(path: "l", digest: "l"), "Lung_R": MaskSource(path: "r", digest: "r")],
            size: grid.size, spacing: grid.spacing)
    }

    private func dataset(_ patients: [DatasetPatient]) -> Dataset {
        Dataset(name: "d", created: "", structures: [.lungLeft, .lungRight], patients: patients)
    }

    private let large = "warning Voxels of 5.0×5.0×5.0 mm are unusual for a CT of the chest."

    @Test func aHealthyPatientHasNone() {
        #expect(problems() == [])
        let all = DatasetCheck.patient(patient("p"), DatasetCase(volume: volume, masks: masks))
        #expect(all.map { "\($0.severity.rawValue) \($0.text)" } == [large])
    }

    @Test func swappedSidesAreFound() {
        let found = problems(nil, [.lungLeft: masks[.lungRight], .lungRight: masks[.lungLeft]].compactMapValues { $0 })
        #expect(found.count == 1)
        #expect(found[0].contains("swapped"))
    }

    @Test func whatIsPlausibleIsSaidByTheCatalogue() throws {
        func found(_ facts: String) throws -> [String] {
            let catalogue = try StructureCatalogue.builtIn.adding(
                Data("{\"structures\": [{\"name\": \"Aorta\", \(facts)}]}".utf8), place: "mine")
            let read = DatasetCase(
                volume: volume, masks: [StructureName(rawValue: "Aorta"): masks[.lungLeft] ?? Mask(geometry: grid)])
            return DatasetCheck.patient(patient("p"), read, catalogue: catalogue).map(\.text).filter {
                !large.hasSuffix($0)
            }
        }
        let read = try #require(masks[.lungLeft])
        let millilitres = Int(read.millilitres.rounded())
        #expect(try found("\"pieces\": 1") == [])
        #expect(try found("\"plausible_ml\": [\(millilitres - 1), \(millilitres + 1)]") == [])
        #expect(try found("\"plausible_ml\": [null, 10]") == ["Aorta has \(millilitres) ml."])
        let thin = try found("\"plausible_median_hu\": [100, null]")
        #expect(thin.count == 1 && thin[0].hasPrefix("Half of Aorta is less dense than -"))
        let dense = try found("\"plausible_median_hu\": [null, -1000]")
        #expect(dense.count == 1 && dense[0].hasPrefix("Half of Aorta is denser than -"))
        #expect(dense[0].hasSuffix(" HU, which Aorta seldom is."))
    }

    @Test func emptyAndForeignContoursAreFound() throws {
        var changed = masks
        changed[.lungLeft] = Mask(geometry: grid)
        #expect(problems(nil, changed) == ["error Lung_L is empty."])
        changed[.lungLeft] = Mask(geometry: try ThoraxDrawing.grid(step: 10))
        #expect(problems(nil, changed) == ["error Lung_L is on another grid than the image."])
    }

    @Test func valuesThatAreNoHUAreFound() throws {
        let stored = try Volume(
            geometry: grid,
            slices: volume.slices.map {
                try VolumeSlice(width: $0.width, height: $0.height, values: $0.values.map { $0 + 1024 })
            })
        let found = problems(stored)
        #expect(found.contains { $0.contains("there is no air") })
        #expect(found.contains { $0.contains("denser than") })
        #expect(problems(Volume(geometry: grid, filledWith: -1000)).contains { $0.contains("no bone") })
    }

    @Test func sharedVoxelsAndOddVolumesAreWarnedOf() throws {
        let both = try #require(try masks[.lungLeft]?.union(masks[.lungRight] ?? Mask(geometry: grid)))
        let found = problems(nil, [.lungLeft: both, .lungRight: masks[.lungRight] ?? both])
        #expect(found.contains { $0.hasPrefix("warning Lung_L and Lung_R share") })
        let speck = Mask(geometry: grid) { $0 == VoxelIndex(x: 20, y: 28, z: 25) }
        #expect(problems(nil, [.lungRight: speck]).contains { $0.hasPrefix("warning Lung_R has 0 ml") })
    }

    @Test func oneImageUnderTwoNamesIsFound() {
        let list = DatasetCheck.list(dataset([patient("a"), patient("b", image: "a"), patient("c")]))
        #expect(Set(list.keys) == ["a", "b"])
        #expect(list["b"]?[0].text.contains("listed as a") == true)
    }

    @Test func missingStructuresAndImpossibleSlicesAreFound() {
        var poor = patient("a")
        poor.masks["Lung_R"] = nil
        poor.seenSlices = [0, grid.size.z]
        let list = DatasetCheck.list(dataset([poor]))
        #expect(list["a"]?.count == 2)
        var partial = dataset([poor])
        partial.partial = true
        let severities = DatasetCheck.list(partial)["a"]?.map(\.severity)
        #expect(severities == [.warning, .error], "a partial dataset's patients may lack structures")
    }

    @Test func whoIsInTwoPartsIsFound() {
        var set = dataset([
            patient("a"), patient("b", subject: "a"), patient("c"), patient("d", image: "c"), patient("e"),
        ])
        set.split = DatasetSplit(seed: 1, training: ["a", "c"], validation: ["b"], test: ["d", "e"])
        let leaks = DatasetCheck.leaks(set, set.split ?? DatasetSplit(seed: 1, training: [], validation: [], test: []))
        #expect(Set(leaks.map(\.id)) == ["a", "b", "c", "d"])
        set.split = DatasetSplit(seed: 1, training: ["a", "b"], validation: ["c", "d"], test: ["e"])
        #expect(DatasetCheck.list(set).values.joined().allSatisfy { !$0.text.contains("part") })
    }

    @Test func aSplitKeepsOneImageInOnePart() throws {
        // p0 and p1 share an image, p1 and p2 a person: the three stay together.
        var patients = (0..<12).map { patient("p\($0)") }
        patients[1].image.digest = "p0"
        patients[2].subject = "p1"
        for seed in 0..<20 {
            let split = try DatasetSplit.draw(patients, seed: UInt64(seed))
            #expect(Set(["p0", "p1", "p2"].map { split.part(of: $0) }).count == 1)
            #expect(try DatasetSplit.draw(patients.shuffled(), seed: UInt64(seed)) == split)
        }
    }
}
