import PatientView
import Review
import Volumes

extension SliceImage {
    /// Draws the masks for orientation as dotted outlines, below all other lines: they must not be taken for the masks
    /// under review, nor hide them.
    mutating func drawContext(
        _ state: ReviewState, _ view: ViewPlane, _ cut: PlaneSlice, _ viewport: Viewport, _ mode: CellMode,
        _ memory: inout FrameMemory
    ) {
        for (j, context) in state.context.enumerated() where context.isVisible && cut.size == context.mask.geometry.size
        {
            let i = state.structures.count + j
            let key = FrameMemory.ShapeKey(view: view, structure: i, kind: .mask)
            let shape = memory.shape(key, context.mask, cut, raster, viewport, mode)
            for pixel in shape.edge.indices where shape.edge[pixel] {
                let (x, y) = (pixel % raster.width, pixel / raster.width)
                guard (x + y) & 1 == 0, !PixelOverlay.isLine(overlays[pixel]) else { continue }
                overlays[pixel] = PixelOverlay.outline(i)
            }
        }
    }
}
