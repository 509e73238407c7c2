import Foundation
import ImageIO
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import VolumeFiles

@Suite struct NrrdTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func read(_ header: String, _ data: [UInt8], _ name: String = "a.nrrd") throws -> LoadedImage {
        try Data(Array(header.utf8) + data).write(to: folder.file(name))
        return try NrrdFile.readVolume(at: folder.file(name))
    }

    private static let shorts: [UInt8] = [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0xf8, 0xff]
    /// gzip.compress(bytes(shorts), mtime=0) of Python 3.11.
    private static let gzipped: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x63, 0x64, 0x60, 0x62, 0x60, 0x66, 0x60, 0x61,
        0x60, 0x65, 0x60, 0x63, 0x60, 0x67, 0xf8, 0xf1, 0x1f, 0x00, 0x1b, 0x3d, 0xc1, 0x2f, 0x10, 0x00, 0x00, 0x00,
    ]
    private static let values: [Int16] = [1, 2, 3, 4, 5, 6, 7, -8]

    @Test func directionsCarrySpacing() throws {
        let image = try read(nrrdHeader(), Self.shorts)
        #expect(flat(image.volume) == Self.values)
        let grid = image.volume.geometry
        #expect(grid.origin == PatientPoint(x: -10, y: 20.5, z: -300))
        #expect(abs(grid.spacing.x - 1) < 1e-15 && abs(grid.spacing.y - 2) < 1e-15 && grid.spacing.z == 2.5)
        #expect((grid.direction.y + PatientVector(x: 0.6, y: -0.8, z: 0)).length < 1e-12)
        #expect(image.warnings.isEmpty)
    }

    @Test(arguments: [
        ("RAS", -1.0, -1.0), ("right-anterior-superior", -1, -1), ("LAS", 1, -1), ("LPS", 1, 1),
        ("left-posterior-superior-time", 1, 1),
    ])
    func spacesAreTurnedIntoLPS(space: String, x: Double, y: Double) throws {
        let grid = try read(nrrdHeader(["space": space]), Self.shorts).volume.geometry
        #expect(grid.origin == PatientPoint(x: -10 * x, y: 20.5 * y, z: -300))
        #expect((grid.direction.x + PatientVector(x: -0.8 * x, y: -0.6 * y, z: 0)).length < 1e-12)
    }

    @Test func encodings() throws {
        #expect(flat(try read(nrrdHeader(["encoding": "gzip"]), Self.gzipped).volume) == Self.values)
        #expect(
            flat(try read(nrrdHeader(["encoding": "ascii", "endian": ""]), Array("1, 2 3\n4 5 6 7 -8\n".utf8)).volume)
                == Self.values)
        #expect(
            flat(
                try read(nrrdHeader(["endian": "big"]), [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0xff, 0xf8])
                    .volume) == Self.values)
        for encoding in ["bzip2", "bz2", "hex"] {
            let error = #expect(throws: ImageFormatsError.self) {
                try read(nrrdHeader(["encoding": encoding]), Self.shorts)
            }
            #expect(error?.kind == .unsupported)
            #expect(error?.mend.contains("gzip") == true)
        }
    }

    @Test func linesAndBytesAreSkipped() throws {
        let junk = Array("one\ntwo\n".utf8)
        for (skips, front) in [
            (["line skip": "2"], junk), (["byte skip": "8"], junk), (["byte skip": "-1"], junk),
            (["line skip": "1", "byte skip": "4"], junk),
        ] {
            #expect(flat(try read(nrrdHeader(skips), front + Self.shorts).volume) == Self.values)
        }
        let compressed = nrrdHeader(["encoding": "gzip", "line skip": "2", "byte skip": "-1"])
        #expect(flat(try read(compressed, junk + Self.gzipped).volume) == Self.values)
        // Of eight shorts, skipping two leaves six: sizes 3 × 2 × 1.
        let six = nrrdHeader(["encoding": "gzip", "byte skip": "4", "sizes": "3 2 1"])
        #expect(flat(try read(six, Self.gzipped).volume) == Array(Self.values[2...]))
        for bad in [["byte skip": "-5"], ["byte skip": "x"], ["line skip": "-1"], ["line skip": "9"]] {
            #expect(kind { _ = try read(nrrdHeader(bad), Self.shorts) } == .damaged)
        }
    }

    @Test func detachedData() throws {
        try Data(Self.shorts).write(to: folder.file("voxels.raw"))
        // A detached header may end with the file, without an empty line.
        let header = String(nrrdHeader(["data file": "voxels.raw"]).dropLast())
        #expect(flat(try read(header, [], "a.nhdr").volume) == Self.values)
        for name in ["../voxels.raw", "/voxels.raw", "LIST", "v%d.raw 1 2 1"] {
            #expect(kind { _ = try read(nrrdHeader(["data file": name]), [], "a.nhdr") } == .unsupported)
        }
        #expect(kind { _ = try read(nrrdHeader(["data file": "none.raw"]), [], "a.nhdr") } == .notFound)
    }

    @Test func axesOutsideSpace() throws {
        let one = nrrdHeader([
            "dimension": "4", "sizes": "1 2 2 2", "space directions": "none (1,0,0) (0,1,0) (0,0,1)", "kinds": "",
        ])
        #expect(flat(try read(one, Self.shorts).volume) == Self.values)
        let two = nrrdHeader([
            "dimension": "4", "sizes": "2 2 2 1", "space directions": "none (1,0,0) (0,1,0) (0,0,1)", "kinds": "",
        ])
        #expect(kind { _ = try read(two, Self.shorts) } == .unsupported)
    }

    @Test func withoutSpaceThereIsAWarning() throws {
        let plain = nrrdHeader(["space": "", "space directions": "", "space origin": "", "spacings": "0.5 0.25 3"])
        let image = try read(plain, Self.shorts)
        #expect(image.volume.geometry.spacing == Spacing(x: 0.5, y: 0.25, z: 3))
        #expect(image.warnings.count == 1)
        #expect(try read(nrrdHeader(["space": "scanner-xyz"]), Self.shorts).warnings.count == 1)
    }

    @Test func unitsAreHonoured() throws {
        let grid = try read(nrrdHeader(["space units": "\"cm\" \"cm\" \"cm\""]), Self.shorts).volume.geometry
        #expect(grid.spacing.z == 25)
        #expect(grid.origin.x == -100)
        #expect(kind { _ = try read(nrrdHeader(["space units": "\"mm\" \"mm\" \"s\""]), Self.shorts) } == .unsupported)
    }

    @Test func badHeadersAreRefused() throws {
        func kindOf(_ changes: [String: String], _ data: [UInt8] = Self.shorts) -> ImageFormatsError.Kind? {
            kind { _ = try read(nrrdHeader(changes), data) }
        }
        #expect(kindOf([:]) == nil)
        #expect(kindOf([:], Self.shorts.dropLast()) == .damaged)
        #expect(kindOf([:], Self.shorts + [1]) == .damaged)
        #expect(kindOf(["sizes": "2 2"]) == .damaged)
        #expect(kindOf(["sizes": "2 2 -2"]) == .damaged)
        #expect(kindOf(["sizes": "65535 65535 65535"]) == .damaged)
        #expect(kindOf(["type": "block"]) == .unsupported)
        #expect(kindOf(["type": ""]) == .damaged)
        #expect(kindOf(["endian": ""]) == .damaged)
        #expect(kindOf(["space directions": "(1,0,0) (0,1,0)"]) == .damaged)
        #expect(kindOf(["space directions": "(1,0,0) (0,1,0) (0,0,nan)"]) == .damaged)
        #expect(kindOf(["space directions": "(1,0,0) (0,1,0) (0,0,0)"]) == .damaged)
        #expect(kindOf(["space directions": "(1,0.1,0) (0,1,0) (0,0,1)"]) == .inconsistent)
        #expect(kind { _ = try read("NRRD0009\n\n", []) } == .unsupported)
        #expect(kind { _ = try read("hello", []) } == .notAnImage)
    }

    @Test func slicersSegmentNames() throws {
        let pairs = "Segment0_Name:=Lung_L\nSegment0_LabelValue:=1\nSegment1_Name:=Heart\nSegment1_LabelValue:=4\n"
        try Data(Array(nrrdHeader(pairs: pairs).utf8) + Self.shorts).write(to: folder.file("s.seg.nrrd"))
        #expect(try MaskReader.names(for: folder.file("s.seg.nrrd")) == [1: "Lung_L", 4: "Heart"])
        try Data("{\"1\": \"Lung_R\"}".utf8).write(to: folder.file("s.seg.json"))
        #expect(try MaskReader.names(for: folder.file("s.seg.nrrd")) == [1: "Lung_R"])
    }

    /// A header must not state `spacings` beside its directions; some do.
    @Test func twoStatementsOfTheSpacing() throws {
        let unit = "(0.8,0.6,0) (-0.6,0.8,0) (0,0,1)"
        let lost = try read(nrrdHeader(["space directions": unit, "spacings": "4 4 5"]), Self.shorts)
        let steps = lost.volume.geometry.spacing
        #expect(abs(steps.x - 4) < 1e-12 && abs(steps.y - 4) < 1e-12 && steps.z == 5)
        #expect(lost.warnings.count == 1 && lost.warnings[0].contains("spacings are used"), "\(lost.warnings)")
        let other = try read(nrrdHeader(["spacings": "4 4 5"]), Self.shorts)
        #expect(other.volume.geometry.spacing.z == 2.5)
        #expect(other.warnings.count == 1 && other.warnings[0].contains("which are used"), "\(other.warnings)")
        #expect(try read(nrrdHeader(["spacings": "1 2 2.5"]), Self.shorts).warnings == [])
    }
}
