import ImageValues
import Volumes

/// Sorts the contours of one structure by plane and fills them.
struct StructureFilling {
    /// How far the corners of one contour may differ in z, in slices.
    private static let wobble = 0.05
    /// Index coordinates nearer to a whole number than this are that number: the rounding of decimal strings must not
    /// decide on which side of a voxel's centre an outline runs.
    private static let snap = 1e-6

    private struct Placed {
        var plane: Double
        var points: [PlanePoint]
        var isXOR: Bool
    }

    private let grid: GridGeometry
    /// The planes that contours belong to, in slices of the grid.
    private let scanned: [Double]
    /// How far from its slice a plane may lie and count as lying on it, in slices: a quarter of a millimetre, but at least a
    /// twentieth and at most a quarter of a slice.
    private let planeTolerance: Double
    private var members: [Double: [Placed]] = [:]
    private var total = 0
    private var offGrid = 0, outOfPlane = 0, repeated = 0, offSlice = 0, ofOtherPlanes = 0, tooShort = 0, tooSmall = 0
    private var crossings: [Int] = [], clinging: [Int] = [], interpolated: [Int] = []
    private var enclosed = 0.0, outer = 0.0, perimeter = 0.0, filled = 0, isEmpty = true

    init(grid: GridGeometry, scanned: [Double]) {
        self.grid = grid
        self.scanned = scanned
        planeTolerance = min(max(Self.wobble, 0.25 / grid.spacing.z), 0.25)
    }

    mutating func add(_ contour: RTContour) {
        total += 1
        guard contour.points.count >= 3 else {
            tooShort += 1
            return
        }
        let indices = contour.points.map { grid.index(of: $0) }
        guard indices.allSatisfy({ $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }) else {
            offGrid += 1
            return
        }
        let low = indices.reduce(indices[0].z) { min($0, $1.z) }
        let high = indices.reduce(indices[0].z) { max($0, $1.z) }
        guard high - low <= max(Self.wobble, planeTolerance) else {
            outOfPlane += 1
            return
        }
        let plane = (low + high) / 2
        guard let level = level(of: plane) else {
            offGrid += 1
            return
        }
        let points = indices.map { PlanePoint(x: Self.snapped($0.x), y: Self.snapped($0.y)) }
        members[level, default: []].append(Placed(plane: plane, points: points, isXOR: contour.isXOR))
    }

    private static func snapped(_ value: Double) -> Double {
        let whole = value.rounded()
        return abs(value - whole) <= snap ? whole : value
    }

    /// The plane that a contour belongs to: the nearest slice. Contours halfway between slices all go the same way, however
    /// their positions were rounded. On a stack whose gaps were filled, contours that were drawn on a slice that is
    /// missing keep their own plane.
    private func level(of plane: Double) -> Double? {
        guard !scanned.isEmpty else {
            let nearest = (plane + 0.005).rounded()
            return nearest >= 0 && nearest < Double(grid.size.z) ? nearest : nil
        }
        guard let nearest = scanned.min(by: { abs($0 - plane) < abs($1 - plane) }) else { return nil }
        if abs(plane - nearest) <= 0.5 { return nearest }
        guard plane > scanned[0], plane < scanned[scanned.count - 1] else { return nil }
        return members.keys.first { abs($0 - plane) <= planeTolerance } ?? plane
    }

    /// Fills what was added. To be called once.
    mutating func mask() -> Mask {
        var planes = PlaneMasks(grid: grid, scanned: scanned)
        for (level, all) in members.sorted(by: { $0.key < $1.key }) {
            let nearest = all.map(\.plane).min { abs($0 - level) < abs($1 - level) } ?? level
            // Of copies the one nearest to the slice is kept, of equally near ones the first.
            let inPlane = all.enumerated().filter { abs($0.element.plane - nearest) <= planeTolerance }
                .sorted { (abs($0.element.plane - level), $0.offset) < (abs($1.element.plane - level), $1.offset) }
                .map(\.element)
            offSlice += inPlane.count { abs($0.plane - level) > planeTolerance }
            // Only contours of one plane are compared, and made ready for it one plane at a time.
            var work = all.count > 1 ? ContourShape.mostWork : 0
            let shapes = inPlane.map {
                ContourPlane.Member(
                    shape: ContourShape($0.points, height: grid.size.y, work: &work), isXOR: $0.isXOR)
            }
            for other in all where abs(other.plane - nearest) > planeTolerance {
                let shape = ContourShape(other.points, height: grid.size.y, work: &work)
                let isCopy = shapes.contains { $0.shape.relation(to: shape) == .equal }
                if isCopy { repeated += 1 } else { ofOtherPlanes += 1 }
            }
            let plane = ContourPlane(shapes, width: grid.size.x, height: grid.size.y)
            planes.add(plane.slice, at: level)
            note(plane, at: min(max(Int(level.rounded()), 0), grid.size.z - 1))
        }
        let (mask, interpolated) = planes.mask()
        self.interpolated = interpolated
        isEmpty = mask.isEmpty
        return mask
    }

