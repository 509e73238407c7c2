import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// A slice that cannot be read is not a foreign file, least of all at an end, where nothing else shows its loss.
@Suite struct LostFilesTests {
    private let even: [Double] = [0, 2, 4, 6, 8]

    /// Opens the folder after the last slice was made unreadable, and gives the first warning.
    private func firstWarning(_ spoil: (URL) throws -> Void) throws -> String {
        let folder = try folder(ofSlicesAt: even) { $1.item.set(0x0020_0013, "IS", "\($0 + 1)") }
        try FileManager.default.removeItem(at: folder.file("f4.dcm"))
        try spoil(folder.file("f4.dcm"))
        let image = try DicomFolder.load(folder.url).image
        #expect(image.volume.geometry.size.z == 4)
        return image.warnings.first ?? ""
    }

    /// A slice's bytes up to an attribute.
    private static func slice(upTo tag: UInt32) -> [UInt8] {
        let bytes = SliceFile(z: 8).bytes
        let mark = [UInt8(tag >> 16 & 0xff), UInt8(tag >> 24), UInt8(tag & 0xff), UInt8(tag >> 8 & 0xff)]
        let place = bytes.indices.dropFirst(132).first { bytes[$0...].starts(with: mark) }
        return Array(bytes[..<(place ?? 0)])
    }

