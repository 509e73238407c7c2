import Cases
import Editing
import PatientView
import Review
import TerminalKit
import Volumes

/// What lies over the CT at one pixel. The greater covers the less.
struct PixelOverlay {
    /// Nothing.
    static let none: UInt8 = 0
    /// Inside structure `i`: tinted where the terminal has the colours for it.
    static func tint(_ i: Int) -> UInt8 { UInt8(1 + min(i, 60)) }
    /// The linked crosshair, where three planes are on screen.
    static let crosshair: UInt8 = 62
    /// The reference's outline (the prediction's, unless another was loaded) where the mask has left it.
    static let ghost: UInt8 = 64
    /// The outline of structure `i`.
    static func outline(_ i: Int) -> UInt8 { UInt8(65 + min(i, 60)) }
    /// A scribble of what is surely inside.
    static let inside: UInt8 = 126
    /// A scribble of what is surely outside.
    static let outside: UInt8 = 127
    /// An outline too far from the reference.
    static let beyond: UInt8 = 128
    /// A ruler.
    static let ruler: UInt8 = 129
    /// What a change that waits to be taken would take away.
    static let previewLoss: UInt8 = 130
    /// The cursor.
    static let cursor: UInt8 = 140
    /// The outline of a change that waits to be taken.
    static let preview: UInt8 = 131
    /// A contour that is being drawn.
    static let draft: UInt8 = 132
    /// Where a contour would run on.
    static let wire: UInt8 = 133
    /// A point of it, or a vertex of the boundary.
    static let vertex: UInt8 = 134
    /// The brush's rim.
    static let brush: UInt8 = 135

    /// Whether it is a line, drawn in a colour of its own, rather than a tint.
    static func isLine(_ overlay: UInt8) -> Bool { overlay >= crosshair }

    /// Whether it is the outline of a structure.
    static func isOutline(_ overlay: UInt8) -> Bool { overlay > ghost && overlay < inside }
}

/// The slice on screen as pixels: greys and what lies over them.
struct SliceImage {
    let raster: PixelRaster
    var greys: [UInt8]
    var overlays: [UInt8]

    /// Draws a plane of a state; `nil` where its pixels have not arrived.
    /// - Parameter showsCursor: whether the cursor, the brush and the rulers are drawn.
    init?(
        state: ReviewState, plane: ViewPlane, mode: CellMode, memory: inout FrameMemory, showsCursor: Bool = true
    ) {
        guard let viewport = state.viewport(of: plane), let image = state.image else { return nil }
        let cut = PlaneSlice(state.gridPlane(plane), viewport, size: image.geometry.size)
        let raster = PixelRaster(viewport: viewport, size: image.geometry.size, mode: mode)
        let window = state.view.window
        let slab = state.slabDepths(of: plane)
        let projection = slab == nil ? nil : state.seeing.slab?.projection
        let shown = FrameMemory.Shown(plane: cut.plane, slab: slab, projection: projection)
        let greys = memory.greys(of: plane, image, shown, viewport, window, mode) {
            cut.image(image, slab: slab, projection).map { raster.greys(of: $0, window: window) }
        }
        guard let greys else { return nil }
        self.raster = raster
        self.greys = greys
        overlays = [UInt8](repeating: PixelOverlay.none, count: greys.count)
        if state.view.showsMasks {
            // The active structure is drawn last, over its neighbours.
            let order = state.structures.indices.sorted {
                ($0 == state.activeIndex ? 1 : 0, $0) < ($1 == state.activeIndex ? 1 : 0, $1)
            }
            for i in order where state.structures[i].isVisible {
                let structure = state.structures[i]
                let shown = state.view.showsReference ? structure.reference : structure.mask
                guard cut.size == shown.geometry.size else { continue }
                draw(i, of: state, on: plane, cut, viewport, mode, &memory)
            }
        }
        if state.view.showsMasks { drawContext(state, plane, cut, viewport, mode, &memory) }
        drawRegion(state.region) { cut.mask($0) }
        drawContour(state, cut, viewport, mode)
        if showsCursor { drawCursor(state, plane, viewport, mode) }
    }

