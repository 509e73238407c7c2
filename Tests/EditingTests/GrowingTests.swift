import Editing
import TestSupport
import Testing
import Volumes

/// A CT drawn as text: each letter is a CT number.
func asciiVolume(
    _ slices: [[String]], _ values: [Character: HounsfieldUnit], spacing: Spacing = Spacing(x: 1, y: 1, z: 1)
) throws -> Volume {
    let rows = slices.map { $0.map { Array($0) } }
    let geometry = try GridGeometry(
        size: GridSize(x: rows[0][0].count, y: rows[0].count, z: rows.count), spacing: spacing)
    return try Volume(
        geometry: geometry,
        slices: rows.map { rows in
            try VolumeSlice(
                width: geometry.size.x, height: geometry.size.y,
                values: rows.flatMap { $0.map { (values[$0] ?? 0).value } })
        })
}

@Suite struct GrowingTests {
    private let tissue: [Character: HounsfieldUnit] = [".": -800, "#": 40, "+": 20]

    private func noGuards(_ range: ClosedRange<HounsfieldUnit>? = nil) -> GrowSettings {
        GrowSettings(range: range, radius: 1000, millilitres: .infinity, neck: 0)
    }

    @Test func aRegionIsWhatLikeNumbersConnect() throws {
        let image = try asciiVolume(
            [["#..##", "#+.#.", ".+#.#"], ["....#", "....#", "....#"]], tissue)
        let region = try image.grown(from: VoxelIndex(x: 0, y: 0, z: 0), noGuards(0...100), in: .slice)
        #expect(asciiRows(region.mask.slices[0]) == ["#....", "##...", ".##.."])
        #expect(region.mask.slices[1].isEmpty && region.guards.isEmpty)
        // In 3D the column on the second slice joins what touches it.
        let deep = try image.grown(from: VoxelIndex(x: 4, y: 1, z: 1), noGuards(0...100), in: .volume)
        #expect(asciiRows(deep.mask.slices[0]) == ["...##", "...#.", "....#"])
        #expect(asciiRows(deep.mask.slices[1]) == ["....#", "....#", "....#"])
    }

    @Test func theRangeIsLearntFromTheSurroundings() throws {
        // Median 40; the deviations of the 29 voxels within 3 mm are 0 or 20, their median 0: at least 60 HU each way.
        let image = try asciiVolume([Array(repeating: "###+#####", count: 9)], tissue)
        #expect(image.range(around: VoxelIndex(x: 4, y: 4, z: 0)) == -20...100)
        // The seed's own number is always in, even that of a single speck.
        var speck = image
        speck[VoxelIndex(x: 4, y: 4, z: 0)] = 900
        #expect(speck.range(around: VoxelIndex(x: 4, y: 4, z: 0)) == -20...900)
        #expect(try speck.grown(from: VoxelIndex(x: 4, y: 4, z: 0), noGuards(), in: .slice).mask.count == 81)
        // On a slope from air to bone (200 HU a column) the median deviation is 200: 890 HU would take in everything.
        let slope = try asciiVolume(
            [Array(repeating: "abcdefghi", count: 9)],
            ["a": -1000, "b": -800, "c": -600, "d": -400, "e": -200, "f": 0, "g": 200, "h": 400, "i": 600])
        #expect(slope.range(around: VoxelIndex(x: 4, y: 4, z: 0)) == -500...100)
    }

