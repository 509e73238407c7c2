import Foundation
import ImageIO
import ImageValues
import TestSupport
import Testing
import VolumeFiles
import Volumes

@testable import Dicom

/// Small files that state large things, and files with bits turned over: an image or an error, never a crash.
@Suite struct DicomHostileTests {
    private func resource(_ name: String) throws -> [UInt8] {
        let url = try #require(
            Bundle.module.url(forResource: name, withExtension: "dcm", subdirectory: "Resources/DICOM"))
        return Array(try Data(contentsOf: url))
    }

    private func patched(_ bytes: [UInt8], _ element: [UInt8], _ value: UInt16) throws -> [UInt8] {
        var bytes = Data(bytes)
        let place = try #require(bytes.range(of: Data(element)))
        bytes.replaceSubrange(
            place.upperBound..<place.upperBound + 2, with: [UInt8(value & 0xff), UInt8(value >> 8)])
        return Array(bytes)
    }

    /// Rows and Columns of 8000 in a file of a few hundred bytes of JPEG 2000, JPEG-LS, JPEG and RLE.
    @Test(arguments: ["jpeg2000-90", "jpegls-80", "jpeg-lossless-70", "rle"])
    func aSmallFileOfAHugeImageIsRefused(name: String) throws {
        var bytes = try resource(name)
        bytes = try patched(bytes, [0x28, 0, 0x10, 0, 0x55, 0x53, 2, 0], 8000)
        bytes = try patched(bytes, [0x28, 0, 0x11, 0, 0x55, 0x53, 2, 0], 8000)
        let folder = try TemporaryFolder()
        try Data(bytes).write(to: folder.file("a.dcm"))
        #expect(loadError(folder.url)?.kind == .damaged)
    }

    /// 300 MB of zeros deflate to 300 KB.
    @Test func aDeflatedBombIsRefused() throws {
        let folder = try TemporaryFolder()
        let plain = try resource("deflated")
        let start = try #require(Data(plain).range(of: Data("1.2.840.10008.1.2.1.99".utf8)))
        // The meta group is kept; what follows is a stored element and then zeros without end.
        let meta = Data(plain).prefix(try metaLength(plain))
        #expect(start.upperBound <= meta.count)
        let script = """
            import sys, zlib
            c = zlib.compressobj(9, zlib.DEFLATED, -15)
            out = c.compress(b'\\x08\\x00\\x16\\x00UI\\x02\\x001\\x00' + b'\\xe0\\x7f\\x10\\x00OW\\x00\\x00\\x00\\x00\\xff\\x1f')
            for _ in range(300): out += c.compress(bytes(1 << 20))
            open(sys.argv[1], 'wb').write(out + c.flush())
            """
        let body = folder.file("body")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, body.path]
        try process.run()
        process.waitUntilExit()
        let bomb = meta + (try Data(contentsOf: body))
        #expect(bomb.count < 1 << 20)
        try bomb.write(to: folder.file("a.dcm"))
        try FileManager.default.removeItem(at: body)
        #expect(kind { _ = try DicomFolder.load(folder.url) } == .notAnImage)
        let scan = try DicomFolder.scan(folder.url)
        #expect(scan.skipped.first?.reason == "its deflated data set is larger than 256 MiB")
        // An honest one is read.
        try Data(plain).write(to: folder.file("a.dcm"))
        #expect(loadError(folder.url) == nil)
    }

    private func metaLength(_ bytes: [UInt8]) throws -> Int {
        // (0002,0000) UL 4 bytes at 132: its value counts what follows it.
        let length = Int(bytes[140]) | Int(bytes[141]) << 8
        return 144 + length
    }

    @Test func aDeepDeflatedFileIsRefused() throws {
        let folder = try TemporaryFolder()
        var deep = DicomItem()
        for _ in 0..<200 {
            var outer = DicomItem()
            outer.set(0x0008_1140, items: [deep])
            deep = outer
        }
        let plain = try resource("deflated")
        let meta = Data(plain).prefix(try metaLength(plain))
        // Deflate's stored blocks hold bytes as they are.
        let content = deep.encoded(.explicit)
        var body: [UInt8] = [1, UInt8(content.count & 0xff), UInt8(content.count >> 8)]
        body += [UInt8(~content.count & 0xff), UInt8((~content.count >> 8) & 0xff)] + content
        try (meta + Data(body)).write(to: folder.file("a.dcm"))
        #expect(try DicomFolder.scan(folder.url).skipped.first?.reason == "its sequences are nested too deeply")
    }

    /// Found by fuzzing: DCMTK has the memory of a deflated value before it looks whether the value is there.
    @Test func aDeflatedValueLongerThanItsFileIsRefused() throws {
        let folder = try TemporaryFolder()
        let plain = try resource("deflated")
        let meta = Data(plain).prefix(try metaLength(plain))
        // A sequence with an item, in which a value states 0x46333032 bytes, once in a VR that nobody knows.
        for vr in ["OB", "TI"] {
            var content: [UInt8] = [0x08, 0x00, 0x40, 0x11] + Array("SQ".utf8) + [0, 0, 0xff, 0xff, 0xff, 0xff]
            content += [0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff]
            content += [0x09, 0x00, 0x10, 0x10] + Array(vr.utf8) + [0, 0, 0x32, 0x30, 0x33, 0x46, 1, 2, 3, 4]
            var body: [UInt8] = [1, UInt8(content.count), 0]
            body += [UInt8(~content.count & 0xff), 0xff] + content
            try (meta + Data(body)).write(to: folder.file("a.dcm"))
            let reason = try DicomFolder.scan(folder.url).skipped.first?.reason
            #expect(reason == "the file is damaged or cut off", "\(vr)")
        }
    }

    private func mutate(_ original: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = original
        let header = min(bytes.count, 132)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes.removeLast(Int.random(in: 1..<bytes.count - 1, using: &generator))
        case 1:
            // Two pieces change places.
            let length = Int.random(in: 1...64, using: &generator)
            let a = Int.random(in: header..<bytes.count - length, using: &generator)
            let b = Int.random(in: header..<bytes.count - length, using: &generator)
            for i in 0..<length { bytes.swapAt(a + i, b + i) }
        case 2:
            let at = Int.random(in: header..<bytes.count, using: &generator)
            bytes.insert(contentsOf: (0..<Int.random(in: 1...32, using: &generator)).map { UInt8($0) }, at: at)
        case 3:
            let at = Int.random(in: header..<bytes.count - 4, using: &generator)
            for i in 0..<4 { bytes[at + i] = 0xff }
        default:
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: header..<bytes.count, using: &generator)] ^=
                    1 << UInt8.random(in: 0..<8, using: &generator)
            }
        }
        return bytes
    }

    @Test(arguments: [
        "explicit", "implicit", "big-endian", "deflated", "rle", "jpeg-lossless-57", "jpegls-80", "jpeg2000-90",
        "jpeg-lossy-51",
    ])
    func mutatedSlicesNeverCrash(name: String) throws {
        let original = try resource(name)
        var generator = SeededGenerator(seed: UInt64(name.count))
        let folder = try TemporaryFolder()
        for _ in 0..<60 {
            try Data(mutate(original, using: &generator)).write(to: folder.file("a.dcm"))
            do throws(ImageFormatsError) {
                _ = try ImageReader.read(folder.file("a.dcm"))
            } catch {
                #expect(!error.description.contains("Phantom^Slice"))
            }
        }
    }

    @Test func mutatedStructuresNeverCrash() throws {
        let grid = try axialGrid(9, 7, 4)
        var generator = SeededGenerator(seed: 11)
        let (folder, reference) = try segSeries(grid)
        let mask = randomMask(grid, density: 0.4, using: &generator)
        let red = RTColour(red: 255, green: 0, blue: 0)
        let (rs, seg, slicer) = (folder.file("rs.dcm"), folder.file("seg.dcm"), folder.file("a.seg.nrrd"))
        try RTStructWriter.write(
            [RTStructureToWrite(name: "A", mask: mask, colour: red)], on: reference, to: rs,
            origin: RTStructWriter.Origin(label: "a", date: "20200101", time: "120000", seed: "a"))
        try SegWriter.write(
            [
                SegmentToWrite(name: "A", mask: mask, colour: red),
                SegmentToWrite(name: "B", mask: mask.inverted(), colour: red),
            ], on: reference, to: seg, origin: segOrigin)
        try NrrdFile.writeSegmentation(
            ["A", "B"].map { NrrdSegmentToWrite(name: $0, mask: mask, colour: red) }, geometry: grid, to: slicer)
        var refused = 0
        for file in [rs, seg, slicer] {
            let original = Array(try Data(contentsOf: file))
            for _ in 0..<200 {
                try Data(mutate(original, using: &generator)).write(to: file)
                if kind({ _ = try MaskReader.readNamed(file, on: grid) }) != nil { refused += 1 }
                if kind({ _ = try MaskReader.readNamed(file) }) != nil { refused += 1 }
            }
        }
        #expect(refused > 100)
    }
}
