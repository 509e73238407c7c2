import TestSupport
import Testing
import Volumes

@Suite struct HounsfieldHistogramTests {
    private func histogram(_ values: [Int]) throws -> HounsfieldHistogram {
        let grid = try GridGeometry(
            size: GridSize(x: values.count, y: 1, z: 1), spacing: Spacing(x: 1, y: 1, z: 1),
            origin: PatientPoint(x: 0, y: 0, z: 0))
        var slice = VolumeSlice(width: values.count, height: 1, filledWith: .air)
        for (x, value) in values.enumerated() { slice[x, 0] = HounsfieldUnit(Int16(value)) }
        return try HounsfieldHistogram(
            of: Volume(geometry: grid, slices: [slice]), in: Mask(geometry: grid) { _ in true })
    }

    /// NumPy: `numpy.percentile([1, 2, 4, 8], p)`.
    @Test func percentilesLieBetweenVoxels() throws {
        let found = try histogram([8, 1, 4, 2])
        #expect([0, 10, 25, 50, 90, 100].map { found.percentile($0) } == [1, 1.3, 1.75, 3, 6.8, 8])
    }

    @Test func theWholeRangeOf16BitsHasRoom() throws {
        let found = try histogram([-32768, 32767, 0])
        #expect(found.minimum == -32768 && found.maximum == 32767 && found.count == 3)
        #expect(found.bins(atMost: 5).map(\.count) == [1, 0, 1, 1])
        #expect(found.bins(atMost: 2).map(\.range) == [-50000...(-1), 0...49999])
    }

    @Test func classesAreOfRoundWidths() throws {
        let found = try histogram([-7, -1, 0, 1, 13])
        #expect(
            found.bins(atMost: 5).map(\.range) == [-10...(-6), -5...(-1), 0...4, 5...9, 10...14])
        #expect(found.bins(atMost: 5).map(\.count) == [1, 1, 2, 0, 1])
        #expect(found.bins(atMost: 20).count == 20 && found.bins(atMost: 19).count == 11)
        #expect(found.bins(atMost: 20).last?.range == 12...13)
    }

    @Test func aVoxelOfMetalDoesNotSqueezeTheOthersIntoOneClass() throws {
        let found = try histogram((0..<200).map { $0 % 10 } + [3000])
        #expect(found.bins(atMost: 12).map(\.count) == [20, 20, 20, 20, 20, 20, 20, 20, 20, 21])
        #expect(found.bins(atMost: 12).last?.range == 9...3000)
    }

    @Test(arguments: [63, 64, 65, 130]) func wordsEndWhereRowsDo(width: Int) throws {
        let grid = try GridGeometry(
            size: GridSize(x: width, y: 3, z: 2), spacing: Spacing(x: 1, y: 1, z: 1),
            origin: PatientPoint(x: 0, y: 0, z: 0))
        var slice = VolumeSlice(width: width, height: 3, filledWith: .air)
        for y in 0..<3 { for x in 0..<width { slice[x, y] = HounsfieldUnit(Int16(1000 * y + x)) } }
        let mask = Mask(geometry: grid) { $0.x == width - 1 && $0.y > 0 && $0.z == 1 }
        let found = try HounsfieldHistogram(of: Volume(geometry: grid, slices: [slice, slice]), in: mask)
        #expect(found.count == 2 && found.minimum == 1000 + width - 1 && found.maximum == 2000 + width - 1)
    }
}
