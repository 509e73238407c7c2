import Cases
import Editing
import Volumes

extension ReviewState {
    /// Draws, undoes and redoes.
    mutating func edit(_ action: ReviewAction) -> [ReviewEffect] {
        switch action {
        case .beginStroke(let point, let tool):
            cursor = point
            return beginStroke(at: point, with: tool)
        case .continueStroke(let point):
            cursor = point
            return continueStroke(to: point)
        case .endStroke: return endStroke()
        case .cancelStroke:
            cancelStroke()
            return []
        case .dab(let tool, let x, let y, let z): return dab(tool, x: x, y: y, z: z)
        case .dabAtCursor(let tool):
            guard let voxel = cursorVoxel else { return warn("the cursor is outside the slice") }
            return dab(tool, x: voxel.x, y: voxel.y, z: nil)
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
        stroke = Stroke(before: active.mask, tool: tool ?? self.tool, slice: view.slice, last: point)
        return ended + continueStroke(to: point)
    }

    /// Draws from where the stroke is to a position.
    mutating func continueStroke(to point: PlanePoint) -> [ReviewEffect] {
        guard let stroke, let image else { return [] }
        structures[activeIndex].mask.sweep(
            brush, on: stroke.slice, from: stroke.last, to: point, set: stroke.tool == .brush)
        let protected = structures.indices
            .filter { $0 != activeIndex && structures[$0].isLocked }
            .map { structures[$0].mask }
        do {
            try structures[activeIndex].mask.confine(
                to: limits, since: stroke.before, image: image, protected: protected)
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
            let step = EditStep(
                structure: active.name, name: stroke.tool.rawValue, slice: stroke.slice, patch: patch)
            history.record(step)
            let effects = commit(step, as: .edit, at: activeIndex)
            warnOfOverlap(by: patch)
            return effects
        } catch {
            return warn(error.description)
        }
    }

    /// Structures may overlap, but a stroke that marks voxels of a neighbour is mostly meant for that neighbour.
    private mutating func warnOfOverlap(by patch: MaskPatch) {
        guard let active else { return }
        for (i, other) in structures.enumerated() where i != activeIndex && other.isVisible {
            let shared = patch.count(flippedInto: active.mask, and: other.mask)
            guard shared > 0 else { continue }
            message = StatusMessage(
                "\(shared) of these voxels are \(other.name) too; undo, or :lock \(other.name) first", kind: .warning)
            return
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
        cursor = PlanePoint(x: Double(x), y: Double(y))
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
        let moved = go(to: step.slice)
        let effects = commit(step, as: kind, at: index)
        message = StatusMessage("\(kind.rawValue) \(step.name) \(step.structure) z\(step.slice)")
        return ended + moved + effects
    }

    /// Counts a change that the mask has already taken, and has it journalled and measured.
    mutating func commit(
        _ step: EditStep<StructureName>, as kind: JournalEntry.Kind, at index: Int
    ) -> [ReviewEffect] {
        sequence += 1
        structures[index].edit += 1
        structures[index].previousSurfaceDice = structures[index].score?.surfaceDice
        structures[index].recount(slices: step.patch.touchedSlices)
        for z in step.patch.touchedSlices {
            if structures[index].mask.slices[z] == structures[index].prediction.slices[z] {
                structures[index].editedSlices.remove(z)
            } else {
                structures[index].editedSlices.insert(z)
            }
        }
        switch save {
        case .saved: save = .saving(1)
        case .saving(let count): save = .saving(count + 1)
        case .failed: break
        }
        let entry = JournalEntry(
            kind: kind, structure: step.structure, name: step.name, slice: step.slice, patch: step.patch,
            digestAfter: structures[index].mask.digest(ofSlicesTouchedBy: step.patch))
        return [
            .journal(entry, sequence: sequence),
            .measure(step.structure, patch: step.patch, edit: structures[index].edit),
            .mark(step.structure, z: view.slice, edit: structures[index].edit),
            .saveProgress(progress),
        ]
    }
}
