import Cases
import Commands
import Editing
import Volumes

extension ReviewState {
    /// What the contour tools do by command.
    mutating func drawContour(_ action: ContourAction) -> [ReviewEffect] {
        switch action {
        case .choose(let tool, let operation):
            let ended = endStroke()
            self.tool = tool
            contour.operation = operation
            if contour.draft != nil { return ended + closeDraft(operation) }
            return ended
        case .point(let point, let tool): return put(point, tool)
        case .back: return takeBackPoint()
        case .close(let operation): return closeDraft(operation)
        case .drop: return dropDraft() ? [] : warn("there is no contour")
        case .outline(let points, let operation, nil): return close(points, operation, named: Tool.lasso.rawValue)
        case .outline(let points, let operation, let slice?):
            let ended = endStroke()
            let count = geometry?.size.z ?? 0
            guard (0..<count).contains(slice) else { return ended + warn("there are slices 1 to \(count)") }
            // What cannot be done now does not lead to another slice either.
            if let refused = refuseOutsideSlices("a contour") { return ended + refused }
            if let obstacle = obstacle(to: activeIndex) { return ended + warn(obstacle) }
            let moved = go(to: slice)
            return ended + moved + close(points, operation, named: Tool.lasso.rawValue)
        case .paste: return paste()
        case .nudge(let from, let to): return drag(.nudge, from: from, to: to)
        case .moveVertex(let from, let to): return drag(.vertex, from: from, to: to)
        case .insertVertex(let point):
            // A press and a release that move nothing leave the vertex there.
            return drag(.vertex, from: point, to: point)
        case .deleteVertex(let point): return endStroke() + deleteVertex(at: point ?? cursor)
        case .nextVertex(let backwards): return goToVertex(backwards: backwards)
        case .interpolate(let scope, let kind): return interpolate(scope, kind)
        case .takePreview: return takePreview()
        case .dropPreview:
            preview = nil
            return []
        }
    }

    /// Space or a click by key: a point, or taking hold and letting go.
    mutating func dabContour() -> [ReviewEffect] {
        if stroke != nil { return releaseContour() }
        let pressed = pressContour(at: cursor, secondary: false, byKey: true)
        stroke?.isByKey = true
        return tool.drawsContour && stroke != nil ? pressed + releaseContour() : pressed
    }

    /// Backspace and Delete with a contour tool.
    mutating func takeBackByKey() -> [ReviewEffect] {
        if contour.draft != nil { return takeBackPoint() }
        if tool == .vertex { return endStroke() + deleteVertex(at: cursor) }
        return warn("there is no point to remove; e selects the eraser")
    }

    /// Enter where nothing is typed: closes the contour, lets go of what is dragged, or takes the preview.
    mutating func finishContour() -> [ReviewEffect] {
        if let stroke, stroke.tool.isContour, contour.grab != nil { return releaseContour() }
        if contour.draft != nil { return closeDraft(nil) }
        if preview != nil { return takePreview() }
        return []
    }

    /// What is under way and would be lost by leaving, for people; `nil` if nothing is.
    var unfinishedContour: String? {
        if let draft = contour.draft {
            return "a contour of \(draft.structure) is open on slice \(draft.slice + 1): Enter closes it, Esc drops it"
        }
        return preview.map { "\($0.name) of \($0.structure) is waiting: Enter accepts it, Esc drops it" }
    }

    /// Drops the contour or the preview.
    /// - Returns: whether there was one.
    mutating func dropDraft() -> Bool {
        if let draft = contour.draft {
            contour.draft = nil
            message = StatusMessage("the contour on slice \(draft.slice + 1) was dropped")
            return true
        }
        guard preview != nil else { return false }
        preview = nil
        return true
    }

