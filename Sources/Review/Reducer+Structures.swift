import Anatomy
import Cases
import Commands
import Editing
import Volumes

extension ReviewState {
    /// Does something to the list of structures.
    mutating func changeStructures(_ action: StructureAction) -> [ReviewEffect] {
        let ended = endStroke()
        if let obstacle { return ended + warn(obstacle) }
        guard geometry != nil else { return ended + warn("there is no image yet") }
        switch action {
        case .add(let text, let colour): return ended + add(text, colour)
        case .delete(let name): return ended + delete(name)
        case .rename(let name, let text): return ended + rename(name, to: text)
        case .colour(let name, let colour): return ended + paint(name, colour)
        case .move(let move): return ended + moveActive(move)
        case .template(let name): return ended + addTemplate(name)
        case .load(let path, let names, let asReference):
            sayFirst("reading \(path.split(separator: "/").last ?? "")…")
            return ended + [.loadStructures(path: path, names, asReference: asReference)]
        }
    }

    /// The list as it stands, for the store.
    var listing: StructureListing {
        StructureListing(
            structures.map { StructureListing.Entry(name: $0.name, isAdded: $0.isAdded, colour: $0.colour) })
    }

    /// Has the list kept as it stands now.
    mutating func keepsStructures() -> ReviewEffect {
        listKeeping.given += 1
        return .keepStructures(listing)
    }

    // MARK: Adding

    private mutating func add(_ text: String, _ colour: StructureColour?) -> [ReviewEffect] {
        let name = Self.structureName(for: text)
        if let objection = objection(to: name) { return warn(objection) }
        noteChange("add \(name)")
        var structure = newStructure(name).structure
        (structure.colour, structure.isVisible) = (colour, true)
        structures.append(structure)
        activeIndex = structures.count - 1
        let other = name.rawValue == text ? "" : " (\(text))"
        var rest = " · nothing was proposed for it, so it has no score and its slices no red"
        if structure.hasReference {
            rest = ""
        } else if adjudication == nil, case .file(let file) = referenceSource {
            rest = " · nothing was proposed for it, so it has no score unless \(file) has it"
        }
        sayFirst("\(name)\(other) added, empty\(rest)")
        return [keepsStructures(), .introduce(name)]
    }

    /// Adds what a site usually has and the case has not; the first of it is in hand then.
    private mutating func addTemplate(_ name: String) -> [ReviewEffect] {
        let templates = StructureCatalogue.current.templates
        guard let template = templates.first(where: { $0.name == name }) else {
            return warn("no template \(name); there are: \(templates.map(\.name).joined(separator: ", "))")
        }
        let lacking = template.structures.filter { objection(to: $0) == nil }
        guard !lacking.isEmpty else { return warn("all structures of \(name) are there already") }
        noteChange("template \(name)")
        let first = structures.count
        for name in lacking {
            var structure = newStructure(name).structure
            (structure.colour, structure.isVisible) = (nil, true)
            structures.append(structure)
        }
        activeIndex = first
        sayFirst("added \(lacking.map(\.rawValue).joined(separator: ", ")), all empty")
        return [keepsStructures()] + lacking.map { .introduce($0) }
    }

    /// The structures of the catalogue that the case has not.
    var organsToAdd: [String] {
        StructureCatalogue.current.known.filter { name in !structures.contains { $0.name == name } }.map(\.rawValue)
    }

    /// The structure that a text calls by one of its names, or one of that name.
    private static func structureName(for text: String) -> StructureName {
        let catalogue = StructureCatalogue.current
        return catalogue.structure(spelled: text) ?? catalogue.aliases.structure(named: text)
    }

    /// Why a structure cannot be added under a name.
    private func objection(to name: StructureName, besides other: StructureName? = nil) -> String? {
        StructureNameRule.objection(
            to: name, taken: structures.map(\.name).filter { $0 != other } + context.map(\.name))
    }

    /// An empty structure of a name, and where it stood: the one that was taken out, if there was one, so that its edits go
    /// on counting.
    mutating func newStructure(_ name: StructureName) -> RemovedStructure {
        if let index = removed.lastIndex(where: { $0.structure.name == name }) {
            var known = removed.remove(at: index)
            known.structure.isLocked = false
            return known
        }
        // The size of the grid is known where there is a structure to add to.
        let empty = structures.first.map { Mask(geometry: $0.mask.geometry) } ?? geometry.map { Mask(geometry: $0) }
        guard let empty else { preconditionFailure("a structure is added only where there is an image") }
        var structure = StructureState(name: name, mask: empty, prediction: empty, reference: empty, tolerance: 2)
        (structure.isAdded, structure.hasReference) = (true, false)
        return RemovedStructure(structure: structure, place: structures.count)
    }

