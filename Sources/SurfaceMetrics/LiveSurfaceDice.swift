import Volumes

/// Surface Dice that follows edits: each patch costs what it touches, not what the volume holds.
///
/// Keeps, of each mask, the bits of its voxels and of its surfels, a bit a surfel and tolerance that says whether it
/// is within tolerance, and integer counts of neighbour codes. A patch moves bits and counts; scores are worked out
/// from the counts as the full computation does, so that after any number of patches they are equal to those of
/// ``SurfaceMeasurement`` bit for bit: nothing drifts.
///
/// A value. A copy costs nothing until one of the two is edited, and then the slices that are touched. Rows without
/// surface take no memory: two lungs on 512 × 512 × 300 voxels take 0.35 bytes per voxel at one tolerance, 0.7 at four.
/// If both masks reached into every row of such a grid it would be 7.5 bits, and 2.5 for each further tolerance.
public struct LiveSurfaceDice: Sendable {
    /// One of the two masks.
    public enum Side: Int, Hashable, Sendable, CaseIterable {
        /// What is measured against.
        case reference = 0
        /// What is measured, and edited.
        case test = 1
    }

    /// The grid of both masks.
    public let geometry: GridGeometry
    /// The spacing that is used, the override if one was given.
    public let spacing: Spacing
    /// The tolerances that are watched, in the order in which they were given; others are named by their index here.
    public let tolerances: [Millimetres]

    let shape: LatticeShape
    /// The tolerances, ascending.
    let balls: [ToleranceBall]
    /// Of each tolerance, its place in ``balls``.
    let rank: [Int]
    let areas: SurfelAreas
    /// Planes of voxels by mask and z.
    var voxels: [[BitPlaneStorage]]
    /// Planes by mask and z: surfels, then which of them are within each tolerance, ascending.
    var surfels: [[BitPlaneStorage]]
    var counts: SurfaceCounts
    var slices: SliceScores

    /// Starts to follow two masks.
    ///
    /// - Parameters:
    ///   - reference: what is measured against.
    ///   - test: what is measured and edited; on the same grid.
    ///   - tolerances: what to watch. Time and memory grow with their number and size.
    ///   - spacing: takes the place of the grid's own.
    /// - Throws: ``VolumesError/gridsDiffer(_:)`` unless both masks have one grid;
    ///   ``VolumesError/invalidParameter(reason:)`` for a spacing that is not positive.
    /// - Complexity: that of the full computation.
    public init(
        reference: Mask, test: Mask, tolerances: [Millimetres], spacing: Spacing? = nil
    ) throws(VolumesError) {
        self.spacing = try SurfaceMeasurement.check(reference: reference, test: test, spacing: spacing)
        geometry = reference.geometry
        self.tolerances = tolerances
        shape = LatticeShape(size: geometry.size)
        (balls, rank) = [ToleranceBall].ascending(tolerances, spacing: self.spacing, lattice: shape)
        areas = SurfelAreas(spacing: self.spacing)
        let sweep = SurfaceSweep(shape: shape, dimensions: .three, balls: balls, keepsAll: true)
        sweep.run([reference, test])
        voxels = sweep.voxelStorage
        surfels = sweep.surfelStorage
        counts = sweep.counts
        slices = SliceScores(
            size: geometry.size, spacing: self.spacing, tolerances: tolerances)
    }

    /// The surface Dice of the volume, 3D definition, at one of ``tolerances``.
    public func volumeScore(tolerance index: Int = 0) -> SurfaceScore {
        counts.score(rank: rank[index], areas)
    }

    /// The part of a mask's surface that is within tolerance of the other's, 0…1; `nil` if it has none.
    public func overlap(_ side: Side, tolerance index: Int = 0) -> Double? {
        counts.overlap(side.rawValue, rank: rank[index], areas)
    }

    /// Takes a new reference, for instance another reader's contour; the test stays.
    /// - Throws: ``VolumesError/gridsDiffer(_:)`` unless it is on the same grid.
    /// - Complexity: that of the full computation.
    public mutating func replaceReference(_ reference: Mask) throws(VolumesError) {
        self = try LiveSurfaceDice(
            reference: reference, test: mask(.test), tolerances: tolerances, spacing: spacing)
    }

    /// One of the two masks as it is now.
    /// - Complexity: O(words).
    public func mask(_ side: Side) -> Mask {
        var mask = Mask(geometry: geometry)
        for (z, storage) in voxels[side.rawValue].enumerated() where !storage.rows.isEmpty && z < geometry.size.z {
            mask[slice: z].withMutableWords { words in
                let stride = words.count / geometry.size.y
                for y in storage.rows {
                    let row = storage.plane().storedRow(y, shape.stride)
                    for i in 0..<stride { words[y * stride + i] = row[i] }
                }
            }
        }
        return mask
    }

    /// Bytes that the state takes at the moment, shared or not.
    public var byteCount: Int {
        (voxels + surfels).reduce(0) { $0 + $1.reduce(0) { $0 + ($1.rows.isEmpty ? 0 : $1.byteCount) } }
    }
}
