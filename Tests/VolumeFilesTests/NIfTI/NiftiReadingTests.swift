import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import VolumeFiles

@Suite struct NiftiReadingTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [2, 4, 8, 16, 64, 256, 512, 768, 1024, 1280], [false, true])
    func everyTypeInBothByteOrdersAndVersions(datatype: Int, isBigEndian: Bool) throws {
        let isSigned = ![2, 512, 768, 1280].contains(datatype)
        let values: [Double] = isSigned ? [-128, -1, 0, 1, 2, 100, 127, 5] : [0, 1, 2, 100, 127, 128, 255, 7]
        for version in [1, 2] {
            for (slope, intercept) in [(0.0, 9.0), (1, 0), (2, -1024), (-0.5, 3)] {
                var nifti = NiftiBytes(version: version, isBigEndian: isBigEndian, magic: "n+\(version)")
                nifti.datatype = datatype
                nifti.slope = slope
                nifti.intercept = intercept
                nifti.data = nifti.encoded(values)
                let url = folder.file("a.nii")
                try nifti.write(to: url)
                let expected = values.map { value in
                    slope == 0 ? Int16(value) : Int16((value * slope + intercept).rounded(.toNearestOrEven))
                }
                #expect(flat(try NiftiFile.readVolume(at: url).volume) == expected)
            }
        }
    }

    @Test func halvesGoToTheEvenNumber() throws {
        var nifti = NiftiBytes()
        nifti.datatype = 16
        nifti.data = nifti.encoded([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 32_767.4, -32_768.5])
        try nifti.write(to: folder.file("a.nii"))
        let volume = try NiftiFile.readVolume(at: folder.file("a.nii")).volume
        #expect(flat(volume) == [0, 2, 2, 0, -2, -2, 32_767, -32_768])
    }

    @Test func valuesThatAreNoHounsfieldUnitsAreCounted() throws {
        for (datatype, values, count) in [
            (16, [0, .nan, 3, .infinity, 0, 0, -.infinity, 1], "3 voxels"),
            (16, [0, 32_767.5, 3, 1e30, 0, 0, 0, 1], "2 voxels"),
            (512, [0, 32_768, 3, 4, 5, 6, 7, 8], "1 voxel lies"),
            (1024, [0, -4e18, 3, 4, 5, 6, 7, 4e18], "2 voxels"),
        ] as [(Int, [Double], String)] {
            var nifti = NiftiBytes()
            nifti.datatype = datatype
            nifti.data = nifti.encoded(values)
            try nifti.write(to: folder.file("a.nii"))
            let error = #expect(throws: ImageFormatsError.self) {
                try NiftiFile.readVolume(at: folder.file("a.nii"))
            }
            #expect(error?.kind == .unsupported)
            #expect(error?.what.hasPrefix(count) == true, "\(String(describing: error))")
            #expect(error?.mend.isEmpty == false)
        }
    }

    @Test func colourComplexAndSeveralVolumesAreRefused() throws {
        for datatype in [32, 128, 1536, 1792, 2048, 2304] {
            var nifti = NiftiBytes()
            nifti.datatype = datatype
            nifti.data = [UInt8](repeating: 0, count: 8 * 32)
            try nifti.write(to: folder.file("a.nii"))
            #expect(kind { _ = try NiftiFile.readVolume(at: folder.file("a.nii")) } == .unsupported)
        }
        var nifti = NiftiBytes()
        nifti.data = [UInt8](repeating: 0, count: 32)
        nifti.dim = [4, 2, 2, 2, 2, 1, 1, 1]
        try nifti.write(to: folder.file("a.nii"))
        #expect(kind { _ = try NiftiFile.readVolume(at: folder.file("a.nii")) } == .unsupported)
    }

    @Test func oneVolumeOfFourDimensionsIsRead() throws {
        var nifti = NiftiBytes()
        nifti.dim = [4, 2, 2, 2, 1, 1, 1, 1]
        nifti.data = nifti.encoded([1, 2, 3, 4, 5, 6, 7, 8])
        try nifti.write(to: folder.file("a.nii"))
        let labels = try NiftiFile.readLabels(at: folder.file("a.nii"))
        #expect(labels.dimensions == 3)
        #expect(labels.masks.count == 8)
    }

    @Test func pairsAreReadByEitherName() throws {
        for version in [1, 2] {
            var nifti = NiftiBytes(version: version, magic: "ni\(version)")
            nifti.offset = 16
            let values = nifti.encoded([1, 2, 3, 4, 5, 6, 7, -8])
            try Data(nifti.header).write(to: folder.file("p.hdr"))
            try Data([UInt8](repeating: 9, count: 16) + values).write(to: folder.file("p.img"))
            for name in ["p.hdr", "p.img"] {
                #expect(flat(try NiftiFile.readVolume(at: folder.file(name)).volume) == [1, 2, 3, 4, 5, 6, 7, -8])
            }
        }
        try FileManager.default.removeItem(at: folder.file("p.img"))
        #expect(kind { _ = try NiftiFile.readVolume(at: folder.file("p.hdr")) } == .notFound)
    }

    @Test func brokenHeadersSayWhatIsWrong() throws {
        let url = folder.file("a.nii")
        func kindOf(_ change: (inout NiftiBytes) -> Void) throws -> ImageFormatsError.Kind? {
            var nifti = NiftiBytes()
            nifti.data = [UInt8](repeating: 0, count: 16)
            change(&nifti)
            try nifti.write(to: url)
            return kind { _ = try NiftiFile.readVolume(at: url) }
        }
        #expect(try kindOf { _ in } == nil)
        #expect(try kindOf { $0.dim[0] = 0 } == .damaged)
        #expect(try kindOf { $0.dim[0] = 8 } == .damaged)
        #expect(try kindOf { $0.dim[0] = 1 } == .unsupported)
        #expect(try kindOf { $0.dim[2] = 0 } == .damaged)
        #expect(try kindOf { $0.dim[3] = -2 } == .damaged)
        #expect(try kindOf { $0.dim[3] = 32_767 } == .damaged)
        #expect(try kindOf { $0.dim = [3, 32_767, 32_767, 32_767, 1, 1, 1, 1] } == .damaged)
        #expect(try kindOf { $0.datatype = 0 } == .damaged)
        #expect(try kindOf { $0.datatype = 77 } == .damaged)
        #expect(try kindOf { $0.offset = 0 } == .damaged)
        #expect(try kindOf { $0.offset = 352.5 } == .damaged)
        #expect(try kindOf { $0.offset = -1 } == .damaged)
        #expect(try kindOf { $0.offset = .nan } == .damaged)
        #expect(try kindOf { $0.offset = 1e20 } == .damaged)
        #expect(try kindOf { $0.slope = .infinity } == .damaged)
        #expect(try kindOf { $0.slope = .nan } == nil)
        #expect(try kindOf { $0.magic = "n+9" } == .damaged)
        #expect(try kindOf { $0.magic = "" } == .unsupported)
        #expect(try kindOf { $0.magic = "ni1" } == .inconsistent)
        #expect(try kindOf { $0.data.removeLast() } == .damaged)
        #expect(try kindOf { $0.data.append(1) } == .damaged)
        #expect(try kindOf { $0.data += [UInt8](repeating: 0, count: 1000) + [1] } == .damaged)
        // Zeros of a block are nothing; as many as slices are something.
        #expect(try kindOf { $0.data += [UInt8](repeating: 0, count: 512) } == nil)
        #expect(try kindOf { $0.data += [UInt8](repeating: 0, count: 100_000) } == .damaged)
        #expect(
            try kindOf {
                $0.version = 2
                $0.magic = "n+2"
                $0.dim = [3, Int.max, Int.max, 2, 1, 1, 1, 1]
            } == .damaged)
        try Data([1, 2, 3]).write(to: url)
        #expect(kind { _ = try NiftiFile.readVolume(at: url) } == .notAnImage)
        #expect(kind { _ = try NiftiFile.readVolume(at: folder.file("none.nii")) } == .notFound)
        #expect(kind { _ = try NiftiFile.readVolume(at: folder.url) } == .notFound)
    }

    @Test func compressedFilesMustBeWhole() throws {
        var nifti = NiftiBytes()
        nifti.data = nifti.encoded([1, 2, 3, 4, 5, 6, 7, 8])
        let url = folder.file("a.nii.gz")
        func compress(_ pieces: [[UInt8]]) throws -> [UInt8] {
            try pieces.flatMap { piece in
                try? FileManager.default.removeItem(at: url)
                let output = try AtomicOutput(url, level: 6)
                try piece.withUnsafeBytesTyped { (bytes) throws(ImageFormatsError) in try output.write(bytes) }
                try output.commit()
                return Array(try Data(contentsOf: url))
            }
        }
        func read(_ bytes: [UInt8]) throws -> [Int16] {
            try Data(bytes).write(to: url)
            return flat(try NiftiFile.readVolume(at: url).volume)
        }
        let whole = try compress([nifti.file])
        #expect(whole.starts(with: [0x1f, 0x8b]))
        #expect(try read(whole) == [1, 2, 3, 4, 5, 6, 7, 8])
        // Several gzip members are one file (RFC 1952, 2.2), and archives pad with zeros.
        let parts = try compress([Array(nifti.file[..<300]), Array(nifti.file[300...])])
        #expect(try read(parts + [0, 0, 0]) == [1, 2, 3, 4, 5, 6, 7, 8])
        for length in [20, whole.count / 2, whole.count - 9, whole.count - 1] {
            #expect(kind { _ = try read(Array(whole[..<length])) } == .damaged)
        }
        // The last eight bytes are checksum and length; a wrong one means that the voxels may be wrong.
        var spoilt = whole
        spoilt[whole.count - 8] ^= 1
        #expect(kind { _ = try read(spoilt) } == .damaged)
        let longer = try compress([nifti.file + [1]])
        #expect(kind { _ = try read(longer) } == .damaged)
    }

    @Test func aHeaderThatClaimsFarMoreThanTheFileHoldsIsRefusedBeforeReading() throws {
        var nifti = NiftiBytes(version: 2, magic: "n+2")
        nifti.dim = [3, 1024, 1024, 2048, 1, 1, 1, 1]
        nifti.datatype = 64
        let output = try AtomicOutput(folder.file("a.nii.gz"), level: 6)
        try nifti.file.withUnsafeBytesTyped { (bytes) throws(ImageFormatsError) in try output.write(bytes) }
        try output.commit()
        let error = #expect(throws: ImageFormatsError.self) {
            try NiftiFile.readVolume(at: folder.file("a.nii.gz"))
        }
        #expect(error?.what.contains("too few") == true)
    }

    @Test func zerosBehindTheVoxelsAndASlopeAloneAreToldOf() throws {
        let url = folder.file("a.nii")
        var nifti = NiftiBytes()
        nifti.data = nifti.encoded([-1000, 0, 1, 2, 3, 4, 5, 6]) + [UInt8](repeating: 0, count: 16)
        try nifti.write(to: url)
        let padded = try NiftiFile.readVolume(at: url)
        #expect(flat(padded.volume) == [-1000, 0, 1, 2, 3, 4, 5, 6])
        #expect(padded.warnings == ["16 zero bytes follow the last voxel; they were passed over."])
        nifti.data.removeLast(16)
        nifti.slope = 1
        nifti.intercept = .nan
        try nifti.write(to: url)
        let sloped = try NiftiFile.readVolume(at: url)
        #expect(flat(sloped.volume) == [-1000, 0, 1, 2, 3, 4, 5, 6])
        #expect(sloped.warnings.count == 1 && sloped.warnings[0].contains("no intercept"), "\(sloped.warnings)")
    }
}
