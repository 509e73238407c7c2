import Volumes

/// A thorax drawn from ellipsoids on a coarse grid, in patient positions: +x is the patient's left, +z the head.
/// What a test changes, it changes here.
public struct ThoraxDrawing {
    /// Whether there are lungs at all.
    public var hasLungs = true
    /// Whether the left one is there.
    public var hasLeftLung = true
    /// Between vessels; −980 is as thin as gas.
    public var lungDensity: Int16 = -830
    /// The width of the vessels, which run along z 24 mm apart, mm.
    public var vesselWidth = 2.5
    /// Their HU; small ones fill their voxels only in part.
    public var vesselDensity: Int16 = 40
    /// A bridge joins the lungs in front.
    public var lungsTouch = false
    /// A pocket of gas under the left lung.
    public var hasBowelGas = true
    /// The trachea, open at the upper end.
    public var hasTrachea = true
    /// The room's air between −1000 and −850, as noise and blankets make it.
    public var hasNoisyRoom = false
    /// Outside the scan circle.
    public var padding: Int16?
    /// A tumour at the left lung's outer wall.
    public var hasNodule = false

    /// The whole thorax; a test changes what it needs.
    public init() {}

    /// Whether an ellipsoid at (x, y, z) with half axes (a, b, c) holds the point.
    private static func ellipsoid(
        _ p: PatientPoint, _ x: Double, _ y: Double, _ z: Double, _ a: Double, _ b: Double, _ c: Double
    ) -> Bool {
        let (u, v, w) = ((p.x - x) / a, (p.y - y) / b, (p.z - z) / c)
        return u * u + v * v + w * w <= 1
    }

    /// The lung of a side (+1 left, −1 right) with what lies in it: base at −70, apex at +70 mm.
    public static func lung(_ p: PatientPoint, side: Double) -> Bool {
        ellipsoid(p, side * 70, 0, 0, 45, 65, 70)
    }

    private static func trachea(_ p: PatientPoint) -> Bool {
        p.z > 10 && (p.x * p.x + (p.y - 20) * (p.y - 20)).squareRoot() <= 9
    }

    /// The HU at a position of the patient, mm.
    public func hounsfield(_ p: PatientPoint) -> Int16 {
        if let padding, (p.x * p.x + p.y * p.y).squareRoot() > 185 { return padding }
        // A couch under the back, apart from it.
        if p.y > 120 && p.y < 130 && abs(p.x) < 140 { return p.y < 122 || p.y > 128 ? 200 : -950 }
        guard (p.x / 150) * (p.x / 150) + (p.y / 105) * (p.y / 105) <= 1 else {
            let isDenser = Int((p.x / 5).rounded() + 3 * (p.y / 5).rounded() + (p.z / 5).rounded()).isMultiple(of: 3)
            return hasNoisyRoom && isDenser ? -850 : -1000
        }
        if hasTrachea && Self.trachea(p) { return -1000 }
        if hasBowelGas && Self.ellipsoid(p, 50, -40, -110, 30, 25, 18) { return -990 }
        if hasLungs {
            for side in [1.0, -1.0] where side < 0 || hasLeftLung {
                guard Self.lung(p, side: side) else { continue }
                if hasNodule && side > 0 && Self.ellipsoid(p, 112, 0, 0, 7, 7, 7) { return 30 }
                // Vessels: a lattice of thin tubes.
                let (u, v) = (p.x.truncatingRemainder(dividingBy: 24), p.y.truncatingRemainder(dividingBy: 24))
                return abs(u) < vesselWidth && abs(v) < vesselWidth ? vesselDensity : lungDensity
            }
            if lungsTouch && abs(p.x) < 40 && abs(p.y + 30) < 8 && abs(p.z) < 25 { return lungDensity }
        }
        return 40
    }

    /// The drawing as a CT on a grid.
    public func volume(on grid: GridGeometry) throws -> Volume {
        let size = grid.size
        return try Volume(
            geometry: grid,
            slices: (0..<size.z).map { z in
                var values: [Int16] = []
                for y in 0..<size.y {
                    for x in 0..<size.x { values.append(hounsfield(grid.point(at: VoxelIndex(x: x, y: y, z: z)))) }
                }
                return try VolumeSlice(width: size.x, height: size.y, values: values)
            })
    }

    /// The drawn lung of a side as a mask.
    public static func lung(side: Double, on grid: GridGeometry) -> Mask {
        Mask(geometry: grid) { lung(grid.point(at: $0), side: side) }
    }

    /// A grid of 5 mm voxels over the whole drawing, with axes in any of the 48 ways: `axes` says which patient axis
    /// (1 left, 2 back, 3 head) each grid axis runs along, negative against it.
    public static func grid(_ axes: [Int] = [1, 2, 3], step: Double = 5) throws -> GridGeometry {
        let half = [175.0, 140, 130]
        func unit(_ axis: Int) -> PatientVector {
            let sign: Double = axis < 0 ? -1 : 1
            return PatientVector(
                x: abs(axis) == 1 ? sign : 0, y: abs(axis) == 2 ? sign : 0, z: abs(axis) == 3 ? sign : 0)
        }
        let counts = axes.map { Int(2 * half[abs($0) - 1] / step) + 1 }
        let origin = axes.reduce(PatientPoint(x: 0, y: 0, z: 0)) { $0 + unit($1) * -half[abs($1) - 1] }
        return try GridGeometry(
            size: GridSize(x: counts[0], y: counts[1], z: counts[2]), spacing: Spacing(x: step, y: step, z: step),
            origin: origin, direction: GridDirection(x: unit(axes[0]), y: unit(axes[1]), z: unit(axes[2])))
    }
}
