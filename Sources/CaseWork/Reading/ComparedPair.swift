import Cases
import Volumes

/// A structure of two sides that are compared.
package struct ComparedPair {
    /// The structure, as the reference calls it.
    package let name: StructureName
    /// What is measured against; `nil` where that side has no such mask.
    package let reference: Mask?
    /// What is measured, on the reference's grid; `nil` where that side has no such mask.
    package let test: Mask?
    /// Why a side has none: `left out of …: reason` or `not in …`; empty where both have one.
    package let absences: [String]

    /// What is compared with what: structures of one name, or the one mask of either side.
    ///
    /// A structure that one side lacks, or that was left out there, has no mask: to measure it against an empty one would
    /// call that side wrong.
    /// - Parameter notes: takes in which structures a side lacks, and which masks of different names are compared.
    package static func pairs(
        _ left: ComparedMasks, _ right: ComparedMasks, only: String?, resample: Bool, notes: inout Notes
    ) throws -> [ComparedPair] {
        guard left.dimensions == right.dimensions else {
            throw WorkError("\(left.path) has \(left.dimensions) dimensions and \(right.path) \(right.dimensions).")
        }
        func onGrid(_ mask: Mask) throws -> Mask {
            if mask.geometry.hasSameVoxels(as: left.geometry) { return try mask.adopting(left.geometry) }
            guard resample else {
                throw WorkError(
                    "The grids differ: \(mask.geometry.difference(from: left.geometry)) (TEST against REFERENCE). "
                        + "--resample compares them anyway, by nearest neighbour.")
            }
            notes.add("\(right.path) was resampled onto the grid of \(left.path) (nearest neighbour).")
            return mask.resampled(onto: left.geometry)
        }
        let leftOut = (left.reading.leftOut, right.reading.leftOut)
        if left.masks.count == 1, right.masks.count == 1, leftOut.0.isEmpty, leftOut.1.isEmpty, only == nil,
            let (name, reference) = left.masks.first, let (other, test) = right.masks.first
        {
            if name != other {
                notes.add(
                    "\(name) of the reference was compared with \(other) of the test: each side has one mask.")
            }
            return [ComparedPair(name: name, reference: reference, test: try onGrid(test), absences: [])]
        }
        var names = Set(left.masks.keys).union(right.masks.keys).union(leftOut.0.keys).union(leftOut.1.keys)
        if let only {
            let wanted = StructureName(rawValue: only)
            guard names.contains(wanted) else {
                let known = names.sorted().map(\.rawValue).joined(separator: ", ")
                throw WorkError("There is no structure \(only); there are \(known).")
            }
            names = [wanted]
        }
        return try names.sorted().map { name in
            let absences = [("the reference", left), ("the test", right)].compactMap { side, masks -> String? in
                if masks.masks[name] != nil { return nil }
                return masks.reading.leftOut[name].map { "left out of \(side): \($0)" } ?? "not in \(side)"
            }
            for absence in absences { notes.add("\(name): \(absence). It was not measured.") }
            return ComparedPair(
                name: name, reference: left.masks[name], test: try right.masks[name].map(onGrid), absences: absences)
        }
    }
}
