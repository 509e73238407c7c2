import Volumes

extension Mask {
    /// The mask of a series whose gaps were filled afterwards, on the filled grid: its slices are the scanned planes in
    /// their order, and it is interpolated between them. A format with one spacing for all slices cannot say where the
    /// slices of such a series lie, so that they are recognised by their number.
    ///
    /// - Parameters:
    ///   - grid: the filled grid.
    ///   - scanned: the planes that were scanned, in slices of the grid (``DicomSeriesReference/scannedPlanes``).
    /// - Returns: the mask and the slices, from 0, on which it was interpolated; `nil` if it already is on the grid, has
    ///   another number of slices than were scanned, or its first slice or its pixels do not coincide with the series'.
    public func laid(on grid: GridGeometry, scanned: [Double]) -> (mask: Mask, interpolated: [Int])? {
        guard !scanned.isEmpty, scanned.count == slices.count, !geometry.agrees(with: grid) else { return nil }
        let runsDown = geometry.direction.z.dot(grid.direction.z) < 0
        let order = runsDown ? scanned.reversed() : scanned
        let start = grid.index(of: geometry.origin).z
        guard abs(start - order[0]) <= 0.5 else { return nil }
        var planes = PlaneMasks(grid: grid, scanned: scanned)
        for (z, slice) in slices.enumerated() {
            let origin = geometry.point(at: VoxelIndex(x: 0, y: 0, z: z))
            let height = grid.index(of: origin).z
            // In its own plane, wherever the file thinks that lies.
            guard
                let flat = try? GridGeometry(
                    size: GridSize(x: grid.size.x, y: grid.size.y, z: 1), spacing: grid.spacing,
                    origin: grid.point(at: ContinuousIndex(x: 0, y: 0, z: height)), direction: grid.direction),
                let placement = PlanePlacement(
                    origin: origin, column: geometry.direction.x * geometry.spacing.x,
                    row: geometry.direction.y * geometry.spacing.y, width: slice.width, height: slice.height, on: flat)
            else { return nil }
            var own = Mask(geometry: flat)
            guard placement.add(slice, to: &own) == 0 else { return nil }
            planes.add(own.slices[0], at: order[z])
        }
        return planes.mask()
    }
}
