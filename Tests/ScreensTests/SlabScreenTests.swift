import Cases
import Editing
import PatientView
import Review
@testable import Screens
import TerminalKit
import Testing
import Volumes

@Suite("Slabs, and dragging with Alt")
struct SlabScreenTests {
    /// A voxel's CT number by its place, so that every plane has its own.
    private func value(_ x: Int, _ y: Int, _ z: Int) -> Int { (x * 131 + y * 71 + z * 53) % 97 - 60 }

    private func volume() throws -> PartialVolume {
        let grid = try GridGeometry(
            size: GridSize(x: 7, y: 5, z: 6), spacing: Spacing(x: 1, y: 1, z: 2),
            origin: PatientPoint(x: 0, y: 0, z: 0))
        var volume = Volume(geometry: grid, filledWith: 0)
        for z in 0..<6 {
            for y in 0..<5 {
                for x in 0..<7 { volume[VoxelIndex(x: x, y: y, z: z)] = HounsfieldUnit(Int16(value(x, y, z))) }
            }
        }
        return PartialVolume(volume)
    }

    @Test(arguments: ViewPlane.allCases, Slab.Projection.allCases)
    func theyAreMadeOfThePlanesBehindOneAnother(plane: ViewPlane, projection: Slab.Projection) throws {
        let image = try volume()
        let size = image.geometry.size
        let viewport = Viewport(
            fitting: size.bounds, geometry: image.geometry, plane: plane, columns: 20, rows: 10, zoom: 1, centre: nil)
        let normal = plane.normal(in: image.geometry.direction)
        let cut = PlaneSlice(GridPlane(normal: normal, depth: 2), viewport, size: size)
        let found = try #require(cut.image(image, slab: 1...4, projection))
        let (across, down) = plane.axes(in: image.geometry.direction)
        for row in 0..<size[down] {
            for column in 0..<size[across] {
                let values = (1...4).map { depth in
                    func index(_ axis: GridAxis) -> Int { axis == normal ? depth : axis == across ? column : row }
                    return value(index(.x), index(.y), index(.z))
                }
                let wanted =
                    switch projection {
                    case .mean: Int((Double(values.reduce(0, +)) / 4 + 0.5).rounded(.down))
                    case .mip: values.max() ?? 0
                    case .minip: values.min() ?? 0
                    }
                #expect(Int(found[column, row].value) == wanted)
            }
        }
    }

    @Test(arguments: [(5, 2, 3), (-5, 2, -2), (-3, 2, -1), (7, 3, 2), (8, 3, 3), (-7, 3, -2), (-8, 3, -3), (0, 4, 0)])
    func halvesGoUp(sum: Int32, count: Int32, mean: Int32) { #expect(PlaneSlice.rounded(sum, by: count) == mean) }

    @Test func aSlabIsToldOnTheImage() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .see(.slab(Slab(5, .mip))))
        let lines = try GridFixture.text(state).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[1].hasPrefix("  axial 3/5  MIP 5 mm  z −125.0 mm "))
        #expect(lines[2].contains(" MIP 5 mm, slices 2–4 · masks and HU are of slice 3 alone · :slab off"))
        setUp(&state, .see(.slab(nil)))
        #expect(!(try GridFixture.text(state)).contains("MIP"))
    }

    @Test func whereThereIsLittleRoomItSaysWhatIsOfASingleSlice() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .see(.slab(Slab(12.5, .minip))))
        let grid = ReviewScreen.render(state, options: try GridFixture.options(), columns: 60, rows: 20)
        #expect(GridFixture.text(grid).contains(" MinIP 12.5 mm · masks and HU of slice 3 alone\n"))
        // Before there are masks, the CT number under the cursor is that of a single slice as well.
        var loading = ReviewState(caseID: state.caseID, title: "1.2.840.1")
        setUp(&loading, .resizeView(columns: 80, rows: 18))
        let image = try #require(state.image)
        setUp(&loading, .imageArrived(image, bodyBox: image.geometry.size.bounds))
        setUp(&loading, .see(.slab(Slab(5, .mip))))
        #expect(try GridFixture.text(loading).contains("HU are of slice 3 alone"))
    }

    private func mouse(_ kind: MouseEvent.Kind, _ x: Int, _ y: Int, _ modifiers: InputModifiers = []) -> InputEvent {
        .mouse(MouseEvent(kind: kind, x: x, y: y, modifiers: modifiers))
    }

    @Test func withAltTheRightButtonDragsTheWindow() throws {
        var state = try ScreenFixture.state()
        var translator = InputTranslator(keymaps: try GridFixture.options().keymaps)
        func actions(_ event: InputEvent) -> [ReviewAction] {
            let found = translator.actions(for: event, in: state, columns: 80, rows: 24)
            for action in found { setUp(&state, action) }
            return found
        }
        #expect(actions(mouse(.press(.right), 40, 10, .alt)) == [.see(.beginWindowDrag)])
        #expect(actions(mouse(.drag(.right), 43, 8, .alt)) == [.see(.dragWindow(columns: 3, rows: -2))])
        #expect(state.view.window == WindowLevel(width: 1590, level: -660))
        let status = try GridFixture.text(state).split(separator: "\n", omittingEmptySubsequences: false)[22]
        #expect(status.contains("W 1590 L −660"))
        #expect(actions(mouse(.release(.right), 43, 8)) == [.see(.endWindowDrag)])
        #expect(actions(mouse(.drag(.right), 50, 8)) == [])
        #expect(state.history.done.isEmpty, "nothing was erased")
    }

    @Test func withAltTheLeftButtonOnlyPoints() throws {
        var state = try ScreenFixture.state()
        var translator = InputTranslator(keymaps: try GridFixture.options().keymaps)
        for event in [
            mouse(.press(.left), 40, 10, .alt), mouse(.drag(.left), 42, 11, .alt), mouse(.release(.left), 42, 11),
        ] {
            for action in translator.actions(for: event, in: state, columns: 80, rows: 24) {
                guard case .point = action else {
                    Issue.record("\(action)")
                    continue
                }
                setUp(&state, action)
            }
        }
        #expect(state.cursorVoxel == VoxelIndex(x: 42, y: 21, z: 2) && state.history.done.isEmpty)
    }

    @Test func outlinesGrowInwards() throws {
        let size = GridSize(x: 9, y: 9, z: 1)
        let grid = try GridGeometry(
            size: size, spacing: Spacing(x: 1, y: 1, z: 1), origin: PatientPoint(x: 0, y: 0, z: 0))
        let viewport = Viewport(fitting: size.bounds, geometry: grid, columns: 9, rows: 5, zoom: 1, centre: nil)
        let raster = PixelRaster(viewport: viewport, size: size, mode: .half)
        let inside = (0..<raster.width * raster.height).map { i in
            (1..<8).contains(i % raster.width) && (1..<8).contains(i / raster.width)
        }
        let edge = raster.outline(of: inside)
        #expect(edge.count { $0 } == 24)
        #expect(raster.widened(edge, within: inside, to: 1) == edge)
        #expect(raster.widened(edge, within: inside, to: 2).count { $0 } == 40)
        #expect(zip(raster.widened(edge, within: inside, to: 3), inside).allSatisfy { !$0 || $1 })
    }
}
