import Volumes

extension [SliceCorner] {
    /// The closed outline, drawn through the centres of the outermost voxels instead of along their edges: every edge
    /// is moved by half a voxel into the mask, which lies on its right-hand side. In voxels.
    ///
    /// This is for readers that round corners to whole voxels and paint the outline as well as what it encloses (rt-utils,
    /// which hands both to OpenCV's fillPoly): they get the mask back exactly. To all that fill at voxel centres, the
    /// outline now runs through the very points it should decide on.
    /// - Complexity: O(corners).
    func throughVoxelCentres() -> [(x: Double, y: Double)] {
        indices.map { i in
            let (before, here, after) = (self[(i + count - 1) % count], self[i], self[(i + 1) % count])
            let first = Self.right(from: before, to: here)
            let second = Self.right(from: here, to: after)
            let isStraight = first == second
            return (
                Double(here.x) - 0.5 + 0.5 * Double(isStraight ? first.x : first.x + second.x),
                Double(here.y) - 0.5 + 0.5 * Double(isStraight ? first.y : first.y + second.y)
            )
        }
    }

    /// The unit step to the right of a way along voxel edges; rows grow downwards.
    private static func right(from: SliceCorner, to: SliceCorner) -> SliceCorner {
        SliceCorner(x: -(to.y - from.y).signum(), y: (to.x - from.x).signum())
    }
}
