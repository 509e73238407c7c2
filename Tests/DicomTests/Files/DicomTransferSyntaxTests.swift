import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// The files in Resources/DICOM, made by Tests/oracles/make_dicom_resources.py with other people's encoders from the
/// formulas below.
@Suite struct DicomTransferSyntaxTests {
    static let resources = Bundle.module.bundleURL.appendingPathComponent("Resources/DICOM")

    private func load(_ name: String) throws -> LoadedImage {
        try DicomFolder.load(Self.resources.appendingPathComponent(name + ".dcm")).image
    }

    private static func exact(_ x: Int, _ y: Int) -> Int16 {
        Int16((37 * x + 91 * y + 13 * ((x * y) % 17)) % 4096 - 1024)
    }

    private static func smooth(_ x: Int, _ y: Int) -> Int16 {
        let square = Double((x - 28) * (x - 28) + (y - 20) * (y - 20))
        return Int16((1000 + 20 * Double(x) + 500 * exp(-square / 50)).rounded(.toNearestOrEven)) - 1024
    }

    private func largestError(_ image: LoadedImage, _ truth: (Int, Int) -> Int16) -> Int {
        var largest = 0
        for y in 0..<40 {
            for x in 0..<56 {
                let value = image.volume.slices[0][x, y].value
                largest = max(largest, abs(Int(value) - Int(truth(x, y))))
            }
        }
        return largest
    }

    @Test(arguments: [
        "explicit", "implicit", "big-endian", "deflated", "rle", "jpeg-lossless-57", "jpeg-lossless-70", "jpegls-80",
        "jpeg2000-90", "htj2k-201", "htj2k-202",
    ])
    func losslessFilesGiveTheExactVoxels(name: String) throws {
        let image = try load(name)
        let grid = image.volume.geometry
        #expect(grid.size == GridSize(x: 56, y: 40, z: 1))
        #expect(grid.spacing == Spacing(x: 0.75, y: 0.5, z: 2.5))
        #expect(grid.origin == PatientPoint(x: -12.5, y: -7.25, z: 103.125))
        #expect(largestError(image, Self.exact) == 0)
        #expect(image.warnings.allSatisfy { $0.contains("single slice") })
    }

    @Test func signOfTheHeaderWinsOverTheCodestream() throws {
        // Stored values are those of the other files less 2048.
        let image = try load("jpeg2000-sign-mismatch")
        #expect(largestError(image) { Self.exact($0, $1) - 2048 } == 0)
    }

    @Test(arguments: [
        ("jpegls-81", 2, true), ("jpeg-lossy-51", 30, false), ("jpeg2000-91", 30, false), ("htj2k-203", 30, false),
    ])
    func lossyFilesAreNearAndSaySo(name: String, allowed: Int, isExactFormula: Bool) throws {
        let image = try load(name)
        let error = largestError(image, isExactFormula ? Self.exact : Self.smooth)
        #expect(error > 0 && error <= allowed)
        #expect(image.warnings.contains { $0.contains("with loss") })
    }

    /// The header of a file in a syntax that nobody knows is read all the same, so that its slice is missed by name.
    @Test func anUnknownSyntaxIsNamed() throws {
        let known = try Data(contentsOf: Self.resources.appendingPathComponent("htj2k-201.dcm"))
        let place = try #require(known.range(of: Data("1.2.840.10008.1.2.4.201".utf8)))
        for syntax in ["1.2.840.10008.1.2.4.999", "1.2.752.24.3.7.6.999.1"] {
            var bytes = known
            var text = Data(syntax.utf8)
            text.append(contentsOf: [UInt8](repeating: 0, count: place.count - text.count))
            bytes.replaceSubrange(place, with: text)
            let folder = try TemporaryFolder()
            try bytes.write(to: folder.file("a.dcm"))
            let error = try #require(loadError(folder))
            #expect(error.kind == .unsupported && error.description.contains(syntax), "\(error)")
            #expect(error.description.contains("a.dcm"), "\(error)")
        }
    }

    @Test func textIsConvertedFromTheFilesCharacterSet() throws {
        let scan = try DicomFolder.scan(Self.resources.appendingPathComponent("explicit.dcm"))
        #expect(scan.series[0].summary == "CT “Prüfbild”, 56×40×1 at 0.75×0.5×2.5 mm")
    }

    /// Bytes flipped and files cut off: whatever comes of it, it is an image or an error.
    @Test func damagedFilesNeverCrash() throws {
        var generator = SeededGenerator(seed: 20_240_131)
        let files = try FileManager.default.contentsOfDirectory(at: Self.resources, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
        let folder = try TemporaryFolder()
        var refused = 0
        for variant in 0..<300 {
            var bytes = [UInt8](try Data(contentsOf: files[variant % files.count]))
            if variant % 3 == 0 { bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &generator))) }
            for _ in 0..<(variant % 3 == 0 ? 0 : 1 + variant % 8) where !bytes.isEmpty {
                // Behind the preamble; two of three in the header.
                let range = variant % 3 == 1 ? 128..<min(1100, bytes.count) : 128..<bytes.count
                bytes[Int.random(in: range, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let file = folder.file("v.dcm")
            try Data(bytes).write(to: file)
            do throws(ImageFormatsError) {
                _ = try DicomFolder.load(file)
            } catch {
                refused += 1
                #expect(!error.description.contains("Phantom") && !error.description.contains("PHANTOM"))
            }
        }
        #expect(refused > 100 && refused < 300)
    }
}