    @Test func whatMayBeASliceIsNamedAndCountedFirst() throws {
        let spoilt: [(URL) throws -> Void] = [
            { try Data().write(to: $0) },
            { try Data(repeating: 0, count: 5000).write(to: $0) },
            { try Data(SliceFile(z: 8).bytes.prefix(300)).write(to: $0) },
            { try Data(SliceFile(z: 8).bytes.prefix(100)).write(to: $0) },
            // Between two attributes, before and after what says that it is a CT.
            { try Data(Self.slice(upTo: 0x0008_0016)).write(to: $0) },
            { try Data(Self.slice(upTo: 0x0008_0060)).write(to: $0) },
            { try Data(Self.slice(upTo: 0x0010_0010)).write(to: $0) },
            { try FileManager.default.createSymbolicLink(atPath: $0.path, withDestinationPath: "/nowhere/at/all") },
        ]
        for (index, spoil) in spoilt.enumerated() {
            let warning = try firstWarning(spoil)
            #expect(
                warning.hasPrefix("1 file could not be read and may be a slice of this series: f4.dcm ("), "\(index)")
        }
    }

    @Test func theNumbersSayWhichIsMissing() throws {
        let folder = try folder(ofSlicesAt: even) { $1.item.set(0x0020_0013, "IS", "\($0 + 1)") }
        for name in ["f0.dcm", "f4.dcm"] { try Data().write(to: folder.file(name)) }
        let warning = try #require(try DicomFolder.load(folder.url).image.warnings.first)
        #expect(warning.hasPrefix("2 files could not be read and may be slices of this series: f0.dcm (it is empty"))
        #expect(warning.contains("instance number 1 is missing"), "\(warning)")
    }

    @Test func foreignFilesAreNoLoss() throws {
        let folder = try folder(ofSlicesAt: even)
        for name in ["README.txt", "Thumbs.db", "f.txt", "f1.txt", "f1.jpg", "._f1.dcm", "notes", "empty", "LICENSE"] {
            try Data((name == "empty" ? "" : "some text").utf8).write(to: folder.file(name))
        }
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("old.txt").path, withDestinationPath: "/nowhere/at/all")
        #expect(try DicomFolder.load(folder.url).image.warnings == [])
    }

    @Test func aLostFileBelongsToTheSeriesBesideIt() throws {
        let folder = try TemporaryFolder()
        for (name, series) in [("a", "1.2.3"), ("b", "1.2.4")] {
            let sub = folder.file(name)
            try FileManager.default.createDirectory(at: sub, withIntermediateDirectories: true)
            for (index, z) in even.enumerated() {
                try SliceFile(z: z, series: series).write(to: sub.appendingPathComponent("f\(index).dcm"))
            }
        }
        try Data().write(to: folder.file("b").appendingPathComponent("f9.dcm"))
        #expect(try DicomFolder.load(folder.url, series: "1.2.3").image.warnings == [])
        #expect(try DicomFolder.load(folder.url, series: "1.2.4").image.warnings.first?.contains("b/f9.dcm") == true)
    }

    @Test func aGapNamesTheFileThatCouldNotBeRead() throws {
        let folder = try folder(ofSlicesAt: even)
        try Data().write(to: folder.file("f2.dcm"))
        let error = try #require(loadError(folder.url))
        #expect(error.what.contains("f2.dcm could not be read") && error.what.contains("1 slice missing"), "\(error)")
    }

    @Test func namesAreBytes() throws {
        let folder = try folder(ofSlicesAt: [0, 2, 4, 6])
        // Latin-1, GBK, a lone byte at the end, and a name that has a marking character of its own.
        let names: [[UInt8]] = [
            [0x73, 0x63, 0x68, 0xe9], [0xcd, 0xbc, 0xcf, 0xf1, 0x31],
            Array("f9".utf8) + [0xff], Array("\u{f7e9}ä".utf8),
        ]
        for (index, name) in names.enumerated() {
            let from = folder.file("f\(index).dcm").path
            let to = (Array(folder.url.path.utf8) + [0x2f] + name + [0]).map { CChar(bitPattern: $0) }
            try #require(rename(from, to) == 0)
        }
        let loaded = try DicomFolder.load(folder.url)
        #expect(loaded.image.volume.geometry.size.z == 4 && loaded.image.warnings == [] && loaded.skipped == [])
        // They can be opened by what is known of them afterwards.
        for slice in loaded.reference.slices {
            #expect(throws: Never.self) { try DicomFile(path: slice.file.path, withPixels: true) }
        }
        #expect(FileName.shown(FileName.text(names[0])) == "sch\\xE9")
        #expect(Set(names.map { FileName.text($0) }).count == 4)
        // One that is lost is shown legibly.
        let path = (Array(folder.url.path.utf8) + [0x2f] + names[0] + [0]).map { CChar(bitPattern: $0) }
        try #require(truncate(path, 200) == 0)
        let warned = try DicomFolder.load(folder.url).image.warnings.first
        #expect(warned?.contains("sch\\xE9") == true)
    }

    @Test func emptyCountsAsAbsent() throws {
        for value in ["", "0", "1"] {
            let folder = try folder(ofSlicesAt: even) { $1.item.set(0x0028_0008, "IS", value) }
            #expect(try DicomFolder.load(folder.url).image.volume.geometry.size.z == 5, "\(value)")
        }
        let bare = try folder(ofSlicesAt: even) { _, slice in
            slice.item.set(0x0008_0060, "CS", "")
            slice.item.remove(0x0028_0002)
            slice.item.set(0x0028_3000, items: [])
        }
        #expect(try DicomFolder.load(bare.url).image.volume.geometry.size.z == 5)
    }

    @Test func whatIsWrongWithAFileIsSaid() throws {
        let comma = try folder(ofSlicesAt: even) { $1.item.set(0x0028_0030, "DS", "0,5\\0,75") }
        let error = try #require(loadError(comma.url))
        #expect(error.what.contains("decimal comma") && error.what.contains("PixelSpacing"), "\(error)")
        let folder = try TemporaryFolder()
        var slice = SliceFile(z: 0)
        slice.item.set(0x0018_0050, "DS", "2")
        var bytes = slice.bytes
        // JPEG XL in the place of explicit little endian.
        let plain = Array("1.2.840.10008.1.2.1\0".utf8)
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: plain) })
        let other = Array("1.2.840.10008.1.2.4.110\0".utf8)
        bytes.replaceSubrange(place..<place + plain.count, with: other)
        bytes[place - 2] = UInt8(other.count)
        bytes[140] += 4
        try Data(bytes).write(to: folder.file("f0.dcm"))
        let unknown = try #require(loadError(folder.url))
        #expect(unknown.description.contains("JPEG XL Lossless, 1.2.840.10008.1.2.4.110"), "\(unknown)")
    }

    @Test func aLengthThatWrappedIsCalledSo() throws {
        // 70,000 characters of contour data, whose length explicit VR can state modulo 65,536 only.
        let points = Array(String(repeating: "1.5\\-2.5\\3.25\\", count: 5000).utf8.prefix(70_000))
        var item = DicomItem()
        item.set(0x0008_0016, "UI", "1.2.840.10008.5.1.4.1.1.481.3")
        item.set(0x0008_0060, "CS", "RTSTRUCT")
        item.set(0x3006_0004, "SH", "a")
        var bytes = item.file(sopClass: "1.2.840.10008.5.1.4.1.1.481.3", sopInstance: "1.2", .explicit)
        let wrapped = points.count % 65_536
        bytes += [0x06, 0x30, 0x50, 0x00, 0x44, 0x53, UInt8(wrapped & 0xff), UInt8(wrapped >> 8)]
        bytes += points
        bytes += [0x0c, 0x30, 0x02, 0x00, 0x53, 0x51, 0, 0, 0, 0, 0, 0]
        let folder = try TemporaryFolder()
        try Data(bytes).write(to: folder.file("rs.dcm"))
        let error = #expect(throws: ImageFormatsError.self) { try RTStructReader.read(folder.file("rs.dcm")) }
        #expect(
            error?.description.contains("ContourData is longer than 64 KiB") == true, "\(String(describing: error))")
    }

    @Test func roundedPositionsAreAVolume() throws {
        // 1.25 mm, written to 0.1 mm.
        let rounded = (0..<30).map { (Double($0) * 12.5).rounded() / 10 }
        let folder = try folder(ofSlicesAt: rounded)
        let image = try DicomFolder.load(folder.url).image
        #expect(image.volume.geometry.size.z == 30 && abs(image.volume.geometry.spacing.z - 1.25) < 0.002)
        #expect(image.warnings.count == 1 && image.warnings[0].hasPrefix("Slice positions are rounded"))
        let jitter = [0.03, -0.02, 0.04, 0, -0.04]
        let aside = try DicomTests.folder(ofSlicesAt: even) {
            $1.item.set(0x0020_0032, "DS", "\(jitter[$0])\\0\\\(2 * $0)")
        }
        let sideways = try DicomFolder.load(aside.url).image
        #expect(sideways.volume.geometry.size.z == 5 && sideways.warnings.count == 1)
        #expect(sideways.warnings[0].contains("sideways"))
        #expect(abs(sideways.volume.geometry.origin.x - 0.002) < 1e-9)
    }
}
