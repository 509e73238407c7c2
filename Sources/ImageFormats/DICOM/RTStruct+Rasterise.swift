import Volumes

extension RTStruct {
    /// The structures as masks on a grid: the even-odd filling, at voxel centres, of the contours of each slice.
    ///
    /// A contour belongs to the slice nearest to its plane. Where contours of several planes fall to one slice, those
    /// of the nearest plane count. A contour off the grid, out of plane or repeated is left out. All of these are
    /// reported.
    /// - Parameters:
    ///   - grid: the grid of the series.
    ///   - frameOfReferenceUID: that of the series; an empty one cannot be checked and is warned of.
    /// - Throws: ``ImageFormatsError`` of kind `inconsistent` if a structure is in another frame of reference: its
    ///   coordinates mean other places.
    public func rasterised(
        on grid: GridGeometry, frameOfReferenceUID: String
    ) throws(ImageFormatsError) -> RasterisedStructures {
        var masks: [(structure: RTStructure, mask: Mask)] = []
        var notes: [String] = []
        for structure in structures {
            let stated =
                structure.frameOfReferenceUID.isEmpty ? self.frameOfReferenceUID : structure.frameOfReferenceUID
            if stated.isEmpty || frameOfReferenceUID.isEmpty {
                notes.append("Structure “\(structure.name)” cannot be checked against the frame of reference.")
            } else if stated != frameOfReferenceUID {
                throw ImageFormatsError(
                    .inconsistent,
                    "Structure “\(structure.name)” is in another frame of reference than the CT, so that its "
                        + "coordinates mean other places",
                    mend: "Choose the RTSTRUCT that was drawn on this series.")
            }
            var rasteriser = ContourRasteriser(grid: grid)
            for contour in structure.contours { rasteriser.add(contour) }
            masks.append((structure, rasteriser.mask()))
            notes += rasteriser.warnings(for: structure.name)
        }
        return RasterisedStructures(masks: masks, warnings: notes)
    }
}

/// Sorts contours by slice and fills them.
private struct ContourRasteriser {
    /// How far the corners of one contour may differ in z, and planes be apart and count as one, in slices.
    static let planeTolerance = 0.05
    /// Index coordinates nearer to a whole number than this are that number: the rounding of decimal strings must not
    /// decide on which side of a voxel's centre an outline runs.
    static let snap = 1e-6

    private struct Polygon: Hashable {
        var plane: Double
        var points: [PlanePoint]
    }

    private let grid: GridGeometry
    private var polygons: [Int: [Polygon]] = [:]
    private var offGrid = 0, outOfPlane = 0, repeated = 0, offSlice = 0, ofOtherPlanes = 0, tooShort = 0

    init(grid: GridGeometry) { self.grid = grid }

    mutating func add(_ contour: RTContour) {
        guard contour.points.count >= 3 else {
            tooShort += 1
            return
        }
        let indices = contour.points.map { grid.index(of: $0) }
        let low = indices.reduce(indices[0].z) { min($0, $1.z) }
        let high = indices.reduce(indices[0].z) { max($0, $1.z) }
        guard high - low <= Self.planeTolerance else {
            outOfPlane += 1
            return
        }
        let plane = (low + high) / 2
        let nearest = plane.rounded()
        guard nearest >= 0, nearest < Double(grid.size.z), abs(plane - nearest) <= 0.5 else {
            offGrid += 1
            return
        }
        if abs(plane - nearest) > Self.planeTolerance { offSlice += 1 }
        let points = indices.map { PlanePoint(x: Self.snapped($0.x), y: Self.snapped($0.y)) }
        polygons[Int(nearest), default: []].append(Polygon(plane: plane, points: points))
    }

    private static func snapped(_ value: Double) -> Double {
        let whole = value.rounded()
        return abs(value - whole) <= snap ? whole : value
    }

    mutating func mask() -> Mask {
        var mask = Mask(geometry: grid)
        for (z, all) in polygons {
            let center = Double(z)
            let nearest = all.map(\.plane).min { abs($0 - center) < abs($1 - center) } ?? center
            let inPlane = all.filter { abs($0.plane - nearest) <= Self.planeTolerance }
            ofOtherPlanes += all.count - inPlane.count
            // The same contour twice would cancel itself out.
            var seen: Set<[PlanePoint]> = []
            for polygon in inPlane {
                if seen.insert(polygon.points).inserted {
                    mask[slice: z].flip(inside: polygon.points)
                } else {
                    repeated += 1
                }
            }
        }
        return mask
    }

    func warnings(for name: String) -> [String] {
        let causes = [
            (offGrid, "lie outside the CT's slices and were left out"),
            (outOfPlane, "do not lie in the plane of a slice and were left out"),
            (ofOtherPlanes, "lie between slices that have nearer contours and were left out"),
            (repeated, "are there twice and were taken once"),
            (tooShort, "have fewer than three points and were left out"),
            (offSlice, "lie between slices and were taken to the nearest one"),
        ]
        return causes.filter { $0.0 > 0 }.map { "\($0.0) contour(s) of structure “\(name)” \($0.1)." }
    }
}