    /// Takes in the tolerance of a structure that was added, and its reference if there is one, and has it measured.
    mutating func receive(
        introduced name: StructureName, tolerance: Millimetres, reference: Mask?
    ) -> [ReviewEffect] {
        guard let index = structures.firstIndex(where: { $0.name == name }) else { return [] }
        structures[index].tolerance = tolerance
        let edit = structures[index].edit
        let measured = ReviewEffect.measureAll(name, mask: structures[index].mask, tolerance: tolerance, edit: edit)
        guard let reference, reference.geometry == structures[index].mask.geometry else { return [measured] }
        (structures[index].reference, structures[index].hasReference) = (reference, true)
        return [measured, .mark(name, z: view.slice, edit: edit)]
    }

    // MARK: Deleting and renaming

    private mutating func delete(_ name: StructureName?) -> [ReviewEffect] {
        guard let index = place(of: name) else { return unknown(name) }
        if let refusal = refusal(toRemove: index, "deleted") { return warn(refusal) }
        let name = structures[index].name
        let said = "deleted \(name); u brings it back"
        if structures[index].mask.isEmpty {
            noteChange("delete \(name)")
            takeOut(name)
            sayFirst(said)
            return [keepsStructures()]
        }
        return replace([(index, Mask(geometry: structures[index].mask.geometry))], named: StepName.delete, said: said)
    }

    private mutating func rename(_ old: StructureName?, to text: String) -> [ReviewEffect] {
        guard let index = place(of: old) else { return unknown(old) }
        if let refusal = refusal(toRemove: index, "renamed") { return warn(refusal) }
        let (before, name) = (structures[index], Self.structureName(for: text))
        guard name != before.name else { return warn("it is called \(name) already") }
        if let objection = objection(to: name, besides: before.name) { return warn(objection) }
        if before.mask.isEmpty { noteChange("rename \(before.name)") }
        var structure = newStructure(name).structure
        (structure.colour, structure.isVisible) = (before.colour, before.isVisible)
        structures.insert(structure, at: index)
        if activeIndex > index { activeIndex += 1 }
        let said = "\(before.name) is \(name) now"
        guard before.mask.isEmpty else {
            let changes = [(index, before.mask), (index + 1, Mask(geometry: before.mask.geometry))]
            return replace(changes, named: StepName.rename, said: said) + [.introduce(name)]
        }
        takeOut(before.name)
        sayFirst(said)
        return [keepsStructures(), .introduce(name)]
    }

    /// Why a structure cannot be taken out of the list.
    private func refusal(toRemove index: Int, _ what: String) -> String? {
        let structure = structures[index]
        guard structure.isAdded else {
            let others = "structures that were added can be \(what)"
            return "\(structure.name) was proposed and keeps its place: only \(others); :show hides it"
        }
        // What is chosen from a reading goes to the structure of that name.
        if adjudication?.has(structure.name) == true {
            return
                "a reader has drawn \(structure.name), so it cannot be \(what): its slices are chosen from the readings"
        }
        if let undecided = halfDrawn(of: structure.name) { return undecided }
        if structure.isLocked { return "\(structure.name) is locked; \"lock\" unlocks it" }
        if limitInside == structure.name || limitOutside == structure.name {
            return "edits are limited by \(structure.name); :limit off first"
        }
        return nil
    }

    /// Gives structures other masks as one edit, whatever limits edits, and takes out those that are empty then.
    /// - Parameter said: what is said of it, before what the edit has ended or dropped.
    mutating func replace(
        _ changes: [(index: Int, mask: Mask)], named name: String, said: String? = nil
    ) -> [ReviewEffect] {
        var steps: [EditStep<StructureName>] = []
        for (i, change) in changes.enumerated() {
            guard let patch = try? MaskPatch(from: structures[change.index].mask, to: change.mask) else {
                return warn("the structures are on different grids")
            }
            let touched = patch.touchedSlices
            steps.append(
                EditStep(
                    structure: structures[change.index].name, name: name,
                    slice: touched.min { abs($0 - view.slice) < abs($1 - view.slice) } ?? view.slice, patch: patch,
                    part: changes.count > 1 ? EditPart(i + 1, of: changes.count) : nil))
        }
        var effects: [ReviewEffect] = []
        for (step, change) in zip(steps, changes) {
            structures[change.index].mask = change.mask
            history.record(step)
            effects += commit(step, as: .edit, at: change.index)
        }
        if steps.count > 1 { effects = Self.together(effects) }
        if settle(steps) { effects.append(keepsStructures()) }
        if let said { sayFirst(said) }
        return effects
    }

