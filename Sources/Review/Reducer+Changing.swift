import Cases
import Commands
import Editing
import MaskChecks
import Volumes

extension ReviewState {
    /// All that edits are confined to now: the range of CT numbers, and the inside and outside of other structures as
    /// they stand. Inside a structure that is gone nothing is allowed; ``obstacle(to:)`` refuses edits outside of one.
    var limitsInForce: EditLimits {
        func mask(of name: StructureName) -> Mask? {
            guard let index = structures.firstIndex(where: { $0.name == name }) else {
                return geometry.map { Mask(geometry: $0) }
            }
            // A stroke that is confined by its own structure means that structure as it was before.
            if index == activeIndex, let stroke { return stroke.before }
            return structures[index].mask
        }
        return EditLimits(
            range: limits.range, onlyInside: limitInside.flatMap(mask(of:)),
            onlyOutside: limitOutside.flatMap(mask(of:)))
    }

    /// The masks of the other structures that are locked: no voxel of theirs is marked for the structure at `index`.
    func protectedMasks(for index: Int) -> [Mask] {
        structures.indices.filter { $0 != index && structures[$0].isLocked }.map { structures[$0].mask }
    }

    /// Whether anything keeps edits of the active structure out of a part of the image.
    var isConfined: Bool {
        limits.range != nil || limitInside != nil || limitOutside != nil || !protectedMasks(for: activeIndex).isEmpty
    }

    /// Why the structure at `index` may not be changed now, or `nil` if it may.
    func obstacle(to index: Int) -> String? {
        if let obstacle { return obstacle }
        guard structures.indices.contains(index) else { return "there is no structure to edit" }
        // Outside of nothing is everywhere, which is not what was asked for.
        if let name = limitOutside, !structures.contains(where: { $0.name == name }) {
            return "edits are limited to the outside of \(name), which is gone; :limit off first"
        }
        return structures[index].isLocked ? "\(structures[index].name) is locked; \"lock\" unlocks it" : nil
    }

    /// Gives the structure at `index` (the active one if none is named) another mask, as far as limits and locks allow,
    /// as one named step that undo takes back. What changes nothing leaves no step and says `unchanged`. A stroke under
    /// way ends first, so that callers end it (``endStroke()``) before they take the mask that they change.
    /// - Parameter slice: where undoing the step goes.
    mutating func change(
        _ index: Int? = nil, to mask: Mask, named name: String, on slice: Int,
        unchanged: String = "nothing would change"
    ) -> [ReviewEffect] {
        let ended = endStroke()
        let index = index ?? activeIndex
        if let obstacle = obstacle(to: index) { return ended + warn(obstacle) }
        guard let image else { return ended + warn("there is no image yet") }
        do {
            let before = structures[index].mask
            var after = mask
            let wanted = try MaskPatch(from: before, to: after)
            try after.confine(
                to: limitsInForce, since: before, image: image, protected: protectedMasks(for: index))
            let patch = try MaskPatch(from: before, to: after)
            guard !patch.isEmpty else {
                return ended
                    + warn(
                        wanted.isEmpty
                            ? unchanged : "nothing was changed: limits or locked structures exclude all of it")
            }
            structures[index].mask = after
            let recorded = record(patch, named: name, slice: slice, at: index)
            tellNewestEdit()
            return ended + recorded
        } catch {
            return ended + warn(error.description)
        }
    }

    /// Makes a step of a patch that the mask has already taken.
    /// While edits overwrite, what it marks is taken from the structures that it excludes, in the same edit.
    mutating func record(_ patch: MaskPatch, named name: String, slice: Int, at index: Int) -> [ReviewEffect] {
        let taken = overwrites ? takenFromOthers(by: patch, at: index) : []
        guard taken.isEmpty else { return record([(index, patch)] + taken, named: name, slice: slice) }
        let step = EditStep(structure: structures[index].name, name: name, slice: slice, patch: patch)
        history.record(step)
        let effects = commit(step, as: .edit, at: index)
        warnOfOverlap(by: patch, at: index)
        return effects
    }

    /// Says what the newest edit has added to the structure that it was asked of and what it has removed, before what
    /// else there is to know of it.
    mutating func tellNewestEdit() {
        guard let step = history.nextUndo.last, let structure = structures.first(where: { $0.name == step.structure })
        else { return }
        let added = step.patch.count(flippedInto: structure.mask, and: structure.mask)
        let change = Self.millilitres(
            added: added, removed: step.patch.flipCount - added, voxelVolume: structure.mask.geometry.voxelVolume)
        sayFirst("\(step.text): \(change)")
    }

