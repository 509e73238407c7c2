import Editing
import TestSupport
import Testing
import Volumes

/// Prompts that are answered, and corrections that are carried on, as tasks.
@Suite struct PromptTaskTests {
    private let rows = ["......", ".###..", ".###..", "......"]

    private func mask(slices: Int = 9, _ rows: [String]? = nil) throws -> Mask {
        try asciiMask(Array(repeating: rows ?? self.rows, count: slices), spacing: Spacing(x: 1, y: 1, z: 3))
    }

    private func task(
        _ operation: RegionOperation, _ mask: Mask, over range: ClosedRange<Int>, limits: EditLimits = EditLimits(),
        protected: [Mask] = []
    ) -> RegionTask {
        RegionTask(
            operation: operation, scope: .range(range),
            targets: [RegionTask.Target(mask: mask, protected: protected)],
            image: PartialVolume(Volume(geometry: mask.geometry, filledWith: 40)), limits: limits)
    }

    private func marks(_ mask: Mask, _ marks: [(x: Int, y: Int, z: Int, inside: Bool)]) -> Scribbles {
        var scribbles = Scribbles(geometry: mask.geometry)
        for mark in marks {
            scribbles.begin()
            scribbles.mark(asInside: mark.inside) { $0[VoxelIndex(x: mark.x, y: mark.y, z: mark.z)] = $1 }
        }
        return scribbles
    }

    /// A guide whose correction is the voxel (4, 1).
    private func guide(_ mask: Mask, _ z: Int) -> PromptGuide {
        var after = mask.slices[z]
        after[4, 1] = true
        return PromptGuide(slice: z, before: mask.slices[z], after: after)
    }

    private func run(_ mask: Mask, _ z: Int, through: Int, _ limit: CarryRun.Limit = .asked) -> CarryRun {
        CarryRun(from: guide(mask, z), through: through, isUpward: through > z, limit: limit)
    }

    // MARK: Prompts

    @Test func eachPromptIsAskedWithWhatThoseBeforeCameTo() throws {
        let before = try mask()
        let prompts = marks(before, [(4, 1, 2, true), (1, 1, 2, false), (5, 3, 4, true)])
        let answerer = FakeAnswerer()
        let outcome = try task(.refine(Refinement(prompts: prompts)), before, over: 2...4).perform(answering: answerer)
        #expect(asciiRows(outcome.masks[0].slices[2]) == ["......", "..###.", ".###..", "......"])
        #expect(asciiRows(outcome.masks[0].slices[4]) == ["......", ".###..", ".###..", ".....#"])
        #expect(outcome.patches[0].touchedSlices == [2, 4] && outcome.notes == [])
        let asked = answerer.questions
        #expect(asked.map(\.slice) == [2, 2, 4] && asked.allSatisfy { $0.guide == nil })
        #expect(asked[0].mask == before.slices[2])
        #expect(asciiRows(asked[1].mask) == ["......", ".####.", ".###..", "......"])
        // All marks of the slice, and the newest of them.
        #expect(asciiRows(asked[1].inside)[1] == "....#." && asciiRows(asked[1].outside)[1] == ".#....")
        #expect(asciiRows(asked[1].newest)[1] == ".#....")
        #expect(asked[2].outside.isEmpty, "marks of other slices are not this one's")
    }

    @Test func whatWasAnsweredIsNotAskedAgain() throws {
        let before = try mask()
        let prompts = marks(before, [(4, 1, 2, true), (5, 1, 2, true)])
        var first = before
        first[VoxelIndex(x: 4, y: 1, z: 2)] = true
        let answerer = FakeAnswerer()
        let again = Refinement(prompts: prompts, answered: Refinement.Answered(count: 1, mask: first))
        let outcome = try task(.refine(again), before, over: 2...2).perform(answering: answerer)
        #expect(answerer.questions.count == 1 && answerer.questions[0].mask == first.slices[2])
        #expect(asciiRows(outcome.masks[0].slices[2])[1] == ".#####")
        // The step is from the mask before to the last answer.
        #expect(outcome.patches[0].flipCount == 2)
        let all = try task(.refine(Refinement(prompts: prompts)), before, over: 2...2).perform(
            answering: FakeAnswerer())
        #expect(all == outcome)
    }

