import Editing
import PatientView
import Review
import TerminalKit
import Volumes

/// The image area: one plane, or three with their crosshair linked.
enum ImagePanes {
    static func draw(
        _ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect,
        memory: inout FrameMemory
    ) {
        let black = CellStyle(foreground: Colour(grey: 200), background: Colour(grey: 0))
        grid.fill(rect, with: Cell(" ", style: black))
        for plane in state.view.shownPlanes {
            drawPane(plane, state, options, &grid, self.rect(of: plane, state.view, in: rect), &memory)
        }
        if state.view.shownLayout == .three { drawRules(state.view, options, &grid, rect) }
    }

    /// A plane's place on the screen.
    static func rect(of plane: ViewPlane, _ view: ViewState, in area: CellRect) -> CellRect {
        let room = view.room(for: plane)
        return CellRect(x: area.x + room.x, y: area.y + room.y, width: room.columns, height: room.rows)
            .intersection(area)
    }

    /// The plane at a cell of the screen.
    static func plane(atX x: Int, y: Int, _ view: ViewState, in area: CellRect) -> ViewPlane? {
        view.shownPlanes.first { rect(of: $0, view, in: area).contains(x: x, y: y) }
    }

    private static func drawRules(
        _ view: ViewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        let style = options.style(options.theme.rule)
        let (coronal, sagittal) = (view.room(for: .coronal), view.room(for: .sagittal))
        let (x, y) = (rect.x + coronal.x - 1, rect.y + sagittal.y - 1)
        for row in rect.y..<rect.maxY { grid[x, row] = Cell(row == y ? "├" : "│", style: style) }
        for column in x + 1..<rect.maxX { grid[column, y] = Cell("─", style: style) }
    }

    private static func drawPane(
        _ plane: ViewPlane, _ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect,
        _ memory: inout FrameMemory
    ) {
        if let image = SliceImage(state: state, plane: plane, mode: options.cells, memory: &memory) {
            let look = StructureLook(state, options)
            let palette = ImagePalette(
                theme: options.theme, look: look, depth: options.depth, opacity: state.seeing.preferences.opacity)
            image.draw(into: &grid, at: rect, mode: options.cells, depth: options.depth, palette: palette)
        }
        guard let geometry = state.geometry, let viewport = state.viewport(of: plane) else { return }
        RulerLabels.draw(state, plane, viewport, options, &grid, rect)
        drawLetters(geometry, viewport, &grid, rect)
        let isHand = plane == state.view.plane
        let label = CellStyle(
            foreground: state.view.shownLayout == .three && isHand ? options.theme.accent : options.theme.barText,
            background: options.theme.barBackground)
        let title = title(plane, state, geometry)
        grid.write(title, x: rect.x + 1, y: rect.y, style: label, maximumWidth: rect.width - 2)
        let isFirst = plane == state.view.shownPlanes.first
        let text = isFirst ? windowText(state, plane) : zoomText(state, plane)
        let x = rect.maxX - text.columns - 1
        if x > rect.x + title.columns + 1 { grid.write(text, x: x, y: rect.y, style: label) }
        if isHand { ImageNotices.draw(state, options, &grid, rect) }
    }

    private static func title(_ plane: ViewPlane, _ state: ReviewState, _ geometry: GridGeometry) -> String {
        let cut = state.gridPlane(plane)
        // The slice that is shown ahead of the others does not know its number yet.
        var number = "\(cut.depth + 1)/\(geometry.size[cut.normal])"
        if case .loading = state.phase, geometry.size.z == 1 { number = "…" }
        let slab = state.slabDepths(of: plane) == nil ? "" : ImageNotices.slabName(state) + "  "
        return " \(plane.rawValue) \(number)  \(slab)\(position(plane, state, geometry)) "
    }

    /// Where in the patient a plane lies, along its normal.
    static func position(_ plane: ViewPlane, _ state: ReviewState, _ geometry: GridGeometry) -> String {
        let point = geometry.point(at: state.gridPlane(plane).index(of: PlanePoint(x: 0, y: 0)))
        return switch plane {
        case .axial: "z \(TextFormat.fixed(point.z, 1)) mm"
        case .coronal: "y \(TextFormat.fixed(point.y, 1)) mm"
        case .sagittal: "x \(TextFormat.fixed(point.x, 1)) mm"
        }
    }

    private static func zoomText(_ state: ReviewState, _ plane: ViewPlane) -> String {
        let zoom = state.view[plane].zoom
        return zoom == 1 ? "" : " ×" + TextFormat.fixed(zoom, 1) + " "
    }

    /// The window's name, width and level, and the zoom where it is not 1.
    static func windowText(_ state: ReviewState, _ plane: ViewPlane) -> String {
        let window = state.view.window
        let own = state.seeing.preferences.windows.filter { $0.value == window }.keys.min()
        let name = (own ?? WindowPreset.matching(window)?.rawValue).map { $0 + "  " } ?? ""
        let zoom = zoomText(state, plane)
        return " \(name)W \(window.width) L \(TextFormat.integer(window.level))\(zoom.isEmpty ? " " : zoom)"
    }

    /// The letters of the patient's sides at the edges of a pane.
    static func drawLetters(
        _ geometry: GridGeometry, _ viewport: Viewport, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        let letters = OrientationLetters(
            across: geometry.direction[viewport.axes.across], down: geometry.direction[viewport.axes.down],
            isFlippedAcross: viewport.isFlippedAcross, isFlippedDown: viewport.isFlippedDown)
        let style = CellStyle(foreground: Colour(grey: 255), background: Colour(grey: 0), attributes: .bold)
        let middle = rect.x + rect.width / 2
        grid.write(letters.top, x: middle, y: rect.y, style: style)
        grid.write(letters.bottom, x: middle, y: rect.maxY - 1, style: style)
        grid.write(letters.left, x: rect.x + 1, y: rect.y + rect.height / 2, style: style)
        grid.write(
            letters.right, x: rect.maxX - 1 - letters.right.count, y: rect.y + rect.height / 2, style: style)
    }
}

/// The lengths of the rulers, beside their ends.
enum RulerLabels {
    static func draw(
        _ state: ReviewState, _ plane: ViewPlane, _ viewport: Viewport, _ options: RenderOptions,
        _ grid: inout CellGrid, _ rect: CellRect
    ) {
        guard let geometry = state.geometry else { return }
        let style = CellStyle(foreground: options.theme.barText, background: options.theme.barBackground)
        for ruler in state.rulers(on: plane) {
            let text = TextFormat.fixed(ruler.length(on: geometry).value, 1) + " mm"
            let end = viewport.screen(of: ruler.end)
            guard let column = Int(exactly: end.column.rounded(.down)),
                let row = Int(exactly: (end.halfRow / 2).rounded(.down)), row >= 0, row < rect.height
            else { continue }
            // Beside the end, on the other side where there is no room.
            let isRoomy = column + 2 + text.count <= rect.width
            let x = isRoomy ? column + 2 : column - 1 - text.count
            guard x >= 0, x + text.count <= rect.width else { continue }
            grid.write(text, x: rect.x + x, y: rect.y + row, style: style)
        }
    }
}

extension ReviewState {
    /// The rulers that lie on a plane as it is shown.
    func rulers(on plane: ViewPlane) -> [Ruler] {
        let cut = gridPlane(plane)
        return (rulers + (ruler.map { [$0] } ?? [])).filter { $0.plane == cut }
    }
}
