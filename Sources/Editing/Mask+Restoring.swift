import Volumes

extension Mask {
    /// Gives every voxel of an area the value that it has in another mask on the same grid.
    /// - Complexity: O(words of the area's slices).
    public mutating func restore(_ area: Mask, as other: Mask) {
        precondition(geometry.size == other.geometry.size && geometry.size == area.geometry.size, "masks on one grid")
        for z in area.slices.indices where !area.slices[z].isEmpty {
            let (covered, wanted) = (area.slices[z].words, other.slices[z].words)
            self[slice: z].withMutableWords { words in
                for i in words.indices { words[i] = words[i] & ~covered[i] | wanted[i] & covered[i] }
            }
        }
    }
}
