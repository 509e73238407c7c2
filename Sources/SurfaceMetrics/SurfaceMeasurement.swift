import Volumes

/// The full computation of surface Dice and its family.
///
/// Agrees with google-deepmind/surface-distance (Nikolov et al., arXiv:1809.04430): which corner points are surfels
/// and which are within tolerance as integers, all derived numbers to the last digits of a double. The volume is
/// measured by the 3D definition; a slice by the 2D definition on that slice, with its in-plane spacing.
public enum SurfaceMeasurement {
    /// Compares two masks of one structure.
    ///
    /// - Parameters:
    ///   - reference: what is measured against.
    ///   - test: what is measured. On the same grid, to the last bit; see `Mask.adopting(_:)`.
    ///   - tolerances: in any order; a surfel at exactly the tolerance is within it. Negative and NaN ones contain
    ///     nothing; an infinite one contains everything, also where the other mask is empty.
    ///   - spacing: takes the place of the grid's own, for instance because a NIfTI header rounded it.
    ///   - dimensions: `.two` for an image of one slice that is to be measured as a slice.
    ///   - contents: what to work out besides the scores.
    /// - Throws: ``VolumesError/gridsDiffer(_:)`` unless both masks have one grid;
    ///   ``VolumesError/invalidParameter(reason:)`` for a spacing that is not positive, or for `.two` on a volume.
    /// - Complexity: O(words of the masks + surfels × rows of the largest tolerance's ball).
    public static func measure(
        reference: Mask, test: Mask, tolerances: [Millimetres], spacing: Spacing? = nil,
        dimensions: SurfaceDimensions = .three, contents: SurfaceReportContents = .all
    ) throws(VolumesError) -> SurfaceReport {
        let spacing = try check(reference: reference, test: test, spacing: spacing)
        if dimensions == .two && reference.geometry.size.z != 1 {
            throw .invalidParameter(
                reason: "a volume of \(reference.geometry.size.z) slices cannot be measured in 2D; measure its slices")
        }
        return report(
            reference: reference, test: test, slice: nil, tolerances: tolerances, spacing: spacing,
            dimensions: dimensions, contents: contents)
    }

    /// Compares one slice of two masks by the 2D definition, with in-plane spacing.
    ///
    /// - Parameters:
    ///   - z: the slice, which must be on the grid.
    ///   - spacing: takes the place of the grid's own.
    /// - Throws: as ``measure(reference:test:tolerances:spacing:dimensions:contents:)``, and
    ///   ``VolumesError/invalidParameter(reason:)`` for a slice that is not on the grid.
    public static func measureSlice(
        _ z: Int, reference: Mask, test: Mask, tolerances: [Millimetres], spacing: Spacing? = nil,
        contents: SurfaceReportContents = .all
    ) throws(VolumesError) -> SurfaceReport {
        let spacing = try check(reference: reference, test: test, spacing: spacing)
        guard reference.slices.indices.contains(z) else {
            throw .invalidParameter(reason: "slice \(z) of 0…\(reference.slices.count - 1)")
        }
        return report(
            reference: reference, test: test, slice: z, tolerances: tolerances, spacing: spacing, dimensions: .two,
            contents: contents)
    }

    /// The surface Dice of a volume on some of its slices alone, 3D definition: surfels that touch a voxel of the other
    /// slices are not counted, though the distance to them is. So an answer is not judged where no careful reader could
    /// tell, and nothing is cut where the two parts meet.
    ///
    /// - Parameter slices: what is left out; slices that the grid does not have change nothing.
    /// - Returns: the score at each tolerance; its value is `nil` if there is no surface on the slices that count.
    /// - Throws: as ``measure(reference:test:tolerances:spacing:dimensions:contents:)``.
    public static func score(
        reference: Mask, test: Mask, tolerances: [Millimetres], leavingOut slices: Set<Int>
    ) throws(VolumesError) -> [SurfaceScore] {
        let spacing = try check(reference: reference, test: test, spacing: nil)
        let shape = LatticeShape(size: reference.geometry.size)
        let (balls, rank) = [ToleranceBall].ascending(tolerances, spacing: spacing, lattice: shape)
        let sweep = SurfaceSweep(
            shape: shape, dimensions: .three, balls: balls, keepsAll: false, leavingOut: slices)
        sweep.run([reference, test])
        let areas = SurfelAreas(spacing: spacing)
        return rank.map { sweep.counts.score(rank: $0, areas) }
    }

