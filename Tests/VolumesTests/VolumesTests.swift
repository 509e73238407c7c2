import TestSupport
import Testing
import Volumes

@Suite struct MaskCodingTests {
    @Test(arguments: [1, 63, 64, 65, 130]) func runLengthsRoundTrip(width: Int) throws {
        var generator = SeededGenerator(seed: UInt64(width))
        let grid = try GridGeometry(size: GridSize(x: width, y: 7, z: 3), spacing: Spacing(x: 1, y: 1, z: 2))
        for density in [0, 0.03, 0.5, 0.97, 1] {
            let mask = randomMask(grid, density: density, using: &generator)
            #expect(try Mask(runLengthEncoded: mask.runLengthEncoded(), geometry: grid) == mask)
        }
    }

    @Test func patchesDoAndUndoAndSurviveCoding() throws {
        var generator = SeededGenerator(seed: 5)
        for width in [1, 64, 100, 129] {
            let grid = try GridGeometry(size: GridSize(x: width, y: 9, z: 4), spacing: Spacing(x: 1, y: 1, z: 2))
            let old = randomMask(grid, density: 0.4, using: &generator)
            let new = randomMask(grid, density: 0.4, using: &generator)
            let patch = try MaskPatch(decoding: MaskPatch(from: old, to: new).encoded())
            var mask = old
            try mask.apply(patch)
            #expect(mask == new)
            try mask.apply(patch)
            #expect(mask == old)
        }
    }

    @Test func damagedBytesAreRefusedNotTrusted() throws {
        var generator = SeededGenerator(seed: 9)
        let grid = try GridGeometry(size: GridSize(x: 70, y: 5, z: 2), spacing: Spacing(x: 1, y: 1, z: 1))
        let mask = randomMask(grid, density: 0.5, using: &generator)
        let patch = try MaskPatch(from: Mask(geometry: grid), to: mask).encoded()
        let runs = mask.runLengthEncoded()
        for i in 0..<200 {
            var bad = i % 2 == 0 ? patch : runs
            bad[Int.random(in: 0..<bad.count, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
            if i % 3 == 0 { bad.removeLast(Int.random(in: 1..<bad.count, using: &generator)) }
            if i % 2 == 0 {
                #expect(throws: VolumesError.self) { try MaskPatch(decoding: bad) }
            } else {
                #expect(throws: VolumesError.self) { try Mask(runLengthEncoded: bad, geometry: grid) }
            }
        }
    }
}
