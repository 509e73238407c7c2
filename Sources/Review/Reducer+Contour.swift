import Cases
import Editing
import Volumes

extension ReviewState {
    /// The button or key of a contour tool goes down.
    /// - Parameters:
    ///   - secondary: the right button: subtracts, closes, or takes out.
    ///   - byKey: whether the cursor was put there by keys, which reach every pixel, and not by a mouse, which knows
    ///     cells alone.
    mutating func pressContour(at point: PlanePoint, secondary: Bool, byKey: Bool = false) -> [ReviewEffect] {
        let ended = endStroke()
        if let refused = refuseOutsideSlices("the \(tool.rawValue) tool") { return ended + refused }
        if let obstacle = obstacle(to: activeIndex) { return ended + warn(obstacle) }
        guard let active else { return ended }
        if let refused = refuseOnSlab() { return ended + refused }
        showMasks(of: activeIndex)
        let down = Stroke(before: active.mask, tool: tool, plane: gridPlane, last: point)
        switch tool {
        case .nudge:
            let reach = max(brush.radius, pickReach)
            let slice = active.mask.slices[view.slice]
            guard let place = slice.boundary(nearest: point, within: reach, spacing: active.mask.geometry.spacing)
            else { return ended + warn("there is no boundary of \(active.name) here to drag") }
            contour.grab = .stretch(place, from: point)
            stroke = down
        case .vertex:
            if secondary { return ended + deleteVertex(at: point) }
            guard var vertices = verticesInForce else { return ended }
            guard
                let vertex = vertices.nearest(to: point, within: pickReach)
                    ?? vertices.insert(at: point, within: pickReach)
            else { return ended + warn("there is no boundary of \(active.name) here") }
            contour.grab = .vertex(vertex, of: vertices, from: point)
            stroke = down
        case .contour, .livewire, .lasso, .brush, .erase, .restore, .grow, .scribble, .scribbleOutside, .measure:
            return ended + pressDraft(at: point, secondary: secondary, byKey: byKey, down)
        }
        return ended
    }

    /// How far from a position on the screen something may be that is meant, mm.
    var pickReach: Millimetres {
        guard let viewport, let spacing = geometry?.spacing else { return 0 }
        return Millimetres(1.5 * max(viewport.millimetresPerUnit, spacing.x, spacing.y))
    }

    private mutating func pressDraft(
        at point: PlanePoint, secondary: Bool, byKey: Bool, _ down: Stroke
    ) -> [ReviewEffect] {
        guard let active else { return [] }
        guard var draft = contour.draft else {
            contour.draft = ContourDraft(
                structure: active.name, slice: view.slice, tool: tool,
                operation: secondary ? .subtract : contour.operation, start: snapped(point, snap: true), pressed: point)
            stroke = down
            return []
        }
        if let elsewhere = draftElsewhere(draft) { return warn(elsewhere) }
        // The live-wire has moved its points to an edge; a double click is meant by where it was made.
        let isRepeated = [draft.end, draft.lastPress].contains { isSamePlace(point, $0, byKey: byKey) }
        let isAtStart = [draft.start, draft.firstPress].contains { isSamePlace(point, $0, byKey: byKey) }
        if draft.points.count > 2, secondary || isRepeated || isAtStart {
            return closeDraft(nil)
        }
        draft.atPress = draft.stretches.count
        if !isRepeated {
            if tool == .livewire {
                draft.wire = wire(from: draft, to: snapped(point, snap: true))
            } else {
                draft.add([point])
            }
        }
        draft.lastPress = point
        contour.draft = draft
        stroke = down
        return []
    }

    /// Why a draft cannot go on here, or `nil` if it can.
    private func draftElsewhere(_ draft: ContourDraft) -> String? {
        guard draft.slice != view.slice || draft.structure != active?.name else { return nil }
        return "a contour of \(draft.structure) is open on slice \(draft.slice + 1): Enter closes it, Esc drops it"
    }

    /// Whether two positions are under the same cell of the screen, or by keys under the same pixel: who puts points on
    /// neighbouring pixels means them, and a contour that closes early is a wrong mask.
    private func isSamePlace(_ one: PlanePoint, _ other: PlanePoint, byKey: Bool) -> Bool {
        guard let viewport else { return one == other }
        let (a, b) = (viewport.screen(of: one), viewport.screen(of: other))
        if byKey { return one == other || abs(a.column - b.column) < 0.5 && abs(a.halfRow - b.halfRow) < 0.5 }
        return abs(a.column - b.column) < 0.75 && abs(a.halfRow - b.halfRow) < 1.5
    }

    /// Where a point of the tool in hand is put: on the edge beside it for the live-wire.
    func snapped(_ point: PlanePoint, snap: Bool) -> PlanePoint {
        guard tool == .livewire, let wire = liveWire else { return point }
        let reach = snap ? min(Millimetres(pickReach.value / 2), 3) : 0
        return wire.corner(near: point, within: reach).point
    }

