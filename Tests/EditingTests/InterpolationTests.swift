import Editing
import TestSupport
import Testing
import Volumes

@Suite struct InterpolationTests {
    private func disc(_ grid: GridGeometry, _ x: Double, _ y: Double, radius: Double) -> MaskSlice {
        let s = grid.spacing
        return Mask(geometry: grid) {
            let (dx, dy) = ((Double($0.x) - x) * s.x, (Double($0.y) - y) * s.y)
            return (dx * dx + dy * dy).squareRoot() <= radius
        }.slices[0]
    }

    private func grid(_ x: Int, _ y: Int, z: Int = 1, _ spacing: Spacing) throws -> GridGeometry {
        try GridGeometry(size: GridSize(x: x, y: y, z: z), spacing: spacing)
    }

    /// Every voxel of a disc that is not within half a voxel's diagonal of its rim is as it should be.
    private func expectDisc(
        _ slice: MaskSlice, _ grid: GridGeometry, _ x: Double, _ y: Double, radius: Double, _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let s = grid.spacing
        let slack = (s.x * s.x + s.y * s.y).squareRoot() / 2 + 0.3
        var wrong = 0
        for row in 0..<slice.height {
            for column in 0..<slice.width {
                let (dx, dy) = ((Double(column) - x) * s.x, (Double(row) - y) * s.y)
                let away = (dx * dx + dy * dy).squareRoot() - radius
                if abs(away) > slack, slice[column, row] != (away < 0) { wrong += 1 }
            }
        }
        #expect(wrong == 0, comment, sourceLocation: sourceLocation)
    }

    @Test func midwayBetweenTwoDiscsIsTheDiscBetween() throws {
        for spacing in [Spacing(x: 1, y: 1, z: 3), Spacing(x: 0.7, y: 1.6, z: 3)] {
            let grid = try grid(90, 60, spacing)
            let (x, y) = (44.0, 29.0)
            let (small, large) = (disc(grid, x, y, radius: 8), disc(grid, x, y, radius: 20))
            let between = MaskInterpolation.slices(between: small, and: large, count: 3, spacing: spacing)
            for (k, radius) in [11.0, 14, 17].enumerated() {
                expectDisc(between[k], grid, x, y, radius: radius, "\(spacing), radius \(radius)")
            }
            let back = MaskInterpolation.slices(between: large, and: small, count: 3, spacing: spacing)
            #expect(back == between.reversed())
        }
    }

    @Test func theSameSliceTwiceGivesItself() throws {
        var generator = SeededGenerator(seed: 5)
        for round in 0..<20 {
            let slice = randomMask(try grid(71, 17, Spacing(x: 1, y: 2, z: 1)), density: 0.4, using: &generator).slices[
                0]
            let between = MaskInterpolation.slices(
                between: slice, and: slice, count: 2, spacing: Spacing(x: 1, y: 2, z: 1))
            #expect(between == [slice, slice], "round \(round)")
        }
    }

