import TestSupport
import Testing
import Volumes

@Suite struct FillingAtPointTests {
    @Test func theClosedRegionUnderThePointAloneIsFilled() throws {
        let mask = try asciiMask([
            [
                "#########",
                "#..#...##",
                "#..#.#.##",
                "####...##",
                "########.",
            ]
        ])
        let filled = try #require(mask.filled(at: VoxelIndex(x: 4, y: 1, z: 0), in: .slice))
        #expect(
            asciiRows(filled.slices[0]) == [
                "#########",
                "#..######",
                "#..######",
                "#########",
                "########.",
            ])
        #expect(mask.filled(at: VoxelIndex(x: 8, y: 4, z: 0), in: .slice) == nil, "open to the edge")
        #expect(mask.filled(at: VoxelIndex(x: 0, y: 0, z: 0), in: .slice) == mask, "already in")
        #expect(mask.filled(at: VoxelIndex(x: 4, y: 1, z: 0), in: .volume) == nil, "open to the slices beyond")
    }

    @Test func inThreeDimensionsARegionClosesAcrossSlices() throws {
        let wall = ["#####", "#####", "#####"]
        let hollow = ["#####", "#...#", "#####"]
        let mask = try asciiMask([wall, hollow, hollow, wall])
        let seed = VoxelIndex(x: 2, y: 1, z: 1)
        #expect(try #require(mask.filled(at: seed, in: .volume)).count == 60)
        let slice = try #require(mask.filled(at: seed, in: .slice))
        #expect(slice.count == 57)
        #expect(slice.slices[2] == mask.slices[2])
    }
}

@Suite struct FaceGrowthTests {
    @Test func growthEqualsTheDefinitionAndStaysInTheRegion() throws {
        var generator = SeededGenerator(seed: 5)
        for round in 0..<40 {
            let grid = try GridGeometry(
                size: GridSize(x: [3, 64, 70, 130][round % 4], y: 5, z: 4), spacing: Spacing(x: 1, y: 1, z: 1))
            let region = randomMask(grid, density: 0.6, using: &generator)
            let mask = randomMask(grid, density: 0.1, using: &generator)
            let across = round % 3 != 0
            let grown = try mask.grownByOneFace(within: region, acrossSlices: across)
            let expected = Mask(geometry: grid) { voxel in
                if mask[voxel] { return true }
                guard region[voxel] else { return false }
                let steps = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0)] + (across ? [(0, 0, 1), (0, 0, -1)] : [])
                return steps.contains { dx, dy, dz in
                    let near = VoxelIndex(x: voxel.x + dx, y: voxel.y + dy, z: voxel.z + dz)
                    return grid.size.contains(near) && mask[near]
                }
            }
            #expect(grown == expected)
        }
    }
}

@Suite struct SplittingTests {
    private func rows(_ mask: Mask) -> [String] { asciiRows(mask.slices[0]) }

    @Test func piecesApartGoToTheirSides() throws {
        // Columns grow to the patient's left.
        let mask = try asciiMask([["###...##.", "###...##.", "......##.", "#.......#"]])
        let split = try mask.splitLeftRight()
        #expect(split.method == .components)
        #expect(rows(split.right) == ["###......", "###......", ".........", "#........"])
        #expect(rows(split.left) == ["......##.", "......##.", "......##.", "........#"])
    }

    @Test func leftIsThePatientsLeftWhateverTheColumnsSay() throws {
        let mask = try asciiMask([["##...##", "##...##"]])
        let mirrored = try GridGeometry(
            size: mask.geometry.size, spacing: mask.geometry.spacing,
            direction: GridDirection(
                x: PatientVector(x: -1, y: 0, z: 0), y: PatientVector(x: 0, y: -1, z: 0),
                z: PatientVector(x: 0, y: 0, z: 1)))
        let split = try Mask(geometry: mirrored, slices: mask.slices).splitLeftRight()
        #expect(rows(split.left) == ["##.....", "##....."])
        // Rows that run from right to left: the sides lie above each other.
        let turned = try GridGeometry(
            size: GridSize(x: 2, y: 5, z: 1), spacing: mask.geometry.spacing,
            direction: GridDirection(
                x: PatientVector(x: 0, y: 1, z: 0), y: PatientVector(x: 1, y: 0, z: 0),
                z: PatientVector(x: 0, y: 0, z: 1)))
        let upright = Mask(geometry: turned) { $0.y != 2 }
        #expect(rows(try upright.splitLeftRight().left) == ["..", "..", "..", "##", "##"])
    }

    @Test func joinedSidesAreCutAtTheNarrowestPlace() throws {
        // The bridge is not in the middle of the box: the right part is the larger.
        let mask = try asciiMask([
            [
                "..........................",
                ".##########......#######..",
                ".##########......#######..",
                ".######################...",
                ".##########......#######..",
                ".##########......#######..",
                ".##########......#######..",
                "..........................",
            ]
        ])
        let split = try mask.splitLeftRight()
        #expect(split.method == .neck(1))
        #expect(try split.left.union(split.right) == mask)
        #expect(try split.left.intersection(split.right).isEmpty)
        // One voxel is worn off on each side of the bridge of 6, so both sides grow back over half of it.
        #expect(
            rows(split.left) == [
                "..........................",
                ".................#######..",
                ".................#######..",
                "..............#########...",
                ".................#######..",
                ".................#######..",
                ".................#######..",
                "..........................",
            ])
    }

    @Test func whatIsJoinedThicklyIsCutByAPlane() throws {
        // Ten rows of 20 columns, thinner by one row at column 9.
        let grid = try GridGeometry(size: GridSize(x: 20, y: 10, z: 3), spacing: Spacing(x: 3, y: 3, z: 3))
        let mask = Mask(geometry: grid) { !($0.x == 9 && $0.y == 0) }
        let split = try mask.splitLeftRight()
        #expect(split.method == .plane(9))
        #expect(split.right.boundingBox?.x == 0..<9)
        #expect(split.left.boundingBox?.x == 9..<20)
        #expect(split.left.count + split.right.count == mask.count)
    }

    @Test func nothingIsLostAndNothingIsOnBothSides() throws {
        var generator = SeededGenerator(seed: 8)
        for round in 0..<40 {
            let grid = try GridGeometry(
                size: GridSize(x: 24, y: 12, z: 4), spacing: Spacing(x: 1, y: 1.5, z: 3))
            let noise = randomMask(grid, density: [0.05, 0.3, 0.6, 0.95][round % 4], using: &generator)
            let mask = try round % 2 == 0 ? noise.dilated(by: 1.5) : noise
            let split = try mask.splitLeftRight()
            #expect(try split.left.union(split.right) == mask)
            #expect(try split.left.intersection(split.right).isEmpty)
        }
        let empty = try asciiMask([["...."]])
        #expect(throws: VolumesError.self) { try empty.splitLeftRight() }
    }
}
