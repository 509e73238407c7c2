import Cases
import Editing
import PatientView
import Volumes

extension ReviewState {
    /// Shows all of the body.
    mutating func fitBody() {
        view.zoom = 1
        view.centre = nil
    }

    /// Takes in that the image area has another size.
    mutating func resizeView(columns: Int, rows: Int) -> [ReviewEffect] {
        guard columns != view.areaColumns || rows != view.areaRows else { return [] }
        // What the mouse points at jumps: a stroke under way ends where it is, without a line to the new place.
        let ended = endStroke()
        endRuler()
        view.areaColumns = columns
        view.areaRows = rows
        return ended
    }

    /// Multiplies the zoom, keeping the cursor where it is.
    mutating func zoom(by factor: Double) {
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

    /// Moves the view by columns and half rows of the screen.
    mutating func pan(columns: Int, halfRows: Int) {
        guard let viewport, let geometry else { return }
        let size = gridPlane.size(of: geometry.size)
        let target = viewport.voxel(
            atColumn: Double(viewport.columns) / 2 + Double(columns),
            halfRow: Double(viewport.rows) + Double(halfRows))
        view.centre = PlanePoint(
            x: min(max(0, target.x), Double(size.x - 1)), y: min(max(0, target.y), Double(size.y - 1)))
    }

    /// Chooses a structure by name.
    mutating func selectStructure(_ name: StructureName) -> [ReviewEffect] {
        guard let index = structures.firstIndex(where: { $0.name == name }) else { return unknown(name) }
        return select(index)
    }

    /// Chooses the next structure, or the one before.
    mutating func selectNextStructure(backwards: Bool) -> [ReviewEffect] {
        guard !structures.isEmpty else { return [] }
        return select((activeIndex + (backwards ? structures.count - 1 : 1)) % structures.count)
    }

    /// Chooses the structure under the cursor; where several are, the next of them.
    mutating func selectStructureAtCursor() -> [ReviewEffect] {
        guard let voxel = cursorVoxel else { return [] }
        let here = structures.indices.filter { structures[$0].isVisible && structures[$0].mask[voxel] }
        guard let index = here.first(where: { $0 > activeIndex }) ?? here.first else {
            return warn("no structure under the cursor")
        }
        return select(index)
    }

    /// Shows or hides a structure; `nil` for the active one.
    mutating func toggleStructure(_ name: StructureName?) -> [ReviewEffect] {
        guard let index = index(of: name) else { return unknown(name) }
        structures[index].isVisible.toggle()
        return marksForSlice()
    }

    /// Protects a structure or lets it be edited; `nil` for the active one.
    mutating func toggleLock(_ name: StructureName?) -> [ReviewEffect] {
        guard let index = index(of: name) else { return unknown(name) }
        let ended = endStroke()
        structures[index].isLocked.toggle()
        return ended
    }

    /// Sets the tolerance of the active structure, and has it measured anew.
    mutating func setTolerance(_ tolerance: Millimetres) -> [ReviewEffect] {
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
        if let name, context.contains(where: { $0.name == name }) {
            return warn("\(name) is shown for orientation alone; :context \(name) hides or shows it")
        }
        let known = structures.map(\.name.rawValue).joined(separator: ", ")
        return warn("no structure \(name?.rawValue ?? "yet"); there are: \(known.isEmpty ? "none" : known)")
    }

    /// Takes a tool in hand.
    mutating func choose(_ tool: Tool) -> [ReviewEffect] {
        self.tool = tool
        // The new tool's first point would otherwise go on with what another one began.
        if let draft = contour.draft, tool.drawsContour, draft.tool != tool {
            return warn(
                "goes on with the open \(draft.tool.rawValue) of \(draft.structure) on slice \(draft.slice + 1); "
                    + "Esc drops it")
        }
        return []
    }

    /// Sets the brush's radius.
    mutating func setBrushRadius(_ radius: Millimetres) -> [ReviewEffect] {
        guard Brush.radiusRange.contains(radius) else {
            let range = Brush.radiusRange
            return warn("the radius must be \(range.lowerBound.value)…\(range.upperBound.value) mm")
        }
        brush.radius = radius
        return []
    }

    /// Makes the brush larger or smaller by steps of 0.5 mm below 4 mm, 1 mm below 12, then 4 mm: each is a visible
    /// change.
    mutating func adjustBrush(by steps: Int) {
        var radius = brush.radius.value
        for _ in 0..<abs(steps) {
            let below = steps < 0 ? radius - 1e-9 : radius
            radius += (below < 4 ? 0.5 : below < 12 ? 1 : 4) * Double(steps.signum())
        }
        brush = Brush(shape: brush.shape, radius: Millimetres(radius))
    }
}
