import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import VolumeFiles

@Suite struct NiftiLabelsTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func read(_ values: [Double], _ change: (inout NiftiBytes) -> Void = { _ in }) throws -> LabelMap {
        var nifti = NiftiBytes()
        nifti.datatype = 64
        change(&nifti)
        nifti.data = nifti.encoded(values)
        try nifti.write(to: folder.file("a.nii"))
        return try NiftiFile.readLabels(at: folder.file("a.nii"))
    }

    @Test(arguments: [2, 4, 8, 16, 64, 256, 512, 768, 1024, 1280], [false, true])
    func everyTypeHoldsLabels(datatype: Int, isBigEndian: Bool) throws {
        let map = try read([0, 1, 1, 0, 2, 127, 0, 1]) {
            $0.datatype = datatype
            $0.isBigEndian = isBigEndian
        }
        #expect(Set(map.masks.keys) == [1, 2, 127])
        #expect(asciiRows(try #require(map.masks[1]).slices[0]) == [".#", "#."])
        #expect(asciiRows(try #require(map.masks[1]).slices[1]) == ["..", ".#"])
        #expect(asciiRows(try #require(map.masks[2]).slices[1]) == ["#.", ".."])
        #expect(asciiRows(try #require(map.masks[127]).slices[0]) == ["..", ".."])
        #expect(asciiRows(try #require(map.masks[127]).slices[1]) == [".#", ".."])
        #expect(map.dimensions == 3)
    }

    @Test func rowsWiderThanAWordKeepTheirPlaces() throws {
        var generator = SeededGenerator(seed: 11)
        let values = (0..<131 * 3 * 2).map { _ in Double(Int.random(in: 0...3, using: &generator)) }
        let map = try read(values) {
            $0.dim = [3, 131, 3, 2, 1, 1, 1, 1]
            $0.datatype = 2
        }
        for (place, value) in values.enumerated() {
            let voxel = VoxelIndex(x: place % 131, y: place / 131 % 3, z: place / 393)
            for label in 1...3 { #expect(map.masks[label]?[voxel] == (value == Double(label))) }
        }
    }

    @Test func twoDimensionsAreKept() throws {
        let map = try read([0, 1, 1, 0]) { $0.dim = [2, 2, 2, 0, 0, 0, 0, 0] }
        #expect(map.dimensions == 2)
        #expect(map.geometry.size.z == 1)
        let flatVolume = try read([0, 1, 1, 0]) { $0.dim = [3, 2, 2, 1, 0, 0, 0, 0] }
        #expect(flatVolume.dimensions == 3)
    }

    @Test func anEmptyMapHasAGridAndNoMasks() throws {
        let map = try read([Double](repeating: 0, count: 8))
        #expect(map.masks.isEmpty)
        #expect(map.geometry.size == GridSize(x: 2, y: 2, z: 2))
    }

    @Test func whatIsNoLabelMapIsRefused() throws {
        for bad in [0.5, -1, 65_536, .nan, .infinity, 1e300, 1.005] {
            #expect(kind { _ = try read([0, 1, 0, 0, 0, 0, bad, 0]) } == .unsupported, "\(bad)")
        }
        #expect(try read([0, 65_535, 0, 0, 0, 0, 0, 0]).masks[65_535]?.count == 1)
    }

    @Test(arguments: [16, 64]) func aHairOffAWholeNumberIsThatNumber(datatype: Int) throws {
        for hair in [1e-6, -1e-6, 1e-4, -0.0005] {
            let map = try read([-abs(hair) / 2, 1 + hair, 2 - hair, 0, 0, 0, 2, 0]) { $0.datatype = datatype }
            #expect(map.masks.mapValues(\.count) == [1: 1, 2: 2], "\(hair)")
            #expect(map.warnings.count == 1 && map.warnings[0].contains("off whole numbers"), "\(map.warnings)")
        }
        #expect(try read([0, 1, 2, 0, 0, 0, 0, 0]) { $0.datatype = datatype }.warnings == [])
    }

    @Test func aMaskThatWasScaledIsRefusedSayingHowNearItIs() throws {
        let error = #expect(throws: ImageFormatsError.self) { try read([0, 0.9882, 1.9764, 0, 0, 0, 0, 0]) }
        #expect(error?.kind == .unsupported && error?.what.contains("near whole numbers, at most 0.024 off") == true)
        #expect(error?.mend.contains("round") == true)
        let shares = #expect(throws: ImageFormatsError.self) { try read([0, 0.3, 0.9882, 0, 0, 0, 0, 0]) }
        #expect(shares?.what.contains("near whole") == false && shares?.mend.contains("Threshold") == true)
    }

    @Test func scaledLabelsMayBeOffByTheSlopesRounding() throws {
        // A float32 slope of 1/255 times 255 is 1.00000006; nibabel writes masks so when asked for uint8.
        let map = try read([0, 255, 255, 0, 0, 0, 0, 0]) {
            $0.datatype = 2
            $0.slope = 1.0 / 255
        }
        #expect(map.masks.keys.sorted() == [1])
        #expect(map.masks[1]?.count == 2)
        #expect(
            kind {
                _ = try read([0, 255, 128, 0, 0, 0, 0, 0]) {
                    $0.datatype = 2
                    $0.slope = 1.0 / 255
                }
            } == .unsupported)
    }

    @Test func moreThan256LabelsAreNone() throws {
        let values = (0..<258).map { Double($0) }
        let change: (inout NiftiBytes) -> Void = { $0.dim = [3, 43, 6, 1, 1, 1, 1, 1] }
        #expect(kind { _ = try read(values, change) } == .unsupported)
        #expect(try read(values.map { min($0, 256) }, change).masks.count == 256)
    }
}
