import Cases
import Commands
import Editing
import Review
import TestSupport
import Testing
import Volumes

/// A correction of one slice, carried on to those around it.
@Suite struct CarryTests {
    /// A case of 30 slices, 2 mm apart, each with the same square, and somebody to answer; slice 15 is on screen.
    private func state(slices: Int = 30, spacing: Double = 2, answered: Bool = true) throws -> ReviewState {
        let grid = try GridGeometry(size: GridSize(x: 16, y: 12, z: slices), spacing: Spacing(x: 1, y: 1, z: spacing))
        let square = Mask(geometry: grid) { (4..<8).contains($0.x) && (4..<8).contains($0.y) }
        var state = ReviewState(caseID: CaseID(rawValue: "1.2.7"), title: "case 1.2.7")
        let volume = Volume(geometry: grid, filledWith: 40)
        send(&state, .imageArrived(PartialVolume(volume), bodyBox: grid.size.bounds))
        let structure = StructureState(
            name: .heart, mask: square, prediction: square, reference: square, tolerance: 2)
        send(
            &state, .opened(OpenedReview(model: .baseline, referenceSource: .prediction, structures: [structure])),
            "measureAll", "mark")
        if answered { send(&state, .answererReady("refine@1")) }
        send(&state, .setBrushRadius(0.5))
        try go(&state, 15)
        return state
    }

    private func go(_ state: inout ReviewState, _ z: Int) throws {
        if state.view.slice != z { send(&state, .goToSlice(z), "mark", "saveProgress") }
    }

    /// Marks voxel (8, 5) of a slice: what is carried on.
    private func correct(_ state: inout ReviewState, _ z: Int, x: Int = 8) throws {
        try go(&state, z)
        send(&state, .dab(tool: .brush, x: x, y: 5, z: z), .step)
    }

    /// Has what is asked for worked out, and takes the answer in.
    @discardableResult
    private func work(
        _ state: inout ReviewState, _ effects: [ReviewEffect], by answerer: FakeAnswerer = FakeAnswerer(),
        _ names: EffectNames..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> RegionTask {
        guard case .workOut(let id, let task)? = effects.last else {
            Issue.record("nothing is asked: \(effects.names)", sourceLocation: sourceLocation)
            throw CancellationError()
        }
        let found = reduce(&state, .worked(.done(id: id, try task.perform(answering: answerer))))
        found.expect(names, sourceLocation)
        return task
    }

    private func changed(_ state: ReviewState) -> [Int] { state.region.preview?.outcome.patches[0].touchedSlices ?? [] }

    @Test func theKeyCarriesOnWhereThereIsNoGapToFill() throws {
        var state = try state()
        #expect(!state.offersCarry)
        try correct(&state, 15)
        #expect(state.offersCarry)
        let task = try work(&state, state.run("interpolate", "workOut"), "tryOut")
        #expect(task.scope == .range(5...25))
        #expect(changed(state) == Array(5...14) + Array(16...25), "ten slices, which are 20 mm, either way")
        #expect(
            state.message
                == StatusMessage(
                    "carry (refine@1): Enter accepts, Esc drops · Heart +0.04 ml on 20 slices · to slice 26 (as far as asked), "
                        + "to slice 6 (as far as asked)"))
        // Looking through it changes nothing.
        try go(&state, 20)
        #expect(changed(state).count == 20 && state.history.done.count == 1)
        let after = try #require(state.region.preview).outcome.masks[0]
        send(&state, .confirm, .step)
        #expect(state.structures[0].mask == after)
        #expect(state.history.done.map(\.name) == ["brush", "carry (refine@1)"] && state.history.done[1].slice == 14)
        // Slices that were carried on to are no drawn ones, and nothing is carried on twice.
        try go(&state, 15)
        #expect(!state.offersCarry)
        try state.run("carry")
        #expect(state.message == StatusMessage("what was corrected on slice 16 is carried on already", kind: .warning))
        send(&state, .undo, "mark", "saveProgress", .step)
        #expect(state.history.done.count == 1)
    }

    @Test(arguments: [(4.0, 6), (2.5, 10), (30.0, 1), (0.5, 10)])
    func theUsualReachIsTenSlicesAnd25Millimetres(spacing: Double, slices: Int) throws {
        var state = try state(spacing: spacing)
        try correct(&state, 15)
        let task = try work(&state, state.run("carry", "workOut"), "tryOut")
        #expect(task.scope == .range(15 - slices...15 + slices))
    }