    /// The live-wire over the slice on screen, once that has arrived.
    private var liveWire: LiveWire? {
        guard let image, showsSlices, image.slices.indices.contains(view.slice), let slice = image.slices[view.slice]
        else { return nil }
        let low = Int16(clamping: view.window.level - view.window.width / 2)
        let high = Int16(clamping: view.window.level + view.window.width / 2)
        return LiveWire(
            slice: slice, spacing: image.geometry.spacing, window: HounsfieldUnit(low)...HounsfieldUnit(max(low, high)))
    }

    /// The wire from a draft's newest point to a position; a straight line where the slice has not arrived.
    func wire(from draft: ContourDraft, to point: PlanePoint) -> [PlanePoint] {
        guard let wire = liveWire else { return draft.end == point ? [] : [point] }
        let (from, to) = (wire.corner(near: draft.end, within: 0), wire.corner(near: point, within: 0))
        return Array(wire.path(from: from, to: to).map(\.point).dropFirst())
    }

    /// Works out how the live-wire would close the contour, for the screen to show before Enter does it.
    mutating func workOutClosing() {
        guard var draft = contour.draft, draft.tool == .livewire else { return }
        draft.closing = draft.points.count > 1 && draft.slice == view.slice ? wire(from: draft, to: draft.start) : []
        contour.draft = draft
    }

    /// Lets the live-wire follow the cursor.
    mutating func followWire() {
        guard var draft = contour.draft, tool == .livewire, draft.slice == view.slice, draft.tool == .livewire else {
            return
        }
        draft.wire = wire(from: draft, to: snapped(cursor, snap: true))
        contour.draft = draft
    }

    /// The pressed pointer moves.
    mutating func dragContour(to point: PlanePoint) -> [ReviewEffect] {
        guard let stroke, let image else { return [] }
        if let grab = contour.grab {
            let z = stroke.plane.depth
            var mask = stroke.before
            let before = mask.slices[z]
            switch grab {
            case .stretch(let place, let from):
                mask[slice: z] = place.nudged(
                    in: before, by: point.shift(from: from), reach: brush.radius, spacing: mask.geometry.spacing)
            case .vertex(let vertex, let vertices, let from):
                mask[slice: z] = vertices.moved(vertex, by: point.shift(from: from), in: before)
            }
            do {
                try mask.confine(
                    to: limitsInForce, since: stroke.before, image: image, protected: protectedMasks(for: activeIndex))
            } catch {
                cancelStroke()
                return warn(error.description)
            }
            structures[activeIndex].mask = mask
        } else if tool == .livewire {
            followWire()
            contour.draft?.lastPress = point
        } else {
            contour.draft?.draw(to: point)
        }
        self.stroke?.last = point
        return []
    }

    /// The button or key goes up: a lasso that was drawn closes; what was dragged becomes one step.
    mutating func releaseContour() -> [ReviewEffect] {
        let wasFreehand = contour.draft?.isFreehand == true
        let effects = liftContour()
        guard let draft = contour.draft, draft.tool == .lasso, wasFreehand, draft.path.count > 2 else { return effects }
        return effects + closeDraft(nil)
    }

    /// A press ends without the user having ended it: what was dragged becomes one step, a contour stays open.
    mutating func liftContour() -> [ReviewEffect] {
        guard let stroke, let active else { return [] }
        self.stroke = nil
        if let grab = contour.grab {
            contour.grab = nil
            return recordDrag(grab, stroke, of: active)
        }
        if var draft = contour.draft {
            draft.lift(spacing: active.mask.geometry.spacing)
            draft.add(draft.wire)
            draft.wire = []
            draft.atPress = draft.stretches.count
            contour.draft = draft
            workOutClosing()
        }
        return []
    }

    private mutating func recordDrag(
        _ grab: BoundaryGrab, _ stroke: Stroke, of active: StructureState
    ) -> [ReviewEffect] {
        do {
            let patch = try MaskPatch(from: stroke.before, to: active.mask)
            var effects: [ReviewEffect] = []
            if !patch.isEmpty {
                effects = record(patch, named: stroke.tool.rawValue, slice: stroke.plane.depth, at: activeIndex)
                tellNewestEdit()
            }
            switch grab {
            case .stretch(_, let from): contour.again = .nudge(from: from, to: stroke.last)
            case .vertex(_, _, let from): contour.again = .moveVertex(from: from, to: stroke.last)
            }
            if case .vertex(let vertex, let vertices, let from) = grab {
                keep(vertices, moved: vertex, by: stroke.last.shift(from: from), on: stroke.plane.depth)
            }
            return effects
        } catch {
            return warn(error.description)
        }
    }

    /// Takes back a press that has not ended.
    mutating func cancelContourStroke() {
        guard let stroke else { return }
        self.stroke = nil
        if contour.grab != nil {
            contour.grab = nil
            structures[activeIndex].mask = stroke.before
        } else if contour.draft?.atPress == nil {
            contour.draft = nil
        } else {
            contour.draft?.takeBackPress()
        }
    }
}

extension PlanePoint {
    /// The way here from another position.
    func shift(from other: PlanePoint) -> PlanePoint { PlanePoint(x: x - other.x, y: y - other.y) }
}
