import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import VolumeFiles

@Suite struct MetaImageTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func read(_ header: String, _ data: [UInt8], _ name: String = "a.mha") throws -> LoadedImage {
        try Data(Array(header.utf8) + data).write(to: folder.file(name))
        return try MetaImageFile.readVolume(at: folder.file(name))
    }

    private static let shorts: [UInt8] = [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0xf8, 0xff]

    @Test func positionsAreLPSAndRowsOfTheMatrixAreAxes() throws {
        let image = try read(metaImageHeader(local: true), Self.shorts)
        #expect(flat(image.volume) == [1, 2, 3, 4, 5, 6, 7, -8])
        let grid = image.volume.geometry
        #expect(grid.origin == PatientPoint(x: -10, y: 20.5, z: -300))
        #expect(grid.spacing == Spacing(x: 0.7, y: 0.9, z: 2.5))
        #expect((grid.direction.x + PatientVector(x: -0.8, y: -0.6, z: 0)).length < 1e-12)
        #expect((grid.direction.y + PatientVector(x: 0.6, y: -0.8, z: 0)).length < 1e-12)
        #expect(image.warnings.isEmpty)
    }

    @Test func typesAndByteOrder() throws {
        let big = try read(
            metaImageHeader(local: true, ["BinaryDataByteOrderMSB": "True"]),
            [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0xff, 0xf8])
        #expect(flat(big.volume) == [1, 2, 3, 4, 5, 6, 7, -8])
        for (type, size) in [
            ("MET_CHAR", 1), ("MET_UCHAR", 1), ("MET_SHORT", 2), ("MET_USHORT", 2), ("MET_INT", 4), ("MET_UINT", 4),
            ("MET_LONG", 4), ("MET_LONG_LONG", 8), ("MET_ULONG_LONG", 8),
        ] {
            let data = (1...8).flatMap { [UInt8($0)] + [UInt8](repeating: 0, count: size - 1) }
            let image = try read(metaImageHeader(local: true, ["ElementType": type]), data)
            #expect(flat(image.volume) == [1, 2, 3, 4, 5, 6, 7, 8], "\(type)")
        }
        let floats = [1, 2.5, -3.5, 4, 5, 6, 7, 8] as [Float]
        let image = try read(
            metaImageHeader(local: true, ["ElementType": "MET_FLOAT"]), floats.withUnsafeBytes { Array($0) })
        #expect(flat(image.volume) == [1, 2, -4, 4, 5, 6, 7, 8])
        #expect(
            kind { _ = try read(metaImageHeader(local: true, ["ElementType": "MET_FLOAT_ARRAY"]), []) } == .unsupported)
    }

    @Test func externalDataAndHeaderSize() throws {
        try Data([9, 9, 9] + Self.shorts).write(to: folder.file("voxels.raw"))
        for skip in ["3", "-1"] {
            let image = try read(metaImageHeader(local: false, ["HeaderSize": skip]), [], "a.mhd")
            #expect(flat(image.volume) == [1, 2, 3, 4, 5, 6, 7, -8])
        }
        #expect(kind { _ = try read(metaImageHeader(local: false), [], "a.mhd") } == .damaged)
        for name in ["../voxels.raw", "/etc/passwd", "LIST", "a%03d.raw 1 3 1"] {
            let header = metaImageHeader(local: false, ["ElementDataFile": name])
            #expect(kind { _ = try read(header, [], "a.mhd") } == .unsupported)
        }
        let header = metaImageHeader(local: false, ["ElementDataFile": "none.raw"])
        #expect(kind { _ = try read(header, [], "a.mhd") } == .notFound)
    }

    @Test func compressedData() throws {
        // zlib.compress(bytes(shorts)) of Python 3.11.
        let data: [UInt8] = [
            0x78, 0x9c, 0x63, 0x64, 0x60, 0x62, 0x60, 0x66, 0x60, 0x61, 0x60, 0x65, 0x60, 0x63, 0x60, 0x67, 0xf8, 0xf1,
            0x1f, 0x00, 0x03, 0xdf, 0x02, 0x14,
        ]
        let header = metaImageHeader(local: true, ["CompressedData": "True"])
        #expect(flat(try read(header, data).volume) == [1, 2, 3, 4, 5, 6, 7, -8])
        #expect(kind { _ = try read(header, Array(data.dropLast())) } == .damaged)
        #expect(kind { _ = try read(header, Self.shorts) } == .damaged)
    }

    @Test func textData() throws {
        let header = metaImageHeader(local: true, ["BinaryData": "False"])
        #expect(flat(try read(header, Array("1 2\n3 4\n\n5 6 7 -8 \n".utf8)).volume) == [1, 2, 3, 4, 5, 6, 7, -8])
        for bad in ["1 2 3 4 5 6 7", "1 2 3 4 5 6 7 8 9", "1 2 3 4 5 6 7 x"] {
            #expect(kind { _ = try read(header, Array(bad.utf8)) } == .damaged)
        }
    }

    @Test func twoDimensionsAreKept() throws {
        let header = metaImageHeader(
            local: true,
            [
                "NDims": "2", "TransformMatrix": "1 0 0 1", "Offset": "3 4", "ElementSpacing": "0.5 0.25",
                "DimSize": "4 2", "CenterOfRotation": "0 0",
            ])
        try Data(Array(header.utf8) + Self.shorts.map { $0 == 0xf8 ? 8 : $0 == 0xff ? 0 : $0 })
            .write(to: folder.file("a.mha"))
        let map = try MetaImageFile.readLabels(at: folder.file("a.mha"))
        #expect(map.dimensions == 2)
        #expect(map.geometry.size == GridSize(x: 4, y: 2, z: 1))
        #expect(map.geometry.spacing == Spacing(x: 0.5, y: 0.25, z: 1))
        #expect(map.masks.count == 8)
    }

    @Test func badHeadersAreRefused() throws {
        func kindOf(_ changes: [String: String], _ data: [UInt8] = Self.shorts) -> ImageFormatsError.Kind? {
            kind { _ = try read(metaImageHeader(local: true, changes), data) }
        }
        #expect(kindOf([:]) == nil)
        #expect(kindOf([:], Self.shorts.dropLast()) == .damaged)
        #expect(kindOf([:], Self.shorts + [1]) == .damaged)
        #expect(kindOf(["DimSize": "2 2"]) == .damaged)
        #expect(kindOf(["DimSize": "2 2 0"]) == .damaged)
        #expect(kindOf(["DimSize": "2 2 99999999999999999999"]) == .damaged)
        #expect(kindOf(["DimSize": "65535 65535 65535"]) == .damaged)
        #expect(kindOf(["ElementSpacing": "0 1 1"]) == .damaged)
        #expect(kindOf(["ElementSpacing": "1 nan 1"]) == .damaged)
        #expect(kindOf(["TransformMatrix": "1 0.1 0 0 1 0 0 0 1"]) == .inconsistent)
        #expect(kindOf(["ElementNumberOfChannels": "3"]) == .unsupported)
        #expect(kindOf(["ElementToIntensityFunctionSlope": "2"]) == .unsupported)
        #expect(kindOf(["ElementDataFile": ""]) == .damaged)
        #expect(kind { _ = try read("hello", []) } == .notAnImage)
    }

    @Test func whatIsNotStatedIsWarnedOf() throws {
        let image = try read(metaImageHeader(local: true, ["ElementSpacing": "", "TransformMatrix": ""]), Self.shorts)
        #expect(image.warnings.count == 2)
        #expect(image.volume.geometry.direction == .identity)
    }

    /// The spacing stated once more, in the rows of the matrix or as the size of a voxel.
    @Test func twoStatementsOfTheSpacing() throws {
        let once = "0.56 0.42 0 -0.54 0.72 0 0 0 2.5"
        let image = try read(metaImageHeader(local: true, ["TransformMatrix": once]), Self.shorts)
        #expect(image.volume.geometry.spacing == Spacing(x: 0.7, y: 0.9, z: 2.5))
        #expect(image.warnings.count == 1 && image.warnings[0].contains("used once"), "\(image.warnings)")
        let rows = try read(
            metaImageHeader(local: true, ["TransformMatrix": once, "ElementSpacing": "1 1 1"]), Self.shorts)
        let steps = rows.volume.geometry.spacing
        #expect(abs(steps.x - 0.7) < 1e-12 && abs(steps.y - 0.9) < 1e-12 && steps.z == 2.5)
        #expect(rows.warnings.count == 1 && rows.warnings[0].contains("used as spacing"), "\(rows.warnings)")
        #expect(
            kind {
                _ = try read(
                    metaImageHeader(local: true, ["TransformMatrix": once, "ElementSpacing": "2 2 2"]), Self.shorts)
            } == .inconsistent)
        let sizes = try read(metaImageHeader(local: true, ["ElementSize": "0.7 0.9 5"]), Self.shorts)
        #expect(sizes.volume.geometry.spacing == Spacing(x: 0.7, y: 0.9, z: 2.5))
        #expect(sizes.warnings.count == 1 && sizes.warnings[0].contains("ElementSize"), "\(sizes.warnings)")
        #expect(try read(metaImageHeader(local: true, ["ElementSize": "0.7 0.9 2.5"]), Self.shorts).warnings == [])
    }
}
