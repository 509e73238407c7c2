import Dicom
import Foundation
import TestSupport
import Testing
import VolumeFiles
import Volumes

@testable import ImageIO

/// Numbers that are hardly HU are told of whatever the format.
@Suite struct HounsfieldCheckTests {
    private static let pseudonym = DicomPseudonym(
        patientName: "Secret^Name", patientID: "SECRET-ID", date: "20240203", time: "101112",
        seriesDescription: "THORAX 2.0")

    /// A chest of 12 × 12 × 8 voxels: air, tissue, lung.
    private func chest(plus offset: Int16 = 0, times slope: Int16 = 1) throws -> Volume {
        let grid = try GridGeometry(size: GridSize(x: 12, y: 12, z: 8), spacing: Spacing(x: 4, y: 4, z: 5))
        var volume = Volume(geometry: grid, filledWith: HounsfieldUnit(-1000 * slope + offset))
        for z in 0..<8 {
            for y in 2..<10 {
                for x in 2..<10 {
                    let hu: Int16 = (4..<8).contains(x) && (4..<8).contains(y) ? -820 : 40
                    volume[VoxelIndex(x: x, y: y, z: z)] = HounsfieldUnit(hu * slope + offset)
                }
            }
        }
        return volume
    }

    private func warnings(_ volume: Volume) throws -> [String: [String]] {
        let folder = try TemporaryFolder()
        try NiftiFile.write(volume, to: folder.file("a.nii.gz"))
        try NrrdFile.write(volume, to: folder.file("a.nrrd"))
        let header = [
            "ObjectType = Image", "NDims = 3", "BinaryData = True", "TransformMatrix = 1 0 0 0 1 0 0 0 1",
            "Offset = 0 0 0", "ElementSpacing = 4 4 5", "DimSize = 12 12 8", "ElementType = MET_SHORT",
            "ElementDataFile = LOCAL", "",
        ].joined(separator: "\n")
        let voxels = volume.slices.flatMap(\.values).withUnsafeBytes { Data($0) }
        try (Data(header.utf8) + voxels).write(to: folder.file("a.mha"))
        try CTSeriesWriter.write(volume, to: folder.file("ct"), pseudonym: Self.pseudonym, seed: "chest")
        var result: [String: [String]] = [:]
        for name in ["a.nii.gz", "a.nrrd", "a.mha", "ct"] {
            result[name] = try ImageReader.read(folder.file(name)).warnings
        }
        return result
    }

    @Test func aChestInHounsfieldUnitsIsNotWarnedOf() throws {
        for (name, warnings) in try warnings(chest()) { #expect(warnings == [], "\(name)") }
    }

    @Test func storedValuesWithoutTheirInterceptAreToldOf() throws {
        for (name, warnings) in try warnings(chest(plus: 1024)) {
            #expect(warnings.count == 1 && warnings[0].contains("hardly"), "\(name): \(warnings)")
            #expect(warnings.first?.contains("24 to 1064") == true, "\(name): \(warnings)")
            #expect(warnings.first?.contains("-1024") == true, "\(name): \(warnings)")
        }
    }

    @Test func aRescaleAppliedTwiceAndHalvedValuesAreToldOf() throws {
        for volume in [try chest(plus: -1024), try chest(plus: -984), try chest(plus: 300)] {
            for (name, warnings) in try warnings(volume) {
                #expect(warnings.count == 1 && warnings[0].contains("hardly HU"), "\(name): \(warnings)")
            }
        }
    }
}
