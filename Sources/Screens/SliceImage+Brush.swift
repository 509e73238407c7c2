import PatientView
import TerminalKit
import Volumes

extension SliceImage {
    /// Draws the rim of what the brush would paint: the pixels whose middles lie within its radius, in true
    /// millimetres on whatever plane and however wide and high its pixels are, as far as they have a neighbour outside.
    ///
    /// It lies over all outlines, so that it is seen on them too; along an outline only every other pixel of a
    /// large one does, so that what is being corrected is seen as well.
    mutating func drawBrush(
        at cursor: PlanePoint, radius: Double, _ spacing: (x: Double, y: Double), _ viewport: Viewport, _ mode: CellMode
    ) {
        guard radius > 0, let middle = PixelRaster.pixel(of: cursor, in: viewport, mode: mode) else { return }
        let (across, down) = (Double(mode.across), Double(mode.down) / 2)
        /// From the cursor to a pixel's middle, mm.
        func offset(_ x: Int, _ y: Int) -> (x: Double, y: Double) {
            let point = viewport.voxel(atColumn: (Double(x) + 0.5) / across, halfRow: (Double(y) + 0.5) / down)
            return ((point.x - cursor.x) * spacing.x, (point.y - cursor.y) * spacing.y)
        }
        func isInside(_ x: Int, _ y: Int) -> Bool {
            let at = offset(x, y)
            return at.x * at.x + at.y * at.y <= radius * radius
        }
        let (here, right, below) = (
            offset(middle.x, middle.y), offset(middle.x + 1, middle.y), offset(middle.x, middle.y + 1)
        )
        func length(_ a: (x: Double, y: Double), _ b: (x: Double, y: Double)) -> Double {
            ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
        }
        let (width, height) = (length(right, here), length(below, here))
        // A rim of fewer pixels would hide what is under the cursor.
        guard width > 0, height > 0, radius / max(width, height) >= 1.5, radius / min(width, height) < 10_000 else {
            return
        }
        // A small one has no pixel to spare.
        let isLarge = radius / max(width, height) >= 4
        let (reachX, reachY) = (Int(radius / width) + 2, Int(radius / height) + 2)
        let columns = max(0, middle.x - reachX)..<max(0, middle.x - reachX, min(raster.width, middle.x + reachX + 1))
        for y in max(0, middle.y - reachY)..<max(0, middle.y - reachY, min(raster.height, middle.y + reachY + 1)) {
            for x in columns where isInside(x, y) {
                let neighbours = [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
                guard neighbours.contains(where: { !isInside($0.0, $0.1) }) else { continue }
                let i = y * raster.width + x
                // Along the rim one of the two goes up by one with each pixel.
                let along = abs(x - middle.x) * reachY < abs(y - middle.y) * reachX ? x : y
                if isLarge, PixelOverlay.isLine(overlays[i]), along & 1 == 1 { continue }
                overlays[i] = max(overlays[i], PixelOverlay.brush)
            }
        }
    }
}
