import Cases
import Commands
import Editing
import Volumes

extension ReviewState {
    /// The mouse's button goes down: a stroke begins, or a ruler.
    mutating func beginDrag(at point: PlanePoint, with tool: Tool?) -> [ReviewEffect] {
        let pointed = aim(at: point)
        if self.tool == .measure {
            // The right button takes back; nothing is ever erased with the ruler in hand.
            if tool == .erase {
                removeRuler()
            } else if ruler == nil {
                beginRuler(at: point)
            } else {
                continueRuler(to: point)
            }
            return pointed
        }
        return pointed + press(at: point, with: tool)
    }

    /// The mouse moves with its button down.
    mutating func continueDrag(to point: PlanePoint) -> [ReviewEffect] {
        let pointed = aim(at: point)
        continueRuler(to: point)
        return pointed + continueStroke(to: point)
    }

    /// The mouse's button goes up.
    mutating func endDrag() -> [ReviewEffect] {
        endRuler()
        return release()
    }

    /// Takes back what the mouse drags.
    mutating func cancelDrag() -> [ReviewEffect] {
        cancelStroke()
        ruler = nil
        return []
    }

    /// One touch of the tool at the cursor.
    mutating func dabAtCursor(_ tool: Tool?) -> [ReviewEffect] {
        if self.tool.isContour { return tool == .erase ? takeBackByKey() : dabContour() }
        if self.tool == .measure {
            if tool == .erase {
                removeRuler()
            } else if ruler == nil {
                beginRuler(at: cursor)
            } else {
                endRuler()
            }
            return []
        }
        guard let voxel = cursorVoxel else { return warn("the cursor is outside the slice") }
        // With scribbles, erasing means outside, as the right button does.
        let isOutside = tool == .erase && (self.tool == .scribble || self.tool == .scribbleOutside)
        return dab(isOutside ? .scribbleOutside : tool, x: voxel.x, y: voxel.y, z: voxel.z)
    }

    /// The button or the pen goes down with a tool, or with the one in hand; the eraser stands for the right button.
    mutating func press(at point: PlanePoint, with tool: Tool?) -> [ReviewEffect] {
        if self.tool.isContour, tool == nil || tool == .erase {
            return pressContour(at: point, secondary: tool == .erase)
        }
        return beginStroke(at: point, with: tool)
    }

    /// The button or the pen goes up.
    mutating func release() -> [ReviewEffect] {
        stroke?.tool.isContour == true ? releaseContour() : endStroke()
    }

    /// Begins a stroke; one that was under way ends first.
    mutating func beginStroke(at point: PlanePoint, with tool: Tool?) -> [ReviewEffect] {
        let ended = endStroke()
        if let obstacle = obstacle(to: activeIndex) { return ended + warn(obstacle) }
        guard let active else { return ended }
        if let refused = refuseOnSlab() { return ended + refused }
        let tool = tool ?? self.tool
        if tool == .grow { return ended + changeRegion(.grow(from: nil, nil, nil)) }
        if tool == .scribble || tool == .scribbleOutside {
            if let refused = refuseScribble() { return ended + refused }
            beginScribble()
        }
        showMasks(of: activeIndex)
        stroke = Stroke(before: active.mask, tool: tool, plane: gridPlane, last: point)
        return ended + continueStroke(to: point)
    }

    /// Draws from where the stroke is to a position.
    mutating func continueStroke(to point: PlanePoint) -> [ReviewEffect] {
        guard let stroke, let image else { return [] }
        if stroke.tool.isContour { return dragContour(to: point) }
        let brush = brush
        func sweep(_ mask: inout Mask, _ value: Bool) {
            mask.sweep(brush, in: stroke.plane, from: stroke.last, to: point, set: value)
        }
        switch stroke.tool {
        case .brush, .erase: sweep(&structures[activeIndex].mask, stroke.tool == .brush)
        case .restore:
            var area = Mask(geometry: stroke.before.geometry)
            sweep(&area, true)
            structures[activeIndex].mask.restore(area, as: structures[activeIndex].prediction)
        case .scribble, .scribbleOutside:
            region.scribbles?.mark(asInside: stroke.tool == .scribble, sweep)
            self.stroke?.last = point
            return []
        case .grow, .contour, .livewire, .lasso, .nudge, .vertex, .measure: return []
        }
        do {
            try structures[activeIndex].mask.confine(
                to: limitsInForce, since: stroke.before, image: image, protected: protectedMasks(for: activeIndex))
        } catch {
            cancelStroke()
            return warn(error.description)
        }
        self.stroke?.last = point
        return []
    }