    private mutating func put(_ point: PlanePoint, _ tool: Tool) -> [ReviewEffect] {
        let held = self.tool
        self.tool = tool
        defer { self.tool = held }
        guard isOnSlice(point) else { return warn("\(point.x) \(point.y) is off the slice") }
        let ended = endStroke()
        if let refused = refuseOutsideSlices("a contour") { return ended + refused }
        if let obstacle = obstacle(to: activeIndex) { return ended + warn(obstacle) }
        guard let active else { return ended }
        if let refused = refuseOnSlab() { return ended + refused }
        showMasks(of: activeIndex)
        cursor = point
        let target = snapped(point, snap: false)
        guard var draft = contour.draft else {
            contour.draft = ContourDraft(
                structure: active.name, slice: view.slice, tool: tool, operation: contour.operation, start: target)
            return ended
        }
        guard draft.slice == view.slice, draft.structure == active.name else {
            return ended + warn(unfinishedContour ?? "")
        }
        draft.add(tool == .livewire ? wire(from: draft, to: target) : [target])
        draft.wire = []
        draft.lastPress = point
        contour.draft = draft
        workOutClosing()
        return ended
    }

    private func isOnSlice(_ point: PlanePoint) -> Bool {
        guard let size = geometry?.size else { return false }
        return point.x >= -0.5 && point.y >= -0.5 && point.x <= Double(size.x) - 0.5 && point.y <= Double(size.y) - 0.5
    }

    /// Takes back the newest point; with the first one the contour is gone.
    mutating func takeBackPoint() -> [ReviewEffect] {
        let ended = endStroke()
        guard let draft = contour.draft else { return ended + warn("there is no contour") }
        let moved = go(to: draft.slice)
        var shorter = draft
        contour.draft = shorter.takeBack() ? shorter : nil
        workOutClosing()
        followWire()
        return ended + moved
    }

    /// Closes the contour on its own slice, for its own structure, as one step.
    mutating func closeDraft(_ operation: ContourOperation?) -> [ReviewEffect] {
        let ended = endStroke()
        guard let draft = contour.draft else { return ended + warn("there is no contour to close") }
        guard let index = structures.firstIndex(where: { $0.name == draft.structure }) else {
            contour.draft = nil
            return ended + warn("there is no structure \(draft.structure) any more")
        }
        // What cannot be done now is not lost: the contour stays open.
        if let obstacle = obstacle(to: index) { return ended + warn(obstacle) }
        let moved = go(to: draft.slice)
        var outline = draft.path
        if draft.tool == .livewire {
            // What was shown counts, whatever window edges are looked for in by now.
            var closing = draft
            closing.add(draft.closing.isEmpty ? wire(from: draft, to: draft.start) : draft.closing)
            outline = closing.path.dropLast(closing.end == draft.start ? 1 : 0)
        }
        guard outline.count > 2 else { return ended + moved + warn("a contour needs three points") }
        contour.draft = nil
        return ended + moved
            + close(outline, operation ?? draft.operation, named: draft.tool.rawValue, at: index)
    }

    private mutating func close(
        _ outline: [PlanePoint], _ operation: ContourOperation, named name: String, at index: Int? = nil
    ) -> [ReviewEffect] {
        let ended = endStroke()
        if let refused = refuseOutsideSlices("a contour") { return ended + refused }
        let index = index ?? activeIndex
        if let obstacle = obstacle(to: index) { return ended + warn(obstacle) }
        var mask = structures[index].mask
        mask[slice: view.slice] = mask.slices[view.slice].applying(outline, operation)
        contour.last = outline
        contour.lastOperation = operation
        contour.again = .outline(outline, operation)
        let changed = change(
            index, to: mask, named: name, on: view.slice,
            unchanged: operation == .subtract
                ? "there is nothing of \(structures[index].name) in it"
                : "\(structures[index].name) already contains all of it")
        return ended + changed
    }

    private mutating func paste() -> [ReviewEffect] {
        guard !contour.last.isEmpty else { return warn("no contour has been closed yet") }
        return close(contour.last, contour.lastOperation, named: "paste-contour")
    }

    /// Takes hold of the boundary, drags it and lets go.
    private mutating func drag(_ tool: Tool, from: PlanePoint, to: PlanePoint) -> [ReviewEffect] {
        let held = self.tool
        self.tool = tool
        defer { self.tool = held }
        guard isOnSlice(from) else { return warn("\(from.x) \(from.y) is off the slice") }
        let pressed = pressContour(at: from, secondary: false)
        guard stroke != nil else { return pressed }
        let dragged = dragContour(to: to)
        return pressed + dragged + releaseContour()
    }
}
