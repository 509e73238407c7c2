import Cases
import Commands
import Editing
import Volumes

/// Whose contours a slice gets.
public enum ReaderChoice: String, Hashable, Sendable, CaseIterable {
    /// The first reader's.
    case first = "1"
    /// The second reader's.
    case second = "2"
    /// Those on screen, edited or not.
    case edited = "as-is"
}

/// Two readings of a case that are brought together slice by slice. The masks begin as the first reader's and are
/// measured against the second's.
public struct Adjudication: Hashable, Sendable {
    /// Who read it, first and second.
    public let readers: [String]
    /// The first reader's masks.
    public let first: [StructureName: Mask]
    /// The second reader's masks.
    public let second: [StructureName: Mask]
    /// The readers' surface Dice on each slice, the worst of the structures; `nil` where neither has any.
    public let agreement: [Double?]
    /// The readers' surface Dice of each structure's volume; `nil` where both are empty.
    public let volumes: [StructureName: Double?]
    /// What was chosen, by slice.
    public var choices: [Int: ReaderChoice] = [:]
    /// The slices on which the readers differ, in order.
    public let differing: [Int]

    /// Two readings; all masks are on one grid.
    public init(
        readers: [String], first: [StructureName: Mask], second: [StructureName: Mask], agreement: [Double?],
        volumes: [StructureName: Double?]
    ) {
        self.readers = readers
        self.first = first
        self.second = second
        self.agreement = agreement
        self.volumes = volumes
        var slices: Set<Int> = []
        for name in Set(first.keys).union(second.keys) {
            guard let any = first[name] ?? second[name] else { continue }
            let (a, b) = (first[name] ?? Mask(geometry: any.geometry), second[name] ?? Mask(geometry: any.geometry))
            slices.formUnion(a.slices.indices.filter { a.slices[$0] != b.slices[$0] })
        }
        differing = slices.sorted()
    }

    /// Whether a reading has a structure, so that a slice of it may still be taken from either.
    func has(_ name: StructureName) -> Bool { first[name] != nil || second[name] != nil }

    /// The slices on which the readers differ and nothing was chosen yet.
    public var undecided: [Int] { differing.filter { choices[$0] == nil } }
}

extension ReviewState {
    /// Takes a reader's contours on the slice on screen as one edit of all structures that change, and goes on to the
    /// next slice that is to be decided.
    mutating func choose(_ choice: ReaderChoice) -> [ReviewEffect] {
        guard let adjudication else {
            return warn("this is not an adjudication; start one with pleura review --adjudicate CASE")
        }
        let ended = endStroke()
        if let obstacle { return ended + warn(obstacle) }
        let z = view.slice
        let before = adjudication.choices[z]
        // Before the step, with which it is kept.
        self.adjudication?.choices[z] = choice
        var taken: [ReviewEffect] = []
        if choice != .edited {
            do {
                taken = try take(choice == .first ? adjudication.first : adjudication.second, choice, on: z)
            } catch {
                self.adjudication?.choices[z] = before
                return ended + warn(error.description)
            }
        }
        // A step is kept with its choice. One that changes nothing is no step, and is kept all the same.
        let kept = taken.isEmpty ? keepsProgress : taken
        let open = self.adjudication?.undecided ?? []
        guard let next = open.first(where: { $0 > z }) ?? open.first else {
            sayFirst("every slice on which the readers differ has been decided")
            return ended + kept
        }
        // Going there keeps what was chosen as well.
        let moved = go(to: next)
        sayFirst("\(Plural.count(open.count, "slice")) to decide")
        return ended + taken + moved
    }

    /// A slice whose contours are taken back is to be decided again, and is decided once they are back.
    mutating func followChoice(of step: EditStep<StructureName>, isUndone: Bool) {
        guard adjudication != nil else { return }
        for choice in [ReaderChoice.first, .second] where step.name == Self.stepName(choice) {
            adjudication?.choices[step.slice] = isUndone ? nil : choice
        }
    }

    private static func stepName(_ choice: ReaderChoice) -> String { "reader \(choice.rawValue)" }

    private mutating func take(
        _ source: [StructureName: Mask], _ choice: ReaderChoice, on z: Int
    ) throws(CommandError) -> [ReviewEffect] {
        var changes: [(index: Int, mask: Mask, patch: MaskPatch)] = []
        for (i, structure) in structures.enumerated() {
            // What a reading lacks was emptied there; what both lack is none of their business.
            guard adjudication?.has(structure.name) == true else { continue }
            var mask = structure.mask
            mask[slice: z] = (source[structure.name] ?? Mask(geometry: mask.geometry)).slices[z]
            guard let patch = try? MaskPatch(from: structure.mask, to: mask), !patch.isEmpty else { continue }
            guard !structure.isLocked else { throw CommandError("\(structure.name) is locked; \"lock\" unlocks it") }
            changes.append((i, mask, patch))
        }
        var effects: [ReviewEffect] = []
        for (number, change) in changes.enumerated() {
            let step = EditStep(
                structure: structures[change.index].name, name: Self.stepName(choice), slice: z,
                patch: change.patch, part: changes.count == 1 ? nil : EditPart(number + 1, of: changes.count))
            structures[change.index].mask = change.mask
            history.record(step)
            effects += commit(step, as: .edit, at: change.index)
        }
        return changes.count > 1 ? Self.together(effects) : effects
    }
}
