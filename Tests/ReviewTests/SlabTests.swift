import Cases
import Commands
import Editing
import PatientView
import Review
import TestSupport
import Testing
import Volumes

/// Several slices shown as one, and slices that follow one another.
@Suite struct SlabTests {
    @Test(arguments: [
        ("slab 10", ReviewAction.see(.slab(Slab(10, .mean)))), ("slab 10mm mip", .see(.slab(Slab(10, .mip)))),
        ("slab 2.5 minip", .see(.slab(Slab(2.5, .minip)))), ("slab off", .see(.slab(nil))),
        ("cine", .see(.play(10))), ("cine 5", .see(.play(5))), ("opacity 40", .see(.setOpacity(0.4))),
        ("opacity theme", .see(.setOpacity(nil))), ("outline 2", .see(.setOutlineWidth(2))),
    ])
    func commands(text: String, action: ReviewAction) throws {
        #expect(try ReviewCommands.table.action(for: text) == action)
    }

    @Test(arguments: ["slab", "slab mip", "slab 5 max", "opacity 101", "opacity", "outline 4", "outline", "cine fast"])
    func wrongCommandsSaySo(text: String) {
        #expect(throws: CommandError.self) { try ReviewCommands.table.action(for: text) }
    }

    /// Five slices of 2 mm.
    @Test(arguments: [
        (0.5, 2, 2...2), (3.9, 2, 2...2), (4.0, 2, 1...3), (7.9, 2, 1...3), (8, 2, 0...4), (8, 0, 0...2),
        (500, 4, 0...4),
    ])
    func aSlabHasTheSlicesWhoseCentresItReaches(thickness: Double, z: Int, depths: ClosedRange<Int>) throws {
        let slab = Slab(Millimetres(thickness), .mip)
        #expect(slab.depths(about: GridPlane(normal: .z, depth: z), of: try Fixture.geometry()) == depths)
    }

    @Test func anEditIsOfWhatIsShown() throws {
        var state = try Fixture.state()
        send(&state, .see(.slab(Slab(4, .mip))))
        #expect(state.slabDepths(of: .axial) == 1...3 && state.slabDepths(of: .coronal) != nil)
        #expect(state.sliceOnShow == nil, "no slice is seen where several are shown as one")
        let before = state.structures[0].mask
        send(&state, .dab(tool: .brush, x: 4, y: 4, z: nil))
        #expect(state.seeing.slab == nil && state.sliceOnShow == 2 && state.structures[0].mask == before)
        #expect(state.message?.text.contains("a slab was shown; single slices are shown again") == true)
        send(&state, .dab(tool: .brush, x: 4, y: 4, z: nil), .step)
    }

    @Test(arguments: [Tool.brush, .erase, .restore, .grow, .scribble, .lasso, .contour, .livewire, .nudge, .vertex])
    func theFirstPressOnlyShowsTheSlice(tool: Tool) throws {
        var state = try Fixture.state()
        setUp(&state, .chooseTool(tool))
        setUp(&state, .see(.slab(Slab(4, .mip))))
        let before = state.structures[0].mask
        send(&state, .beginStroke(at: PlanePoint(x: 5, y: 2), tool: nil))
        send(&state, .continueStroke(to: PlanePoint(x: 2, y: 2)))
        send(&state, .endStroke)
        #expect(state.seeing.slab == nil && state.structures[0].mask == before && state.nextUndo == nil)
    }

    @Test func aSlabOfOneSliceSaysThatItIsNone() throws {
        var state = try Fixture.state()
        send(&state, .see(.slab(Slab(1, .mean))))
        #expect(state.message == StatusMessage("that is a single axial slice: they are 2.0 mm apart", kind: .caution))
        #expect(state.slabDepths(of: .axial) == nil)
        send(&state, .see(.slab(Slab(900, .mean))))
        #expect(state.message?.kind == .warning)
        send(&state, .see(.slab(nil)))
        #expect(state.seeing.slab == nil && state.message == StatusMessage("single slices are shown again"))
    }

    @Test func slicesArePlayedAsTimePassesUntilAKey() throws {
        var state = try Fixture.state()
        send(&state, .see(.play(4)))
        #expect(state.secondsPerTick == 0.25)
        send(&state, .tick(seconds: 0.2))
        send(&state, .tick(seconds: 0.1), .slice)
        #expect(state.view.slice == 3)
        send(&state, .tick(seconds: 0.2), .slice)
        send(&state, .tick(seconds: 0.25), .slice)
        #expect(state.view.slice == 0, "after the last comes the first")
        // However long it took, no slice is left out.
        send(&state, .tick(seconds: 5), .slice)
        #expect(state.view.slice == 1)
        setUp(&state, .resizeView(columns: 40, rows: 20))
        #expect(state.seeing.cine != nil)
        send(&state, .point(PlanePoint(x: 2, y: 2)))
        #expect(state.seeing.cine == nil && state.secondsPerTick == 1)
        send(&state, .tick(seconds: 1))
        #expect(state.view.slice == 1)
        send(&state, .see(.play(100)))
        #expect(state.message?.kind == .warning && state.seeing.cine == nil)
    }

