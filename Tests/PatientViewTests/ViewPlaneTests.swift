import Editing
import PatientView
import Testing
import Volumes

@Suite struct ViewPlaneTests {
    /// The six orders of three axes.
    private static let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]

    /// One block of the patient, 40 × 30 × 20 voxels of 1 × 1.5 × 2.5 mm along L, P and S, in a file whose axes run any
    /// of the 48 ways: every plane shows each place of the patient at the same place of the screen.
    @Test func thePatientLiesTheSameWayWhicheverWayTheFileRuns() throws {
        let counts = [40, 30, 20]
        let steps = [1.0, 1.5, 2.5]
        let units = [
            PatientVector(x: 1, y: 0, z: 0), PatientVector(x: 0, y: 1, z: 0), PatientVector(x: 0, y: 0, z: 1),
        ]
        let place = PatientPoint(x: 7, y: 12, z: 10)
        var seen: [ViewPlane: [Double]] = [:]
        for order in Self.orders {
            for signs in 0..<8 {
                func flips(_ axis: Int) -> Bool { signs >> axis & 1 == 1 }
                func origin(_ axis: Int) -> Double { flips(axis) ? Double(counts[axis] - 1) * steps[axis] : 0 }
                func unit(_ axis: Int) -> PatientVector { units[axis] * (flips(axis) ? -1 : 1) }
                let grid = try GridGeometry(
                    size: GridSize(x: counts[order[0]], y: counts[order[1]], z: counts[order[2]]),
                    spacing: Spacing(x: steps[order[0]], y: steps[order[1]], z: steps[order[2]]),
                    origin: PatientPoint(x: origin(0), y: origin(1), z: origin(2)),
                    direction: GridDirection(x: unit(order[0]), y: unit(order[1]), z: unit(order[2])))
                for plane in ViewPlane.allCases {
                    let cut = GridPlane(normal: plane.normal(in: grid.direction), depth: 0)
                    let view = Viewport(
                        fitting: grid.size.bounds, geometry: grid, plane: plane, columns: 60, rows: 24, zoom: 1,
                        centre: nil)
                    let at = view.screen(of: cut.point(of: grid.index(of: place)))
                    let found = [at.column, at.halfRow].map { ($0 * 1e6).rounded() / 1e6 }
                    #expect(seen[plane, default: found] == found, "\(plane) \(order) \(signs)")
                    seen[plane] = found
                    // And back: what is pointed at is what is shown there.
                    let back = view.voxel(atColumn: at.column, halfRow: at.halfRow)
                    let point = grid.point(at: cut.index(of: back))
                    let off = point - place
                    #expect(abs(off.length - abs(off.dot(grid.direction[cut.normal]))) < 1e-6)
                }
            }
        }
        // Axial: 40 mm across 60 columns and 45 mm down 48 half rows, so 45/48 mm a unit; 12 mm is 12/0.9375 units.
        // The block's middle is at x 19.5, y 21.75, z 23.75.
        #expect(seen[.axial] == [(30 - 12.5 / 0.9375) * 1e6, (24 - 9.75 / 0.9375) * 1e6].map { ($0).rounded() / 1e6 })
        // Coronal: 50 mm down 48 half rows; 10 mm is 13.75 mm below the middle.
        let unit = 50.0 / 48
        #expect(seen[.coronal] == [(30 - 12.5 / unit) * 1e6, (24 + 13.75 / unit) * 1e6].map { ($0).rounded() / 1e6 })
        #expect(seen[.sagittal] == [(30 - 9.75 / unit) * 1e6, (24 + 13.75 / unit) * 1e6].map { ($0).rounded() / 1e6 })
    }

    @Test func aTiltedGridGetsTheNearestPlanes() throws {
        // Turned by 30° about the head–feet axis.
        let tilted = GridDirection(
            x: PatientVector(x: 0.8660254037844387, y: 0.5, z: 0),
            y: PatientVector(x: -0.5, y: 0.8660254037844387, z: 0), z: PatientVector(x: 0, y: 0, z: 1))
        #expect(ViewPlane.allCases.map { $0.normal(in: tilted) } == [.z, .y, .x])
        #expect(ViewPlane.ofSlices(tilted) == .axial)
    }
}

@Suite struct WindowTests {
    @Test func greysAreLinearBetweenTheWindowsEnds() {
        let window = WindowLevel(width: 400, level: 40)
        #expect([-1000, -160, 40, 240, 3000].map { window.grey(of: $0) } == [0, 0, 128, 255, 255])
        #expect(WindowLevel(width: 0, level: 99_999) == WindowLevel(width: 1, level: 32_767))
        #expect(
            WindowPreset.matching(window) == .soft && WindowPreset.matching(WindowLevel(width: 401, level: 40)) == nil)
    }
}

@Suite struct RulerTests {
    @Test func aLengthIsInThePatientAndNotInVoxels() throws {
        let grid = try GridGeometry(size: GridSize(x: 8, y: 8, z: 8), spacing: Spacing(x: 1, y: 1.5, z: 2))
        let (start, end) = (PlanePoint(x: 1, y: 1), PlanePoint(x: 4, y: 3))
        // Coronal: three columns of 1 mm and two slices of 2 mm.
        #expect(Ruler(plane: GridPlane(normal: .y, depth: 2), start: start, end: end).length(on: grid) == 5)
        let axial = Ruler(plane: .slice(2), start: start, end: PlanePoint(x: 1, y: 5)).length(on: grid)
        #expect(axial == 6)
    }
}

@Suite struct BodyBoxTests {
    @Test func theBodyIsBoxedWithAMarginAndTheAirIsLeftOut() throws {
        let grid = try GridGeometry(size: GridSize(x: 128, y: 64, z: 6), spacing: Spacing(x: 1, y: 1, z: 2))
        var volume = Volume(geometry: grid, filledWith: -1000)
        #expect(BodyBox.estimate(PartialVolume(volume)) == grid.size.bounds, "there is nobody")
        for z in 0..<6 {
            for y in 20..<50 { for x in 30..<90 { volume[VoxelIndex(x: x, y: y, z: z)] = 0 } }
        }
        let box = BodyBox.estimate(PartialVolume(volume))
        // Every second column and row is looked at; the margin is 1/64 of the size.
        #expect(box == VoxelBox(x: 28..<91, y: 19..<50, z: 0..<6))
    }
}
