import Cases
import Editing
import Volumes

extension ReviewState {
    /// Changes how the slice is shown.
    mutating func show(_ action: ReviewAction) -> [ReviewEffect] {
        switch action {
        case .setWindow(let window): view.window = window
        case .adjustWindow(let width, let level):
            view.window = WindowLevel(width: view.window.width + width, level: view.window.level + level)
        case .zoom(let factor): zoom(by: factor)
        case .fitBody:
            view.zoom = 1
            view.centre = nil
        case .pan(let columns, let halfRows): pan(columns: columns, halfRows: halfRows)
        case .resizeView(let columns, let rows):
            guard columns != view.areaColumns || rows != view.areaRows else { return [] }
            // What the mouse points at jumps: a stroke under way ends where it is, without a line to the new place.
            let ended = endStroke()
            endRuler()
            view.areaColumns = columns
            view.areaRows = rows
            return ended
        case .choosePlane(let plane): return choose(plane ?? view.plane.next)
        case .setLayout(let layout): return setLayout(layout ?? (view.layout == .one ? .three : .one))
        case .compare(let comparison): compare(comparison)
        case .toggleMasks: view.showsMasks.toggle()
        case .toggleGhost: view.showsGhost.toggle()
        default: break
        }
        return []
    }

    private mutating func zoom(by factor: Double) {
        guard let viewport, factor.isFinite, factor > 0 else { return }
        let range = ViewState.zoomRange
        let zoom = min(max(view.zoom * factor, range.lowerBound), range.upperBound)
        // What is under the cursor stays where it is.
        let share = view.zoom / zoom
        view.centre = PlanePoint(
            x: cursor.x + (viewport.centre.x - cursor.x) * share,
            y: cursor.y + (viewport.centre.y - cursor.y) * share)
        view.zoom = zoom
    }

    private mutating func pan(columns: Int, halfRows: Int) {
        guard let viewport, let geometry else { return }
        let size = gridPlane.size(of: geometry.size)
        let target = viewport.voxel(
            atColumn: Double(viewport.columns) / 2 + Double(columns),
            halfRow: Double(viewport.rows) + Double(halfRows))
        view.centre = PlanePoint(
            x: min(max(0, target.x), Double(size.x - 1)), y: min(max(0, target.y), Double(size.y - 1)))
    }

    /// Chooses, shows, hides and protects structures.
    mutating func changeStructures(_ action: ReviewAction) -> [ReviewEffect] {
        switch action {
        case .selectStructure(let name):
            guard let index = structures.firstIndex(where: { $0.name == name }) else { return unknown(name) }
            return select(index)
        case .nextStructure(let backwards):
            guard !structures.isEmpty else { return [] }
            return select((activeIndex + (backwards ? structures.count - 1 : 1)) % structures.count)
        case .selectStructureAtCursor:
            guard let voxel = cursorVoxel else { return [] }
            let here = structures.indices.filter { structures[$0].isVisible && structures[$0].mask[voxel] }
            guard let index = here.first(where: { $0 > activeIndex }) ?? here.first else {
                return warn("no structure under the cursor")
            }
            return select(index)
        case .toggleStructure(let name):
            guard let index = index(of: name) else { return unknown(name) }
            structures[index].isVisible.toggle()
            return marksForSlice()
        case .toggleLock(let name):
            guard let index = index(of: name) else { return unknown(name) }
            let ended = endStroke()
            structures[index].isLocked.toggle()
            return ended
        case .setTolerance(let tolerance):
            guard let active else { return [] }
            guard tolerance.value.isFinite, tolerance.value >= 0, tolerance.value <= 50 else {
                return warn("the tolerance must be 0…50 mm")
            }
            structures[activeIndex].tolerance = tolerance
            structures[activeIndex].forgetScores()
            return [
                .measureAll(active.name, mask: active.mask, tolerance: tolerance, edit: active.edit),
                .mark(active.name, z: view.slice, edit: active.edit),
            ]
        default: return []
        }
    }

    private mutating func select(_ index: Int) -> [ReviewEffect] {
        let ended = endStroke()
        activeIndex = index
        return ended
    }

    private func index(of name: StructureName?) -> Int? {
        guard let name else { return active == nil ? nil : activeIndex }
        return structures.firstIndex { $0.name == name }
    }

    mutating func unknown(_ name: StructureName?) -> [ReviewEffect] {
        let known = structures.map(\.name.rawValue).joined(separator: ", ")
        return warn("no structure \(name?.rawValue ?? "yet"); there are: \(known.isEmpty ? "none" : known)")
    }

    /// Changes the tool in hand.
    mutating func changeTool(_ action: ReviewAction) -> [ReviewEffect] {
        switch action {
        case .chooseTool(let tool):
            self.tool = tool
            // The new tool's first point would otherwise go on with what another one began.
            if let draft = contour.draft, tool.drawsContour, draft.tool != tool {
                return warn(
                    "goes on with the open \(draft.tool.rawValue) of \(draft.structure) on slice \(draft.slice + 1); "
                        + "Esc drops it")
            }
        case .setBrushRadius(let radius):
            guard Brush.radiusRange.contains(radius) else {
                let range = Brush.radiusRange
                return warn("the radius must be \(range.lowerBound.value)…\(range.upperBound.value) mm")
            }
            brush.radius = radius
        case .adjustBrush(let steps):
            // Steps of 0.5 mm below 4 mm, 1 mm below 12, then 4 mm: each is a visible change.
            var radius = brush.radius.value
            for _ in 0..<abs(steps) {
                let below = steps < 0 ? radius - 1e-9 : radius
                radius += (below < 4 ? 0.5 : below < 12 ? 1 : 4) * Double(steps.signum())
            }
            brush = Brush(shape: brush.shape, radius: Millimetres(radius))
        case .setBrushShape(let shape): brush.shape = shape
        default: break
        }
        return []
    }
}
