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
    ///   - reference: the slices of the series, against which the contours' references are checked; a contour of a slice
    ///     that is not there is placed by its coordinates all the same, and reported.
    /// - Throws: ``ImageFormatsError`` of kind `inconsistent` if a structure is in another frame of reference: its
    ///   coordinates mean other places.
    public func rasterised(
        on grid: GridGeometry, frameOfReferenceUID: String, reference: DicomSeriesReference? = nil
    ) throws(ImageFormatsError) -> RasterisedStructures {
        var masks: [(structure: RTStructure, mask: Mask)] = []
        var notes: [String] = []
        let known = reference.map { Set($0.slices.map(\.sopInstanceUID)) }
        if let reference, !seriesUID.isEmpty, !reference.seriesUID.isEmpty, seriesUID != reference.seriesUID {
            notes.append("The RTSTRUCT was drawn on another series of the same patient position.")
        }
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
            let mask = rasteriser.mask()
            masks.append((structure, mask))
            notes += rasteriser.warnings(for: structure.name)
            if let known {
                let astray = structure.contours.count {
                    !$0.sopInstanceUID.isEmpty && !known.contains($0.sopInstanceUID)
                }
                if astray > 0 {
                    notes.append(
                        "\(astray) contour(s) of structure “\(structure.name)” refer to slices that this CT does not "
                            + "have; they were placed by their coordinates.")
                }
            }
            if let skipped = Self.skippedSlices(mask) {
                notes.append(
                    "Structure “\(structure.name)” has no contour on \(skipped) slice(s) between its first and its last, "
                        + "which stay empty.")
            }
        }
        return RasterisedStructures(masks: masks, warnings: notes)
    }

    /// How many slices between the first and the last of a mask are empty, or `nil` if none is.
    private static func skippedSlices(_ mask: Mask) -> Int? {
        let filled = mask.slices.indices.filter { !mask.slices[$0].isEmpty }
        guard let first = filled.first, let last = filled.last, last - first + 1 > filled.count else { return nil }
        return last - first + 1 - filled.count
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
