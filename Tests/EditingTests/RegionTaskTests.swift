import Editing
import TestSupport
import Testing
import Volumes

@Suite struct RegionTaskTests {
    private func task(
        _ operation: RegionOperation, _ masks: Mask..., scope: RegionScope = .volume, image: Volume? = nil,
        limits: EditLimits = EditLimits(), protected: [Mask] = []
    ) -> RegionTask {
        RegionTask(
            operation: operation, scope: scope,
            targets: masks.map { RegionTask.Target(mask: $0, protected: protected) },
            image: image.map { PartialVolume($0) } ?? PartialVolume(geometry: masks[0].geometry), limits: limits)
    }

    private func rows(_ outcome: RegionOutcome, _ target: Int = 0, slice: Int = 0) -> [String] {
        asciiRows(outcome.masks[target].slices[slice])
    }

    @Test(arguments: [0.9, 2.1, 3.0, 5.0])
    func theMarginOfAVoxelIsAnEllipsoidOfVoxels(radius: Double) throws {
        let grid = try GridGeometry(size: GridSize(x: 21, y: 19, z: 9), spacing: Spacing(x: 0.7, y: 0.9, z: 2.5))
        var voxel = Mask(geometry: grid)
        voxel[VoxelIndex(x: 10, y: 9, z: 4)] = true
        let grown = try task(.margin(Millimetres(radius)), voxel).perform().masks[0]
        let ellipsoid = Mask(geometry: grid) {
            let (x, y, z) = (Double($0.x - 10) * 0.7, Double($0.y - 9) * 0.9, Double($0.z - 4) * 2.5)
            return (x * x + y * y + z * z).squareRoot() <= radius
        }
        #expect(grown == ellipsoid)
        // Shrunk by as much it is the voxel again, since no other voxel is so deep inside.
        let back = try task(.margin(Millimetres(-radius)), grown).perform().masks[0]
        #expect(back == voxel)
        let onSlice = try task(.margin(Millimetres(radius)), voxel, scope: .slice(4)).perform().masks[0]
        #expect(onSlice == ellipsoid.only(4))
    }

    @Test func aMarginEqualsItsDefinition() throws {
        var generator = SeededGenerator(seed: 41)
        for round in 0..<25 {
            let grid = try GridGeometry(
                size: GridSize(x: Int.random(in: 1...70, using: &generator), y: 6, z: 4),
                spacing: Spacing(x: 0.9, y: 1.3, z: 2))
            let mask = randomMask(grid, density: round % 2 == 0 ? 0.03 : 0.97, using: &generator)
            let length = Double.random(in: 0.5...4, using: &generator)
            let isShrinking = round % 2 == 1
            var voxels: [VoxelIndex] = []
            for z in 0..<4 {
                for y in 0..<6 {
                    for x in 0..<grid.size.x where mask[VoxelIndex(x: x, y: y, z: z)] != isShrinking {
                        voxels.append(VoxelIndex(x: x, y: y, z: z))
                    }
                }
            }
            let expected = Mask(geometry: grid) { at in
                let isNear = voxels.contains {
                    let (x, y, z) = (
                        Double($0.x - at.x) * 0.9, Double($0.y - at.y) * 1.3, Double($0.z - at.z) * 2
                    )
                    return (x * x + y * y + z * z).squareRoot() <= length
                }
                return isNear != isShrinking
            }
            let found = try task(.margin(Millimetres(isShrinking ? -length : length)), mask).perform()
            #expect(found.masks[0] == expected)
            var patched = mask
            try patched.apply(found.patches[0])
            #expect(patched == expected)
        }
    }

