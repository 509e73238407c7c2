import Cases
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
    public internal(set) var choices: [Int: ReaderChoice] = [:]
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

    /// The slices on which the readers differ and nothing was chosen yet.
    public var undecided: [Int] { differing.filter { choices[$0] == nil } }
}

extension ReviewState {
    /// Makes a mask a structure's own as one step, journalled and measured; nothing where it is that already.
    private mutating func take(
        _ mask: Mask, at index: Int, named name: String, slice: Int
    ) throws(VolumesError) -> [ReviewEffect] {
        let patch = try MaskPatch(from: structures[index].mask, to: mask)
        guard !patch.isEmpty else { return [] }
        structures[index].mask = mask
        return record(patch, named: name, slice: slice, at: index)
    }

    /// Takes a reader's contours on the slice on screen: one step for each structure that changes.
    mutating func choose(_ choice: ReaderChoice) -> [ReviewEffect] {
        guard let adjudication else { return warn("there are no two readings here: pleura review --adjudicate CASE") }
        var effects = endStroke()
        if let obstacle { return effects + warn(obstacle) }
        let z = view.slice
        if choice != .edited {
            let source = choice == .first ? adjudication.first : adjudication.second
            // What a reading lacks was emptied there; what both lack is none of their business.
            let read = structures.indices.filter {
                adjudication.first[structures[$0].name] != nil || adjudication.second[structures[$0].name] != nil
            }
            for i in read {
                var mask = structures[i].mask
                mask[slice: z] = (source[structures[i].name] ?? Mask(geometry: mask.geometry)).slices[z]
                guard !structures[i].isLocked || mask == structures[i].mask else {
                    return effects + warn("\(structures[i].name) is locked; \"lock\" opens it")
                }
                do {
                    effects += try take(mask, at: i, named: "reader \(choice.rawValue)", slice: z)
                } catch {
                    return effects + warn(error.description)
                }
            }
        }
        self.adjudication?.choices[z] = choice
        let open = self.adjudication?.undecided ?? []
        guard let next = open.first(where: { $0 > z }) ?? open.first else {
            message = StatusMessage("every slice on which the readers differ is decided")
            return effects
        }
        effects += go(to: next)
        message = StatusMessage("\(open.count) \(open.count == 1 ? "slice" : "slices") to decide")
        return effects
    }
}
