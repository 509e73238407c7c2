import Editing
import TestSupport
import Testing
import Volumes

@Suite struct CorrectionInterpolationTests {
    private static let spacing = Spacing(x: 1, y: 1, z: 3)

    /// A slice of 100 × 80 with all voxels of which a condition holds.
    private func slice(_ isIn: (Double, Double) -> Bool) -> MaskSlice {
        var slice = MaskSlice(width: 100, height: 80)
        for y in 0..<80 {
            for x in 0..<100 where isIn(Double(x), Double(y)) { slice[x, y] = true }
        }
        return slice
    }

    private func disc(_ x: Double, _ y: Double, _ radius: Double) -> (Double, Double) -> Bool {
        { ($0 - x) * ($0 - x) + ($1 - y) * ($1 - y) <= radius * radius }
    }

    private func correction(
        _ low: (MaskSlice, MaskSlice)?, _ high: (MaskSlice, MaskSlice)?, spacing: Spacing = spacing
    ) throws -> CorrectionInterpolation {
        func edits(_ pair: (MaskSlice, MaskSlice)?) -> [SliceEdit] {
            pair.map { [SliceEdit(before: $0.0, after: $0.1)] } ?? []
        }
        return try #require(CorrectionInterpolation(low: edits(low), high: edits(high), spacing: spacing))
    }

    @Test("the outline between moves by what was corrected, not to where it is on the corrected slices")
    func theShapeBetweenIsKept() throws {
        // The organ tapers: radii 30, 22 and 14. On both ends a bump is added at the right.
        let (wide, middle, narrow) = (slice(disc(40, 40, 30)), slice(disc(40, 40, 22)), slice(disc(40, 40, 14)))
        func bumped(_ radius: Double) -> MaskSlice {
            let (whole, bump) = (disc(40, 40, radius), disc(40 + radius, 40, 6))
            return slice { whole($0, $1) || bump($0, $1) }
        }
        let between = try correction((wide, bumped(30)), (narrow, bumped(14))).applied(to: middle, at: 0.5)
        let lost = middle.subtracting(between)
        #expect(lost.isEmpty, "what only adds takes nothing away")
        // Far from the bumps the outline is what it was, to the voxel.
        for y in 0..<80 {
            for x in 0..<44 { #expect(between[x, y] == middle[x, y]) }
        }
        #expect(between.count > middle.count)
    }

    @Test("a voxel far from every correction keeps its value", arguments: 0..<12)
    func farAwayNothingChanges(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        func random() -> MaskSlice {
            let grid = try? GridGeometry(size: GridSize(x: 100, y: 80, z: 1), spacing: Self.spacing)
            return grid.map { randomMask($0, density: 0.4, using: &generator).slices[0] }
                ?? MaskSlice(width: 100, height: 80)
        }
        let (low, high, base) = (random(), random(), random())
        let (dab, other) = (disc(20, 20, 4), disc(70, 50, 4))
        let erases = seed % 2 == 0
        func dabbed(_ old: MaskSlice, _ dab: (Double, Double) -> Bool) -> MaskSlice {
            let touch = slice(dab)
            var new = old
            if erases { new.subtract(touch) } else { new.formUnion(touch) }
            return new
        }
        let work = try correction((low, dabbed(low, dab)), (high, dabbed(high, other)))
        for share in [0.1, 0.5, 0.9] {
            let result = work.applied(to: base, at: share)
            for y in 0..<80 {
                for x in 0..<100 where result[x, y] != base[x, y] {
                    let near =
                        [(20.0, 20.0), (70.0, 50.0)].map { place in
                            let (dx, dy) = (Double(x) - place.0, Double(y) - place.1)
                            return (dx * dx + dy * dy).squareRoot() - 4
                        }.min() ?? 99
                    // Depths in noise are small, so the least reach holds.
                    #expect(near <= CorrectionInterpolation.leastReach.value + 0.01)
                    #expect(result[x, y] == !erases, "what only erases erases, what only adds adds")
                }
            }
        }
    }

    @Test("with the same change on both ends of equal slices, those between get it whole")
    func theSameOnBothEnds() throws {
        let old = slice { x, y in (20..<60).contains(x) && (20..<60).contains(y) }
        let hole = disc(40, 40, 5)
        let island = disc(85, 30, 4)
        let bay = disc(60, 40, 8)
        for (what, new) in [
            ("a hole", slice { x, y in old[Int(x), Int(y)] && !hole(x, y) }),
            ("an island", slice { x, y in old[Int(x), Int(y)] || island(x, y) }),
            ("a bay", slice { x, y in old[Int(x), Int(y)] && !bay(x, y) }),
            ("all of it", MaskSlice(width: 100, height: 80)),
            ("another place", slice(disc(50, 40, 30))),
        ] {
            for share in [0.25, 0.5, 0.75] {
                let result = try correction((old, new), (old, new)).applied(to: old, at: share)
                #expect(result == new, "\(what) at \(share)")
            }
        }
        // What was not there before on any of them.
        let nothing = MaskSlice(width: 100, height: 80)
        let new = slice(disc(50, 40, 12))
        #expect(try correction((nothing, new), (nothing, new)).applied(to: nothing, at: 0.5) == new)
    }

    @Test("a correction on one end alone fades") func oneEnd() throws {
        let old = slice { x, _ in x < 40 }
        let new = slice { x, _ in x < 52 }
        let work = try correction((old, new), nil)
        // The edge stands 12 voxels further on the end, and comes back in equal steps.
        for (share, edge) in [(0.25, 49), (0.5, 46), (0.75, 43)] {
            let result = work.applied(to: old, at: share)
            let found = (0..<100).filter { result[$0, 40] }.count
            #expect(abs(found - edge) <= 1, "at \(share): \(found)")
        }
    }

    @Test("several edits of a slice add up, in mm") func severalEdits() throws {
        let spacing = Spacing(x: 2, y: 0.5, z: 3)
        let (a, b, c) = (slice { x, _ in x < 40 }, slice { x, _ in x < 44 }, slice { x, _ in x < 50 })
        let twice = try #require(
            CorrectionInterpolation(
                low: [SliceEdit(before: a, after: b), SliceEdit(before: b, after: c)], high: [], spacing: spacing))
        let once = try correction((a, c), nil, spacing: spacing)
        #expect(twice.applied(to: a, at: 0.5) == once.applied(to: a, at: 0.5))
        #expect(CorrectionInterpolation(low: [], high: [SliceEdit(before: a, after: a)], spacing: spacing) == nil)
    }
}
