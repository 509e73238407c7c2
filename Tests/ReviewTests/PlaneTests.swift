import Cases
import Editing
import PatientView
import Review
import TestSupport
import Testing
import Volumes

@Suite struct OpeningPlaneTests {
    @Test(arguments: [
        (GridDirection.identity, ViewPlane.axial),
        (
            GridDirection(
                x: PatientVector(x: 0, y: 1, z: 0), y: PatientVector(x: 0, y: 0, z: -1),
                z: PatientVector(x: 1, y: 0, z: 0)), .sagittal
        ),
        (
            GridDirection(
                x: PatientVector(x: 1, y: 0, z: 0), y: PatientVector(x: 0, y: 0, z: -1),
                z: PatientVector(x: 0, y: 1, z: 0)), .coronal
        ),
    ])
    func aCaseOpensOnTheSlicesItWasAcquiredIn(direction: GridDirection, plane: ViewPlane) throws {
        let grid = try GridGeometry(
            size: GridSize(x: 4, y: 5, z: 6), spacing: Spacing(x: 1, y: 1, z: 1),
            origin: PatientPoint(x: 0, y: 0, z: 0), direction: direction)
        var state = ReviewState(caseID: CaseID(rawValue: "1.2.3"), title: "")
        let image = PartialVolume(Volume(geometry: grid, filledWith: 0))
        send(&state, .imageArrived(image, bodyBox: grid.size.bounds))
        #expect(state.showsSlices && state.view.plane == plane)
    }
}

@Suite struct PlaneReducerTests {
    /// Voxels of 1 × 1 × 2 mm; the crosshair is on (4, 3, 2).
    private func coronal() throws -> ReviewState {
        var state = try Fixture.state()
        send(&state, .choosePlane(.coronal))
        return state
    }

    @Test func aStrokeOnAnotherPlaneIsOneStepInTrueMillimetres() throws {
        var state = try coronal()
        let before = state.structures[0].mask
        send(&state, .setBrushRadius(2))
        send(&state, .beginStroke(at: PlanePoint(x: 3, y: 1), tool: nil), "mark", "mark")
        #expect(state.view.slice == 1, "the crosshair is linked")
        send(&state, .endStroke, .step)
        let step = try #require(state.history.done.last)
        // A disc of 2 mm in row 3: two voxels along x, one along z.
        var after = before
        for (x, z) in [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (3, 0), (3, 2)] {
            after[VoxelIndex(x: x, y: 3, z: z)] = true
        }
        #expect(state.structures[0].mask == after)
        #expect(step.patch.touchedSlices == [0, 1, 2] && step.slice == 1)
        #expect(state.structures[0].editedSlices == [0, 1, 2])
        // Undo goes to where it happened, on this plane and on the slices.
        send(&state, .moveSlices(-2))
        send(&state, .slide(4), .slice)
        #expect(state.gridPlane == GridPlane(normal: .y, depth: 1) && state.view.slice == 4)
        send(&state, .undo, .slice, .step)
        #expect(state.structures[0].mask == before)
        #expect(state.gridPlane == GridPlane(normal: .y, depth: 3) && state.view.slice == 1)
    }

    @Test func movingGoesThroughThePlaneInHand() throws {
        var state = try coronal()
        send(&state, .moveSlices(2))
        #expect(state.cursorVoxel == VoxelIndex(x: 4, y: 5, z: 2))
        send(&state, .goToEnd(last: false))
        #expect(state.cursorVoxel == VoxelIndex(x: 4, y: 0, z: 2))
        // Slices of a kind are seen on the slices.
        send(&state, .goToNext(.structure, backwards: false), .slice)
        #expect(state.view.plane == .axial && state.view.slice == 3)
    }

    @Test func slicesCountAsSeenOnlyWhereTheyAreShown() throws {
        var state = try coronal()
        send(&state, .slide(4), .slice)
        state.look()
        #expect(state.seenSlices == [2])
        send(&state, .resizeView(columns: 160, rows: 50))
        send(&state, .setLayout(.three))
        state.look()
        #expect(state.seenSlices == [2, 4])
    }

    @Test func anotherPlaneEndsAStroke() throws {
        var state = try Fixture.state()
        send(&state, .beginStroke(at: PlanePoint(x: 0, y: 0), tool: nil))
        send(&state, .choosePlane(nil), .step)
        #expect(state.view.plane == .coronal && state.stroke == nil)
    }

    @Test func anotherSizeEndsAStrokeWhereItIs() throws {
        var state = try Fixture.state()
        send(&state, .beginStroke(at: PlanePoint(x: 0, y: 0), tool: nil))
        #expect(reduce(&state, .resizeView(columns: 80, rows: 20)).isEmpty, "the same size is no change")
        #expect(state.stroke != nil)
        send(&state, .resizeView(columns: 100, rows: 30), .step)
        #expect(state.stroke == nil && state.history.done.count == 1)
        // The button is still down: what comes from it paints no more.
        let mask = state.structures[0].mask
        send(&state, .continueStroke(to: PlanePoint(x: 7, y: 5)))
        #expect(state.structures[0].mask == mask)
    }