    /// On a slice the dome of the liver is a hole in the lung.
    @Test func aHoleThatMayBeAnOrganIsNamed() throws {
        let geometry = try GridGeometry(
            size: GridSize(x: 30, y: 30, z: 3), spacing: Spacing(x: 2, y: 2, z: 3))
        func ring(_ hole: Int) -> Mask {
            Mask(geometry: geometry) { voxel in
                let reach = max(abs(voxel.x - 15), abs(voxel.y - 15))
                return reach <= 12 && (voxel.z != 1 || reach > hole)
            }
        }
        // 25 pixels of 12 mm³ are a bronchus; 225 are 2.7 ml.
        let small = try task(.fillHoles(), ring(2), scope: .slices).perform()
        #expect(small.patches[0].flipCount == 25 && small.notes.isEmpty)
        let large = try task(.fillHoles(), ring(7), scope: .slices).perform()
        #expect(large.patches[0].flipCount == 225)
        #expect(
            large.notes == [
                "the largest hole has 2.7 ml, on slice 2: is it an organ? :fill-holes 1ml leaves larger ones open"
            ])
        let limited = try task(.fillHoles(upTo: 1), ring(7), scope: .slices).perform()
        #expect(limited.patches[0].isEmpty && limited.notes.isEmpty)
        // What is locked is not filled, and not spoken of.
        let dome = try task(.fillHoles(), ring(7), scope: .slices, protected: [ring(0).subtracting(ring(6))]).perform()
        #expect(dome.patches[0].flipCount == 225 - 168 && dome.notes.isEmpty)
    }

    /// A range is every slice of it by itself, whatever is done, and no other.
    @Test func aRangeIsItsSlicesAlone() throws {
        let slice = ["#.....", "...###", "...#.#", "...###"]
        let mask = try asciiMask([slice, slice, slice, slice])
        let operations: [RegionOperation] = [
            .fillHoles(), .largest, .margin(1), .margin(-1), .removeIslands(millilitres: 0.002),
            .combine(.copy, Mask(geometry: mask.geometry)),
        ]
        for operation in operations {
            let everywhere = try task(operation, mask, scope: .slices).perform()
            let some = try task(operation, mask, scope: .range(1...2)).perform()
            #expect(some.patches[0].touchedSlices == [1, 2], "\(operation)")
            for z in 0..<4 {
                let expected = z == 1 || z == 2 ? everywhere.masks[0].slices[z] : mask.slices[z]
                #expect(some.masks[0].slices[z] == expected, "\(operation) \(z)")
            }
        }
    }

    @Test func aSliceIsChangedAlone() throws {
        let slice = ["#.....", "...###", "...#.#", "...###"]
        let mask = try asciiMask([slice, slice, slice])
        let filled = try task(.fillHoles(), mask, scope: .slice(1)).perform()
        #expect(rows(filled, slice: 1) == ["#.....", "...###", "...###", "...###"])
        #expect(filled.patches[0].touchedSlices == [1])
        #expect(try task(.fillHoles(upTo: 1e-6), mask, scope: .slice(1)).perform().patches[0].isEmpty, "too large")
        #expect(try task(.fillHoles(), mask).perform().patches[0].isEmpty, "a tube is open at its ends")
        #expect(try task(.fillHoles(), mask, scope: .slices).perform().patches[0].touchedSlices == [0, 1, 2])
        let largest = try task(.largest, mask, scope: .slices).perform()
        #expect(largest.patches[0].touchedSlices == [0, 1, 2] && rows(largest, slice: 2)[0] == "......")
        #expect(try task(.largest, mask, scope: .slice(0)).perform().patches[0].touchedSlices == [0])
        // The lone voxels have 1 mm³ each on a slice, the column of three 3 mm³.
        let islands = RegionOperation.removeIslands(millilitres: 0.002)
        #expect(try task(islands, mask).perform().patches[0].isEmpty)
        #expect(try task(islands, mask, scope: .slices).perform().patches[0].flipCount == 3)
        #expect(try task(.removeIslands(millilitres: 0.0031), mask).perform().patches[0].flipCount == 3)
    }

    @Test func masksArePutTogether() throws {
        let (one, other) = (
            try asciiMask([["##..", "#..."], ["####", "...."]]), try asciiMask([["#.#.", "...."], ["....", "...#"]])
        )
        func combined(_ operation: SetOperation, _ scope: RegionScope = .volume) throws -> [[String]] {
            let outcome = try task(.combine(operation, other), one, scope: scope).perform()
            return [rows(outcome), rows(outcome, slice: 1)]
        }
        #expect(try combined(.union) == [["###.", "#..."], ["####", "...#"]])
        #expect(try combined(.subtract) == [[".#..", "#..."], ["####", "...."]])
        #expect(try combined(.intersect) == [["#...", "...."], ["....", "...."]])
        #expect(try combined(.copy) == [["#.#.", "...."], ["....", "...#"]])
        #expect(try combined(.copy, .slice(0)) == [["#.#.", "...."], ["####", "...."]])
        let copied = try task(.copySlice(from: 0, to: 1), one, scope: .slice(1)).perform()
        #expect(rows(copied, slice: 1) == ["##..", "#..."])
        let foreign = try asciiMask([["#"]])
        #expect(throws: RegionError.self) { try task(.combine(.union, foreign), one).perform() }
    }

    @Test func aThresholdDecidesWithinItsRegionAlone() throws {
        let image = try asciiVolume([["--##--##", "-####---", "--------"]], ["-": -800, "#": 40])
        let mask = try asciiMask([["..##....", ".##.....", "........"]])
        let lung: ClosedRange<HounsfieldUnit> = -1000...(-500)
        let tissue: ClosedRange<HounsfieldUnit> = 0...100
        let inside = try task(.threshold(tissue, .inside), mask, image: image).perform()
        #expect(inside.patches[0].isEmpty)
        #expect(try task(.threshold(lung, .inside), mask, image: image).perform().masks[0].isEmpty)
        // Within 1 mm: the voxel beside and those above and below.
        let near = try task(.threshold(tissue, .near(1)), mask, image: image).perform()
        #expect(rows(near) == ["..##....", ".###....", "........"])
        let wide = try task(.threshold(tissue, .near(3)), mask, image: image).perform()
        #expect(rows(wide) == ["..##..#.", ".####...", "........"])
        let brush = try task(
            .threshold(lung, .brush(Brush(radius: 1), at: VoxelIndex(x: 2, y: 1, z: 0))), mask, image: image
        ).perform()
        #expect(rows(brush) == ["...#....", "........", "..#....."])
    }

    @Test func limitsAndLocksHoldForEveryOperation() throws {
        let image = try asciiVolume([["----####"]], ["-": -800, "#": 40])
        let mask = try asciiMask([["...##..."]])
        let locked = try asciiMask([["......##"]])
        let grown = try task(.margin(2), mask, image: image, protected: [locked]).perform()
        #expect(rows(grown) == [".#####.."])
        let limited = try task(.margin(2), mask, image: image, limits: EditLimits(range: -1000...(-500))).perform()
        #expect(rows(limited) == [".####..."])
        let outside = try task(.margin(2), mask, image: image, limits: EditLimits(onlyOutside: locked)).perform()
        #expect(rows(outside) == [".#####.."])
        // Growing does not go on behind a wall, and a limit on HU bounds its range.
        let settings = GrowSettings(range: 0...100, radius: 100, millilitres: 1, neck: 0)
        let wall = try asciiMask([["......#."]])
        let walled = try task(
            .grow(from: VoxelIndex(x: 4, y: 0, z: 0), settings), mask, image: image, protected: [wall]
        ).perform()
        #expect(rows(walled) == ["...###.."])
        #expect(throws: RegionError.self) {
            try task(
                .grow(from: VoxelIndex(x: 4, y: 0, z: 0), settings), mask, image: image,
                limits: EditLimits(range: -1000...(-500))
            ).perform()
        }
    }

    @Test func growingAddsAndTellsItsRange() throws {
        let image = try asciiVolume([["----####"]], ["-": -800, "#": 40])
        let mask = try asciiMask([["#......."]])
        let outcome = try task(
            .grow(from: VoxelIndex(x: 5, y: 0, z: 0), GrowSettings(radius: 2, neck: 0)), mask, image: image
        ).perform()
        #expect(rows(outcome) == ["#...####"])
        #expect(outcome.notes == ["HU -20 to 100"] || outcome.notes.first?.hasPrefix("HU") == true)
        #expect(outcome.notes.contains("stopped 2 mm from the seed"))
    }

    @Test func anOpenRegionIsNotFilled() throws {
        let mask = try asciiMask([["###", "#..", "###"]])
        #expect(throws: RegionError.self) {
            try task(.fill(at: VoxelIndex(x: 1, y: 1, z: 0)), mask, scope: .slice(0)).perform()
        }
    }

    @Test func mergingMovesEveryVoxelThatItMay() throws {
        let (one, other) = (try asciiMask([["##....."]]), try asciiMask([["...##.#"]]))
        let merged = try task(.merge, one, other).perform()
        #expect(rows(merged) == ["##.##.#"] && rows(merged, 1) == ["......."])
        // What a locked third structure forbids to give is not taken away either.
        let third = try asciiMask([["....#.."]])
        let kept = try task(.merge, one, other, protected: [third]).perform()
        #expect(rows(kept) == ["##.#..#"] && rows(kept, 1) == ["....#.."])
    }

    @Test func splittingGivesTheOtherSideItsVoxels() throws {
        // Columns grow to the patient's left: the left lung's mask holds both.
        let (left, right) = (try asciiMask([["##...##", "##...##"]]), try asciiMask([["..#....", "......."]]))
        let split = try task(.split(left: 0, right: 1), left, right).perform()
        #expect(rows(split) == [".....##", ".....##"])
        #expect(rows(split, 1) == ["###....", "##....."], "it keeps what it had")
        // From a third structure both sides are made anew, and it stays.
        let both = try task(.split(left: 1, right: 2), left, right, left).perform()
        #expect(rows(both) == ["##...##", "##...##"])
        #expect(rows(both, 1) == [".....##", ".....##"] && rows(both, 2) == ["##.....", "##....."])
        // What may not be given stays.
        let locked = try asciiMask([["#......", "......."]])
        let held = try task(.split(left: 0, right: 1), left, right, protected: [locked]).perform()
        #expect(rows(held) == ["#....##", ".....##"] && rows(held, 1) == [".##....", "##....."])
    }

    @Test func oneLungAloneIsNotCutInTwo() throws {
        let (lung, other) = (try asciiMask([["..#####", "..#####"]]), try asciiMask([["##.....", "##....."]]))
        #expect(throws: RegionError.self) { try task(.split(left: 0, right: 1), lung, other).perform() }
        // Where the other side has nothing, the one piece may be both.
        let split = try task(.split(left: 0, right: 1), lung, try asciiMask([[".......", "......."]])).perform()
        #expect(!split.masks[1].isEmpty)
    }
}

