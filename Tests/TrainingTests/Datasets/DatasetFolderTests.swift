import Cases
import Foundation
import TestSupport
import Testing
import Volumes

@testable import Training

@Suite struct DatasetFolderTests {
    private let temporary: TemporaryFolder
    private let folder: DatasetFolder

    init() throws {
        temporary = try TemporaryFolder()
        folder = DatasetFolder(url: temporary.file("data/set"))
    }

    private func dataset(_ ids: [String] = ["a", "b", "c"]) -> Dataset {
        Dataset(
            name: "small", created: "2026-01-01T00:00:00Z", structures: [.lungLeft],
            patients: ids.map {
                DatasetPatient(
                    id: $0, site: "x", pathologies: ["effusion"], image: ImageSource(path: "../\($0).nii", digest: $0),
                    masks: ["Lung_L": MaskSource(path: "../\($0)-l.nii", digest: "m\($0)")],
                    size: GridSize(x: 4, y: 5, z: 6), spacing: Spacing(x: 0.7, y: 0.7, z: 1.25), seenSlices: [1, 2])
            })
    }

    private func message(_ text: String) -> String {
        do {
            try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: folder.file)
            _ = try folder.read()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func readsWhatItWrote() throws {
        var dataset = dataset()
        try folder.write(dataset)
        #expect(try folder.read() == dataset)
        dataset.split = DatasetSplit(seed: 1, training: ["a"], validation: ["b"], test: ["c"])
        try folder.write(dataset)
        #expect(try folder.read() == dataset)
        #expect(dataset.patients(in: .validation).map(\.id) == ["b"])
        #expect(dataset.split?.part(of: "c") == .test)
    }

    @Test func saysWhatIsWrongWithAFile() throws {
        #expect(message("no json").contains("not Pleura's list"))
        #expect(message(#"{"format": "pleura-dataset", "version": 99}"#).contains("version 99"))
        #expect(message(#"{"format": "pleura-dataset", "version": 1}"#).contains("missing"))
        try folder.write(dataset())
        let text = try String(contentsOf: folder.file, encoding: .utf8)
        #expect(message(text.replacingOccurrences(of: "\"id\" : \"b\"", with: "\"id\" : \"a\"")).contains("twice"))
        #expect(message(text.replacingOccurrences(of: "\"x\" : 4", with: "\"x\" : -4")).contains("size"))
        #expect(throws: DatasetError.self) { try DatasetFolder(url: temporary.file("none")).read() }
    }

    @Test func aPatientInTwoPartsIsRefused() throws {
        var dataset = dataset()
        dataset.split = DatasetSplit(seed: 1, training: ["a", "b"], validation: ["b"], test: ["c"])
        #expect(throws: DatasetError.self) { try folder.write(dataset) }
        dataset.split = DatasetSplit(seed: 1, training: ["a", "z"], validation: ["b"], test: ["c"])
        #expect(throws: DatasetError.self) { try folder.write(dataset) }
    }

    @Test func pathsAreRelativeAndFindTheirWayBack() {
        let image = temporary.file("phantoms/p1/ct.nii.gz")
        #expect(folder.relative(image) == "../../phantoms/p1/ct.nii.gz")
        #expect(folder.resolve(folder.relative(image)) == image.standardizedFileURL)
        let far = URL(fileURLWithPath: "/elsewhere/ct.nii.gz")
        #expect(folder.relative(far) == "/elsewhere/ct.nii.gz")
        #expect(folder.resolve("/elsewhere/ct.nii.gz") == far)
    }

    @Test func theDigestFollowsWhatIsTrainedOn() throws {
        var dataset = dataset(["a", "b", "c", "d"])
        dataset.split = DatasetSplit(seed: 1, training: ["a", "b"], validation: ["c"], test: ["d"])
        let digest = dataset.digest(for: [.lungLeft])
        var other = dataset
        other.patients[3].image.digest = "changed"
        #expect(other.digest(for: [.lungLeft]) == digest)
        other.patients[1].masks["Lung_L"]?.digest = "changed"
        #expect(other.digest(for: [.lungLeft]) != digest)
        #expect(other.digest(for: [.heart]) != other.digest(for: [.lungLeft]))
        other = dataset
        other.split = DatasetSplit(seed: 1, training: ["a", "c"], validation: ["b"], test: ["d"])
        #expect(other.digest(for: [.lungLeft]) != digest)
    }
}