    @Test(arguments: [
        ("carry all", 0...29), ("carry 3", 12...18), ("carry 90", 0...29), ("carry 15-20", 14...19),
        ("carry 18-20", 15...19), ("carry 11-16", 10...15),
    ]) func moreOrLessCanBeAskedFor(command: String, range: ClosedRange<Int>) throws {
        var state = try state()
        try correct(&state, 15)
        let task = try work(&state, state.run(command, "workOut"), "tryOut")
        #expect(task.scope == .range(range))
        #expect(changed(state) == range.filter { $0 != 15 })
    }

    @Test func aGapBetweenDrawnSlicesIsFilledAsBefore() throws {
        var state = try state()
        try correct(&state, 12)
        try correct(&state, 15)
        #expect(!state.offersCarry)
        try state.run("interpolate", "tryOut")
        #expect(state.preview?.name == "interpolate" && state.region.running == nil)
    }

    @Test func betweenTwoCorrectionsBothGoHalfOfTheWay() throws {
        var state = try state()
        try correct(&state, 20, x: 9)
        try correct(&state, 15)
        let answerer = FakeAnswerer()
        try work(&state, state.run("carry", "workOut"), by: answerer, "tryOut")
        let after = try #require(state.region.preview).outcome.masks[0]
        #expect(changed(state) == Array(5...14) + Array(16...19), "neither is touched, nor what lies behind the other")
        for z in [16, 17] { #expect(after[VoxelIndex(x: 8, y: 5, z: z)] && !after[VoxelIndex(x: 9, y: 5, z: z)]) }
        for z in [18, 19] { #expect(after[VoxelIndex(x: 9, y: 5, z: z)] && !after[VoxelIndex(x: 8, y: 5, z: z)]) }
        #expect(
            state.message?.text.contains(
                "to slice 18 (meets the correction of 21), from slice 21 to slice 19 (meets the correction of 16), to")
                == true)
    }

    @Test func aSliceThatWasCorrectedByHandIsNeverChanged() throws {
        var state = try state()
        try correct(&state, 16, x: 9)
        // Erased and drawn again: looked at, though nothing of it is left to carry.
        try go(&state, 12)
        send(&state, .dab(tool: .erase, x: 5, y: 5, z: 12), .step)
        send(&state, .dab(tool: .brush, x: 5, y: 5, z: 12), .step)
        try correct(&state, 15)
        try work(&state, state.run("carry", "workOut"), "tryOut")
        #expect(changed(state) == [13, 14])
        #expect(state.message?.text.contains("not up (17 was corrected by hand)") == true)
        #expect(state.message?.text.contains("to slice 14 (13 was corrected by hand)") == true)
    }

    @Test func whatWasCorrectedInAnEarlierSittingCountsToo() throws {
        var state = try state()
        let mask = state.structures[0].mask
        var earlier = mask
        for z in [15, 18] { earlier[VoxelIndex(x: 8, y: 5, z: z)] = true }
        let structure = StructureState(name: .heart, mask: earlier, prediction: mask, reference: mask, tolerance: 2)
        setUp(
            &state, .opened(OpenedReview(model: .baseline, referenceSource: .prediction, structures: [structure])))
        try go(&state, 15)
        #expect(!state.offersCarry, "only what was corrected just now is offered")
        try work(&state, state.run("carry", "workOut"), "tryOut")
        #expect(changed(state) == Array(5...14) + [16, 17])
    }

    @Test func onlyWhatIsNewIsCarriedOnAndItGoesOnFromTheLastSlice() throws {
        var state = try state()
        try correct(&state, 15)
        try work(&state, state.run("carry 2", "workOut"), "tryOut")
        send(&state, .confirm, .step)
        // A second correction of the same slice: its neighbours have the first.
        try correct(&state, 15, x: 9)
        let answerer = FakeAnswerer()
        try work(&state, state.run("carry 2", "workOut"), by: answerer, "tryOut")
        let guide = try #require(answerer.questions.first?.guide)
        #expect(guide.before[8, 5] && !guide.before[9, 5] && guide.after[8, 5] && guide.after[9, 5])
        send(&state, .cancel)
        // From the last slice that was carried on to, it goes on.
        try go(&state, 17)
        let task = try work(&state, state.run("carry 3", "workOut"), "tryOut")
        #expect(task.scope == .range(17...20) && changed(state) == [18, 19, 20])
    }

    @Test func aPartIsTakenAsFarAsTheSliceOnScreen() throws {
        var state = try state()
        try correct(&state, 15)
        try work(&state, state.run("carry", "workOut"), "tryOut")
        try state.run("carry to")
        #expect(state.message?.kind == .warning && state.region.preview != nil, "from here to here is nothing")
        try go(&state, 18)
        let before = state.structures[0].mask
        try state.run("carry to", .step)
        #expect(state.history.done.last?.patch.touchedSlices == [16, 17, 18] && state.region.preview == nil)
        #expect(state.history.done.last?.name == "carry (refine@1)")
        #expect(state.message?.text.hasSuffix("· as far as slice 19, the rest dropped") == true)
        send(&state, .undo, "mark", "saveProgress", .step)
        #expect(state.structures[0].mask == before)
        try state.run("carry to")
        #expect(
            state.message == StatusMessage("nothing is being carried on; correct a slice, then :carry", kind: .warning))
        try go(&state, 15)
        try work(&state, state.run("carry", "workOut"), "tryOut")
        for wrong in ["carry to 0", "carry to 99"] {
            try state.run(wrong)
            #expect(state.message == StatusMessage("there are slices 1 to 30", kind: .warning))
        }
        try state.run("carry to 13", .step)
        #expect(state.history.done.last?.patch.touchedSlices == [12, 13, 14])
    }