    @Test func playingEndsAfterOneRound() throws {
        var state = try Fixture.state()
        send(&state, .see(.play(10)))
        for _ in 0..<5 { send(&state, .tick(seconds: 0.1), .slice) }
        #expect(state.view.slice == 2 && state.seeing.cine == nil && state.secondsPerTick == 1)
        #expect(state.message == StatusMessage("all 5 slices were played"))
        send(&state, .tick(seconds: 1))
        #expect(state.view.slice == 2)
    }

    @Test func playingEndsWhereNobodyIsThere() throws {
        var state = try Fixture.state()
        send(&state, .see(.play(1)))
        state.idleSeconds = 58
        send(&state, .tick(seconds: 1), .slice)
        send(&state, .tick(seconds: 1))
        #expect(state.seeing.cine == nil && state.view.slice == 3)
        #expect(state.message == StatusMessage("playing has stopped: no key for 60 s"))
    }

    @Test func whatIsOnlyPlayedIsNotSeen() throws {
        var state = try Fixture.state()
        state.seenSlices = []
        send(&state, .see(.play(1)))
        for z in [3, 4, 0] {
            send(&state, .tick(seconds: 1), .slice)
            send(&state, .drawn(slice: z, milliseconds: 1000))
        }
        #expect(state.seenSlices.isEmpty && state.sliceOnShow == nil)
        // The one that it is stopped on is looked at.
        send(&state, .point(PlanePoint(x: 2, y: 2)))
        send(&state, .drawn(slice: 0, milliseconds: ReviewState.seenAfter), "saveProgress")
        #expect(state.seenSlices == [0])
    }

    @Test func masksAlternateAtTheirOwnRateWhatEverIsPlayed() throws {
        var state = try Fixture.state()
        send(&state, .compare(.blink))
        send(&state, .see(.play(1)))
        #expect(state.secondsPerTick == 0.5)
        send(&state, .see(.play(8)))
        #expect(state.secondsPerTick == 0.125)
        var turns: [Bool] = []
        for _ in 0..<4 {
            send(&state, .tick(seconds: 0.125), .slice)
            turns.append(state.view.isReferenceTurn)
        }
        #expect(turns == [true, true, true, false])
        setUp(&state, .see(.play(8)))
        for _ in 0..<4 { setUp(&state, .tick(seconds: 0.125)) }
        #expect(state.view.isReferenceTurn)
        // After a standstill it is the other's turn, once.
        setUp(&state, .tick(seconds: 4.1))
        #expect(!state.view.isReferenceTurn)
    }

    // MARK: That a slab was put away

    private static let edits: [(String, ReviewAction)] = [
        ("margin", .region(.margin(1, .slice))), ("undo", .undo), ("several undone", .counted(2, .undo)),
        ("grow, shown first", .region(.grow(from: VoxelTarget(x: 3, y: 3), -900 ... -700, .slice))),
        ("interpolation", .contour(.interpolate(.here, .correction))),
    ]

    @Test(arguments: 0..<edits.count) func itIsSaidBehindWhatWasDone(_ i: Int) throws {
        let (name, action) = Self.edits[i]
        var state = try Fixture.state()
        for z in [1, 3] { setUp(&state, .dab(tool: .brush, x: 4, y: 4, z: z)) }
        setUp(&state, .goToSlice(2))
        setUp(&state, .see(.slab(Slab(4, .mip))))
        setUp(&state, action)
        let message = try #require(state.message)
        #expect(state.seeing.slab == nil && message.kind == .warning, "\(name)")
        #expect(message.text.contains(" · a slab was shown; single slices are shown again"), "\(name): \(message.text)")
    }

    @Test func itIsSaidBehindWhatWasLoaded() throws {
        var state = try Fixture.state()
        setUp(&state, .see(.slab(Slab(4, .mip))))
        let mask = ContextMask(name: StructureName(rawValue: "GTV"), mask: try Fixture.square(0..<1))
        setUp(
            &state, .structuresLoaded(LoadedStructures(file: "rs.dcm", masks: [mask], isReference: false, notes: [])))
        let text = try #require(state.message?.text)
        #expect(text.hasPrefix("loaded GTV of rs.dcm · "))
        #expect(text.hasSuffix(" · a slab was shown; single slices are shown again to be edited"))
        #expect(!state.messages.entries.contains { $0.message.text.isEmpty })
    }

