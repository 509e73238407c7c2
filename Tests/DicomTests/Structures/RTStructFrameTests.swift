import Foundation
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// Structures one by one: types of contours, frames of reference, names.
@Suite struct RTStructFrameTests {
    private let folder: TemporaryFolder
    private let reference: DicomSeriesReference
    private let grid: GridGeometry

    init() throws {
        grid = try axialGrid(5, 5, 4)
        (folder, reference) = try segSeries(grid)
    }

    private func slice(_ z: Int) -> String { reference.slices[z].sopInstanceUID }

    private func read(
        _ structures: [StructureSetFile.Structure],
        _ references: [(frame: String, series: String, slices: [String])] = []
    ) throws -> RasterisedStructures {
        let file = folder.file("rs.dcm")
        try StructureSetFile(structures: structures, references: references).write(to: file)
        let named = try RTStructReader.read(file)
        let filled = try named.rasterised(
            on: grid, frameOfReferenceUID: reference.frameOfReferenceUID, reference: reference)
        return RasterisedStructures(
            masks: filled.masks, warnings: named.warnings + filled.warnings, leftOut: named.leftOut + filled.leftOut)
    }

    private func structure(
        _ name: String, _ number: Int, frame: String?, _ contours: [StructureSetFile.Contour]
    ) -> StructureSetFile.Structure {
        StructureSetFile.Structure(name: name, number: number, frame: frame, contours: contours)
    }

    @Test(
        "Closed contours are contours, however they came about and however the term is written",
        arguments: [
            ("INTERPOLATED_PLANAR", false), ("CLOSEDPLANAR_XOR", true), ("closed_planar", false),
            ("Closed Planar", false),
            ("CLOSED_PLANAR_XOR", true),
        ])
    func terms(term: String, isXOR: Bool) throws {
        let file = folder.file("rs.dcm")
        let contour = squareContour(grid, z: 1, type: term)
        try StructureSetFile(structures: [structure("A", 1, frame: reference.frameOfReferenceUID, [contour])])
            .write(to: file)
        let set = try RTStructReader.read(file)
        #expect(set.structures[0].contours.map(\.isXOR) == [isXOR] && set.warnings == [])
        let filled = try set.rasterised(on: grid, frameOfReferenceUID: reference.frameOfReferenceUID)
        #expect(filled.masks[0].mask.count == 4 && filled.warnings == [])
    }

    @Test("A contour that does not say what it is is taken as closed, with a warning; points and lines are left out")
    func untyped() throws {
        let frame = reference.frameOfReferenceUID
        let contours = [
            squareContour(grid, z: 0, type: nil), squareContour(grid, z: 1, type: "OPEN_PLANAR"),
            squareContour(grid, z: 2, type: "POINT"), squareContour(grid, z: 3),
        ]
        let filled = try read([structure("A", 1, frame: frame, contours)])
        #expect(filled.masks[0].mask.slices.map(\.count) == [4, 0, 0, 4])
        #expect(filled.warnings.contains { $0.contains("1 contour does not say") })
        #expect(filled.warnings.contains { $0.contains("2 contours are points or open lines") })
    }

    @Test("One structure in another frame of reference is left out by name; the others stay")
    func oneElsewhere() throws {
        let frame = reference.frameOfReferenceUID
        let filled = try read([
            structure("A", 1, frame: frame, [squareContour(grid, z: 1)]),
            structure("Other", 2, frame: "1.2.3.99", [squareContour(grid, z: 1)]),
        ])
        #expect(filled.masks.map(\.structure.name) == ["A"] && filled.masks[0].mask.count == 4)
        #expect(filled.leftOut.map(\.name) == ["Other"])
        #expect(filled.warnings.count == 1 && filled.warnings[0].contains("“Other”"))
        #expect(
            kind { _ = try read([structure("Other", 2, frame: "1.2.3.99", [squareContour(grid, z: 1)])]) }
                == .inconsistent)
        // An empty structure of this frame does not make a file of others fit.
        #expect(
            kind {
                _ = try read([
                    structure("Empty", 1, frame: frame, []),
                    structure("Other", 2, frame: "1.2.3.99", [squareContour(grid, z: 1)]),
                ])
            } == .inconsistent)
    }

    @Test("References by SOP Instance UID prove that a structure lies on the CT, if it does lie on those slices")
    func proven() throws {
        let other = "1.2.3.99"
        let onSlices = try read([
            structure("A", 1, frame: other, [squareContour(grid, z: 1, slice: slice(1))])
        ])
        #expect(onSlices.masks[0].mask.slices.map(\.count) == [0, 4, 0, 0] && onSlices.leftOut == [])
        #expect(onSlices.warnings.count == 1 && onSlices.warnings[0].contains("“A”"))
        // By the list of slices under that frame of reference.
        let listed = try read(
            [structure("A", 1, frame: other, [squareContour(grid, z: 1)])],
            [("1.2.3.98", "1.2.3.1", ["1.2.3.1.1"]), (other, reference.seriesUID, [slice(0), slice(1)])])
        #expect(listed.masks[0].mask.count == 4 && listed.warnings.count == 1)
        // A structure that says nothing, in a file that lists several, may be in any of them.
        let unsaid = try read(
            [structure("A", 1, frame: nil, [squareContour(grid, z: 1)])],
            [(other, "1.2.3.1", []), (reference.frameOfReferenceUID, reference.seriesUID, [])])
        #expect(unsaid.masks[0].mask.count == 4 && unsaid.warnings.contains { $0.contains("not checked") })
        // The slice is named, but the coordinates are elsewhere; or another CT's slice is named.
        for contour in [squareContour(grid, z: 3, slice: slice(1)), squareContour(grid, z: 1, slice: "1.2.3.5")] {
            #expect(kind { _ = try read([structure("A", 1, frame: other, [contour])]) } == .inconsistent)
        }
    }

    @Test("All series that a structure set refers to are known")
    func references() throws {
        let file = folder.file("rs.dcm")
        try StructureSetFile(
            structures: [structure("A", 1, frame: nil, [])],
            references: [("1.2.1", "1.2.3.1", []), ("1.2.2", "1.2.3.2", ["1.2.3.2.1", "1.2.3.2.2"])]
        ).write(to: file)
        let set = try RTStructReader.read(file)
        #expect(set.refers(toSeries: "1.2.3.1") && set.refers(toSeries: "1.2.3.2") && !set.refers(toSeries: "1.2.3.3"))
        #expect(set.references.map(\.sopInstanceUIDs.count) == [0, 2])
    }

    @Test("Two structures of one name, and two of one number, are told of")
    func namesakes() throws {
        let frame = reference.frameOfReferenceUID
        let filled = try read([
            structure("A", 1, frame: frame, [squareContour(grid, z: 1)]),
            structure("A", 7, frame: frame, [squareContour(grid, z: 2)]),
            structure("B", 7, frame: frame, [squareContour(grid, z: 3)]),
        ])
        #expect(filled.masks.map(\.structure.name) == ["A", "A"])
        #expect(filled.leftOut.map(\.name) == ["B"])
        #expect(filled.warnings.contains("2 structures are called “A” (ROI numbers 1, 7)."))
        #expect(filled.warnings.contains { $0.hasPrefix("Structure “B” was left out") })
    }
}