    /// Brings structures back that steps are of and that were taken out. The list is kept by whoever does it.
    mutating func bringBack(for steps: [EditStep<StructureName>]) -> [ReviewEffect] {
        guard geometry != nil else { return [] }
        var effects: [ReviewEffect] = []
        for step in steps where !structures.contains(where: { $0.name == step.structure }) {
            let back = newStructure(step.structure)
            let place = min(back.place, structures.count)
            structures.insert(back.structure, at: place)
            if activeIndex >= place, structures.count > 1 { activeIndex += 1 }
            effects.append(.introduce(step.structure))
        }
        return effects
    }

    /// Takes out the structures that steps have deleted, or renamed to others, or that the undoing of such steps has left
    /// empty.
    /// - Returns: whether there were any, so that the list is to be kept.
    mutating func settle(_ steps: [EditStep<StructureName>]) -> Bool {
        let names = steps.filter { StepName.changesList($0.name) }.map(\.structure)
        let gone = structures.filter { names.contains($0.name) && $0.isAdded && $0.mask.isEmpty }
        // The last first, so that each comes back to where it was.
        for structure in gone.reversed() { takeOut(structure.name) }
        return !gone.isEmpty
    }

    /// Takes an empty structure out of the list. One with a voxel stays, whatever is asked.
    mutating func takeOut(_ name: StructureName) {
        guard let index = structures.firstIndex(where: { $0.name == name }), structures[index].mask.isEmpty else {
            return
        }
        if region.scribbled == name { region.forgetScribbles() }
        removed.append(RemovedStructure(structure: structures.remove(at: index), place: index))
        // Whoever edited it goes on with what took its place.
        if activeIndex > index || activeIndex == structures.count { activeIndex = max(0, activeIndex - 1) }
    }

    // MARK: Colour and order

    private mutating func paint(_ name: StructureName?, _ colour: StructureColour?) -> [ReviewEffect] {
        guard let index = place(of: name) else { return unknown(name) }
        let name = structures[index].name
        guard structures[index].colour != colour else { return warn("\(name) has that colour already") }
        noteChange("colour \(name)")
        structures[index].colour = colour
        sayFirst("\(name) is shown in \(colour?.hex ?? "the theme's colour")")
        return [keepsStructures()]
    }

    private mutating func moveActive(_ move: StructureMove) -> [ReviewEffect] {
        guard let active else { return warn("there is no structure to move") }
        let last = structures.count - 1
        let target =
            switch move {
            case .up: max(0, activeIndex - 1)
            case .down: min(last, activeIndex + 1)
            case .first: 0
            case .last: last
            }
        guard target != activeIndex else {
            return warn("\(active.name) is \(target == 0 ? "the first" : "the last") already")
        }
        noteChange("move \(active.name)")
        structures.insert(structures.remove(at: activeIndex), at: target)
        activeIndex = target
        sayFirst("\(active.name) is number \(target + 1) of \(structures.count)")
        return [keepsStructures()]
    }

    // MARK: Undo

    /// Keeps the list as it stands for undo.
    private mutating func noteChange(_ name: String) {
        structureChanges.append(StructureChange(name: name, before: listing, active: active?.name))
    }

    /// Takes back the newest change of the list.
    mutating func takeBackStructureChange() -> [ReviewEffect] {
        if let obstacle { return warn(obstacle) }
        guard let change = structureChanges.popLast() else { return [] }
        let wanted = change.before.entries
        for structure in structures where !wanted.contains(where: { $0.name == structure.name }) {
            takeOut(structure.name)
        }
        let present = structures
        structures = wanted.map { entry in
            var structure = present.first { $0.name == entry.name } ?? newStructure(entry.name).structure
            structure.colour = entry.colour
            return structure
        }
        // What has a voxel is never lost.
        structures += present.filter { structure in !wanted.contains { $0.name == structure.name } }
        activeIndex =
            structures.firstIndex { $0.name == change.active } ?? min(activeIndex, max(0, structures.count - 1))
        sayFirst("took back: \(change.name)")
        return [keepsStructures()]
    }

    /// The place of a structure, or of the active one.
    private func place(of name: StructureName?) -> Int? {
        guard let name else { return active == nil ? nil : activeIndex }
        return structures.firstIndex { $0.name == name }
    }
}

extension StructureScore {
    /// The score of a structure that is measured against nothing: there is nothing to agree with.
    var withoutAgreement: StructureScore {
        StructureScore(edit: edit, surfaceDice: nil, slices: slices.map { _ in nil })
    }
}
