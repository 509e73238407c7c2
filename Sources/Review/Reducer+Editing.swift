import Cases
import Editing
import Volumes

extension ReviewState {
    /// Draws, undoes and redoes.
    mutating func edit(_ action: ReviewAction) -> [ReviewEffect] {
        switch action {
        case .beginStroke(let point, let tool):
            let pointed = aim(at: point)
            if self.tool == .measure {
                // The right button takes back; nothing is ever erased with the ruler in hand.
                if tool == .erase { return pointed + measure(.removeRuler) }
                if ruler == nil { beginRuler(at: point) } else { continueRuler(to: point) }
                return pointed
            }
            return pointed + beginStroke(at: point, with: tool)
        case .continueStroke(let point):
            let pointed = aim(at: point)
            continueRuler(to: point)
            return pointed + continueStroke(to: point)
        case .endStroke:
            endRuler()
            return endStroke()
        case .cancelStroke:
            cancelStroke()
            ruler = nil
            return []
        case .dab(let tool, let x, let y, let z): return dab(tool, x: x, y: y, z: z)
        case .dabAtCursor(let tool):
            if self.tool == .measure {
                guard tool != .erase else { return measure(.removeRuler) }
                if ruler == nil { beginRuler(at: cursor) } else { endRuler() }
                return []
            }
            guard let voxel = cursorVoxel else { return warn("the cursor is outside the slice") }
            return dab(tool, x: voxel.x, y: voxel.y, z: voxel.z)
        case .undo: return walk(.undo)
        case .redo: return walk(.redo)
        default: return []
        }
    }

    /// Begins a stroke; one that was under way ends first.
    mutating func beginStroke(at point: PlanePoint, with tool: Tool?) -> [ReviewEffect] {
        let ended = endStroke()
        if let obstacle { return ended + warn(obstacle) }
        guard let active else { return ended + warn("there is no structure to edit") }
        guard !active.isLocked else { return ended + warn("\(active.name) is locked; \"lock\" opens it") }
        // Nobody paints on a mask that is not on screen.
        view.comparison = .off
        stroke = Stroke(before: active.mask, tool: tool ?? self.tool, plane: gridPlane, last: point)
        return ended + continueStroke(to: point)
    }

    /// Draws from where the stroke is to a position.
    mutating func continueStroke(to point: PlanePoint) -> [ReviewEffect] {
        guard let stroke, let image else { return [] }
        structures[activeIndex].mask.sweep(
            brush, in: stroke.plane, from: stroke.last, to: point, set: stroke.tool == .brush)
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
        self.stroke = nil
        do {
            let patch = try MaskPatch(from: stroke.before, to: active.mask)
            guard !patch.isEmpty else {
                if stroke.tool == .erase {
                    message = StatusMessage(
                        "there is nothing of \(active.name) to erase here; :structure here chooses what is",
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
        structures[activeIndex].mask = stroke.before
        self.stroke = nil
    }

    private mutating func dab(_ tool: Tool?, x: Int, y: Int, z: Int?) -> [ReviewEffect] {
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

    private mutating func walk(_ kind: JournalEntry.Kind) -> [ReviewEffect] {
        let ended = endStroke()
        if let obstacle { return ended + warn(obstacle) }
        guard let step = kind == .undo ? history.done.last : history.undone.last,
            let index = structures.firstIndex(where: { $0.name == step.structure })
        else { return ended + warn("nothing to \(kind.rawValue)") }
        guard !structures[index].isLocked else {
            return ended + warn("\(step.structure) is locked, so \(step.name) stays as it is")
        }
        do {
            try structures[index].mask.apply(step.patch)
        } catch {
            return ended + warn(error.description)
        }
        if kind == .undo { _ = history.undo() } else { _ = history.redo() }
        let moved = go(to: step)
        let effects = commit(step, as: kind, at: index)
        message = StatusMessage("\(kind.rawValue) \(step.name) \(step.structure) z\(step.slice)")
        return ended + moved + effects
    }
}
