import PatientView
import Testing
import Volumes

@Suite struct PlaneGridTests {
    /// Whichever way a file's axes run, the pictures of a plane are the same, and each of their voxels is where the grid
    /// says and the voxel of the file that it is said to be.
    @Test func aPlaneShowsTheSamePictureWhicheverWayTheFileRuns() throws {
        let units = [
            PatientVector(x: 1, y: 0, z: 0), PatientVector(x: 0, y: 1, z: 0), PatientVector(x: 0, y: 0, z: 1),
        ]
        let (counts, steps) = ([5, 4, 3], [1.0, 1.5, 2.5])
        // A corner of the patient: right, front, feet.
        let corner = PatientPoint(x: 0, y: 0, z: 0)
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            for signs in 0..<8 {
                func flips(_ axis: Int) -> Bool { signs >> axis & 1 == 1 }
                func origin(_ axis: Int) -> Double { flips(axis) ? Double(counts[axis] - 1) * steps[axis] : 0 }
                func unit(_ axis: Int) -> PatientVector { units[axis] * (flips(axis) ? -1 : 1) }
                let grid = try GridGeometry(
                    size: GridSize(x: counts[order[0]], y: counts[order[1]], z: counts[order[2]]),
                    spacing: Spacing(x: steps[order[0]], y: steps[order[1]], z: steps[order[2]]),
                    origin: PatientPoint(x: origin(0), y: origin(1), z: origin(2)),
                    direction: GridDirection(x: unit(order[0]), y: unit(order[1]), z: unit(order[2])))
                let mask = Mask(geometry: grid) { (grid.point(at: $0) - corner).length < 0.1 }
                #expect(mask.count == 1)
                for plane in ViewPlane.allCases {
                    let turned = try PlaneGrid(plane, of: grid)
                    let size = turned.geometry.size
                    #expect([size.x, size.y] == (plane == .axial ? [5, 4] : plane == .coronal ? [5, 3] : [4, 3]))
                    let letters = turned.letters
                    let expected = ["R", "L"] + (plane == .axial ? ["A", "P"] : ["S", "I"])
                    let shown = [letters.left, letters.right, letters.top, letters.bottom]
                    #expect(shown == (plane == .sagittal ? ["A", "P", "S", "I"] : expected))
                    let pictured = try mask.adopting(turned.geometry)
                    #expect(pictured.count == 1)
                    for z in 0..<size.z {
                        for y in 0..<size.y {
                            for x in 0..<size.x {
                                let here = VoxelIndex(x: x, y: y, z: z)
                                let there = turned.voxel(here)
                                #expect((turned.geometry.point(at: here) - grid.point(at: there)).length < 1e-9)
                                #expect(pictured[here] == mask[there])
                                // Right, front and feet are left, on top and at the bottom.
                                guard pictured[here] else { continue }
                                #expect(x == 0 && y == (plane == .axial ? 0 : size.y - 1))
                            }
                        }
                    }
                }
            }
        }
    }

    @Test func lettersFollowTheDirectionCosines() {
        let supine = OrientationLetters(.identity)
        #expect([supine.left, supine.right, supine.top, supine.bottom] == ["R", "L", "A", "P"])
        // Prone, head first: columns run to the patient's right, rows to the front.
        let prone = OrientationLetters(
            GridDirection(
                x: PatientVector(x: -1, y: 0, z: 0), y: PatientVector(x: 0, y: -1, z: 0),
                z: PatientVector(x: 0, y: 0, z: 1)))
        #expect([prone.left, prone.right, prone.top, prone.bottom] == ["L", "R", "P", "A"])
        // A coronal grid turned by 30° about the head–feet axis.
        let oblique = OrientationLetters(
            GridDirection(
                x: PatientVector(x: 0.8660254037844387, y: 0.5, z: 0), y: PatientVector(x: 0, y: 0, z: -1),
                z: PatientVector(x: -0.5, y: 0.8660254037844387, z: 0)))
        #expect([oblique.left, oblique.right, oblique.top, oblique.bottom] == ["RA", "LP", "S", "I"])
    }
}
