import TestSupport
import Testing

@testable import Volumes

@Suite struct MorphologyTests {
    /// The definition: is a voxel of `mask` within the radius?
    private func dilated(_ mask: Mask, _ radius: Double, _ domain: MaskDomain) -> Mask {
        let inside = voxels(mask.geometry.size).filter { mask[$0] }
        return Mask(geometry: mask.geometry) { voxel in
            inside.contains {
                (domain == .volume || $0.z == voxel.z) && distance($0, voxel, mask.geometry.spacing) <= radius
            }
        }
    }

    /// A mask with empty space around it, and back.
    private func padded(_ mask: Mask, _ n: Int) throws -> Mask {
        let size = mask.geometry.size
        let grid = try GridGeometry(
            size: GridSize(x: size.x + 2 * n, y: size.y + 2 * n, z: size.z + 2 * n), spacing: mask.geometry.spacing)
        return Mask(geometry: grid) {
            let inner = VoxelIndex(x: $0.x - n, y: $0.y - n, z: $0.z - n)
            return size.contains(inner) && mask[inner]
        }
    }

    @Test(arguments: [MaskDomain.volume, .slice]) func equalsTheDefinition(domain: MaskDomain) throws {
        var generator = SeededGenerator(seed: 3)
        for grid in try awkwardGrids() {
            for (density, radius) in [
                (0, 2.0), (0.02, 0.5), (0.03, 2.1), (0.5, 0.7), (0.97, 1.8), (1, 1.5), (0.01, 200),
            ] {
                let mask = randomMask(grid, density: density, using: &generator)
                let r = Millimetres(radius)
                #expect(try mask.dilated(by: r, in: domain) == dilated(mask, radius, domain))
                #expect(try mask.eroded(by: r, in: domain) == dilated(mask.inverted(), radius, domain).inverted())
            }
        }
    }

    @Test(arguments: [MaskDomain.volume, .slice]) func closingIsThatOfEmptySpaceAround(domain: MaskDomain) throws {
        var generator = SeededGenerator(seed: 4)
        for size in [(9, 6, 4), (1, 6, 4), (64, 2, 1), (66, 1, 2)] {
            let grid = try GridGeometry(
                size: GridSize(x: size.0, y: size.1, z: size.2), spacing: Spacing(x: 0.7, y: 0.9, z: 1.25))
            for (density, radius) in [(0.05, 1.9), (0.2, 1.3), (0.5, 0.9)] {
                let mask = randomMask(grid, density: density, using: &generator)
                let wide = try padded(mask, 3)
                let closed = dilated(dilated(wide, radius, domain).inverted(), radius, domain).inverted()
                let result = try mask.closed(by: Millimetres(radius), in: domain)
                #expect(result == Mask(geometry: grid) { closed[VoxelIndex(x: $0.x + 3, y: $0.y + 3, z: $0.z + 3)] })
                let opened = dilated(dilated(mask.inverted(), radius, domain).inverted(), radius, domain)
                #expect(try mask.opened(by: Millimetres(radius), in: domain) == opened)
            }
        }
    }

    @Test func discOfTwoMillimetres() throws {
        let point = try asciiMask([[".....", ".....", "..#..", ".....", "....."]])
        #expect(
            asciiRows(try point.dilated(by: 2).slices[0]) == ["..#..", ".###.", "#####", ".###.", "..#.."])
        #expect(try point.dilated(by: 0.99) == point)
    }

    @Test func edgeOfTheImageDoesNotWearAway() throws {
        let mask = try asciiMask([["###.", "###.", "###."]])
        #expect(asciiRows(try mask.eroded(by: 1).slices[0]) == ["##..", "##..", "##.."])
        let full = try asciiMask([["##", "##"]])
        #expect(try full.eroded(by: 50) == full)
    }

    @Test func closingFillsANotchAndDoesNotReachTheEdge() throws {
        let mask = try asciiMask([["........", ".######.", ".##.###.", ".######.", "........"]])
        let closed = try asciiMask([["........", ".######.", ".######.", ".######.", "........"]])
        #expect(try mask.closed(by: 3, in: .slice) == closed)
    }

    @Test func senselessRadiusIsRefused() throws {
        let mask = try asciiMask([["#"]])
        for radius in [-1, Double.nan, .infinity] {
            #expect(throws: VolumesError.self) { try mask.dilated(by: Millimetres(radius)) }
        }
    }
}

@Suite struct HoleFillingTests {
    @Test func equalsFlooding() throws {
        var generator = SeededGenerator(seed: 8)
        for grid in try awkwardGrids() {
            for density in [0, 0.5, 0.7, 0.85, 1] {
                let mask = randomMask(grid, density: density, using: &generator)
                for (domain, connectivity) in [(MaskDomain.volume, Connectivity.faces6), (.slice, .sides4)] {
                    var expected = mask
                    for region in floodedComponents(mask.inverted(), connectivity) {
                        let isOpen = region.contains {
                            $0.x == 0 || $0.x == grid.size.x - 1 || $0.y == 0 || $0.y == grid.size.y - 1
                                || (domain == .volume && ($0.z == 0 || $0.z == grid.size.z - 1))
                        }
                        if !isOpen { for voxel in region { expected[voxel] = true } }
                    }
                    #expect(mask.fillingHoles(in: domain) == expected)
                }
            }
        }
    }

    @Test func largeHolesMayStayOpen() throws {
        let mask = try asciiMask(
            [["#######", "#.#...#", "#.#...#", "#######"]], spacing: Spacing(x: 10, y: 10, z: 10))
        let expected = ["#######", "###...#", "###...#", "#######"]
        #expect(asciiRows(mask.fillingHoles(in: .slice, upTo: 2).slices[0]) == expected)
        #expect(mask.fillingHoles(in: .volume) == mask)
    }
}
