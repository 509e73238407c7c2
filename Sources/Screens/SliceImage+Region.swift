import Review
import Volumes

extension SliceImage {
    /// Draws scribbles, and what a preview would change.
    /// - Parameter cut: what the plane on screen shows of a mask.
    mutating func drawRegion(_ region: RegionState, _ cut: (Mask) -> MaskSlice) {
        if let preview = region.preview {
            for (target, mask) in zip(preview.job.task.targets, preview.outcome.masks) {
                drawPreview(from: cut(target.mask), to: cut(mask))
            }
        }
        guard let scribbles = region.scribbles else { return }
        // Their rim alone: what they are drawn on is what one looks at.
        raise(rim(of: cut(scribbles.inside)), to: PixelOverlay.inside)
        raise(rim(of: cut(scribbles.outside)), to: PixelOverlay.outside)
    }

    /// The rim of all that holds a voxel; of what is as thin as a line all of it.
    private func rim(of slice: MaskSlice) -> [Bool] { raster.outline(of: raster.anyVoxel(of: slice)) }

    /// Draws what a change would do: the new outline where it differs from the one there is, and dots on what it would
    /// add and, in another colour, on what it would take away.
    mutating func drawPreview(from before: MaskSlice, to after: MaskSlice) {
        guard before != after else { return }
        let (old, new) = (raster.coverage(of: before), raster.coverage(of: after))
        let (oldEdge, newEdge) = (raster.outline(of: old), raster.outline(of: new))
        // Single voxels between the pixels' middles count as well: nothing is changed unseen.
        let touched = raster.anyVoxel(of: before.symmetricDifference(after))
        func changed(_ i: Int) -> Bool { old[i] != new[i] || touched[i] && !new[i] && !old[i] }
        raise(
            new.indices.map { old[$0] && !new[$0] && (oldEdge[$0] || isDotted($0)) }, to: PixelOverlay.previewLoss)
        raise(
            new.indices.map {
                newEdge[$0] && !oldEdge[$0] || !old[$0] && changed($0) && (newEdge[$0] || isDotted($0))
            }, to: PixelOverlay.preview)
    }

    /// Every third pixel of every other row, staggered, so that the CT shows through.
    private func isDotted(_ pixel: Int) -> Bool {
        let (y, x) = pixel.quotientAndRemainder(dividingBy: raster.width)
        return y % 2 == 0 && (x + y / 2) % 3 == 0
    }
}
