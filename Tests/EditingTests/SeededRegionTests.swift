import Editing
import TestSupport
import Testing
import Volumes

@Suite struct SeededRegionTests {
    private func scribbles(_ rows: [[String]], spacing: Spacing = Spacing(x: 1, y: 1, z: 1)) throws -> Scribbles {
        let geometry = try asciiMask(rows, spacing: spacing).geometry
        var scribbles = Scribbles(geometry: geometry)
        for (z, slice) in rows.enumerated() {
            for (y, row) in slice.enumerated() {
                for (x, mark) in row.enumerated() where mark != "." {
                    scribbles.begin()
                    scribbles.mark(asInside: mark == "i") { $0[VoxelIndex(x: x, y: y, z: z)] = $1 }
                }
            }
        }
        return scribbles
    }

    @Test func bordersFollowEdges() throws {
        // A step of 800 HU between the fourth and fifth column; the outside scribble is nearer than the inside one.
        let image = try asciiVolume(
            [Array(repeating: "----######", count: 5)], ["-": -800, "#": 40])
        let marks = try scribbles([["..........", "..........", "i....o....", "..........", ".........."]])
        let before = Mask(geometry: image.geometry)
        let after = try before.redrawn(between: marks, image: image, margin: 50, onSlice: 0)
        #expect(asciiRows(after.slices[0]) == Array(repeating: "####......", count: 5))
    }

    @Test func withoutAnEdgeTheBorderRunsHalfWay() throws {
        let image = try asciiVolume([["###########"]], ["#": 40])
        let marks = try scribbles([["i.........o"]])
        let after = try Mask(geometry: image.geometry).redrawn(between: marks, image: image, margin: 50, onSlice: 0)
        let row = asciiRows(after.slices[0])[0]
        // The middle column is as near to either.
        #expect(row == "#####......" || row == "######.....")
    }

    @Test func outsideTheBoxTheMaskStaysAndOnItsRimItDecides() throws {
        let image = try asciiVolume([Array(repeating: String(repeating: "#", count: 21), count: 21)], ["#": 40])
        // A mask with a hole that the box encloses, and one far away.
        let mask = Mask(geometry: image.geometry) {
            !($0.x == 10 && $0.y == 10) && !($0.x == 1 && $0.y == 1)
        }
        var marks = Scribbles(geometry: image.geometry)
        marks.begin()
        marks.mark(asInside: true) { $0[VoxelIndex(x: 10, y: 10, z: 0)] = $1 }
        let after = try mask.redrawn(between: marks, image: image, margin: 3, onSlice: 0)
        var expected = mask
        expected[VoxelIndex(x: 10, y: 10, z: 0)] = true
        #expect(after == expected, "the rim is inside, so all of the box is; the far hole stays")
        // Scribbled outside, the same place becomes a hole that ends half-way to the rim.
        var outside = Scribbles(geometry: image.geometry)
        outside.begin()
        outside.mark(asInside: false) { $0[VoxelIndex(x: 10, y: 10, z: 0)] = $1 }
        let hole = try Mask(geometry: image.geometry) { _ in true }
            .redrawn(between: outside, image: image, margin: 4, onSlice: 0)
        #expect(!hole[VoxelIndex(x: 10, y: 10, z: 0)] && !hole[VoxelIndex(x: 11, y: 10, z: 0)])
        #expect(hole[VoxelIndex(x: 13, y: 10, z: 0)] && hole[VoxelIndex(x: 10, y: 7, z: 0)])
    }

