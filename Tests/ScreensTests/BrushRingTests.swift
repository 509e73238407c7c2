import Cases
import Editing
import PatientView
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

@Suite("The brush's rim is a circle in millimetres, seen on everything")
struct BrushRingTests {
    /// A case of one grey on voxels of 1 × 2 × 4 mm, with the brush in its middle.
    private func state(
        hounsfield: HounsfieldUnit = -600, plane: ViewPlane = .axial, radius: Millimetres = 12, masked: Bool = false
    ) throws -> ReviewState {
        let grid = try GridGeometry(
            size: GridSize(x: 96, y: 48, z: 24), spacing: Spacing(x: 1, y: 2, z: 4),
            origin: PatientPoint(x: 0, y: 0, z: 0))
        var state = ReviewState(caseID: CaseID(rawValue: "1"), title: "t")
        setUp(&state, .resizeView(columns: 120, rows: 40))
        setUp(
            &state,
            .imageArrived(PartialVolume(Volume(geometry: grid, filledWith: hounsfield)), bodyBox: grid.size.bounds))
        // As large as the brush, so that the outline and the rim run together.
        let mask = Mask(geometry: grid) { voxel in
            let (x, y) = (voxel.x - 48, 2 * (voxel.y - 24))
            return masked && x * x + y * y <= 144
        }
        setUp(
            &state,
            .opened(
                OpenedReview(
                    model: .baseline, referenceSource: .prediction,
                    structures: [
                        StructureState(name: .lungLeft, mask: mask, prediction: mask, reference: mask, tolerance: 2)
                    ])))
        setUp(&state, .goToSlice(12))
        setUp(&state, .point(PlanePoint(x: 48, y: 24)))
        if plane != .axial { setUp(&state, .choosePlane(plane)) }
        setUp(&state, .setBrushRadius(radius))
        return state
    }

    /// The pixels of the picture that the brush changes, as half rows, without the cursor's own.
    private func rim(_ state: ReviewState, _ cells: CellMode = .half) throws -> [(x: Int, y: Int)] {
        var without = state
        setUp(&without, .setBrushRadius(0.5))
        let options = try ScreenFixture.options(depth: .indexed, cells: cells)
        let one = ReviewScreen.render(state, options: options, columns: 157, rows: 47)
        let other = ReviewScreen.render(without, options: options, columns: 157, rows: 47)
        var found: [(x: Int, y: Int)] = []
        for y in 1...40 {
            for x in 0..<120 {
                let (a, b) = (pixels(one[x, y]), pixels(other[x, y]))
                if a.0 != b.0 { found.append((x, 2 * (y - 1))) }
                if a.1 != b.1 { found.append((x, 2 * (y - 1) + 1)) }
            }
        }
        return found
    }

    private func pixels(_ cell: Cell) -> (Colour, Colour) {
        cell.glyph == "▀"
            ? (cell.style.foreground, cell.style.background) : (cell.style.background, cell.style.background)
    }

    @Test("every pixel of it lies at the radius, on all planes", arguments: [ViewPlane.axial, .coronal, .sagittal])
    func circle(plane: ViewPlane) throws {
        let state = try state(plane: plane)
        let viewport = try #require(state.viewport(of: plane))
        let geometry = try #require(state.geometry)
        let spacing = state.gridPlane(plane).spacing(of: geometry.spacing)
        let cursor = state.gridPlane(plane).point(of: state.view.position)
        let pixel = viewport.millimetresPerUnit
        let found = try rim(state)
        #expect(found.count > 20)
        var directions = Set<Int>()
        for (x, y) in found {
            let point = viewport.voxel(atColumn: Double(x) + 0.5, halfRow: Double(y) + 0.5)
            let (dx, dy) = ((point.x - cursor.x) * spacing.x, (point.y - cursor.y) * spacing.y)
            let distance = (dx * dx + dy * dy).squareRoot()
            #expect(distance <= 12 && distance > 12 - 1.5 * pixel, "\(x), \(y): \(distance) mm")
            directions.insert((dx > 0 ? 1 : 0) + (dy > 0 ? 2 : 0) + (abs(dx) > abs(dy) ? 4 : 0))
        }
        // All round: every eighth of the circle has its part.
        #expect(directions.count == 8)
        // As wide as it is high, within a pixel.
        let (xs, ys) = (found.map(\.x), found.map(\.y))
        let wide = try #require(xs.max()) - #require(xs.min())
        let high = try #require(ys.max()) - #require(ys.min())
        #expect(abs(wide - high) <= 1)
    }

    @Test("it is black on white tissue and white on black", arguments: [(3000, 0), (-2000, 255)])
    func inversion(hounsfield: Int, expected: Int) throws {
        let state = try state(hounsfield: HounsfieldUnit(Int16(hounsfield)))
        let options = try ScreenFixture.options(depth: .indexed)
        let grid = ReviewScreen.render(state, options: options, columns: 157, rows: 47)
        for (x, y) in try rim(state) {
            let cell = pixels(grid[x, 1 + y / 2])
            #expect((y % 2 == 0 ? cell.0 : cell.1) == Colour(grey: UInt8(expected)))
        }
    }

    @Test("it crosses outlines, which shine through every other pixel")
    func outlines() throws {
        let state = try state(masked: true)
        let options = try ScreenFixture.options(depth: .indexed)
        let grid = ReviewScreen.render(state, options: options, columns: 157, rows: 47)
        let blue = Colour(red: 0, green: 0, blue: 255)
        var without = state
        setUp(&without, .setBrushRadius(0.5))
        let plain = ReviewScreen.render(without, options: options, columns: 157, rows: 47)
        func isOutline(_ x: Int, _ y: Int) -> Bool {
            let cell = pixels(plain[x, 1 + y / 2])
            return (y % 2 == 0 ? cell.0 : cell.1) == blue
        }
        let crossed = try rim(state).filter { isOutline($0.x, $0.y) }
        let outline = (0..<80).reduce(0) { sum, y in sum + (0..<120).count { isOutline($0, y) } }
        #expect(crossed.count > 10 && outline - crossed.count > 10)
        for (x, y) in crossed {
            let cell = pixels(grid[x, 1 + y / 2])
            #expect((y % 2 == 0 ? cell.0 : cell.1).components.map { $0.red == $0.blue } == true)
        }
    }
}
