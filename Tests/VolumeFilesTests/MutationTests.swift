import Foundation
import ImageIO
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import VolumeFiles

/// Files with bytes changed, pieces swapped and ends cut off: reading them ends in a whole image or in an error that names
/// the file, never in a crash.
@Suite struct MutationTests {
    private func mutate(_ original: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = original
        // Half of the changes hit the header, where they do most.
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let end = Bool.random(using: &generator) ? min(360, bytes.count) : bytes.count
            bytes[Int.random(in: 0..<end, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        if Int.random(in: 0..<4, using: &generator) == 0, bytes.count > 64 {
            // Two pieces change places.
            let (a, b) = (Int.random(in: 0..<32, using: &generator), Int.random(in: 32..<64, using: &generator))
            let length = Int.random(in: 1...min(32, bytes.count - b), using: &generator)
            for i in 0..<length { bytes.swapAt(a + i, b + i) }
        }
        if Int.random(in: 0..<4, using: &generator) == 0 {
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
        }
        return bytes
    }

    @Test func mutatedFilesNeverCrash() throws {
        let folder = try TemporaryFolder()
        let grid = try GridGeometry(size: GridSize(x: 9, y: 7, z: 4), spacing: Spacing(x: 0.7, y: 0.7, z: 3))
        var generator = SeededGenerator(seed: 2024)
        let mask = randomMask(grid, density: 0.4, using: &generator)
        try NiftiFile.write(mask, to: folder.file("m.nii"))
        try NiftiFile.write(mask, to: folder.file("m.nii.gz"))
        var two = NiftiBytes(version: 2, isBigEndian: true, magic: "n+2")
        two.data = two.encoded([1, 2, 3, 4, 5, 6, 7, 8])
        let zeros = [UInt8](repeating: 0, count: 16)
        let samples: [(String, [UInt8])] = [
            ("a.nii", Array(try Data(contentsOf: folder.file("m.nii")))),
            ("a.nii.gz", Array(try Data(contentsOf: folder.file("m.nii.gz")))),
            ("b.nii", two.file),
            ("a.mha", Array(metaImageHeader(local: true).utf8) + zeros),
            ("a.nrrd", Array(nrrdHeader().utf8) + zeros),
            ("b.nrrd", Array(nrrdHeader(["encoding": "ascii"]).utf8) + Array("1 2 3 4 5 6 7 8".utf8)),
        ]
        for (name, original) in samples {
            let url = folder.file(name)
            try Data(original).write(to: url)
            _ = try ImageReader.read(url)
            // A header with a changed name of its data file asks for that one, beside it.
            let place = name.hasSuffix(".mha") ? folder.url.path : url.path
            var (taken, refused) = (0, 0)
            for _ in 0..<300 {
                try Data(mutate(original, using: &generator)).write(to: url)
                do throws(ImageFormatsError) {
                    Self.check(try ImageReader.read(url).volume.geometry)
                    taken += 1
                } catch {
                    #expect(error.description.contains(place), "\(error)")
                    refused += 1
                }
                do throws(ImageFormatsError) {
                    let masks = try MaskReader.read(url)
                    Self.check(masks.geometry)
                    for mask in masks.masks.values { #expect(mask.slices.count == masks.geometry.size.z) }
                } catch {
                    #expect(error.description.contains(place), "\(error)")
                }
            }
            #expect(taken > 0 && refused > 50, "\(name): \(taken) taken, \(refused) refused")
        }
    }

    /// What was read is a grid that can be worked with, of no more voxels than such a small file can hold.
    private static func check(_ geometry: GridGeometry) {
        let spacing = [geometry.spacing.x, geometry.spacing.y, geometry.spacing.z]
        #expect(spacing.allSatisfy { $0.isFinite && $0 > 0 } && (1...1 << 20).contains(geometry.size.voxelCount))
    }
}
