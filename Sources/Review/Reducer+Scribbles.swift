import Commands
import Editing
import Volumes

extension ReviewState {
    /// One touch of the brush as a scribble.
    mutating func scribble(inside: Bool, at target: VoxelTarget) -> [ReviewEffect] {
        guard let voxel = voxel(target) else { return warnOffGrid(target) }
        let moved = go(to: voxel.z)
        view.position = ContinuousIndex(x: Double(voxel.x), y: Double(voxel.y), z: Double(voxel.z))
        let begun = beginStroke(at: cursor, with: inside ? .scribble : .scribbleOutside)
        return moved + begun + endStroke()
    }

    /// Shows what the scribbles come to.
    mutating func applyScribbles(_ reach: RegionReach) -> [ReviewEffect] {
        let ended = endStroke()
        guard let scribbles = region.scribbles, !scribbles.isEmpty else {
            return ended + warn("nothing is scribbled yet: :scribble, then draw inside and outside")
        }
        return ended
            + operate(
                .redraw(scribbles, margin: RegionState.scribbleMargin), "redraw", reach == .slices ? .slice : reach,
                isPreviewed: true)
    }

    /// Takes back the newest scribble.
    /// - Returns: whether there was one.
    mutating func undoScribble() -> Bool {
        guard region.scribbles?.undo() == true else { return false }
        if region.scribbles?.isEmpty == true { region.scribbles = nil }
        region.preview = nil
        message = StatusMessage("took back a scribble")
        return true
    }
}
