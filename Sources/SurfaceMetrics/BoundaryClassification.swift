import Volumes

/// Where the test's outline on one slice agrees with the reference, and where not: for drawing.
///
/// The outline is made of the voxels of a mask that have one of their four in-slice neighbours outside it. Whether one
/// is in tolerance is asked in 3D, of the surfels at its eight corners: it is, if all of them are within tolerance of
/// the other mask's surface. So nothing is drawn as good that lowers the volume's score.
public struct BoundaryClassification: Hashable, Sendable {
    /// Outline of the test within tolerance of the reference.
    public let within: MaskSlice
    /// Outline of the test out of tolerance and outside the reference: the test reaches too far.
    public let outside: MaskSlice
    /// Outline of the test out of tolerance and inside the reference: the test falls short.
    public let inside: MaskSlice
    /// Outline of the reference out of tolerance of the test: what was missed.
    public let missed: MaskSlice
}

extension LiveSurfaceDice {
    /// The outlines on one slice, by whether they are within one of ``tolerances``.
    /// - Parameter z: a slice of the grid.
    /// - Complexity: O(words of the slice).
    public func boundary(z: Int, tolerance index: Int = 0) -> BoundaryClassification {
        precondition(z >= 0 && z < geometry.size.z, "the slice is on the grid")
        let (test, reference) = (outline(mask: 1, z: z, rank: rank[index]), outline(mask: 0, z: z, rank: rank[index]))
        return BoundaryClassification(
            within: test.within, outside: combine(test.beyond, z) { $0 & ~$1 },
            inside: combine(test.beyond, z) { $0 & $1 }, missed: reference.beyond)
    }

    /// Combines a slice with the reference's voxels there.
    private func combine(_ slice: MaskSlice, _ z: Int, _ operation: (UInt64, UInt64) -> UInt64) -> MaskSlice {
        var result = slice
        let storage = voxels[0][z]
        let empty = BitPlaneStorage(rows: 0..<1, stride: shape.stride)
        result.withMutableWords { words in
            let perRow = slice.wordsPerRow
            for y in 0..<slice.height {
                let row = storage.plane().row(y, shape.stride, or: UnsafePointer(empty.plane().first))
                for i in 0..<perRow { words[y * perRow + i] = operation(words[y * perRow + i], row[i]) }
            }
        }
        return withExtendedLifetime((storage, empty)) { result }
    }

    private func outline(mask: Int, z: Int, rank: Int) -> (within: MaskSlice, beyond: MaskSlice) {
        var within = MaskSlice(width: geometry.size.x, height: geometry.size.y)
        var beyond = within
        let stride = shape.stride
        let storage = voxels[mask][z]
        let (lower, upper) = (surfels[mask][z], surfels[mask][z + 1])
        let empty = BitPlaneStorage(rows: 0..<1, stride: stride)
        let perRow = within.wordsPerRow
        /// Which of 64 points of a row are surfels out of tolerance.
        func bad(_ planes: BitPlaneStorage, _ y: Int, _ i: Int) -> UInt64 {
            guard planes.rows.contains(y), i < shape.words else { return 0 }
            return planes.plane().storedRow(y, stride)[i] & ~planes.plane(1 + rank).storedRow(y, stride)[i]
        }
        func bad(_ y: Int, _ i: Int) -> UInt64 {
            bad(lower, y, i) | bad(lower, y + 1, i) | bad(upper, y, i) | bad(upper, y + 1, i)
        }
        let none = UnsafePointer(empty.plane().first)
        within.withMutableWords { good in
            beyond.withMutableWords { wrong in
                for y in storage.rows {
                    let row = storage.plane().row(y, stride, or: none)
                    let above = storage.plane().row(y - 1, stride, or: none)
                    let below = storage.plane().row(y + 1, stride, or: none)
                    for i in 0..<perRow {
                        let contour = BitRows.contour(above, row, below, i)
                        if contour == 0 { continue }
                        let here = bad(y, i)
                        // A voxel has the points at its own place and at the next.
                        let corners = here | (here >> 1) | (bad(y, i + 1) << 63)
                        good[y * perRow + i] = contour & ~corners
                        wrong[y * perRow + i] = contour & corners
                    }
                }
            }
        }
        return withExtendedLifetime((storage, lower, upper, empty)) { (within, beyond) }
    }
}
