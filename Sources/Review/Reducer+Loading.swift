import Cases
import Commands
import Volumes

extension ReviewState {
    /// Takes in structures of a file: all of them or, where one would be mixed up with another, none.
    mutating func receive(_ loaded: LoadedStructures) -> [ReviewEffect] {
        // That the file is being read is over; what is said from here on stays.
        message = nil
        let ended = endStroke()
        if let obstacle { return ended + warn("not loaded: \(obstacle)") }
        // What is asked is about the masks as they were when it was asked.
        if case .question = mode { return ended + warn("not loaded: answer the question first, then load again") }
        guard let geometry, loaded.masks.allSatisfy({ $0.mask.geometry == geometry }) else {
            return ended + warn("not loaded: \(loaded.file) is on another grid than the image")
        }
        return ended + (loaded.isReference ? showForOrientation(loaded) : takeIn(loaded))
    }

    private mutating func showForOrientation(_ loaded: LoadedStructures) -> [ReviewEffect] {
        if let twice = loaded.masks.first(where: { mask in context.contains { $0.name == mask.name } }) {
            return warn("not loaded: \(twice.name) is shown for orientation already")
        }
        context += loaded.masks
        tellLoaded(loaded, loaded.masks.map(\.name), ["for orientation, until the case is left"])
        return []
    }

    private mutating func takeIn(_ loaded: LoadedStructures) -> [ReviewEffect] {
        let full = loaded.masks.filter { !$0.mask.isEmpty }
        guard !full.isEmpty else { return warn("not loaded: \(loaded.file) has no voxel of them") }
        var taken = structures.map(\.name) + context.map(\.name)
        for mask in full {
            if let objection = StructureNameRule.objection(to: mask.name, taken: taken, isOfFile: true) {
                return warn("not loaded: \(objection); name others, or load it as reference")
            }
            taken.append(mask.name)
        }
        let first = structures.count
        for mask in full {
            var structure = newStructure(mask.name).structure
            (structure.colour, structure.isVisible) = (nil, true)
            structures.append(structure)
        }
        // It takes a while to read a file: whoever draws meanwhile goes on with the structure in hand.
        let changes = full.enumerated().map { (index: first + $0.offset, mask: $0.element.mask) }
        let steps = replace(changes, named: StepName.load)
        let hand = active.map { "\($0.name) stays in hand; " } ?? ""
        let empty = loaded.masks.filter { $0.mask.isEmpty }.map { "\($0.name) has no voxel and was not loaded" }
        tellLoaded(loaded, full.map(\.name), empty + [hand + "u takes them out again"], isWhole: empty.isEmpty)
        return steps + [keepsStructures()] + full.map { .introduce($0.name) }
    }

    private mutating func tellLoaded(
        _ loaded: LoadedStructures, _ names: [StructureName], _ rest: [String], isWhole: Bool = true
    ) {
        // What there is to know of masks stays in the list of warnings.
        notes += loaded.notes.filter { !notes.contains($0) }
        let what = names.map(\.rawValue).joined(separator: ", ")
        let told = (["loaded \(what) of \(loaded.file)"] + rest + loaded.notes).joined(separator: " · ")
        sayFirst(told, kind: loaded.notes.isEmpty && isWhole ? .note : .caution)
    }
}
