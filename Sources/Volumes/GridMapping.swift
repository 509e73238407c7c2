/// Where the voxels of one grid lie on another: an affine map from index to continuous index, through the patient.
struct GridMapping: Sendable {
    private let start: (x: Double, y: Double, z: Double)
    private let perX: (x: Double, y: Double, z: Double)
    private let perY: (x: Double, y: Double, z: Double)
    private let perZ: (x: Double, y: Double, z: Double)

    /// The map from indices of `target` to positions on `source`.
    init(from target: GridGeometry, to source: GridGeometry) {
        let origin = source.index(of: target.origin)
        func step(_ x: Double, _ y: Double, _ z: Double) -> (x: Double, y: Double, z: Double) {
            let end = source.index(
                of: source.origin + target.direction.x * x + target.direction.y * y
                    + target.direction.z * z)
            return (end.x, end.y, end.z)
        }
        start = (origin.x, origin.y, origin.z)
        perX = step(target.spacing.x, 0, 0)
        perY = step(0, target.spacing.y, 0)
        perZ = step(0, 0, target.spacing.z)
    }

    /// The position on the source of a voxel of the target. Positions within 10⁻⁹ of a half voxel are put on it, so
    /// that rounding in the cosines does not decide ties.
    func position(_ x: Int, _ y: Int, _ z: Int) -> (x: Double, y: Double, z: Double) {
        let (x, y, z) = (Double(x), Double(y), Double(z))
        return (
            Self.settled(start.x + x * perX.x + y * perY.x + z * perZ.x),
            Self.settled(start.y + x * perX.y + y * perY.y + z * perZ.y),
            Self.settled(start.z + x * perX.z + y * perY.z + z * perZ.z)
        )
    }

    private static func settled(_ value: Double) -> Double {
        let half = (value * 2).rounded() / 2
        return abs(value - half) < 1e-9 ? half : value
    }
}

/// A position along one axis between two voxels, or on the outer half of the first or last.
struct AxisSample: Sendable {
    /// The voxel at or below.
    let low: Int
    /// The voxel at or above.
    let high: Int
    /// How far from `low` to `high`, 0…1.
    let share: Double

    /// The neighbours of a position, or `nil` off the axis. A voxel covers half a step on both sides of its centre,
    /// the lower end included; beyond the outer centres its value stays the same, as in ITK.
    init?(_ position: Double, count: Int) {
        guard position >= -0.5, position < Double(count) - 0.5 else { return nil }
        let inside = min(max(position, 0), Double(count - 1))
        low = Int(inside)
        high = min(low + 1, count - 1)
        share = inside - Double(low)
    }

    /// The voxel nearest to a position, halves going up, or `nil` off the axis.
    static func nearest(_ position: Double, count: Int) -> Int? {
        guard position >= -0.5, position < Double(count) - 0.5 else { return nil }
        return Int((position + 0.5).rounded(.down))
    }
}
