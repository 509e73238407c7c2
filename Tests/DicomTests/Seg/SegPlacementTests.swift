import Foundation
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// Which values are background, and where frames lie that state no position or another frame of reference.
@Suite struct SegPlacementTests {
    private let folder: TemporaryFolder
    private let reference: DicomSeriesReference
    private let grid: GridGeometry

    init() throws {
        grid = try axialGrid(4, 3, 3)
        (folder, reference) = try segSeries(grid)
    }

    private func position(_ z: Int) -> PatientPoint { grid.point(at: VoxelIndex(x: 0, y: 0, z: z)) }
    private func slice(_ z: Int) -> String { reference.slices[z].sopInstanceUID }

    private func read(_ seg: SegFile, knowsSlices: Bool = true) throws -> DicomSegmentation {
        let file = folder.file("seg.dcm")
        try seg.write(to: file, on: grid)
        return try SegReader.read(
            file, on: grid, frameOfReferenceUID: reference.frameOfReferenceUID,
            reference: knowsSlices ? reference : nil)
    }

    /// A frame whose left half has one value and whose right half another.
    private func halves(_ left: UInt8, _ right: UInt8) -> [UInt8] { (0..<12).map { $0 % 4 < 2 ? left : right } }

    private func labels(
        _ segments: [SegFile.Segment], padding: UInt16? = nil, _ left: UInt8, _ right: UInt8
    ) -> SegFile {
        SegFile(
            segments: segments, frames: [SegFile.Frame(values: halves(left, right), position: position(1))],
            padding: padding, frameOfReference: reference.frameOfReferenceUID)
    }

    @Test("Which value of a label map is background is the file's to say")
    func background() throws {
        let left = Mask(geometry: grid) { $0.z == 1 && $0.x < 2 }
        let right = Mask(geometry: grid) { $0.z == 1 && $0.x >= 2 }
        func named(_ seg: SegFile) throws -> [String: Mask] {
            Dictionary(uniqueKeysWithValues: try read(seg).structures.map { ($0.segment.name, $0.mask) })
        }
        let (zero, one) = (SegFile.Segment(number: 0, label: "A"), SegFile.Segment(number: 1, label: "B"))
        // Nothing is said, and no segment has the number 0.
        #expect(try named(labels([one], 0, 1)) == ["B": right])
        // Segment 0 is a structure where the background is another value.
        #expect(try named(labels([zero, one], padding: 255, 0, 255)) == ["A": left, "B": Mask(geometry: grid)])
        #expect(try named(labels([zero, one], 0, 1)) == ["A": left, "B": right])
        let coded = SegFile.Segment(number: 7, label: "x", isBackground: true)
        #expect(try named(labels([zero, coded], 0, 7)) == ["A": left])
        // 0 is coded as background; the padding is another number still.
        let none = SegFile.Segment(number: 0, label: "none", isBackground: true)
        #expect(try named(labels([none, one], padding: 9, 9, 1)) == ["B": right])
        // A structure whose number the file calls padding cannot be told from nothing.
        let contradicting = try read(labels([zero, one], padding: 1, 0, 1))
        #expect(contradicting.structures.map(\.segment.name) == ["A"])
        #expect(contradicting.leftOut.map(\.name) == ["B"] && contradicting.warnings.contains { $0.contains("“B”") })
    }

    private func fractional(_ frames: [SegFile.Frame], frame: String? = nil, references: [String] = []) -> SegFile {
        SegFile(
            kind: "FRACTIONAL",
            segments: [SegFile.Segment(number: 1, label: "A"), SegFile.Segment(number: 2, label: "B")], frames: frames,
            frameOfReference: frame ?? reference.frameOfReferenceUID, references: references)
    }

    @Test("Frames without a position lie on the slices of the CT that they name")
    func placedBySource() throws {
        let frames = [2, 0].map { SegFile.Frame(values: halves(1, 0), segment: 1, source: slice($0)) }
        let read = try read(fractional(frames))
        #expect(read.structures[0].mask == Mask(geometry: grid) { $0.z != 1 && $0.x < 2 })
        #expect(read.warnings.contains { $0.contains("2 frames of the segmentation state no position") })
        // Without the CT, or with another's slices named, there is no place for them.
        #expect(kind { _ = try self.read(fractional(frames), knowsSlices: false) } == .inconsistent)
        #expect(kind { _ = try SegReader.read(folder.file("seg.dcm")) } == .unsupported)
        let foreign = [SegFile.Frame(values: halves(1, 0), segment: 1, source: "1.2.3.77")]
        #expect(kind { _ = try self.read(fractional(foreign)) } == .inconsistent)
        // One segment that cannot be placed does not condemn the other.
        let good = SegFile.Frame(values: halves(0, 1), segment: 2, source: slice(1))
        let mixed = try self.read(fractional(foreign + [good]))
        #expect(mixed.structures.map(\.segment.name) == ["B"] && mixed.structures[0].mask.count == 6)
        #expect(mixed.leftOut.map(\.name) == ["A"] && mixed.warnings.contains { $0.contains("“A” was left out") })
    }

    @Test("Another frame of reference is no matter where references name slices of the CT and frames lie on them")
    func frames() throws {
        func frame(_ segment: Int, _ z: Int, _ source: String?) -> SegFile.Frame {
            SegFile.Frame(values: halves(1, 0), segment: segment, position: position(z), source: source)
        }
        let proven = try read(fractional([frame(1, 1, slice(1)), frame(2, 0, slice(0))], frame: "1.2.3.99"))
        #expect(proven.structures.map(\.mask.count) == [6, 6] && proven.leftOut == [])
        #expect(proven.warnings.contains { $0.contains("another frame of reference") })
        let listed = try read(fractional([frame(1, 1, nil)], frame: "1.2.3.99", references: [slice(1)]))
        #expect(listed.structures[0].mask.count == 6)
        let one = try read(fractional([frame(1, 1, slice(1)), frame(2, 0, "1.2.3.77")], frame: "1.2.3.99"))
        #expect(one.structures.map(\.segment.name) == ["A"] && one.leftOut.map(\.name) == ["B"])
        for bad in [frame(1, 1, nil), frame(1, 1, slice(0)), frame(1, 1, "1.2.3.77")] {
            #expect(kind { _ = try read(fractional([bad], frame: "1.2.3.99")) } == .inconsistent)
        }
    }

    @Test("Two segments of one name are told of, and one off the CT's voxels is left out by name")
    func namesakes() throws {
        var seg = fractional([
            SegFile.Frame(values: halves(1, 0), segment: 1, position: position(1)),
            SegFile.Frame(
                values: halves(1, 0), segment: 2, position: position(1) + PatientVector(x: 0.3, y: 0, z: 0)),
        ])
        let read = try read(seg)
        #expect(read.structures.map(\.segment.name) == ["A"] && read.leftOut.map(\.name) == ["B"])
        seg.segments[1].label = "A"
        #expect(try self.read(seg).warnings.contains("2 segments are called “A” (numbers 1, 2)."))
    }
}