    private mutating func note(_ plane: ContourPlane, at z: Int) {
        repeated += plane.repeated
        tooSmall += plane.tooSmall
        if plane.hasCrossings { crossings.append(z) }
        if plane.hasClingingHoles { clinging.append(z) }
        enclosed += plane.enclosed
        outer += plane.outer
        perimeter += plane.perimeter
        filled += plane.slice.count
    }

    // MARK: What to say

    /// What was odd, a sentence each.
    func warnings(for name: String) -> [String] {
        let causes = [
            (offGrid, "lies outside the CT's slices", "lie outside the CT's slices", "left out"),
            (outOfPlane, "does not lie in the plane of a slice", "do not lie in the plane of a slice", "left out"),
            (
                ofOtherPlanes, "lies between slices that have nearer contours",
                "lie between slices that have nearer contours", "left out"
            ),
            (repeated, "is there twice", "are there twice", "taken once"),
            (tooShort, "has fewer than three points", "have fewer than three points", "left out"),
            (
                tooSmall, "is so small or thin that it encloses no voxel's centre",
                "are so small or thin that they enclose no voxel's centre", "without effect"
            ),
            (offSlice, "lies between slices", "lie between slices", "taken to the nearest slice"),
        ]
        var notes = causes.filter { $0.0 > 0 }.map {
            "Structure “\(name)”: \(count($0.0, "contour")) \($0.0 == 1 ? $0.1 : $0.2); \($0.3)."
        }
        if !crossings.isEmpty {
            notes.append(
                "Structure “\(name)”: contours cross or overlap on \(Plural.slices(crossings)); their union was taken. Check it "
                    + "there.")
        }
        if !clinging.isEmpty {
            notes.append(
                "Structure “\(name)”: on \(Plural.slices(clinging)) a contour inside another runs along it for a good part of its "
                    + "length; it was taken as a hole. Check it there.")
        }
        if !interpolated.isEmpty { notes.append(PlaneMasks.note(name, interpolated)) }
        if let volume = volumeWarning(name) { notes.append(volume) }
        return notes
    }

    /// Says if a mask is not what its contours enclose: contours beyond the image's border, lines that run over one
    /// another, outlines finer than the voxels.
    private func volumeWarning(_ name: String) -> String? {
        if isEmpty, total > 0 {
            return "Structure “\(name)” has \(count(total, "contour")), but no voxel of this CT is inside: its mask is "
                + "empty."
        }
        // Deciding at voxel centres is off by chance, with the root of the border's length.
        let allowed = 0.1 * max(enclosed, 0) + 3 * perimeter.squareRoot()
        if abs(enclosed - Double(filled)) > allowed {
            return "Structure “\(name)”: the mask has \(millilitres(filled)) ml where the contours enclose "
                + "\(millilitres(enclosed)) ml. Check it against the CT."
        }
        if outer > 0, Double(filled) < 0.5 * outer - allowed {
            return "Structure “\(name)”: contours within contours were taken as holes, which leave "
                + "\(millilitres(filled)) ml of the \(millilitres(outer)) ml within the outer ones."
        }
        return nil
    }

    private func millilitres(_ voxels: some BinaryInteger) -> String { millilitres(Double(voxels)) }

    private func millilitres(_ voxels: Double) -> String {
        let tenths = (voxels * grid.voxelVolume / 100).rounded() / 10
        return abs(tenths) < 1e9 ? String(tenths) : "over a million"
    }
}
