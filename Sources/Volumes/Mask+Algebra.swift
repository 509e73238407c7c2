extension Mask {
    /// The voxels in either mask.
    /// - Throws: ``VolumesError/gridsDiffer(_:)``.
    public func union(_ other: Mask) throws(VolumesError) -> Mask { try combined(with: other) { $0 | $1 } }

    /// The voxels in both masks.
    /// - Throws: ``VolumesError/gridsDiffer(_:)``.
    public func intersection(_ other: Mask) throws(VolumesError) -> Mask { try combined(with: other) { $0 & $1 } }

    /// The voxels in this mask and not in the other.
    /// - Throws: ``VolumesError/gridsDiffer(_:)``.
    public func subtracting(_ other: Mask) throws(VolumesError) -> Mask { try combined(with: other) { $0 & ~$1 } }

    /// The voxels in exactly one of the masks.
    /// - Throws: ``VolumesError/gridsDiffer(_:)``.
    public func symmetricDifference(_ other: Mask) throws(VolumesError) -> Mask {
        try combined(with: other) { $0 ^ $1 }
    }

    /// The voxels that are not in the mask.
    public func inverted() -> Mask {
        var result = self
        for z in slices.indices {
            result[slice: z].withMutableWords { words in
                for i in words.indices { words[i] = ~words[i] }
            }
        }
        return result
    }

    /// The smallest box that holds every voxel of the mask, or `nil` if there is none.
    public var boundingBox: VoxelBox? {
        var box: VoxelBox?
        for (z, slice) in slices.enumerated() where !slice.isEmpty {
            let stride = slice.wordsPerRow
            for y in 0..<slice.height {
                let row = slice.words[y * stride..<(y + 1) * stride]
                guard let first = row.firstIndex(where: { $0 != 0 }), let last = row.lastIndex(where: { $0 != 0 })
                else { continue }
                let low = (first - row.startIndex) * 64 + row[first].trailingZeroBitCount
                let high = (last - row.startIndex) * 64 + 63 - row[last].leadingZeroBitCount
                let here = VoxelBox(x: low..<high + 1, y: y..<y + 1, z: z..<z + 1)
                box = box?.union(here) ?? here
            }
        }
        return box
    }

    private func combined(
        with other: Mask, _ operation: (UInt64, UInt64) -> UInt64
    ) throws(VolumesError) -> Mask {
        try geometry.requireSame(as: other.geometry)
        var result = self
        for z in slices.indices where !(slices[z].isEmpty && other.slices[z].isEmpty) {
            let right = other.slices[z].words
            result[slice: z].withMutableWords { words in
                for i in words.indices { words[i] = operation(words[i], right[i]) }
            }
        }
        return result
    }
}
