import Volumes

/// The length of contour that one mask has and the other lacks: what had to be drawn anew.
///
/// Added path length (APL) as Vaassen et al. define it (Phys Imaging Radiat Oncol 2020;13:1–6): of each slice, the
/// contour pixels of the final delineation that are not contour pixels of the automatic one, counted and multiplied
/// by the size of a pixel; slices are added. The conventions here:
/// - A contour pixel is a voxel in the mask with at least one of its four in-slice neighbours outside; what lies
///   beyond the image is outside.
/// - A contour pixel is shared if a contour pixel of the other mask on the same slice is at most the tolerance away,
///   between pixel centres, in the plane. Tolerance 0 is Vaassen's strict form; below 0 (or NaN) nothing is shared.
/// - The size of a pixel that is not square is the mean of its two sides.
public struct AddedPathLength: Hashable, Sendable {
    /// Contour pixels of the reference that the test lacks.
    public let missingPixels: Int
    /// Contour pixels of the test that the reference lacks.
    public let surplusPixels: Int
    /// The mean of a pixel's two sides, mm.
    public let pixelSize: Double

    /// The reference's contour that the test lacks, mm: Vaassen's APL, where the reference is the final contour and
    /// the test is the automatic one.
    public var missing: Millimetres { Millimetres(Double(missingPixels) * pixelSize) }
    /// The test's contour that the reference lacks, mm: the APL where the reference is a prediction and the test is
    /// what a reviewer made of it.
    public var surplus: Millimetres { Millimetres(Double(surplusPixels) * pixelSize) }

    /// The APL of two masks at several tolerances, in their order.
    /// - Parameter spacing: takes the place of the grid's own.
    /// - Throws: ``VolumesError/gridsDiffer(_:)`` unless both masks have one grid.
    public static func measure(
        reference: Mask, test: Mask, tolerances: [Millimetres], spacing: Spacing? = nil
    ) throws(VolumesError) -> [AddedPathLength] {
        try reference.geometry.requireSame(as: test.geometry)
        return measure(
            reference: reference, test: test, slices: reference.slices.indices, tolerances: tolerances,
            spacing: spacing ?? reference.geometry.spacing)
    }

    static func measure(
        reference: Mask, test: Mask, slices: Range<Int>, tolerances: [Millimetres], spacing: Spacing
    ) -> [AddedPathLength] {
        let shape = LatticeShape(size: reference.geometry.size, dimensions: .two)
        let (balls, position) = [ToleranceBall].ascending(tolerances, spacing: spacing, lattice: shape)
        let kernel = SurfaceKernel(shape: shape, balls: balls)
        var lacking = Array(repeating: [0, 0], count: balls.count)
        for z in slices {
            let contours = [reference.slices[z], test.slices[z]].map { contour(of: $0, stride: shape.stride) }
            for mask in 0..<2 {
                count(contours[mask], lackingIn: contours[1 - mask], kernel: kernel) { lacking[$0][mask] += $1 }
            }
        }
        let pixelSize = (spacing.x + spacing.y) / 2
        return position.map { rank in
            AddedPathLength(
                missingPixels: lacking[rank][0], surplusPixels: lacking[rank][1], pixelSize: pixelSize)
        }
    }

    private static func count(
        _ own: BitPlaneStorage?, lackingIn other: BitPlaneStorage?, kernel: SurfaceKernel,
        add: (Int, Int) -> Void
    ) {
        guard let own else { return }
        let plane = own.plane()
        withUnsafePointer(to: other?.plane() ?? kernel.emptyPlane) { others in
            for y in plane.low..<plane.high {
                let row = plane.storedRow(y, kernel.stride)
                for i in 0..<kernel.shape.words where row[i] != 0 {
                    kernel.classify(row[i], against: others, otherIsEmpty: other == nil, word: i, y: y, z: 0)
                    for rank in 0..<kernel.balls.count {
                        add(rank, (row[i] & ~kernel.within[rank]).nonzeroBitCount)
                    }
                }
            }
        }
        withExtendedLifetime((own, other)) {}
    }

    /// The contour pixels of a slice, or `nil` if it has none.
    static func contour(of slice: MaskSlice, stride: Int) -> BitPlaneStorage? {
        let words = slice.wordsPerRow
        return slice.words.withUnsafeBufferPointer { source -> BitPlaneStorage? in
            guard let base = source.baseAddress, let first = source.firstIndex(where: { $0 != 0 }),
                let last = source.lastIndex(where: { $0 != 0 })
            else { return nil }
            let rows = first / words..<last / words + 1
            let voxels = BitPlaneStorage(rows: rows.lowerBound - 1..<rows.upperBound + 1, stride: stride)
            let inside = voxels.plane()
            for y in rows { inside.storedRow(y, stride).update(from: base + y * words, count: words) }
            let storage = BitPlaneStorage(rows: rows, stride: stride)
            let result = storage.plane()
            for y in rows {
                let row = UnsafePointer(inside.storedRow(y, stride))
                let target = result.storedRow(y, stride)
                for i in 0..<words { target[i] = BitRows.contour(row - stride, row, row + stride, i) }
            }
            return withExtendedLifetime(voxels) { storage }
        }
    }
}
