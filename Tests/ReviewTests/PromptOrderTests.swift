import Cases
import Editing
import Review
import TestSupport
import Testing
import Volumes

/// Marks, answers and undo in any order: what Enter takes is what all marks that stand come to, one after the other.
@Suite struct PromptOrderTests {
    /// What marks on a mask come to when they are asked about from the first to the last.
    private func expected(_ marks: Scribbles, _ state: ReviewState) throws -> RegionOutcome {
        let slices = marks.all.flatMap { mark in
            mark.voxels.slices.indices.filter { !mark.voxels.slices[$0].isEmpty }
        }
        let range = (slices.min() ?? 0)...(slices.max() ?? 0)
        return try RegionTask(
            operation: .refine(Refinement(prompts: marks)), scope: .range(range),
            targets: [RegionTask.Target(mask: state.structures[0].mask)], image: try #require(state.image)
        ).perform(answering: FakeAnswerer(reach: 2))
    }

    @Test(arguments: 0..<60) func nothingIsLostAndNothingIsStale(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var state = try Fixture.state()
        setUp(&state, .answererReady("refine@1"))
        // Questions that are not answered yet: those that were replaced or stopped may still be answered.
        var open: [(id: Int, task: RegionTask)] = []
        func take(_ effects: [ReviewEffect]) {
            for case .workOut(let id, let task) in effects { open.append((id, task)) }
        }
        for _ in 0..<30 {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<4:
                let voxel = VoxelTarget(
                    x: Int.random(in: 0..<8, using: &generator), y: Int.random(in: 0..<6, using: &generator),
                    z: Int.random(in: 1..<4, using: &generator))
                take(reduce(&state, .region(.scribble(inside: Bool.random(using: &generator), at: voxel))))
            case 4: if state.region.scribbles != nil { take(reduce(&state, .undo)) }
            case 5: if state.region.scribbles != nil, state.region.running != nil { take(reduce(&state, .confirm)) }
            case 6: if state.region.running != nil { take(reduce(&state, .cancel)) }
            default:
                guard !open.isEmpty else { continue }
                let (id, task) = open.remove(at: Int.random(in: 0..<open.count, using: &generator))
                let outcome = try task.perform(answering: FakeAnswerer(reach: 2))
                take(reduce(&state, .worked(.done(id: id, outcome))))
            }
            #expect(state.sequence == 0, "nothing is taken that was not accepted")
            if let preview = state.region.preview, let marks = state.region.scribbles, state.region.running == nil,
                preview.job.name.contains("by \(Plural.count(marks.count, "mark"))")
            {
                #expect(preview.outcome.masks == (try expected(marks, state)).masks)
            }
        }
        // What is still open is answered, whatever was stopped is asked again, and all of it is taken.
        for _ in 0..<3 {
            for (id, task) in open {
                setUp(&state, .worked(.done(id: id, try task.perform(answering: FakeAnswerer(reach: 2)))))
            }
            open = []
            guard let marks = state.region.scribbles else { return }
            let wanted = try expected(marks, state)
            take(reduce(&state, .confirm))
            guard open.isEmpty else { continue }
            #expect(state.structures[0].mask == wanted.masks[0])
            #expect(state.sequence == (wanted.patches[0].isEmpty ? 0 : 1))
            return
        }
        Issue.record("it does not come to an end")
    }
}
