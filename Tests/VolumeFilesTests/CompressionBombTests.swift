import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import VolumeFiles

/// Small compressed files that would fill the memory, all of them valid.
@Suite("Compression bombs")
struct CompressionBombTests {
    private func gzipped(_ image: NiftiBytes, in folder: TemporaryFolder, behind: Int) throws -> URL {
        let plain = folder.file("bomb.nii")
        try Data(image.file).write(to: plain)
        let done = try runProgram(URL(fileURLWithPath: "/usr/bin/env"), ["gzip", "-9", "-n", plain.path])
        try #require(done.status == 0, "\(done)")
        let file = folder.file("bomb.nii.gz")
        try #require(try Data(contentsOf: file).count < 1 << 19)
        // What would follow is never decompressed; its length is what counts.
        try (Data(contentsOf: file) + Data(count: behind)).write(to: file)
        return file
    }

    @Test("an image that would unpack to 600 MB from 400 kB is refused before it is unpacked")
    func image() throws {
        let folder = try TemporaryFolder()
        var image = NiftiBytes()
        image.dim = [3, 1000, 1000, 300, 1, 1, 1, 1]
        image.datatype = 2
        let file = try gzipped(image, in: folder, behind: 400_000)
        let error = #expect(throws: ImageFormatsError.self) { try NiftiFile.readVolume(at: file) }
        #expect(
            error?.kind == .unsupported && error?.what.contains("would unpack to 572 MiB") == true,
            "\(String(describing: error))")
    }

    /// A file of a few bytes whose every slice has all of 250 labels.
    private final class Rows: VoxelSource {
        let sizeOnDisk = 8
        var slices = 0

        func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(ImageFormatsError) {
            slices += 1
            for i in buffer.indices { buffer[i] = UInt8(i / 64 % 250 + 1) }
        }

        func finish() throws(ImageFormatsError) -> Int { 0 }
    }

    @Test("a label map whose masks would take more than they may is refused on the way")
    func labels() throws {
        let grid = try GridGeometry(size: GridSize(x: 64, y: 250, z: 40), spacing: Spacing(x: 1, y: 1, z: 1))
        let source = Rows()
        var voxels = RawVoxels(type: .uint8, swapped: false, source: source, file: "bomb.nii.gz")
        // A mask's slice takes 2000 bytes: 500,000 for all labels.
        voxels.harmlessBytes = 5_000_000
        let error = #expect(throws: ImageFormatsError.self) { try voxels.readLabels(on: grid) }
        #expect(error?.kind == .unsupported && error?.what.contains("250 labels") == true)
        #expect(source.slices == 11)
        voxels.harmlessBytes = 512 << 20
        #expect(try voxels.readLabels(on: grid).0.count == 250)
    }
}