    @Test func aSeedOutOfRangeOrForbiddenIsRefused() throws {
        let image = try asciiVolume([["#.#"]], tissue)
        let seed = VoxelIndex(x: 1, y: 0, z: 0)
        #expect(throws: RegionError.refused("the seed has -800 HU, outside 0 to 100")) {
            try image.grown(from: seed, noGuards(0...100), in: .slice)
        }
        let allowed = try asciiMask([["#.#"]])
        #expect(throws: RegionError.self) {
            try image.grown(from: seed, noGuards(-1000...0), allowed: allowed, in: .slice)
        }
        #expect(throws: RegionError.cancelled) {
            try image.grown(from: seed, noGuards(-1000...0), in: .slice) { _ in false }
        }
    }

    @Test func growthStopsAtTheRadiusAndSaysSo() throws {
        let image = try asciiVolume([Array(repeating: String(repeating: "#", count: 21), count: 21)], tissue)
        let seed = VoxelIndex(x: 10, y: 10, z: 0)
        let settings = GrowSettings(range: 0...100, radius: 3, millilitres: .infinity, neck: 0)
        let region = try image.grown(from: seed, settings, in: .slice)
        let disc = Mask(geometry: image.geometry) { voxel in
            let (x, y) = (voxel.x - 10, voxel.y - 10)
            return x * x + y * y <= 9
        }
        #expect(region.mask == disc)
        #expect(region.guards == [.radius(3)])
        // A region that ends within the radius says nothing.
        let small = try asciiVolume([["###", "###"]], tissue)
        #expect(try small.grown(from: VoxelIndex(x: 1, y: 1, z: 0), settings, in: .slice).guards.isEmpty)
    }

    @Test func growthStopsAtTheVolumeNearestToTheSeed() throws {
        let image = try asciiVolume([["###############"]], tissue)
        let settings = GrowSettings(range: 0...100, radius: 100, millilitres: 0.0055, neck: 0)
        let region = try image.grown(from: VoxelIndex(x: 7, y: 0, z: 0), settings, in: .volume)
        #expect(asciiRows(region.mask.slices[0]) == [".....#####....."], "5 mm³ of at most 5.5")
        #expect(region.guards == [.volume(0.0055)])
    }

    /// Two rooms and a bridge one voxel wide; a blind branch of the same width leads out of the first.
    private let rooms = [
        "..........................",
        ".#######..................",
        ".#######........#######...",
        ".######################...",
        ".#######........#######...",
        ".#######........#######...",
        "....#.....................",
        "....#.....................",
        "..........................",
    ]

    @Test func growthStopsAtANarrowNeckAndKeepsBlindBranches() throws {
        let image = try asciiVolume([rooms], tissue)
        var settings = GrowSettings(range: 0...100, radius: 100, millilitres: .infinity, neck: 1)
        let region = try image.grown(from: VoxelIndex(x: 2, y: 2, z: 0), settings, in: .slice)
        #expect(region.guards == [.neck(2)])
        let rows = asciiRows(region.mask.slices[0])
        #expect(rows[1] == rooms[1] && rows[6] == rooms[6] && rows[7] == rooms[7])
        #expect(rows[2] == ".#######..................")
        // Half the bridge of eight at most, never the other room.
        #expect(rows[3].hasPrefix(".#######") && !rows[3].dropFirst(12).contains("#"))
        // From the other room likewise.
        let other = try image.grown(from: VoxelIndex(x: 20, y: 4, z: 0), settings, in: .slice)
        #expect(try other.mask.intersection(region.mask).isEmpty && asciiRows(other.mask.slices[0])[7] == rooms[8])
        // From within the bridge, where no room is near, the guard is off rather than wrong.
        let bridge = try image.grown(from: VoxelIndex(x: 11, y: 3, z: 0), settings, in: .slice)
        #expect(bridge.guards.isEmpty)
        settings.neck = 0
        let all = try image.grown(from: VoxelIndex(x: 2, y: 2, z: 0), settings, in: .slice)
        #expect(all.guards.isEmpty && all.mask == bridge.mask)
    }

    @Test func aWallIsNotGrownThrough() throws {
        let image = try asciiVolume([["#######"]], tissue)
        let allowed = try asciiMask([["###.###"]])
        let region = try image.grown(
            from: VoxelIndex(x: 0, y: 0, z: 0), noGuards(0...100), allowed: allowed, in: .volume)
        #expect(asciiRows(region.mask.slices[0]) == ["###...."])
    }

    @Test func withoutGuardsARegionIsItsComponent() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<20 {
            let grid = try GridGeometry(size: GridSize(x: 17, y: 11, z: 4), spacing: Spacing(x: 0.7, y: 0.7, z: 2))
            let inside = randomMask(grid, density: 0.55, using: &generator)
            var image = Volume(geometry: grid, filledWith: -800)
            for z in 0..<4 {
                for y in 0..<11 {
                    for x in 0..<17 where inside[VoxelIndex(x: x, y: y, z: z)] {
                        image[VoxelIndex(x: x, y: y, z: z)] = 40
                    }
                }
            }
            let seed = VoxelIndex(x: 8, y: 5, z: 2)
            guard inside[seed] else { continue }
            // The definition: add neighbours until nothing changes.
            var region: Set<VoxelIndex> = [seed]
            var queue = [seed]
            while let here = queue.popLast() {
                for (dx, dy, dz) in [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)] {
                    let near = VoxelIndex(x: here.x + dx, y: here.y + dy, z: here.z + dz)
                    if grid.size.contains(near), inside[near], region.insert(near).inserted { queue.append(near) }
                }
            }
            let found = try image.grown(from: seed, noGuards(0...100), in: .volume)
            #expect(found.mask == Mask(geometry: grid) { region.contains($0) })
        }
    }
}
