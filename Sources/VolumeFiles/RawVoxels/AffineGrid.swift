import ImageValues
import Volumes

/// A grid as files state it: where voxel (0, 0, 0) lies and how far each axis steps, in LPS mm.
struct AffineGrid {
    var origin: PatientPoint
    /// The displacement from one voxel to the next along x, y and z.
    var steps: [PatientVector]

    /// The same in the other of LPS and RAS: the first two coordinates change sign. `0 - v` rather than `-v`, so
    /// that no negative zeros appear.
    var flippedBetweenRASAndLPS: AffineGrid {
        AffineGrid(
            origin: PatientPoint(x: 0 - origin.x, y: 0 - origin.y, z: origin.z),
            steps: steps.map { PatientVector(x: 0 - $0.x, y: 0 - $0.y, z: $0.z) })
    }

    /// The position of a voxel.
    func point(_ x: Int, _ y: Int, _ z: Int) -> PatientPoint {
        origin + steps[0] * Double(x) + steps[1] * Double(y) + steps[2] * Double(z)
    }

    /// The greatest distance between the places that two grids give a corner, in mm; NaN where one is not finite.
    func greatestDistance(to other: AffineGrid, size: GridSize) -> Double {
        var greatest = 0.0
        for x in [0, size.x - 1] {
            for y in [0, size.y - 1] {
                for z in [0, size.z - 1] {
                    let distance = (point(x, y, z) - other.point(x, y, z)).length
                    if distance.isNaN { return .nan }
                    greatest = max(greatest, distance)
                }
            }
        }
        return greatest
    }

    /// The checked grid.
    ///
    /// - Parameter stated: spacings that the file states besides the steps, taken where they agree with the steps'
    ///   lengths but for float32 rounding (1e-6 of the value); see ``NiftiFile``.
    func geometry(
        size: GridSize, stated: [Double]? = nil, file: String
    ) throws(ImageFormatsError) -> GridGeometry {
        var steps = steps
        // A single slice needs no third axis, and some writers leave it at zero.
        if size.z == 1, steps[2].length == 0 {
            let normal = steps[0].cross(steps[1])
            let given = stated.map { $0[2] } ?? 1
            steps[2] = normal * ((given.isFinite && given > 0 ? given : 1) / normal.length)
        }
        let lengths = steps.map(\.length)
        for (axis, length) in zip(["x", "y", "z"], lengths) where !(length.isFinite && length > 0) {
            throw ImageFormatsError(
                .damaged, "The step between voxels along \(axis) is \(length) mm", files: [file],
                mend: "Its orientation is not set; export the image again.")
        }
        let axes = zip(steps, lengths).map { $0 * (1 / $1) }
        let spacing = (0..<3).map { axis in
            let given = stated.map { $0[axis] } ?? lengths[axis]
            return abs(given - lengths[axis]) <= 1e-6 * lengths[axis] ? given : lengths[axis]
        }
        for (i, j) in [(0, 1), (0, 2), (1, 2)]
        where !(abs(axes[i].dot(axes[j])) <= GridGeometry.orthonormalTolerance) {
            throw ImageFormatsError(
                .inconsistent, "Its axes are not at right angles (shear or gantry tilt)", files: [file],
                mend: "Resample the image to a regular grid first.")
        }
        do {
            return try GridGeometry(
                size: size, spacing: Spacing(x: spacing[0], y: spacing[1], z: spacing[2]), origin: origin,
                direction: GridDirection(x: axes[0], y: axes[1], z: axes[2]))
        } catch {
            throw ImageFormatsError(.damaged, "\(error)".trimmingSuffix("."), files: [file])
        }
    }
}