    /// The exact distances alone, which take longest; for running in the background.
    ///
    /// - Parameter isCancelled: asked often, from several threads; when it says yes the result is `nil`.
    /// - Throws: as ``measure(reference:test:tolerances:spacing:dimensions:contents:)``.
    public static func distances(
        reference: Mask, test: Mask, spacing: Spacing? = nil, isCancelled: @Sendable () -> Bool = { false }
    ) throws(VolumesError) -> SurfaceDistances? {
        let spacing = try check(reference: reference, test: test, spacing: spacing)
        let shape = LatticeShape(size: reference.geometry.size)
        let sweep = SurfaceSweep(shape: shape, dimensions: .three, balls: [], keepsAll: true)
        sweep.run([reference, test])
        return ExactDistances(sweep: sweep, spacing: spacing, dimensions: .three)
            .measure(areas: SurfelAreas(spacing: spacing), isCancelled: isCancelled)
    }

    static func check(
        reference: Mask, test: Mask, spacing: Spacing?
    ) throws(VolumesError) -> Spacing {
        try reference.geometry.requireSame(as: test.geometry)
        guard let spacing else { return reference.geometry.spacing }
        for step in [spacing.x, spacing.y, spacing.z] where !(step.isFinite && step > 0) {
            throw .invalidParameter(reason: "a spacing of \(step) mm; it must be a positive number")
        }
        return spacing
    }

    private static func report(
        reference: Mask, test: Mask, slice: Int?, tolerances: [Millimetres], spacing: Spacing,
        dimensions: SurfaceDimensions, contents: SurfaceReportContents
    ) -> SurfaceReport {
        let shape = LatticeShape(size: reference.geometry.size, dimensions: dimensions)
        let (balls, position) = [ToleranceBall].ascending(tolerances, spacing: spacing, lattice: shape)
        let sweep = SurfaceSweep(
            shape: shape, dimensions: dimensions, balls: balls, keepsAll: contents.contains(.distances))
        sweep.run([reference, test], slice: slice ?? 0)
        let areas = SurfelAreas(spacing: spacing, dimensions: dimensions)
        let distances =
            contents.contains(.distances)
            ? ExactDistances(sweep: sweep, spacing: spacing, dimensions: dimensions)
                .measure(areas: areas, isCancelled: { false }) : nil
        let slices = slice.map { $0..<$0 + 1 } ?? reference.slices.indices
        let paths =
            contents.contains(.pathLength)
            ? AddedPathLength.measure(
                reference: reference, test: test, slices: slices, tolerances: tolerances, spacing: spacing) : nil
        let counts = sweep.counts
        func byCode(_ fetched: UnsafePointer<Int>) -> [Int] {
            FetchOrder.byCode(fetched, dimensions)
        }
        let millilitresPerVoxel = spacing.x * spacing.y * spacing.z / 1000
        let summaries = (0..<2).map { mask in
            SurfaceSummary(
                voxelCount: sweep.voxelCounts[mask], codeCounts: byCode(counts.total(mask)),
                area: counts.area(mask, areas),
                millilitres: Double(sweep.voxelCounts[mask]) * millilitresPerVoxel)
        }
        let agreements = tolerances.indices.map { index in
            let rank = position[index]
            return SurfaceAgreement(
                tolerance: tolerances[index], score: counts.score(rank: rank, areas),
                withinReference: byCode(counts.within(0, rank)), withinTest: byCode(counts.within(1, rank)),
                overlapReference: counts.overlap(0, rank: rank, areas),
                overlapTest: counts.overlap(1, rank: rank, areas), pathLength: paths?[index])
        }
        return SurfaceReport(
            spacing: spacing, dimensions: dimensions, reference: summaries[0], test: summaries[1],
            intersectionCount: sweep.intersectionCount, agreements: agreements, distances: distances)
    }
}
