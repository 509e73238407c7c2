import SurfaceMetrics
import TestSupport
import Testing
import Volumes

@Suite("Added path length")
struct PathLengthTests {
    @Test("By hand: a square that grew by a column")
    func grown() throws {
        let automatic = try asciiMask([["......", ".###..", ".###..", ".###..", "......"]])
        let final = try asciiMask([["......", ".####.", ".####.", ".####.", "......"]])
        let paths = try AddedPathLength.measure(reference: final, test: automatic, tolerances: [0, 1, -1])
        // The final contour has 10 pixels, all but the inner two. Only the new column's three are not contour of the
        // automatic one, which has eight; its own right middle pixel is no longer contour.
        #expect(paths[0].missing == 3)
        #expect(paths[0].surplus == 1)
        #expect(paths[1].missing == 0)
        #expect(paths[2].missing == 10)
        #expect(paths[2].surplus == 8)
    }

    @Test("Pixels that are not square count with the mean of their sides; distances keep the true ones")
    func anisotropic() throws {
        let spacing = Spacing(x: 1, y: 3, z: 10)
        let automatic = try asciiMask([["#...", "...."], ["....", "...."]], spacing: spacing)
        let final = try asciiMask([["..#.", "#..."], ["....", "...#"]], spacing: spacing)
        let paths = try AddedPathLength.measure(reference: final, test: automatic, tolerances: [0, 2, 2.9, 3, 100])
        // On slice 0 the two final pixels are 2 and 3 mm from the automatic one; on slice 1 there is none to be near.
        #expect(paths.map(\.missingPixels) == [3, 2, 2, 1, 1])
        #expect(paths.map(\.missing) == [6, 4, 4, 2, 2])
        #expect(paths.map(\.surplusPixels) == [1, 0, 0, 0, 0])
        let override = try AddedPathLength.measure(
            reference: final, test: automatic, tolerances: [2], spacing: Spacing(x: 0.5, y: 0.5, z: 1))
        #expect(override[0].missing == 0.5)
    }

    @Test("Random masks against a pixel by pixel count", arguments: 0..<8)
    func random(seed: UInt64) throws {
        var random = RandomMasks(seed: seed + 900)
        let geometry = try GridGeometry(size: GridSize(x: 67, y: 14, z: 3), spacing: random.spacing())
        let reference = random.mask(geometry)
        let test = random.neighbour(of: reference)
        let tolerances: [Double] = [0, 0.7, 2, 4.2]
        let paths = try AddedPathLength.measure(
            reference: reference, test: test, tolerances: tolerances.map { Millimetres($0) })
        for (path, tolerance) in zip(paths, tolerances) {
            #expect(path.missingPixels == lacking(reference, in: test, tolerance))
            #expect(path.surplusPixels == lacking(test, in: reference, tolerance))
        }
    }

    private func lacking(_ mask: Mask, in other: Mask, _ tolerance: Double) -> Int {
        let (size, spacing) = (mask.geometry.size, mask.geometry.spacing)
        return (0..<size.z).reduce(0) { sum, z in
            let others = contour(other, z)
            return sum
                + contour(mask, z).count { pixel in
                    !others.contains { other in
                        let (dx, dy) = (Double(pixel.x - other.x) * spacing.x, Double(pixel.y - other.y) * spacing.y)
                        return (dx * dx + dy * dy).squareRoot() <= tolerance
                    }
                }
        }
    }

    private func contour(_ mask: Mask, _ z: Int) -> [(x: Int, y: Int)] {
        let size = mask.geometry.size
        func inside(_ x: Int, _ y: Int) -> Bool {
            let index = VoxelIndex(x: x, y: y, z: z)
            return size.contains(index) && mask[index]
        }
        return (0..<size.y).flatMap { y in
            (0..<size.x).filter { x in
                inside(x, y) && !(inside(x - 1, y) && inside(x + 1, y) && inside(x, y - 1) && inside(x, y + 1))
            }.map { ($0, y) }
        }
    }
}
