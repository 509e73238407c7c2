import Digests
import Foundation
import ImageValues
import Phantoms
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// Structure sets of ours as rt-utils and plastimatch fill them.
@Suite("RTSTRUCT in other programs")
struct PlanningReaderTests {
    private struct Filled: Decodable, Equatable {
        var name: String
        var shape: [Int]
        var count: Int
        var sha256: String
    }

    /// Both lungs of a phantom on square slices, and a body with holes, of which one holds an island.
    private func structures() throws -> [RTStructureToWrite] {
        let phantom = try ThoraxPhantom.generate(
            PhantomSpecification(seed: 7, patient: 1, site: .siteA, matrix: 128, slices: 16))
        let lungs = [PhantomStructure.lungLeft, .lungRight].map { phantom[$0] }
        let rings = Mask(geometry: phantom.volume.geometry) { voxel in
            let (x, y) = (voxel.x - 64, voxel.y - 60)
            let radius = x * x + y * y
            let hole = (x - 20) * (x - 20) + y * y
            let isHole = (64..<900).contains(hole) || (x == -30 && y == 3)
            return voxel.z > 2 && voxel.z != 8 && radius < 45 * 45 && !isHole
        }
        let colour = RTColour(red: 1, green: 2, blue: 3)
        return zip(["Lung_L", "Lung_R", "Rings"], lungs + [rings]).map {
            RTStructureToWrite(name: $0, mask: $1, colour: colour)
        }
    }

    private func filled(_ structure: RTStructureToWrite) -> Filled {
        let (size, digest) = (structure.mask.geometry.size, SHA256Digest())
        for slice in structure.mask.slices {
            let bytes = (0..<slice.height).flatMap { y in (0..<slice.width).map { x in slice[x, y] ? UInt8(1) : 0 } }
            digest.update(bytes)
        }
        return Filled(
            name: structure.name, shape: [size.x, size.y, size.z], count: structure.mask.count,
            sha256: digest.finish())
    }

    private func asked(
        _ program: String, of structures: [RTStructureToWrite], throughCentres: Bool = false
    ) throws -> [Filled] {
        let (folder, reference) = try segSeries(structures[0].mask.geometry)
        var origin = RTStructWriter.Origin(label: "Pleura", date: "20240203", time: "101112", seed: "rt")
        origin.runsThroughCentres = throughCentres
        let file = folder.file("rs.dcm")
        try RTStructWriter.write(structures, on: reference, to: file, origin: origin)
        return try PythonOracle("rtstruct_oracle.py").run(
            [program, folder.file("ct").path, file.path], as: [Filled].self
        ).sorted { $0.name < $1.name }
    }

    @Test("plastimatch fills every voxel of outlines along voxel edges, and no other")
    func plastimatch() throws {
        let structures = try structures()
        #expect(try asked("plastimatch", of: structures) == structures.map(filled))
    }

    @Test("plastimatch unites contours that overlap or are there twice, as we do")
    func plastimatchUnites() throws {
        let grid = try GridGeometry(
            size: GridSize(x: 64, y: 64, z: 6), spacing: Spacing(x: 1.5, y: 1.5, z: 3),
            origin: PatientPoint(x: -40, y: -50, z: 20))
        let (folder, reference) = try segSeries(grid)
        func ellipse(_ x: Double, _ start: Int, _ z: Int) -> StructureSetFile.Contour {
            let points = (0..<64).map { i in
                let angle = 2 * .pi * Double(i + start) / 64
                let place = ContinuousIndex(x: x + 12.3 * cos(angle), y: 30.1 + 15.2 * sin(angle), z: Double(z))
                return grid.point(at: place)
            }
            return StructureSetFile.Contour(points: points, slice: reference.slices[z].sopInstanceUID)
        }
        let frame = reference.frameOfReferenceUID
        let file = folder.file("rs.dcm")
        try StructureSetFile(
            structures: [
                StructureSetFile.Structure(
                    name: "Overlap", number: 1, frame: frame,
                    contours: (1..<5).flatMap { [ellipse(20.2, 0, $0), ellipse(36.4, 0, $0)] }),
                StructureSetFile.Structure(
                    name: "Twice", number: 2, frame: frame,
                    contours: (1..<5).flatMap { [ellipse(20.2, 0, $0), ellipse(20.2, 11, $0)] }),
            ], references: [(frame, reference.seriesUID, reference.slices.map(\.sopInstanceUID))]
        ).write(to: file)
        let read = try RTStructReader.read(file).rasterised(on: grid, frameOfReferenceUID: frame, reference: reference)
        #expect(read.warnings.count == 2)
        let found = try PythonOracle("rtstruct_oracle.py").run(
            ["plastimatch", folder.file("ct").path, file.path], as: [Filled].self
        ).sorted { $0.name < $1.name }
        let colour = RTColour(red: 1, green: 2, blue: 3)
        #expect(found == read.masks.map { filled(RTStructureToWrite(name: $0.0.name, mask: $0.1, colour: colour)) })
    }

    @Test("rt-utils fills every voxel of outlines through voxel centres, and no other")
    func rtUtils() throws {
        let structures = try structures()
        #expect(try asked("rt-utils", of: structures, throughCentres: true) == structures.map(filled))
    }

    @Test("rt-utils fills more than what outlines along voxel edges enclose, and nothing less")
    func rtUtilsPaintsOutlines() throws {
        let structures = try structures()
        for (found, truth) in zip(try asked("rt-utils", of: structures), structures.map(filled)) {
            #expect(found.name == truth.name && found.shape == truth.shape)
            #expect(found.count > truth.count, "\(found) \(truth)")
        }
    }
}