    @Test func aMarkThatCoversAnotherIsTheNewer() throws {
        let before = try mask()
        let prompts = marks(before, [(4, 1, 2, true), (4, 1, 2, false)])
        let answerer = FakeAnswerer()
        let outcome = try task(.refine(Refinement(prompts: prompts)), before, over: 2...2).perform(answering: answerer)
        #expect(outcome.patches[0].isEmpty)
        #expect(asciiRows(answerer.questions[0].inside)[1] == "....#.")
        #expect(answerer.questions[1].inside.isEmpty && asciiRows(answerer.questions[1].outside)[1] == "....#.")
    }

    @Test func promptsOfAnEmptyMaskAreAnswered() throws {
        let empty = Mask(geometry: try mask().geometry)
        let outcome = try task(.refine(Refinement(prompts: marks(empty, [(2, 2, 1, true)]))), empty, over: 1...1)
            .perform(answering: FakeAnswerer(reach: 2))
        #expect(asciiRows(outcome.masks[0].slices[1]) == ["......", "......", "..###.", "......"])
    }

    @Test func locksAndLimitsHoldBetweenPromptsToo() throws {
        let before = try mask()
        let locked = Mask(geometry: before.geometry) { $0.x == 4 }
        let prompts = marks(before, [(4, 1, 2, true), (5, 1, 2, true)])
        let answerer = FakeAnswerer()
        let outcome = try task(.refine(Refinement(prompts: prompts)), before, over: 2...2, protected: [locked])
            .perform(answering: answerer)
        #expect(asciiRows(outcome.masks[0].slices[2])[1] == ".###.#")
        #expect(!answerer.questions[1].mask[4, 1], "what is not allowed is not there for the next prompt")
        var limits = EditLimits()
        limits.range = 100...200
        let limited = try task(.refine(Refinement(prompts: prompts)), before, over: 2...2, limits: limits)
            .perform(answering: FakeAnswerer())
        #expect(limited.patches[0].isEmpty)
        // Of each mark, since who made the second before the first was answered was told nothing of that.
        #expect(
            limited.notes == [
                "refine@1 does not follow mark 1 on slice 3, or may not",
                "refine@1 does not follow mark 2 on slice 3, or may not",
            ])
    }

    @Test func doubtIsSaid() throws {
        let before = try mask()
        let prompts = marks(before, [(4, 1, 2, true)])
        func notes(_ certainty: Double) throws -> [String] {
            try task(.refine(Refinement(prompts: prompts)), before, over: 2...2)
                .perform(answering: FakeAnswerer(certainty: { _ in certainty })).notes
        }
        #expect(try notes(0.7) == [])
        #expect(try notes(0.69) == ["refine@1 is unsure of slice 3 (69 %)"])
        #expect(try notes(.nan) == ["refine@1 is unsure of slice 3 (0 %)"])
    }

    /// Image edges are another operation, which the review asks for where nobody answers.
    @Test func withoutAnybodyItIsRefused() throws {
        let before = try mask()
        let prompts = marks(before, [(4, 1, 2, true)])
        let task = task(.refine(Refinement(prompts: prompts)), before, over: 2...2)
        #expect(throws: RegionError.refused("answering marks needs a refine model, and none is installed")) {
            _ = try task.perform()
        }
    }

    @Test func anAnswerOfAnotherSizeIsRefused() throws {
        struct Wrong: PromptAnswering {
            let name = "wrong@1"
            func answer(_ question: PromptQuestion) -> PromptAnswer {
                PromptAnswer(mask: MaskSlice(width: 3, height: 3), certainty: 1)
            }
        }
        let before = try mask()
        let refine = task(.refine(Refinement(prompts: marks(before, [(4, 1, 2, true)]))), before, over: 2...2)
        let refusal = RegionError.refused("wrong@1 gave slice 3 another size; nothing was changed")
        #expect(throws: refusal) { try refine.perform(answering: Wrong()) }
    }

    @Test func itCanBeStoppedBetweenQuestions() throws {
        let before = try mask()
        let answerer = FakeAnswerer()
        let prompts = marks(before, [(4, 1, 2, true), (5, 1, 2, true)])
        let refine = task(.refine(Refinement(prompts: prompts)), before, over: 2...2)
        #expect(throws: RegionError.cancelled) {
            try refine.perform(progress: { $0 < 0.5 }, answering: answerer)
        }
        #expect(answerer.questions.count == 1)
        let carry = task(.carry([run(before, 4, through: 8)]), before, over: 4...8)
        #expect(throws: RegionError.cancelled) { try carry.perform(progress: { $0 < 0.5 }, answering: FakeAnswerer()) }
    }

    // MARK: Carrying on

    @Test func aCorrectionGoesFromSliceToSlice() throws {
        let before = try mask()
        let answerer = FakeAnswerer()
        let runs = [run(before, 4, through: 6), run(before, 4, through: 1)]
        let outcome = try task(.carry(runs), before, over: 1...6).perform(answering: answerer)
        #expect(outcome.patches[0].touchedSlices == [1, 2, 3, 5, 6] && outcome.patches[0].flipCount == 5)
        #expect(answerer.questions.map(\.slice) == [5, 6, 3, 2, 1])
        // Each has the one before it as its guide, and no marks.
        #expect(answerer.questions.map { $0.guide?.slice } == [4, 5, 4, 3, 2])
        for question in answerer.questions {
            #expect(question.inside.isEmpty && question.outside.isEmpty && question.newest.isEmpty)
            #expect(question.guide?.before == before.slices[0] && question.guide?.after[4, 1] == true)
        }
        #expect(
            outcome.notes == [
                "to slice 7 (as far as asked), to slice 2 (as far as asked)"
            ])
    }

    @Test(arguments: [
        (0.69, 6, "to slice 6 (unsure of 7, 69 %)"),
        (0.7, 6, "to slice 8 (as far as asked)"),
        (.nan, 5, "not up (unsure of 6, 0 %)"),
    ]) func itEndsWhereTheAnswererIsUnsure(certainty: Double, at: Int, note: String) throws {
        let before = try mask()
        let answerer = FakeAnswerer(certainty: { $0 == at ? certainty : 1 })
        let outcome = try task(.carry([run(before, 4, through: 7)]), before, over: 4...7).perform(answering: answerer)
        #expect(outcome.notes == [note])
        let end = note.contains("slice 8") ? 7 : note.contains("not up") ? 4 : 5
        #expect(outcome.patches[0].touchedSlices == Array(4..<end).map { $0 + 1 })
        // Nobody is asked about slices behind the end.
        #expect(answerer.questions.last?.slice == min(7, end + 1))
    }

    /// An error that misses one slice goes on behind it; two in a row that need no change are its end.
    @Test(arguments: [
        ([6], [5, 7, 8], [5, 6, 7, 8], "to slice 9 (as far as asked)"),
        ([6, 7], [5], [5, 6, 7], "to slice 6 (7 needs no change)"),
        ([8], [5, 6, 7], [5, 6, 7, 8], "to slice 8 (9 needs no change)"),
        ([5, 7], [6, 8], [5, 6, 7, 8], "to slice 9 (as far as asked)"),
        ([5, 6], [], [5, 6], "not up (6 needs no change)"),
    ]) func itEndsWhereTheAnswererAgreesTwice(agrees: [Int], changed: [Int], asked: [Int], note: String) throws {
        let before = try mask()
        let answerer = FakeAnswerer(agrees: { agrees.contains($0) })
        let outcome = try task(.carry([run(before, 4, through: 8)]), before, over: 4...8).perform(answering: answerer)
        #expect(outcome.notes == [note])
        #expect(outcome.patches[0].touchedSlices == changed)
        #expect(answerer.questions.map(\.slice) == asked)
        // What needed no change is nobody's guide.
        #expect(
            answerer.questions.allSatisfy { question in question.guide.map { !agrees.contains($0.slice) } ?? false })
    }

    /// Past a tumour the network takes lung; numbers within 100 HU of those of the correction are the same tissue.
    @Test(arguments: [
        (-900, "to slice 7 (other tissue on 8)", [5, 6]), (139, "to slice 9 (as far as asked)", [5, 6, 7, 8]),
        (141, "to slice 7 (other tissue on 8)", [5, 6]),
    ]) func itEndsWhereOtherTissueWouldChange(number: Int, note: String, changed: [Int]) throws {
        let before = try mask()
        let slices = (0..<9).map {
            VolumeSlice(width: 6, height: 4, filledWith: HounsfieldUnit(Int16($0 == 7 ? number : 40)))
        }
        let image = try Volume(geometry: before.geometry, slices: slices)
        let task = RegionTask(
            operation: .carry([run(before, 4, through: 8)]), scope: .range(4...8),
            targets: [RegionTask.Target(mask: before, protected: [])], image: PartialVolume(image))
        let outcome = try task.perform(answering: FakeAnswerer())
        #expect(outcome.notes == [note])
        #expect(outcome.patches[0].touchedSlices == changed)
    }

    /// What limits leave of an answer is what is judged: the rest of it may be anything.
    @Test func otherTissueThatLimitsLeaveOutEndsNothing() throws {
        let before = try mask()
        // Of slice 8, the answer's other voxels are lung; limits leave the one that is as the correction.
        let slices = (0..<9).map { z in
            VolumeSlice(width: 6, height: 4, filledWith: HounsfieldUnit(Int16(z == 7 ? -900 : 40)))
        }
        var image = slices
        image[7][4, 1] = HounsfieldUnit(40)
        let volume = try Volume(geometry: before.geometry, slices: image)
        struct Wide: PromptAnswering {
            let name = "wide@1"
            func answer(_ question: PromptQuestion) -> PromptAnswer {
                var mask = question.mask
                for x in 0...5 { mask[x, 1] = true }
                return PromptAnswer(mask: mask, certainty: 1)
            }
        }
        func outcome(_ limits: EditLimits) throws -> RegionOutcome {
            try RegionTask(
                operation: .carry([run(before, 4, through: 7)]), scope: .range(4...7),
                targets: [RegionTask.Target(mask: before, protected: [])], image: PartialVolume(volume),
                limits: limits
            ).perform(answering: Wide())
        }
        #expect(try outcome(EditLimits()).notes == ["to slice 7 (other tissue on 8)"])
        var limits = EditLimits()
        limits.range = 0...100
        let limited = try outcome(limits)
        #expect(limited.notes == ["to slice 8 (as far as asked)"])
        #expect(asciiRows(limited.masks[0].slices[7])[1] == ".####.")
    }

    @Test func itEndsWhereNothingMayChange() throws {
        let before = try mask()
        let locked = Mask(geometry: before.geometry) { $0.x == 4 && $0.z == 6 }
        let outcome = try task(.carry([run(before, 4, through: 8)]), before, over: 4...8, protected: [locked])
            .perform(answering: FakeAnswerer())
        #expect(outcome.patches[0].touchedSlices == [5])
        #expect(outcome.notes == ["to slice 6 (limits or locks forbid 7)"])
    }

    @Test func whyARunIsNoLongerIsSaid() throws {
        let before = try mask()
        let runs = [
            run(before, 4, through: 6, .meets(8)),
            CarryRun(from: guide(before, 4), through: 4, isUpward: false, limit: .corrected(3)),
        ]
        let outcome = try task(.carry(runs), before, over: 4...6).perform(answering: FakeAnswerer())
        #expect(
            outcome.notes == [
                "to slice 7 (meets the correction of 9), "
                    + "not down (4 was corrected by hand)"
            ])
        let last = try task(.carry([run(before, 4, through: 8, .edge)]), before, over: 4...8)
            .perform(answering: FakeAnswerer())
        #expect(last.notes == ["to slice 9 (the last)"])
    }

    @Test func nobodyCarriesWithoutAModel() throws {
        let before = try mask()
        let carry = task(.carry([run(before, 4, through: 6)]), before, over: 4...6)
        #expect(throws: RegionError.refused(CarryRun.needsAnswerer)) { try carry.perform() }
    }

    @Test func aPartOfAnOutcomeIsThatPartAlone() throws {
        let before = try mask()
        let carry = task(.carry([run(before, 4, through: 8), run(before, 4, through: 0)]), before, over: 0...8)
        let all = try carry.perform(answering: FakeAnswerer())
        let part = try carry.outcome(all, on: 4...6, notes: ["cut"])
        #expect(part.patches[0].touchedSlices == [5, 6] && part.notes == ["cut"])
        var patched = before
        try patched.apply(part.patches[0])
        #expect(patched == part.masks[0] && part.masks[0].slices[7] == before.slices[7])
    }
}
