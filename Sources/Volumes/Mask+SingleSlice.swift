/// Told how far a long operation is, 0…1; answers whether it is to go on. May be called from any thread.
public typealias WorkProgress = @Sendable (Double) -> Bool

extension GridGeometry {
    /// The grid of one slice alone, where it lies in the patient; `z` must be on the grid.
    public func ofSlice(_ z: Int) throws(VolumesError) -> GridGeometry {
        try GridGeometry(
            size: GridSize(x: size.x, y: size.y, z: 1), spacing: spacing,
            origin: point(at: VoxelIndex(x: 0, y: 0, z: z)), direction: direction)
    }
}

extension Mask {
    /// One slice as a mask of its own, so that what is meant for volumes costs only that slice.
    public func alone(_ z: Int) throws(VolumesError) -> Mask {
        try Mask(geometry: geometry.ofSlice(z), slices: [slices[z]])
    }

    /// The mask with one slice replaced; the rest is shared.
    public func replacing(_ z: Int, with slice: MaskSlice) -> Mask {
        var result = self
        result[slice: z] = slice
        return result
    }

    /// The mask on one slice and nothing elsewhere.
    public func only(_ z: Int) -> Mask { Mask(geometry: geometry).replacing(z, with: slices[z]) }

    /// Changes the mask, or one slice of it.
    /// - Parameters:
    ///   - z: the slice; `nil` for all of them.
    ///   - change: gets the mask, or the slice alone on a grid of one slice, and gives the same back changed; `nil`
    ///     to give up.
    public func changed<E: Error>(
        onSlice z: Int?, _ change: (Mask) throws(E) -> Mask?, refusing: (VolumesError) -> E
    ) throws(E) -> Mask? {
        guard let z else { return try change(self) }
        let single: Mask
        do { single = try alone(z) } catch { throw refusing(error) }
        return try change(single).map { replacing(z, with: $0.slices[0]) }
    }
}