    @Test func threePlanesNeedRoom() throws {
        var state = try Fixture.state()
        send(&state, .resizeView(columns: 80, rows: 18))
        send(&state, .setLayout(nil))
        #expect(state.view.shownLayout == .one && state.message?.kind == .warning)
        send(&state, .resizeView(columns: 163, rows: 55))
        #expect(state.view.shownLayout == .three)
        let rooms = ViewPlane.allCases.map { state.view.room(for: $0) }
        #expect(
            rooms == [
                PaneRoom(x: 0, y: 0, columns: 97, rows: 55), PaneRoom(x: 98, y: 0, columns: 65, rows: 27),
                PaneRoom(x: 98, y: 28, columns: 65, rows: 27),
            ])
    }

    @Test func nobodyPaintsOnAMaskThatIsNotShown() throws {
        var state = try Fixture.state()
        expect(&state, .compare(.blink)) {
            $0.view.comparison = .blink
            $0.view.isReferenceTurn = true
        }
        send(&state, .tick(seconds: 0.5))
        #expect(!state.view.showsReference)
        send(&state, .tick(seconds: 0.5))
        #expect(state.view.showsReference)
        send(&state, .dab(tool: .brush, x: 3, y: 3, z: 2), .step)
        #expect(!state.view.showsReference && state.view.comparison == .off)
        expect(&state, .compare(.reference)) {
            $0.view.comparison = .reference
            $0.view.isReferenceTurn = false
        }
        expect(&state, .compare(.reference)) { $0.view.comparison = .off }
    }
}

@Suite struct MeasuringTests {
    @Test func lengthsAreTrueMillimetres() throws {
        var state = try Fixture.state()
        send(&state, .choosePlane(.coronal))
        send(&state, .toggleMeasuring)
        // By mouse: three columns of 1 mm and two slices of 2 mm.
        send(&state, .beginStroke(at: PlanePoint(x: 1, y: 1), tool: nil), "mark", "mark")
        send(&state, .continueStroke(to: PlanePoint(x: 4, y: 3)), "mark", "mark")
        #expect(state.isDragging)
        send(&state, .endStroke)
        let ruler = try #require(state.rulers.first)
        let geometry = try #require(state.geometry)
        #expect(ruler.length(on: geometry) == 5 && state.message?.text == "length 5.0 mm")
        // By keyboard: both ends, with moves in between.
        send(&state, .dabAtCursor(tool: nil))
        send(&state, .moveCursor(columns: 2, halfRows: 0))
        #expect(state.ruler?.end.x == state.cursor.x)
        send(&state, .dabAtCursor(tool: nil))
        #expect(state.rulers.count == 2 && state.ruler == nil)
        #expect(state.history.done.isEmpty, "measuring marks nothing")
        send(&state, .beginStroke(at: PlanePoint(x: 1, y: 1), tool: .erase), "mark", "mark")
        #expect(state.rulers.count == 1, "the right button takes the newest back")
        send(&state, .clearRulers)
        #expect(state.rulers.isEmpty)
        send(&state, .toggleMeasuring)
        #expect(state.tool == .brush)
    }

    @Test func aCaseThatMayNotBeChangedCanBeMeasured() throws {
        var state = try Fixture.state()
        send(&state, .opened(try Fixture.opened(readOnly: "dr-first has it")), .opening)
        send(&state, .toggleMeasuring)
        send(&state, .beginStroke(at: PlanePoint(x: 1, y: 1), tool: nil))
        send(&state, .continueStroke(to: PlanePoint(x: 1, y: 4)))
        send(&state, .endStroke)
        #expect(state.message?.text == "length 3.0 mm")
    }

    @Test func theBrushSaysWhatLiesUnderIt() throws {
        let grid = try GridGeometry(size: GridSize(x: 5, y: 5, z: 3), spacing: Spacing(x: 1, y: 1, z: 1))
        var volume = Volume(geometry: grid, filledWith: -800)
        volume[VoxelIndex(x: 2, y: 2, z: 1)] = 200
        let image = PartialVolume(volume)
        let centre = PlanePoint(x: 2, y: 2)
        // A cross of five: −800 four times and 200, mean −600, deviations −200 and 800: √(4·200² + 800²)/√5 = 400.
        let disc = try #require(BrushProfile(Brush(radius: 1), at: centre, on: .slice(1), of: image))
        #expect(disc.count == 5 && disc.mean == -600 && disc.deviation == 400)
        for normal in [GridAxis.x, .y] {
            let point = PlanePoint(x: 2, y: 1)
            let other = BrushProfile(Brush(radius: 1), at: point, on: GridPlane(normal: normal, depth: 2), of: image)
            #expect(other == disc)
        }
        let ball = try #require(BrushProfile(Brush(shape: .ball, radius: 1), at: centre, on: .slice(1), of: image))
        #expect(ball.count == 7)
        let point = try #require(BrushProfile(Brush(radius: 0.5), at: centre, on: .slice(1), of: image))
        #expect(point.count == 1 && point.mean == 200 && point.deviation == 0)
        #expect(BrushProfile(Brush(radius: 0.5), at: PlanePoint(x: 9, y: 9), on: .slice(1), of: image) == nil)
    }
}
