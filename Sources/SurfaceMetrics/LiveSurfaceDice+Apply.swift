import Volumes

extension LiveSurfaceDice {
    /// Flips the bits of a patch in one of the masks, by default the test, and brings all scores up to date.
    ///
    /// Applying the same patch again undoes it.
    /// - Throws: ``VolumesError/gridMismatch(_:_:)`` if the patch is for another size; nothing has changed then.
    /// - Complexity: O(words of the patch + surfels within tolerance of what it changed). Slice scores of touched
    ///   slices are worked out when they are next asked for.
    public mutating func apply(_ patch: MaskPatch, to side: Side = .test) throws(VolumesError) {
        guard patch.size == geometry.size else { throw .gridMismatch("\(geometry.size)", "\(patch.size)") }
        guard let firstSlice = patch.slices.first?.z, let lastSlice = patch.slices.last?.z else { return }
        let (own, other) = (side.rawValue, 1 - side.rawValue)
        let reach = balls.map(\.reach.z).max() ?? 0
        if !isKnownUniquelyReferenced(&counts) { counts = counts.copy() }
        makeRoom(for: patch, mask: own)
        for z in max(0, firstSlice - reach)..<min(shape.planes, lastSlice + reach + 2) { makeUnique(mask: other, z: z) }

        let wasEmpty = counts.isEmpty(own)
        let edit = LiveEdit(
            self, mask: own, planes: max(0, firstSlice - 2 * reach - 1)..<min(shape.planes, lastSlice + 2 * reach + 3))
        edit.flip(patch)
        edit.updateOwnSurfels(patch)
        edit.updateOtherFlags()
        let isEmpty = counts.isEmpty(own)
        if wasEmpty != isEmpty { refreshUnboundedFlags(of: other, otherIsEmpty: isEmpty) }

        if !isKnownUniquelyReferenced(&slices) { slices = slices.copy() }
        slices.forget(patch.touchedSlices)
    }

    /// Sees to it that the planes that the patch changes are stored, and are this value's own.
    private mutating func makeRoom(for patch: MaskPatch, mask: Int) {
        for part in patch.slices {
            Self.makeRoom(&voxels[mask][part.z], rows: part.rows, limit: geometry.size.y)
            for z in part.z...part.z + 1 {
                Self.makeRoom(
                    &surfels[mask][z], rows: part.rows.lowerBound..<part.rows.upperBound + 1, limit: shape.rows,
                    count: 1 + balls.count)
            }
        }
    }

    /// How many rows are stored beyond those asked for when a plane has to grow.
    private static let slack = 12

    private static func makeRoom(_ storage: inout BitPlaneStorage, rows: Range<Int>, limit: Int, count: Int = 1) {
        let stored = storage.rows
        if stored.isEmpty {
            let room = max(0, rows.lowerBound - slack)..<min(limit, rows.upperBound + slack)
            storage = BitPlaneStorage(rows: room, stride: storage.stride, count: count)
        } else if rows.lowerBound < stored.lowerBound || rows.upperBound > stored.upperBound {
            let low =
                rows.lowerBound < stored.lowerBound ? max(0, rows.lowerBound - slack) : stored.lowerBound
            let high =
                rows.upperBound > stored.upperBound ? min(limit, rows.upperBound + slack) : stored.upperBound
            storage = storage.copy(storing: low..<high)
        } else if !isKnownUniquelyReferenced(&storage) {
            storage = storage.copy(storing: stored)
        }
    }

    private mutating func makeUnique(mask: Int, z: Int) {
        if !surfels[mask][z].rows.isEmpty && !isKnownUniquelyReferenced(&surfels[mask][z]) {
            surfels[mask][z] = surfels[mask][z].copy(storing: surfels[mask][z].rows)
        }
    }

    /// A tolerance that reaches across the whole grid holds every surfel or none: all of them change when the other
    /// mask becomes empty, or is no longer.
    private mutating func refreshUnboundedFlags(of mask: Int, otherIsEmpty: Bool) {
        for (t, ball) in balls.enumerated() where ball.isEverything && ball.tolerance < .infinity {
            for z in surfels[mask].indices where !surfels[mask][z].rows.isEmpty {
                makeUnique(mask: mask, z: z)
                let storage = surfels[mask][z]
                let (points, flags) = (storage.plane(0).first, storage.plane(1 + t).first)
                for i in 0..<storage.rows.count * shape.stride { flags[i] = otherIsEmpty ? 0 : points[i] }
            }
            for code in 0..<256 { counts.within(mask, t)[code] = otherIsEmpty ? 0 : counts.total(mask)[code] }
        }
    }
}