    /// Ends the stroke: it becomes one step, unless it changed nothing.
    mutating func endStroke() -> [ReviewEffect] {
        guard let stroke, let active else { return [] }
        if stroke.tool.isContour { return liftContour() }
        self.stroke = nil
        if stroke.tool == .scribble || stroke.tool == .scribbleOutside { return endScribble() }
        do {
            let patch = try MaskPatch(from: stroke.before, to: active.mask)
            guard !patch.isEmpty else {
                if stroke.tool == .erase {
                    sayAlso(
                        "there is nothing of \(active.name) to erase here; :structure here chooses what is",
                        kind: .warning)
                } else if stroke.tool == .restore {
                    sayAlso("\(active.name) already matches the prediction here", kind: .warning)
                } else if isConfined {
                    sayAlso(
                        "nothing was changed: it is in the mask already, or limits and locked structures exclude it",
                        kind: .warning)
                }
                return []
            }
            return record(
                patch, named: stroke.tool.rawValue, slice: stroke.slice(touched: patch), at: activeIndex)
        } catch {
            return warn(error.description)
        }
    }

    /// Takes a stroke back that has not ended.
    mutating func cancelStroke() {
        guard let stroke else { return }
        if stroke.tool.isContour { return cancelContourStroke() }
        structures[activeIndex].mask = stroke.before
        self.stroke = nil
        if stroke.tool == .scribble || stroke.tool == .scribbleOutside { cancelScribble() }
    }

    /// One touch of a tool at a voxel; on the current slice where `z` is `nil`.
    mutating func dab(_ tool: Tool?, x: Int, y: Int, z: Int?) -> [ReviewEffect] {
        guard let size = geometry?.size else { return warn(obstacle ?? "there is no image yet") }
        let target = VoxelIndex(x: x, y: y, z: z ?? view.slice)
        guard size.contains(target) else {
            return warn("voxel \(x) \(y) \(target.z) is off the grid of \(size.x)×\(size.y)×\(size.z)")
        }
        let effects = go(to: target.z)
        view.position = ContinuousIndex(x: Double(x), y: Double(y), z: Double(target.z))
        let begun = beginStroke(at: cursor, with: tool)
        return effects + begun + endStroke()
    }

    /// Takes back the newest edit, or does it again.
    mutating func step(_ kind: JournalEntry.Kind) -> [ReviewEffect] {
        let ended = endStroke()
        if let obstacle { return ended + warn(obstacle) }
        let steps = kind == .undo ? history.nextUndo : history.nextRedo
        // Before any is brought back: what is refused leaves the list as it is.
        let locked = steps.first { step in structures.contains { $0.name == step.structure && $0.isLocked } }
        if let locked, let first = steps.first {
            return ended + warn("\(locked.structure) is locked, so \(first.name) stays as it is")
        }
        // What is half drawn of a structure does not go with it unasked.
        let halfDrawn = steps.filter { StepName.changesList($0.name) }.compactMap { self.halfDrawn(of: $0.structure) }
        if let undecided = halfDrawn.first { return ended + warn(undecided) }
        preview = nil
        let before = (structures, removed, activeIndex)
        let introduced = bringBack(for: steps)
        let places = steps.compactMap { step in structures.firstIndex { $0.name == step.structure } }
        guard let first = steps.first, places.count == steps.count else {
            return ended + warn("nothing to \(kind.rawValue)")
        }
        do {
            for (step, place) in zip(steps, places) { try structures[place].mask.apply(step.patch) }
        } catch {
            // All parts of an edit or none, and nothing in the list for it.
            (structures, removed, activeIndex) = before
            return ended + warn(error.description)
        }
        for _ in steps { _ = kind == .undo ? history.undo() : history.redo() }
        let moved = go(to: first)
        // Behind the move, so that it is kept with the step and not before it.
        followChoice(of: first, isUndone: kind == .undo)
        var effects: [ReviewEffect] = []
        for (step, place) in zip(steps, places) { effects += commit(step, as: kind, at: place) }
        if steps.count > 1 { effects = Self.together(effects) }
        // The list as it stands behind all of it, and not one in between: that may have a structure's old name beside its
        // new one.
        if settle(steps) || !introduced.isEmpty { effects.append(keepsStructures()) }
        let names = steps.map(\.structure.rawValue).joined(separator: " and ")
        let place = EditPlace.text(slice: first.slice, otherSlices: EditPlace.otherSlices(steps))
        sayFirst("\(kind.rawValue) \(first.name) \(names), \(place)")
        return ended + introduced + moved + effects
    }
}
