import Editing
import TestSupport
import Testing
import Volumes

@Suite struct BrushTests {
    /// The definition, voxel by voxel: distance in mm from the centre to the segment.
    private func expected(
        _ grid: GridGeometry, _ brush: Brush, z: Int, from a: PlanePoint, to b: PlanePoint
    ) -> Mask {
        let s = grid.spacing
        return Mask(geometry: grid) { voxel in
            let (px, py) = (Double(voxel.x) * s.x, Double(voxel.y) * s.y)
            let (ax, ay, bx, by) = (a.x * s.x, a.y * s.y, b.x * s.x, b.y * s.y)
            let length2 = (bx - ax) * (bx - ax) + (by - ay) * (by - ay)
            let t = length2 == 0 ? 0 : max(0, min(1, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length2))
            let (dx, dy) = (px - ax - t * (bx - ax), py - ay - t * (by - ay))
            let dz = Double(voxel.z - z) * s.z
            if brush.shape == .disc && voxel.z != z { return false }
            if voxel.z == z {
                for p in [a, b] where Int(p.x.rounded()) == voxel.x && Int(p.y.rounded()) == voxel.y { return true }
            }
            return (dx * dx + dy * dy + dz * dz).squareRoot() <= brush.radius.value
        }
    }

    @Test func sweepsEqualTheDefinition() throws {
        var generator = SeededGenerator(seed: 11)
        for round in 0..<150 {
            let grid = try GridGeometry(
                size: GridSize(x: Int.random(in: 1...70, using: &generator), y: 23, z: 5),
                spacing: Spacing(x: 0.703, y: round % 2 == 0 ? 0.703 : 1.31, z: 2.49))
            func point() -> PlanePoint {
                PlanePoint(
                    x: Double.random(in: -4...74, using: &generator), y: Double.random(in: -4...27, using: &generator))
            }
            let brush = Brush(
                shape: round % 3 == 0 ? .ball : .disc,
                radius: Millimetres(Double.random(in: 0.5...9, using: &generator)))
            let a = point()
            let b = round % 5 == 0 ? a : round % 5 == 1 ? PlanePoint(x: a.x, y: point().y) : point()
            let z = Int.random(in: 0..<5, using: &generator)
            var mask = Mask(geometry: grid)
            mask.sweep(brush, on: z, from: a, to: b, set: true)
            #expect(mask == expected(grid, brush, z: z, from: a, to: b), "round \(round)")
            var full = Mask(geometry: grid).inverted()
            full.sweep(brush, on: z, from: a, to: b, set: false)
            #expect(full.inverted() == mask, "erasing clears what painting marks, round \(round)")
        }
    }

    @Test func aDiscInAnisotropicVoxelsIsTrueMillimetres() throws {
        let grid = try GridGeometry(size: GridSize(x: 9, y: 5, z: 1), spacing: Spacing(x: 1, y: 2, z: 3))
        var mask = Mask(geometry: grid)
        mask.sweep(Brush(radius: 3), on: 0, from: PlanePoint(x: 4, y: 2), to: PlanePoint(x: 4, y: 2), set: true)
        #expect(asciiRows(mask.slices[0]) == [".........", "..#####..", ".#######.", "..#####..", "........."])
    }
}

@Suite struct EditLimitsTests {
    @Test func onlyVoxelsInRangeAndOutsideProtectedStructuresChange() throws {
        let before = try asciiMask([["....", "##.."]])
        let after = try asciiMask([["####", "..##"]])
        var image = PartialVolume(geometry: before.geometry)
        // The first two columns are lung, the others soft tissue.
        try image.insert(
            VolumeSlice(width: 4, height: 2, values: [-800, -800, 40, 40, -800, -800, 40, 40]), at: 0)
        let neighbour = try asciiMask([["#...", "#..."]])
        var mask = after
        try mask.confine(
            to: EditLimits(range: -1000...(-300)), since: before, image: image, protected: [neighbour])
        #expect(asciiRows(mask.slices[0]) == [".#..", "...."])
        mask = after
        try mask.confine(to: EditLimits(), since: before, image: image, protected: [neighbour])
        #expect(asciiRows(mask.slices[0]) == [".###", "..##"])
    }

    @Test func insideAndOutsideOfAnotherStructureBindMarkingAndClearing() throws {
        let before = try asciiMask([["....", "##.."]])
        let after = try asciiMask([["####", "..##"]])
        let image = PartialVolume(geometry: before.geometry)
        let other = try asciiMask([["##..", "#.#."]])
        func confined(_ limits: EditLimits, protected: [Mask] = []) throws -> [String] {
            var mask = after
            try mask.confine(to: limits, since: before, image: image, protected: protected)
            return asciiRows(mask.slices[0])
        }
        #expect(try confined(EditLimits(onlyInside: other)) == ["##..", ".##."])
        #expect(try confined(EditLimits(onlyOutside: other)) == ["..##", "#..#"])
        #expect(try confined(EditLimits(onlyInside: other, onlyOutside: other)) == asciiRows(before.slices[0]))
        #expect(try confined(EditLimits(onlyInside: other), protected: [other]) == ["....", ".#.."])
        // Nothing of the CT has arrived: a range allows nothing, whatever else is allowed.
        #expect(
            try confined(EditLimits(range: -1000...0, onlyInside: other)) == asciiRows(before.slices[0]))
        let foreign = try asciiMask([["#"]])
        #expect(throws: VolumesError.self) { try confined(EditLimits(onlyInside: foreign)) }
    }
}

@Suite struct EditHistoryTests {
    private func step(_ name: String, _ rows: [String]) throws -> EditStep<String> {
        let mask = try asciiMask([rows])
        return EditStep(
            structure: "Lung_L", name: name, slice: 0,
            patch: try MaskPatch(from: Mask(geometry: mask.geometry), to: mask))
    }

    @Test func undoAndRedoWalkTheSteps() throws {
        var history = EditHistory<String>()
        let (a, b, c) = (try step("a", ["#.."]), try step("b", [".#."]), try step("c", ["..#"]))
        history.record(a)
        history.record(b)
        #expect(history.undo() == b)
        #expect(history.redo() == b)
        #expect(history.redo() == nil)
        #expect(history.undo() == b)
        history.record(c)
        #expect(history.undone.isEmpty)
        #expect(history.done == [a, c])
    }

    @Test func stepsThatChangeNothingAreIgnored() throws {
        var history = EditHistory<String>()
        history.record(try step("nothing", ["..."]))
        #expect(history.done.isEmpty)
    }

    @Test func theOldestStepsFallOutAtTheMemoryBound() throws {
        var history = EditHistory<String>(byteLimit: 700)
        for i in 0..<10 { history.record(try step("\(i)", ["#.."])) }
        #expect(history.done.last?.name == "9")
        #expect(history.done.count == 3 && history.count == 10)
        _ = history.undo()
        #expect(history.count == 9)
    }
}
