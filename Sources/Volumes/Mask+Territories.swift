/// Which voxels of a mask belong to each of two of its cores.
public struct Territories: Sendable {
    /// The voxels nearer to the first core.
    public internal(set) var first: Mask
    /// The voxels nearer to the second.
    public internal(set) var second: Mask
}

extension Mask {
    /// Divides the mask between two cores that lie in it: both grow face by face and by turns, never into each
    /// other, for so many rounds; of what is then left, pieces that touch the second are given to it and all others to the first.
    ///
    /// Seen from a core, the border runs through the middle of what is between.
    /// - Throws: ``VolumesError/gridsDiffer(_:)``.
    public func territories(of one: Mask, _ other: Mask, rounds: Int) throws(VolumesError) -> Territories {
        guard let box = boundingBox else { return Territories(first: self, second: self) }
        var (first, second) = (try one.intersection(self), try other.intersection(self))
        for _ in 0..<rounds {
            let (before, opposite) = (first, second)
            first = try first.grownByOneFace(within: try subtracting(second), slices: box.z)
            second = try second.grownByOneFace(within: try subtracting(first), slices: box.z)
            if first == before && second == opposite { break }
        }
        let rest = try subtracting(first).subtracting(second)
        guard !rest.isEmpty else { return Territories(first: first, second: second) }
        let pieces = rest.connectedComponents(.faces6)
        let nearSecond = try pieces.voxelCounts(of: second.grownByOneFace(within: rest, slices: box.z))
        let toSecond = pieces.mask { nearSecond[$0] > 0 }
        let toFirst = pieces.mask { nearSecond[$0] == 0 }
        return Territories(first: try first.union(toFirst), second: try second.union(toSecond))
    }
}