    /// What a step on the whole volume took away again is no correction, least of all the other way round.
    @Test func whatALaterStepUndidIsNotCarriedOn() throws {
        var state = try state()
        try correct(&state, 15, x: 1)
        try work(&state, state.run("largest 3d", "workOut"), .step)
        let effects = try state.run("carry")
        #expect(effects.isEmpty && state.region.running == nil, "\(state.message?.text ?? "")")
    }

    @Test func whatCannotBeCarriedOnIsRefused() throws {
        var state = try state(answered: false)
        try correct(&state, 15)
        try state.run("carry")
        #expect(state.message == StatusMessage(CarryRun.needsAnswerer, kind: .warning))
        try state.run("interpolate")
        #expect(state.message?.text.hasPrefix("edit a slice on either side of the gap first") == true)
        #expect(!state.offersCarry)
        send(&state, .answererReady("refine@1"))
        #expect(state.offersCarry)
        try go(&state, 14)
        try state.run("carry")
        #expect(
            state.message
                == StatusMessage(
                    "nothing of Heart was corrected on slice 15: correct it, then carry it on", kind: .warning))
        try state.run("interpolate")
        #expect(state.message?.text.hasPrefix("edit a slice on either side of the gap first") == true)
        try go(&state, 15)
        try state.run("carry 15-99")
        #expect(state.message == StatusMessage("there are slices 1 to 30", kind: .warning))
        send(&state, .toggleLock(nil))
        try state.run("carry")
        #expect(state.message?.text.contains("locked") == true && !state.offersCarry)
    }

    @Test func marksThatWaitAreDecidedFirst() throws {
        var state = try state()
        try correct(&state, 15)
        let asked = send(&state, .region(.scribble(inside: true, at: VoxelTarget(x: 9, y: 5))), "workOut")
        try work(&state, asked, "tryOut")
        try state.run("interpolate")
        #expect(state.message?.text == "refine by 1 mark (refine@1) is a preview: Enter accepts it, Esc drops it")
        send(&state, .confirm, .step)
        // What marks came to is a correction like any other.
        let answerer = FakeAnswerer()
        try work(&state, state.run("interpolate", "workOut"), by: answerer, "tryOut")
        let guide = try #require(answerer.questions.first?.guide)
        #expect(!guide.before[8, 5] && !guide.before[9, 5] && guide.after[8, 5] && guide.after[9, 5])
        // By its own word, and by the word of the key that showed it.
        try state.run("interpolate accept", .step)
        #expect(state.history.done.last?.name == "carry (refine@1)")
    }

    @Test func whereNobodyWouldChangeAnythingThatIsSaid() throws {
        var state = try state()
        try correct(&state, 15)
        try work(&state, state.run("carry", "workOut"), by: FakeAnswerer(agrees: { _ in true }))
        #expect(
            state.message
                == StatusMessage(
                    "carry (refine@1) changes nothing of Heart · not up (17 needs no change), not down (15 needs no change)",
                    kind: .warning))
        #expect(state.region.preview == nil)
    }

    @Test func aSliceThatWasMarkedAmongSeveralIsADrawnOne() throws {
        var state = try state()
        for z in [15, 18] {
            try go(&state, z)
            let asked = send(&state, .region(.scribble(inside: true, at: VoxelTarget(x: 8, y: 5))), "workOut")
            try work(&state, asked, "tryOut")
        }
        send(&state, .confirm, .step)
        #expect(state.history.done.map(\.patch.touchedSlices) == [[15, 18]])
        try go(&state, 15)
        try work(&state, state.run("carry", "workOut"), "tryOut")
        #expect(changed(state) == Array(5...14) + [16, 17])
    }
}