@Suite struct RestoringTests {
    @Test func anAreaIsTakenBackBothWays() throws {
        var mask = try asciiMask([["##..", "##.."]])
        let prediction = try asciiMask([[".##.", ".##."]])
        mask.restore(try asciiMask([["####", "...."]]), as: prediction)
        #expect(asciiRows(mask.slices[0]) == [".##.", "##.."])
    }
}

@Suite struct EditGroupTests {
    private func step(_ structure: String, _ x: Int, _ part: EditPart? = nil) throws -> EditStep<String> {
        let empty = try asciiMask([["........"]])
        var mask = empty
        mask[VoxelIndex(x: x, y: 0, z: 0)] = true
        return EditStep(
            structure: structure, name: "split", slice: 0, patch: try MaskPatch(from: empty, to: mask), part: part)
    }

    @Test func thePartsOfAnEditAreUndoneAndRedoneTogether() throws {
        var history = EditHistory<String>()
        let steps = [
            try step("A", 0), try step("B", 1, EditPart(1, of: 2)), try step("C", 2, EditPart(2, of: 2)),
        ]
        for step in steps { history.record(step) }
        #expect(history.nextUndo == [steps[2], steps[1]] && history.nextRedo.isEmpty)
        for _ in 0..<2 { _ = history.undo() }
        #expect(history.nextUndo == [steps[0]])
        #expect(history.nextRedo == [steps[1], steps[2]])
        _ = history.redo()
        // Half of it, as a damaged journal may leave it.
        #expect(history.nextUndo == [steps[1]] && history.nextRedo == [steps[2]])
        #expect(EditPart(1, of: 1) == nil && EditPart(3, of: 2) == nil && EditPart(0, of: 2) == nil)
    }

    @Test func whatFallsOutOfMemoryFallsOutWhole() throws {
        let one = try step("A", 0, EditPart(1, of: 2))
        let two = try step("B", 1, EditPart(2, of: 2))
        let three = try step("A", 2)
        // Room for two steps of about 200 bytes.
        var history = EditHistory<String>(byteLimit: 450)
        for step in [one, two, three] { history.record(step) }
        #expect(history.done == [three])
    }
}