    /// Dijkstra by the definition, on every voxel of the grid: each goes with the seed it is cheapest from.
    @Test func costsAreThoseOfTheCheapestPaths() throws {
        var generator = SeededGenerator(seed: 21)
        for round in 0..<12 {
            let grid = try GridGeometry(
                size: GridSize(x: 9, y: 7, z: round % 2 == 0 ? 1 : 4), spacing: Spacing(x: 0.8, y: 0.8, z: 2.4))
            var image = Volume(geometry: grid, filledWith: 0)
            var voxels: [VoxelIndex] = []
            for z in 0..<grid.size.z {
                for y in 0..<grid.size.y {
                    for x in 0..<grid.size.x {
                        let voxel = VoxelIndex(x: x, y: y, z: z)
                        voxels.append(voxel)
                        image[voxel] = HounsfieldUnit(Int16.random(in: -300...300, using: &generator))
                    }
                }
            }
            var marks = Scribbles(geometry: grid)
            var seeds: [VoxelIndex: Bool] = [:]
            for i in 0..<4 {
                guard let voxel = voxels.randomElement(using: &generator), seeds[voxel] == nil else { continue }
                seeds[voxel] = i % 2 == 0
                marks.begin()
                marks.mark(asInside: i % 2 == 0) { $0[voxel] = $1 }
            }
            func costs(_ inside: Bool) -> [VoxelIndex: Int] {
                var best = seeds.filter { $0.value == inside }.mapValues { _ in 0 }
                var isChanging = true
                while isChanging {
                    isChanging = false
                    for here in voxels {
                        guard let cost = best[here] else { continue }
                        for (dx, dy, dz, length) in [
                            (1, 0, 0, 4), (-1, 0, 0, 4), (0, 1, 0, 4), (0, -1, 0, 4), (0, 0, 1, 12), (0, 0, -1, 12),
                        ] {
                            let near = VoxelIndex(x: here.x + dx, y: here.y + dy, z: here.z + dz)
                            // A seed is what it was marked as.
                            guard grid.size.contains(near), seeds[near] == nil else { continue }
                            let change = Int(image[near].value) - Int(image[here].value)
                            let sum = cost + min(4096, length + change * change / 64)
                            if sum < best[near] ?? .max {
                                best[near] = sum
                                isChanging = true
                            }
                        }
                    }
                }
                return best
            }
            let (toInside, toOutside) = (costs(true), costs(false))
            let mask = try Mask(geometry: grid).redrawn(
                between: marks, image: image, margin: 100, onSlice: round % 2 == 0 ? 0 : nil)
            for voxel in voxels {
                let (inside, outside) = (toInside[voxel] ?? .max, toOutside[voxel] ?? .max)
                if inside != outside { #expect(mask[voxel] == (inside < outside), "round \(round), \(voxel)") }
            }
        }
    }

    @Test func itRefusesWithoutScribblesAndCanBeGivenUp() throws {
        let image = try asciiVolume([["####"], ["####"]], ["#": 0])
        let mask = Mask(geometry: image.geometry)
        let none = Scribbles(geometry: image.geometry)
        #expect(throws: RegionError.refused("nothing is scribbled yet")) {
            try mask.redrawn(between: none, image: image, margin: 5, onSlice: nil)
        }
        let marks = try scribbles([["i..o"], ["...."]])
        #expect(throws: RegionError.refused("nothing is scribbled on this slice")) {
            try mask.redrawn(between: marks, image: image, margin: 5, onSlice: 1)
        }
    }

    @Test func scribblesAreTakenBackOneByOne() throws {
        var marks = try scribbles([["i.oi"]])
        #expect(asciiRows(marks.inside.slices[0]) == ["#..#"])
        #expect(asciiRows(marks.outside.slices[0]) == ["..#."])
        marks.begin()
        marks.mark(asInside: false) { $0[VoxelIndex(x: 0, y: 0, z: 0)] = $1 }
        #expect(asciiRows(marks.inside.slices[0]) == ["...#"], "no voxel is both")
        let first = marks.undo()
        #expect(first)
        #expect(asciiRows(marks.inside.slices[0]) == ["#..#"])
        let rest = (0..<4).map { _ in marks.undo() }
        #expect(rest == [true, true, true, false])
        #expect(marks.isEmpty)
    }
}