    private mutating func draw(
        _ i: Int, of state: ReviewState, on plane: ViewPlane, _ cut: PlaneSlice, _ viewport: Viewport, _ mode: CellMode,
        _ memory: inout FrameMemory
    ) {
        func key(_ kind: FrameMemory.ShapeKey.Kind) -> FrameMemory.ShapeKey {
            FrameMemory.ShapeKey(view: plane, structure: i, kind: kind)
        }
        let structure = state.structures[i]
        let showsReference = state.view.showsReference
        func shape(_ kind: FrameMemory.ShapeKey.Kind, _ mask: Mask) -> FrameMemory.Shape {
            memory.shape(key(kind), mask, cut, raster, viewport, mode)
        }
        let current = showsReference ? shape(.reference, structure.reference) : shape(.mask, structure.mask)
        if state.view.showsGhost, !showsReference, cut.size == structure.reference.geometry.size {
            let reference = shape(.reference, structure.reference)
            if reference.slice != current.slice { raise(reference.edge, to: PixelOverlay.ghost) }
        }
        guard !current.slice.isEmpty else { return }
        raise(current.inside, to: PixelOverlay.tint(i))
        raise(
            raster.widened(current.edge, within: current.inside, to: state.seeing.preferences.outlineWidth),
            to: PixelOverlay.outline(i))
        if !showsReference, let marks = marks(of: structure, on: cut, key(.beyond), &memory), !marks.isEmpty {
            let beyond = raster.grown(raster.anyVoxel(of: marks))
            raise(zip(current.edge, beyond).map { $0 && $1 }, to: PixelOverlay.beyond)
        }
    }

    /// The boundary that is out of tolerance on a plane, as far as it is known.
    private func marks(
        of structure: StructureState, on cut: PlaneSlice, _ key: FrameMemory.ShapeKey, _ memory: inout FrameMemory
    ) -> MaskSlice? {
        guard !cut.plane.isSlice else {
            guard let marks = structure.beyondTolerance, marks.z == cut.plane.depth else { return nil }
            return cut.lay(marks.voxels)
        }
        // Marks of an older mask would be red in the wrong places.
        guard let marks = structure.beyondToleranceVolume, marks.edit == structure.edit,
            marks.voxels.geometry.size == cut.size
        else { return nil }
        return memory.slice(key, marks.voxels, cut)
    }

    /// Lays an overlay over the pixels, unless something greater lies there; a structure's own tint gives way to
    /// another's only where that one's outline runs.
    mutating func raise(_ pixels: [Bool], to overlay: UInt8) {
        for i in pixels.indices where pixels[i] && overlays[i] < overlay { overlays[i] = overlay }
    }

    mutating func set(_ point: PlanePoint, _ overlay: UInt8, _ viewport: Viewport, _ mode: CellMode) {
        guard let (x, y) = PixelRaster.pixel(of: point, in: viewport, mode: mode), x >= 0, x < raster.width,
            y >= 0, y < raster.height
        else { return }
        overlays[y * raster.width + x] = max(overlays[y * raster.width + x], overlay)
    }

    private mutating func drawCursor(
        _ state: ReviewState, _ plane: ViewPlane, _ viewport: Viewport, _ mode: CellMode
    ) {
        guard !state.structures.isEmpty, let geometry = state.geometry else { return }
        let cut = state.gridPlane(plane)
        let cursor = cut.point(of: state.view.position)
        if state.view.shownLayout == .three { drawCrosshair(at: cursor, viewport, mode) }
        for ruler in state.rulers(on: plane) { drawLine(from: ruler.start, to: ruler.end, viewport, mode) }
        guard plane == state.view.plane else { return }
        let spacing = cut.spacing(of: geometry.spacing)
        let radius = state.brush.radius.value
        if state.tool.usesRadius {
            drawBrush(at: cursor, radius: radius, (spacing.x, spacing.y), viewport, mode)
        }
        set(cursor, PixelOverlay.cursor, viewport, mode)
    }

    /// Dotted lines through the position that the planes share, with a gap around it.
    private mutating func drawCrosshair(at point: PlanePoint, _ viewport: Viewport, _ mode: CellMode) {
        guard let (x, y) = PixelRaster.pixel(of: point, in: viewport, mode: mode) else { return }
        func raise(_ i: Int) { overlays[i] = max(overlays[i], PixelOverlay.crosshair) }
        if y >= 0, y < raster.height {
            for column in stride(from: x & 3, to: raster.width, by: 4) where abs(column - x) > 3 {
                raise(y * raster.width + column)
            }
        }
        if x >= 0, x < raster.width {
            for row in stride(from: y & 3, to: raster.height, by: 4) where abs(row - y) > 3 {
                raise(row * raster.width + x)
            }
        }
    }

    /// A line of pixels, each once.
    private mutating func drawLine(
        from start: PlanePoint, to end: PlanePoint, _ viewport: Viewport, _ mode: CellMode
    ) {
        let (a, b) = (viewport.screen(of: start), viewport.screen(of: end))
        let length = max(
            abs(b.column - a.column) * Double(mode.across), abs(b.halfRow - a.halfRow) * Double(mode.down) / 2)
        guard length.isFinite, length < 10_000 else { return }
        let steps = max(1, Int(length.rounded(.up)))
        for step in 0...steps {
            let share = Double(step) / Double(steps)
            set(
                PlanePoint(x: start.x + (end.x - start.x) * share, y: start.y + (end.y - start.y) * share),
                PixelOverlay.ruler, viewport, mode)
        }
    }
}
