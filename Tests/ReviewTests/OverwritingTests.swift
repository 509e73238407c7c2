import Cases
import Commands
import Editing
import MaskChecks
import Review
import TestSupport
import Testing
import Volumes

/// The border between two lungs that touch is moved by painting one over the other.
@Suite struct OverwritingTests {
    private func count(_ state: ReviewState, _ index: Int) -> Int { state.structures[index].mask.slices[4].count }

    private let overRight = "lasso add 45 10 55 10 55 14 45 14"

    @Test func aStrokeTakesWhatItMarksFromTheOtherLung() throws {
        var state = try ContourFixture.state()
        let before = state.structures.map(\.mask)
        try state.run("overwrite on")
        let effects = try state.run(
            overRight, "progressWithStep", "journalTogether", "measure", "mark", "measure", "mark")
        let (left, right) = (state.structures[0].mask, state.structures[1].mask)
        #expect(count(state, 0) > before[0].slices[4].count && count(state, 1) < before[1].slices[4].count)
        #expect(try left.intersection(right).isEmpty)
        #expect(try left.union(right) == before[0].union(before[1]).union(left))
        let taken = before[1].slices[4].count - count(state, 1)
        #expect(
            state.message?.text == "lasso Lung_L, slice 5: +0.12 ml · lasso Lung_L took \(taken) voxels from Lung_R")
        guard
            case .journalTogether(let entries, through: 2)? = effects.first(where: {
                if case .journalTogether = $0 { true } else { false }
            })
        else {
            Issue.record("\(effects)")
            return
        }
        #expect(entries.map(\.structure) == [.lungLeft, .lungRight])
        // One step, undone and redone as one, and replayed from the journal as it was.
        var replay = try ReplayedSession(
            geometry: before[0].geometry, base: [.lungLeft: before[0], .lungRight: before[1]])
        #expect(replay.apply(entries) == nil)
        #expect(replay.masks == [.lungLeft: left, .lungRight: right])
        send(&state, .undo, "progressWithStep", "journalTogether", "measure", "mark", "measure", "mark")
        #expect(state.structures.map(\.mask) == before)
        send(&state, .redo, "progressWithStep", "journalTogether", "measure", "mark", "measure", "mark")
        #expect(state.structures.map(\.mask) == [left, right])
    }

    @Test func lockedAndCompatibleStructuresKeepTheirVoxels() throws {
        var state = try ContourFixture.state()
        try state.run("overwrite on")
        try state.run("lock Lung_R")
        let before = state.structures[1].mask
        try state.run(overRight, .step)
        #expect(state.structures[1].mask == before)
        #expect(try state.structures[0].mask.intersection(before).isEmpty, "the lock keeps its voxels")
        // Targets may overlap with anything.
        #expect(!SanityCheck.excludes(.lungLeft, StructureName(rawValue: "GTV")))
    }

    @Test func otherwiseTheOverlapStaysAndIsWarnedOf() throws {
        var state = try ContourFixture.state()
        let before = state.structures[1].mask
        try state.run(overRight, .step)
        #expect(state.structures[1].mask == before)
        #expect(state.message?.kind == .warning && state.message?.text.contains("also belong to Lung_R") == true)
        for (line, isOn) in [
            ("overwrite", true), ("overwrite", false), ("overwrite on", true), ("overwrite off", false),
        ] {
            try state.run(line)
            #expect(state.overwrites == isOn)
        }
        #expect(throws: CommandError.self) { try ReviewCommands.table.action(for: "overwrite Lung_R") }
    }

    /// An edit of random voxels leaves exactly what the two shared before.
    @Test func whatWasSharedBeforeStays() throws {
        var random = SeededGenerator(seed: 5)
        let grid = try GridGeometry(size: GridSize(x: 70, y: 9, z: 3), spacing: Spacing(x: 1, y: 1, z: 1))
        for _ in 0..<50 {
            func drawn(_ share: Double) -> Mask {
                Mask(geometry: grid) { _ in Double.random(in: 0...1, using: &random) < share }
            }
            let (old, new, other) = (drawn(0.3), drawn(0.4), drawn(0.5))
            let rest = other.without(try MaskPatch(from: old, to: new), markedIn: new)
            #expect(rest == (try other.subtracting(new.subtracting(old))))
        }
    }
}
