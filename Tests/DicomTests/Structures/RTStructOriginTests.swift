import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// What a structure set says of itself, and contours with fewer points.
@Suite struct RTStructOriginTests {
    private let red = RTColour(red: 255, green: 10, blue: 0)

    private func written(
        _ structures: [RTStructureToWrite], _ change: (inout RTStructWriter.Origin) -> Void = { _ in }
    ) throws -> (folder: TemporaryFolder, file: URL) {
        let (folder, reference) = try segSeries(structures[0].mask.geometry)
        var origin = RTStructWriter.Origin(label: "Pleura", date: "20240203", time: "101112", seed: "rt")
        change(&origin)
        let file = folder.file("rs.dcm")
        try RTStructWriter.write(structures, on: reference, to: file, origin: origin)
        return (folder, file)
    }

    @Test func whoDrewAndWhoApprovedIt() throws {
        let mask = Mask(geometry: try axialGrid(4, 4, 1)) { $0.x == 1 }
        let names = ["Lung_L", "GTVp", "PTV_60", "External"]
        let structures = names.map { RTStructureToWrite(name: $0, mask: mask, colour: red) }
        let (folder, plain) = try written(structures)
        func text(_ file: URL) throws -> String { String(decoding: try Data(contentsOf: file), as: UTF8.self) }
        #expect(try text(plain).contains("UNAPPROVED") && text(plain).contains("SEMIAUTOMATIC"))
        #expect(
            try RTStructReader.read(plain).structures.map(\.interpretedType) == ["ORGAN", "GTV", "PTV", "EXTERNAL"])
        #expect(try dciodvfyErrors(plain) == [])
        let (other, approved) = try written(structures) {
            $0.method = DrawingMethod(.automatic, modelName: "lungs-unet2d@7")
            $0.approval = .approved(by: "Müller^Jane", date: "20240204", time: "080910")
        }
        let said = try text(approved)
        #expect(!said.contains("UNAPPROVED") && said.contains("APPROVED") && said.contains("Müller^Jane"))
        #expect(said.contains("20240204") && said.contains("080910"))
        #expect(said.contains("lungs-unet2d@7") && said.contains("Artificial Intelligence"))
        #expect(said.contains("AUTOMATIC") && !said.contains("SEMIAUTOMATIC"))
        #expect(try dciodvfyErrors(approved) == [])
        withExtendedLifetime((folder, other)) {}
        #expect(
            kind { _ = try written(structures) { $0.approval = .approved(by: "", date: "", time: "") } } == .notWritten)
    }

    @Test func openLinesAreLeftOut() throws {
        let mask = Mask(geometry: try axialGrid(4, 4, 2)) { $0.x == 1 }
        let (folder, file) = try written([RTStructureToWrite(name: "A", mask: mask, colour: red)])
        var bytes = try Data(contentsOf: file)
        let range = try #require(bytes.range(of: Data("CLOSED_PLANAR".utf8)))
        bytes.replaceSubrange(range, with: Data("OPEN_PLANAR  ".utf8))
        try bytes.write(to: folder.file("rs.dcm"))
        let read = try RTStructReader.read(file)
        #expect(read.structures[0].contours.count == 1)
        #expect(read.warnings.count == 1 && read.warnings[0].contains("open line"))

        // Without a closed contour there is no mask at all, rather than an empty one.
        while let range = bytes.range(of: Data("CLOSED_PLANAR".utf8)) {
            bytes.replaceSubrange(range, with: Data("OPEN_PLANAR  ".utf8))
        }
        try bytes.write(to: folder.file("rs.dcm"))
        let open = try RTStructReader.read(file)
        #expect(open.structures.isEmpty && open.leftOut.map(\.name) == ["A"])
    }

    @Test func coordinatesAsTheyWereWrittenBefore() {
        var generator = SeededGenerator(seed: 3)
        var values = [0, -0.0, 1, -1, 0.000001, -0.0000004, 123456.5, 99_999_999.5, 1e9, -1e13, 0.1, 1 / 3.0]
        values += (0..<2000).map { _ in Double.random(in: -2000...2000, using: &generator) }
        for value in values {
            var bytes: [UInt8] = []
            DicomDecimal.append(millimetres: value, to: &bytes)
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(Double(text) == (value * 1e6).rounded() / 1e6, "\(value)")
            #expect(text.utf8.count <= 16)
        }
    }

    @Test func simplifiedContoursStayWithinTheirTolerance() throws {
        // A ball with a hole, on pixels of 0.75 × 0.5 mm.
        let grid = try axialGrid(60, 80, 1)
        let mask = Mask(geometry: grid) { voxel in
            let (x, y) = (Double(voxel.x - 30) * 0.75, Double(voxel.y - 40) * 0.5)
            let radius = (x * x + y * y).squareRoot()
            return radius < 17 && radius > 6
        }
        let (keeper, exact) = try written([RTStructureToWrite(name: "A", mask: mask, colour: red)])
        let plain = try RTStructReader.read(exact)
        withExtendedLifetime(keeper) {}
        let count = plain.structures[0].contours.reduce(0) { $0 + $1.points.count }
        for tolerance in [0.3, 0.8, 2] {
            let (folder, file) = try written([RTStructureToWrite(name: "A", mask: mask, colour: red)]) {
                $0.simplification = Millimetres(tolerance)
            }
            let read = try RTStructReader.read(file)
            let fewer = read.structures[0].contours.reduce(0) { $0 + $1.points.count }
            #expect(fewer < (tolerance > 0.5 ? count / 3 : count))
            let loaded = try DicomFolder.load(folder.file("ct"))
            let back = try read.rasterised(on: grid, frameOfReferenceUID: loaded.reference.frameOfReferenceUID)
            let changed = try mask.symmetricDifference(back.masks[0].mask)
            #expect(tolerance < 0.5 || changed.count > 0)
            // A voxel that changed sides has a neighbour on the other side within the tolerance (and half a voxel).
            for y in 0..<80 {
                for x in 0..<60 where changed.slices[0][x, y] {
                    let own = mask.slices[0][x, y]
                    let isNear = (-6...6).contains { dy in
                        (-5...5).contains { dx in
                            let (mx, my) = (max(0, abs(Double(dx)) - 0.5) * 0.75, max(0, abs(Double(dy)) - 0.5) * 0.5)
                            let inside = (0..<60).contains(x + dx) && (0..<80).contains(y + dy)
                            return inside && mask.slices[0][x + dx, y + dy] != own
                                && (mx * mx + my * my).squareRoot() <= tolerance + 1e-9
                        }
                    }
                    #expect(isNear, "\(x) \(y) at \(tolerance)")
                }
            }
        }
        #expect(
            kind {
                _ = try written([RTStructureToWrite(name: "A", mask: mask, colour: red)]) { $0.simplification = 11 }
            }
                == .notWritten)
    }

    @Test func referencesToMissingSlicesAndSkippedSlicesAreTold() throws {
        let grid = try axialGrid(5, 5, 5)
        let mask = Mask(geometry: grid) { $0.x == 1 && $0.z != 2 }
        let (folder, file) = try written([RTStructureToWrite(name: "A", mask: mask, colour: red)])
        let loaded = try DicomFolder.load(folder.file("ct"))
        let read = try RTStructReader.read(file)
        func notes(_ reference: DicomSeriesReference) throws -> [String] {
            try read.rasterised(
                on: grid, frameOfReferenceUID: reference.frameOfReferenceUID, reference: reference
            ).warnings
        }
        let whole = try notes(loaded.reference)
        #expect(whole.count == 1 && whole[0].contains("no contour on slice 3"))
        let reference = loaded.reference
        let fewer = DicomSeriesReference(
            studyUID: reference.studyUID, seriesUID: reference.seriesUID,
            frameOfReferenceUID: reference.frameOfReferenceUID, slices: Array(reference.slices.prefix(3)))
        #expect(try notes(fewer).contains { $0.contains("2 contours") && $0.contains("does not have") })
        let other = DicomSeriesReference(
            studyUID: reference.studyUID, seriesUID: "1.2.3.4", frameOfReferenceUID: reference.frameOfReferenceUID,
            slices: reference.slices)
        #expect(try notes(other).contains { $0.contains("another series") })
    }
}
