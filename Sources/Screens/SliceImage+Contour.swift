import Editing
import PatientView
import Review
import Volumes

extension SliceImage {
    /// What the contour tools have in hand on a plane: a change that waits to be taken, the contour that is being drawn
    /// with its points, where the live-wire would run, and the vertices of the boundary.
    mutating func drawContour(_ state: ReviewState, _ cut: PlaneSlice, _ viewport: Viewport, _ mode: CellMode) {
        if let preview = state.preview, let active = state.structures.first(where: { $0.name == preview.structure }),
            cut.size == preview.mask.geometry.size
        {
            drawPreview(from: cut.mask(active.mask), to: cut.mask(preview.mask))
        }
        guard cut.plane.isSlice else { return }
        let z = cut.plane.depth
        if let draft = state.contour.draft, draft.slice == z {
            if draft.path.count > 2 {
                let closing =
                    draft.closing.isEmpty ? [draft.wire.last ?? draft.end, draft.start] : [draft.end] + draft.closing
                drawDashes(closing, PixelOverlay.wire, viewport, mode) { $0 % 4 == 0 }
            }
            drawDashes([draft.end] + draft.wire, PixelOverlay.wire, viewport, mode) { $0 % 3 != 2 }
            drawDashes(draft.path, PixelOverlay.draft, viewport, mode) { _ in true }
            for point in draft.points { set(point, PixelOverlay.vertex, viewport, mode) }
        }
        if z == state.view.slice {
            for point in state.shownVertices { set(point, PixelOverlay.vertex, viewport, mode) }
        }
    }

    /// A line through positions, of those pixels of which `isDrawn` says yes by their number along it.
    private mutating func drawDashes(
        _ points: [PlanePoint], _ overlay: UInt8, _ viewport: Viewport, _ mode: CellMode, isDrawn: (Int) -> Bool
    ) {
        var number = 0
        for (start, end) in zip(points, points.dropFirst()) {
            guard let a = PixelRaster.pixel(of: start, in: viewport, mode: mode),
                let b = PixelRaster.pixel(of: end, in: viewport, mode: mode)
            else { continue }
            let length = max(abs(b.x - a.x), abs(b.y - a.y))
            // Far beyond the screen on one side there is nothing to draw.
            let isSeen =
                max(a.x, b.x) >= 0 && min(a.x, b.x) < raster.width && max(a.y, b.y) >= 0
                && min(a.y, b.y) < raster.height
            guard isSeen, length < 100_000 else {
                number += length
                continue
            }
            for step in 0...max(1, length) {
                let share = length == 0 ? 0 : Double(min(step, length)) / Double(length)
                let x = a.x + Int((Double(b.x - a.x) * share).rounded())
                let y = a.y + Int((Double(b.y - a.y) * share).rounded())
                if x >= 0, x < raster.width, y >= 0, y < raster.height, isDrawn(number + step) {
                    overlays[y * raster.width + x] = max(overlays[y * raster.width + x], overlay)
                }
            }
            number += length
        }
    }
}
