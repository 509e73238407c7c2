import Cases
import TestSupport
import Testing
import Volumes

@Suite struct ReplayedSessionTests {
    private let a = StructureName(rawValue: "A")
    private let b = StructureName(rawValue: "B")

    private func geometry() throws -> GridGeometry {
        try GridGeometry(size: GridSize(x: 66, y: 4, z: 3), spacing: Spacing(x: 1, y: 1, z: 2))
    }

    private func entry(
        _ kind: JournalEntry.Kind, _ structure: StructureName, from old: Mask, to new: Mask
    ) throws -> JournalEntry {
        let patch = try MaskPatch(from: old, to: new)
        return JournalEntry(
            kind: kind, structure: structure, name: "brush", slice: 0, patch: patch,
            digestAfter: new.digest(ofSlicesTouchedBy: patch))
    }

    @Test func editsUndosAndRedos() throws {
        let zero = try asciiMask([["...."]])
        let one = try asciiMask([["#..."]])
        let two = try asciiMask([["##.."]])
        let three = try asciiMask([["#..#"]])
        var review = try ReplayedSession(geometry: zero.geometry, base: [a: zero])
        let first = try entry(.edit, a, from: zero, to: one)
        let second = try entry(.edit, a, from: one, to: two)
        try review.apply(first)
        try review.apply(second)
        #expect(review.masks[a] == two && review.standing == [first, second] && review.redoable.isEmpty)
        try review.apply(entry(.undo, a, from: two, to: one))
        #expect(review.masks[a] == one && review.standing == [first] && review.redoable == [second])
        try review.apply(entry(.undo, a, from: one, to: zero))
        #expect(review.masks[a] == zero && review.standing.isEmpty && review.redoable == [second, first])
        try review.apply(entry(.redo, a, from: zero, to: one))
        #expect(review.masks[a] == one && review.standing == [first] && review.redoable == [second])
        let other = try entry(.edit, a, from: one, to: three)
        try review.apply(other)
        #expect(review.masks[a] == three && review.standing == [first, other] && review.redoable.isEmpty)
        #expect(review.length == 6)
    }

    @Test func aBadStepIsNamedAndChangesNothing() throws {
        let zero = try asciiMask([["...."]])
        let one = try asciiMask([["#..."]])
        let two = try asciiMask([["##.."]])
        let wide = try asciiMask([["....."]])
        var review = try ReplayedSession(geometry: zero.geometry, base: [a: zero, b: zero])
        func refuses(_ entry: JournalEntry, _ reason: ReplayFailure.Reason) {
            let before = review
            #expect(throws: ReplayFailure(sequence: before.length + 1, reason: reason)) { try review.apply(entry) }
            #expect(review == before)
        }
        refuses(try entry(.undo, a, from: one, to: zero), .nothingToUndo)
        refuses(try entry(.redo, a, from: zero, to: one), .nothingToRedo)
        refuses(try entry(.edit, a, from: one, to: two), .digestMismatch)
        refuses(
            try entry(.edit, a, from: wide, to: wide.inverted()),
            .wrongGrid(expected: zero.geometry.size, found: wide.geometry.size))
        try review.apply(entry(.edit, a, from: zero, to: one))
        refuses(try entry(.undo, b, from: one, to: zero), .notTheEditInTurn)
        refuses(try entry(.undo, a, from: two, to: zero), .notTheEditInTurn)
        try review.apply(entry(.undo, a, from: one, to: zero))
        refuses(try entry(.redo, b, from: zero, to: one), .notTheEditInTurn)
        try review.apply(entry(.redo, a, from: zero, to: one))
        #expect(throws: VolumesError.self) { try ReplayedSession(geometry: wide.geometry, base: [a: zero]) }
    }

    @Test func stopsAtTheFirstBadStep() throws {
        let zero = try asciiMask([["...."]])
        let one = try asciiMask([["#..."]])
        let two = try asciiMask([["##.."]])
        let good = try entry(.edit, a, from: zero, to: one)
        let bad = try entry(.redo, a, from: one, to: two)
        var review = try ReplayedSession(geometry: zero.geometry, base: [:])
        let failure = review.apply([good, bad, good])
        #expect(failure == ReplayFailure(sequence: 2, reason: .nothingToRedo))
        #expect(review.length == 1 && review.masks == [a: one])
    }

    /// Random reviews against snapshots of plain arrays.
    @Test(arguments: 0..<30) func agreesWithSnapshots(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let grid = try geometry()
        let count = grid.size.voxelCount
        let names = [a, b]
        let base = [a: randomMask(grid, density: 0.4, using: &generator)]
        func plain(_ mask: Mask?) -> [Bool] {
            (0..<count).map { i in
                mask?[VoxelIndex(x: i % 66, y: i / 66 % 4, z: i / 264)] ?? false
            }
        }
        func packed(_ bits: [Bool]) -> Mask { Mask(geometry: grid) { bits[($0.z * 4 + $0.y) * 66 + $0.x] } }
        // The history as whole states: the present, those behind it and those ahead of it.
        var present = names.map { plain(base[$0]) }
        var (past, future): ([[[Bool]]], [[[Bool]]]) = ([], [])
        var review = try ReplayedSession(geometry: grid, base: base)
        var journal: [JournalEntry] = []
        for _ in 0..<60 {
            let choice = Int.random(in: 0..<10, using: &generator)
            let before = present
            let kind: JournalEntry.Kind
            if choice < 3, let last = past.popLast() {
                kind = .undo
                future.append(present)
                present = last
            } else if choice < 5, let next = future.popLast() {
                kind = .redo
                past.append(present)
                present = next
            } else {
                kind = .edit
                past.append(present)
                future = []
                let which = Int.random(in: 0..<2, using: &generator)
                for _ in 0..<Int.random(in: 1..<40, using: &generator) {
                    present[which][Int.random(in: 0..<count, using: &generator)].toggle()
                }
                present[which][0] = !before[which][0]  // Never nothing.
            }
            guard let which = (0..<2).first(where: { before[$0] != present[$0] }) else { continue }
            let step = try entry(kind, names[which], from: packed(before[which]), to: packed(present[which]))
            journal.append(step)
            try review.apply(step)
            #expect(names.map { plain(review.masks[$0]) } == present)
            #expect(review.standing.count == past.count && review.redoable.count == future.count)
        }
        var again = try ReplayedSession(geometry: grid, base: base)
        #expect(again.apply(journal) == nil)
        #expect(again == review && again.length == journal.count)
    }
}