    /// The definition, with distances measured to every voxel: for slices whose parts all overlap.
    @Test func slicesEqualTheDefinition() throws {
        var generator = SeededGenerator(seed: 6)
        let spacing = Spacing(x: 0.9, y: 1.7, z: 1)
        for round in 0..<12 {
            let grid = try grid(24, 17, spacing)
            func blob() -> MaskSlice {
                let (cx, cy) = (
                    Double.random(in: 9...14, using: &generator), Double.random(in: 7...9, using: &generator)
                )
                let noise = randomMask(grid, density: 0.85, using: &generator)
                return Mask(geometry: grid) {
                    let (dx, dy) = (Double($0.x) - cx, Double($0.y) - cy)
                    return dx * dx / 60 + dy * dy / 25 <= 1 && (noise[$0] || abs(dx) + abs(dy) < 4)
                }.slices[0].largestPart
            }
            let (a, b) = (blob(), blob())
            func signed(_ slice: MaskSlice, _ x: Int, _ y: Int) -> Double {
                var least = Double.infinity
                // What is off the slice is outside.
                for row in -1...17 {
                    for column in -1...24 {
                        let isIn = row >= 0 && row < 17 && column >= 0 && column < 24 && slice[column, row]
                        guard isIn != slice[x, y] else { continue }
                        let (dx, dy) = (Double(column - x) * 0.9, Double(row - y) * 1.7)
                        least = min(least, (dx * dx + dy * dy).squareRoot())
                    }
                }
                return slice[x, y] ? -least : least
            }
            let between = MaskInterpolation.slices(between: a, and: b, count: 2, spacing: spacing)
            for (k, slice) in between.enumerated() {
                let t = Double(k + 1) / 3
                for y in 0..<17 {
                    for x in 0..<24 {
                        let value = (1 - t) * signed(a, x, y) + t * signed(b, x, y)
                        if abs(value) > 1e-4 { #expect(slice[x, y] == (value < 0), "round \(round) \(x) \(y)") }
                    }
                }
            }
        }
    }

    @Test func partsPartAndJoin() throws {
        let spacing = Spacing(x: 1, y: 1, z: 1)
        let grid = try grid(80, 40, spacing)
        var two = disc(grid, 25, 20, radius: 8)
        two.formUnion(disc(grid, 55, 20, radius: 8))
        let one = Mask(geometry: grid) { (14..<67).contains($0.x) && (14..<27).contains($0.y) }.slices[0]
        let between = MaskInterpolation.slices(between: two, and: one, count: 9, spacing: spacing)
        func parts(_ slice: MaskSlice) -> Int { slice.outlineLoops().filter { !$0.isHole }.count }
        #expect(parts(between[0]) == 2 && parts(between[8]) == 1)
        for slice in between {
            var both = two
            both.formIntersection(one)
            #expect(both.subtracting(slice).isEmpty, "what both have stays")
            var either = two
            either.formUnion(one)
            #expect(slice.subtracting(either).isEmpty, "what neither has does not come")
        }
    }

    @Test func eachOfSeveralPartsGoesItsOwnWay() throws {
        let spacing = Spacing(x: 0.8, y: 0.8, z: 2)
        let grid = try grid(120, 60, spacing)
        var a = disc(grid, 30, 30, radius: 10)
        a.formUnion(disc(grid, 90, 30, radius: 14))
        var b = disc(grid, 30, 30, radius: 16)
        b.formUnion(disc(grid, 90, 30, radius: 6))
        let middle = MaskInterpolation.slices(between: a, and: b, count: 1, spacing: spacing)[0]
        var left = MaskSlice(width: 120, height: 60)
        for y in 0..<60 { left.set(true, row: y, columns: 0..<60) }
        var leftPart = middle
        leftPart.formIntersection(left)
        expectDisc(leftPart, grid, 30, 30, radius: 13)
        expectDisc(middle.subtracting(left), grid, 90, 30, radius: 10)
    }

    @Test func aPartThatRunsAslantMovesAcross() throws {
        let spacing = Spacing(x: 1, y: 1, z: 5)
        let grid = try grid(60, 40, spacing)
        // 14 mm apart with radii of 5: they do not overlap, and distances alone would leave nothing in between.
        let (a, b) = (disc(grid, 20, 20, radius: 5), disc(grid, 34, 20, radius: 5))
        let between = MaskInterpolation.slices(between: a, and: b, count: 6, spacing: spacing)
        for (k, slice) in between.enumerated() { expectDisc(slice, grid, 22 + 2 * Double(k), 20, radius: 5, "\(k)") }
        // What is too far away for its size is another part, and ends.
        let far = MaskInterpolation.slices(
            between: a, and: disc(grid, 55, 20, radius: 3), count: 1, spacing: spacing)[0]
        #expect(far.isEmpty)
    }

    @Test func onlyTheSlicesInTheGapsChange() throws {
        let spacing = Spacing(x: 1, y: 1, z: 2)
        let grid = try grid(50, 50, z: 12, spacing)
        var mask = Mask(geometry: grid)
        mask[slice: 1] = disc(grid1(grid), 25, 25, radius: 6)
        mask[slice: 5] = disc(grid1(grid), 25, 25, radius: 14)
        mask[slice: 6] = disc(grid1(grid), 25, 25, radius: 15)
        mask[slice: 9] = disc(grid1(grid), 25, 25, radius: 3)
        mask[slice: 11] = disc(grid1(grid), 5, 5, radius: 2)
        #expect(mask.emptyGaps == [1...5, 6...9, 9...11])
        let done = mask.interpolated(between: [9, 1, 6, 5, 99, -3])
        let patch = try MaskPatch(from: mask, to: done)
        #expect(patch.touchedSlices == [2, 3, 4, 7, 8])
        for (z, radius) in [(2, 8.0), (3, 10), (4, 12), (7, 11), (8, 7)] {
            expectDisc(done.slices[z], grid1(grid), 25, 25, radius: radius, "slice \(z)")
        }
        #expect(mask.interpolated(between: [1]) == mask)
        // Between a shape and an empty slice there is nothing to go by.
        #expect(mask.interpolated(between: [1, 3]) == mask)
    }

    /// One slice of a grid.
    private func grid1(_ grid: GridGeometry) -> GridGeometry {
        (try? GridGeometry(size: GridSize(x: grid.size.x, y: grid.size.y, z: 1), spacing: grid.spacing)) ?? grid
    }
}

extension MaskSlice {
    /// The part around the outline with the most corners enclosed.
    fileprivate var largestPart: MaskSlice {
        let parts = outlineLoops().filter { !$0.isHole }.map { loop -> MaskSlice in
            var part = MaskSlice(width: width, height: height, woundBy: loop.corners.map(\.point))
            part.formIntersection(self)
            return part
        }
        return parts.max { $0.count < $1.count } ?? self
    }
}
