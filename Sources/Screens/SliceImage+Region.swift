import Review
import Volumes

extension SliceImage {
    /// Draws scribbles, and what a preview would change: the outline it would give the structure where that differs,
    /// and dots on what it would add or take away.
    /// - Parameter cut: what the plane on screen shows of a mask.
    mutating func drawRegion(_ region: RegionState, _ cut: (Mask) -> MaskSlice) {
        if let preview = region.preview {
            for (target, mask) in zip(preview.job.task.targets, preview.outcome.masks) {
                let (before, after) = (cut(target.mask), cut(mask))
                guard before != after else { continue }
                let (old, new) = (raster.coverage(of: before), raster.coverage(of: after))
                let (oldEdge, newEdge) = (raster.outline(of: old), raster.outline(of: new))
                raise(
                    new.indices.map { newEdge[$0] && !oldEdge[$0] || old[$0] != new[$0] && isDotted($0) },
                    to: PixelOverlay.preview)
            }
        }
        guard let scribbles = region.scribbles else { return }
        raise(raster.anyVoxel(of: cut(scribbles.inside)), to: PixelOverlay.inside)
        raise(raster.anyVoxel(of: cut(scribbles.outside)), to: PixelOverlay.outside)
    }

    /// Every third pixel of every other row, staggered, so that the CT shows through.
    private func isDotted(_ pixel: Int) -> Bool {
        let (y, x) = pixel.quotientAndRemainder(dividingBy: raster.width)
        return y % 2 == 0 && (x + y / 2) % 3 == 0
    }
}
