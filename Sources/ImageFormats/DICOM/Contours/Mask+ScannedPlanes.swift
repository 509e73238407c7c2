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

extension MaskReader {
    /// What to say of masks that ``Volumes/Mask/laid(on:scanned:)`` took.
    public static let laidNote =
        "the mask has the slices that were scanned; they were taken in their order, and the mask was interpolated where "
        + "--repair gaps made slices."
}

extension NamedMasks {
    /// The masks on a grid whose gaps were filled, if they are those of the scanned slices; otherwise as they are.
    func laid(on grid: GridGeometry?, _ reference: DicomSeriesReference?) -> NamedMasks {
        guard let grid, let scanned = reference?.scannedPlanes, !scanned.isEmpty else { return self }
        var laid: [(name: String, mask: Mask)] = []
        var notes: [String] = []
        for (name, mask) in masks {
            guard let (own, interpolated) = mask.laid(on: grid, scanned: scanned) else { return self }
            laid.append((name, own))
            if !interpolated.isEmpty { notes.append(PlaneMasks.note(name, interpolated)) }
        }
        guard !laid.isEmpty else { return self }
        let note = "Masks: " + MaskReader.laidNote
        return NamedMasks(
            geometry: grid, dimensions: dimensions, masks: laid, warnings: warnings + [note] + notes, leftOut: leftOut)
    }
}