    @Test func aCommandThatEndsASlabSaysSoOnce() throws {
        var state = try Fixture.state()
        setUp(&state, .see(.slab(Slab(4, .mip))))
        setUp(&state, .openPrompt(.command))
        setUp(&state, .line(.type("slab off")))
        send(&state, .confirm, "rememberCommand")
        #expect(state.message == StatusMessage("single slices are shown again"))
    }
}

/// Windows of one's own, windows by dragging, and places in the patient.
@Suite struct WindowAndPlaceTests {
    @Test func windowsOfOnesOwnAreKnownByTheirNames() throws {
        var state = try Fixture.state()
        state.seeing.preferences.windows = ["stent": WindowLevel(width: 1200, level: 300)]
        #expect(state.completions(for: "window st").map(\.line) == ["window stent"])
        send(&state, try ReviewCommands.table.action(for: "window stent"))
        #expect(state.view.window == WindowLevel(width: 1200, level: 300))
        send(&state, try ReviewCommands.table.action(for: "window steel"))
        #expect(
            state.message
                == StatusMessage(
                    "there is no window steel; there are soft, lung, liver, bone, brain, stent, or WIDTH LEVEL in HU",
                    kind: .warning))
    }

    @Test func draggingWidensAndRaisesAndEscapeGoesBack() throws {
        var state = try Fixture.state()
        send(&state, .setWindow(WindowLevel(width: 400, level: 40)))
        send(&state, .see(.beginWindowDrag))
        send(&state, .see(.dragWindow(columns: 5, rows: -3)))
        #expect(state.view.window == WindowLevel(width: 440, level: 16))
        send(&state, .see(.dragWindow(columns: -60, rows: 0)))
        #expect(state.view.window == WindowLevel(width: 1, level: 40), "never less than 1 HU wide")
        send(&state, .cancel)
        #expect(state.view.window == WindowLevel(width: 400, level: 40))
        // The button is still held.
        send(&state, .see(.dragWindow(columns: 9, rows: 9)))
        send(&state, .see(.endWindowDrag))
        #expect(state.view.window == WindowLevel(width: 400, level: 40))
        send(&state, .see(.beginWindowDrag))
        send(&state, .see(.dragWindow(columns: 1, rows: 1)))
        send(&state, .see(.endWindowDrag))
        send(&state, .cancel)
        #expect(state.view.window == WindowLevel(width: 408, level: 48), "what was let go stays")
    }

    @Test(arguments: [
        "goto -1 1 -4 mm", "goto −1 1 −4", "goto R 1.0 P 1.0 I 4.0 mm", "goto R1 P1 I4", "goto i4 r1 p 1 mm",
    ])
    func placesAreTypedAsTheyAreShown(text: String) throws {
        #expect(
            try ReviewCommands.table.action(for: text) == .see(.goTo(PatientPoint(x: -1, y: 1, z: -4))))
    }

    @Test(arguments: [
        "goto 1 2", "goto 1 2 3 4", "goto L1 R2 S3", "goto L -1 P 1 S 1", "goto L P 1 S 2", "goto 1 2 mm",
    ])
    func placesThatAreNoneSaySo(text: String) {
        #expect(throws: CommandError.self) { try ReviewCommands.table.action(for: text) }
    }

    @Test func aPlaceIsPointedAt() throws {
        var state = try Fixture.state()
        send(&state, .see(.goTo(PatientPoint(x: -1, y: 1.25, z: -4))), .slice)
        #expect(state.cursorVoxel == VoxelIndex(x: 3, y: 4, z: 3))
        #expect(state.view.position.x == 3 && state.view.position.y == 4.25 && state.view.position.z == 3)
        send(&state, .see(.goTo(PatientPoint(x: 100, y: 0, z: -4))))
        #expect(state.message?.kind == .warning && state.cursorVoxel == VoxelIndex(x: 3, y: 4, z: 3))
        #expect(state.message?.text.contains("−4.0 −3.0 −10.0 to 3.0 2.0 −2.0 mm") == true)
        send(&state, .choosePlane(.coronal))
        send(&state, .see(.goTo(PatientPoint(x: 0, y: 0, z: -4))))
        #expect(state.cursorVoxel == VoxelIndex(x: 4, y: 3, z: 3))
    }
}