    /// What an edit takes from the structures that its own one excludes and that are not locked; their masks are changed
    /// already.
    private mutating func takenFromOthers(by patch: MaskPatch, at index: Int) -> [(index: Int, patch: MaskPatch)] {
        var taken: [(index: Int, patch: MaskPatch)] = []
        for (i, other) in structures.enumerated() where i != index && !other.isLocked {
            guard SanityCheck.excludes(structures[index].name, other.name),
                patch.count(flippedInto: structures[index].mask, and: other.mask) > 0
            else { continue }
            let rest = other.mask.without(patch, markedIn: structures[index].mask)
            guard let change = try? MaskPatch(from: other.mask, to: rest), !change.isEmpty else { continue }
            structures[i].mask = rest
            taken.append((i, change))
        }
        return taken
    }

    /// Makes one edit of patches that several masks have already taken; the first is what was asked for.
    private mutating func record(
        _ changes: [(index: Int, patch: MaskPatch)], named name: String, slice: Int
    ) -> [ReviewEffect] {
        var effects: [ReviewEffect] = []
        for (i, change) in changes.enumerated() {
            let step = EditStep(
                structure: structures[change.index].name, name: name, slice: slice, patch: change.patch,
                part: EditPart(i + 1, of: changes.count))
            history.record(step)
            effects += commit(step, as: .edit, at: change.index)
        }
        let taken = changes.dropFirst().map { "\($0.patch.flipCount) voxels from \(structures[$0.index].name)" }
        // What the step has ended or dropped is not lost behind it.
        sayFirst("\(name) \(structures[changes[0].index].name) took \(taken.joined(separator: ", "))")
        return Self.together(effects)
    }

    /// Lets edits take voxels from structures that exclude the edited one, or not.
    mutating func overwrite(_ isOn: Bool) -> [ReviewEffect] {
        let ended = endStroke()
        overwrites = isOn
        message = StatusMessage(
            overwrites
                ? "edits take voxels from structures that exclude this one, unless they are locked"
                : "edits leave other structures alone")
        return ended
    }

    /// Confines edits to a range of CT numbers; `nil` for none.
    mutating func limit(to range: ClosedRange<HounsfieldUnit>?) -> [ReviewEffect] {
        let ended = endStroke()
        limits.range = range
        tellLimits()
        return ended
    }

    /// Confines edits to the inside of a structure, or keeps them out of it.
    mutating func limit(to name: StructureName, isInside: Bool) -> [ReviewEffect] {
        let ended = endStroke()
        guard structures.contains(where: { $0.name == name }) else { return ended + unknown(name) }
        if isInside { limitInside = name } else { limitOutside = name }
        tellLimits()
        return ended
    }

    /// Lifts all limits but the locks.
    mutating func liftLimits() -> [ReviewEffect] {
        let ended = endStroke()
        limits = EditLimits()
        limitInside = nil
        limitOutside = nil
        tellLimits()
        return ended
    }

    /// Says what edits are confined to now.
    private mutating func tellLimits() {
        let parts = [
            limits.range.map { "HU \(Int($0.lowerBound.value)) to \(Int($0.upperBound.value))" },
            limitInside.map { "the inside of \($0)" }, limitOutside.map { "the outside of \($0)" },
        ].compactMap { $0 }
        message = StatusMessage(
            parts.isEmpty
                ? "edits are no longer limited"
                : "edits are limited to \(parts.joined(separator: ", ")); :limit off removes that")
    }

    /// Structures may overlap, but a stroke that marks voxels of a neighbour is mostly meant for that neighbour.
    private mutating func warnOfOverlap(by patch: MaskPatch, at index: Int) {
        for (i, other) in structures.enumerated() where i != index && other.isVisible {
            // A target lies in organs; that is what it is for.
            guard
                !structures[index].isAdded && !other.isAdded || SanityCheck.excludes(structures[index].name, other.name)
            else { continue }
            let shared = patch.count(flippedInto: structures[index].mask, and: other.mask)
            guard shared > 0 else { continue }
            // What the step has ended or dropped is not lost behind it.
            sayAlso(
                "\(shared) of these voxels also belong to \(other.name); undo, or :lock \(other.name) first",
                kind: .warning)
            return
        }
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
        forgetSeen(step.patch.touchedSlices)
        switch save {
        case .saved: save = .saving(1)
        case .saving(let count): save = .saving(count + 1)
        case .failed: break
        }
        let stopped = dropStaleRegions()
        showMasks(of: index, keepsComparison: true)
        let entry = JournalEntry(
            kind: kind, structure: step.structure, name: step.name, slice: step.slice, patch: step.patch,
            digestAfter: structures[index].mask.digest(ofSlicesTouchedBy: step.patch), part: step.part)
        return [
            // Written with the step: what was seen and decided is never of masks that are not there, nor the other way.
            .progressWithStep(progress),
            .journal(entry, sequence: sequence),
            .measure(step.structure, patch: step.patch, edit: structures[index].edit),
            .mark(step.structure, z: view.slice, edit: structures[index].edit),
        ] + stopped
    }
}
