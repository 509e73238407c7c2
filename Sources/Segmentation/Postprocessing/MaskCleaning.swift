import Cases
import Models
import Volumes

extension PostprocessingRecipe {
    /// Masks with the recipe's rules for components and holes applied, in this order: airways are taken out; each
    /// structure keeps its largest components; what it drops goes to the exclusive structure it touches most, if that
    /// is wanted; holes are filled, but never with voxels of another exclusive structure or of an airway.
    /// - Parameters:
    ///   - masks: one a structure, on one grid.
    ///   - names: the structures, in the masks' order.
    ///   - airways: what no structure may hold, on the same grid.
    /// - Throws: ``VolumesError/gridsDiffer(_:)`` if the grids differ.
    public func cleaned(
        _ masks: [Mask], names: [StructureName], outside airways: Mask
    ) throws(VolumesError) -> [Mask] {
        var open: [Mask] = []
        for mask in masks { open.append(try mask.subtracting(airways)) }
        var result: [Mask] = []
        for mask in try cleaned(open, names: names) { result.append(try mask.subtracting(airways)) }
        return result
    }

    /// The same where no airways are known.
    public func cleaned(_ masks: [Mask], names: [StructureName]) throws(VolumesError) -> [Mask] {
        precondition(masks.count == names.count, "each structure has a mask")
        let isExclusive = names.map(exclusive.contains)
        var (result, dropped): ([Mask], [(from: Int, piece: Mask, box: VoxelBox)]) = ([], [])
        for (i, mask) in masks.enumerated() {
            let found = mask.connectedComponents()
            let keep = found.components.indices.map { place in
                (keptComponents == 0 || place < keptComponents) && found.millilitres(of: place) >= smallestComponent
            }
            result.append(keep.contains(false) ? found.mask { keep[$0] } : mask)
            guard reassignsComponents, isExclusive[i] else { continue }
            for place in keep.indices where !keep[place] {
                dropped.append((i, found.mask(of: place), found.components[place].box))
            }
        }
        // Who touches what is decided before anything is given away, so that the order does not matter.
        let kept = result
        for (from, piece, box) in dropped {
            let rivals = result.indices.filter { isExclusive[$0] && $0 != from }
            let contacts = rivals.map { (rival: $0, faces: Self.contact(of: piece, box, with: kept[$0])) }
            guard let most = contacts.max(by: { $0.faces < $1.faces || ($0.faces == $1.faces && $0.rival > $1.rival) }),
                most.faces > 0
            else { continue }
            result[most.rival] = try result[most.rival].union(piece)
        }
        guard holeFilling != .none else { return result }
        let unfilled = result
        for i in result.indices {
            var filled = unfilled[i].fillingHoles(in: holeFilling == .slice ? .slice : .volume, upTo: largestHole)
            if isExclusive[i] {
                for other in result.indices where other != i && isExclusive[other] {
                    // Later structures give way to what earlier ones filled.
                    filled = try filled.subtracting(other < i ? result[other] : unfilled[other])
                }
            }
            result[i] = filled
        }
        return result
    }

    /// How many faces of a piece's voxels are also faces of a mask's.
    private static func contact(of piece: Mask, _ box: VoxelBox, with mask: Mask) -> Int {
        let size = mask.geometry.size
        var faces = 0
        for z in box.z {
            for y in box.y {
                for x in box.x where piece.slices[z][x, y] {
                    if x > 0 && mask.slices[z][x - 1, y] { faces += 1 }
                    if x + 1 < size.x && mask.slices[z][x + 1, y] { faces += 1 }
                    if y > 0 && mask.slices[z][x, y - 1] { faces += 1 }
                    if y + 1 < size.y && mask.slices[z][x, y + 1] { faces += 1 }
                    if z > 0 && mask.slices[z - 1][x, y] { faces += 1 }
                    if z + 1 < size.z && mask.slices[z + 1][x, y] { faces += 1 }
                }
            }
        }
        return faces
    }

    /// The rules in words, for the record.
    var summary: [String] {
        var lines: [String] = []
        if sliceSmoothing > 0 { lines.append("probabilities smoothed by \(sliceSmoothing) mm along the slices") }
        lines.append("voxels from probability \(threshold) on")
        if !exclusive.isEmpty {
            lines[lines.count - 1] += "; of \(exclusive.map(\.rawValue).joined(separator: ", ")) the likelier one"
        }
        if excludesAirways { lines.append("trachea and main bronchi taken out") }
        var components: [String] = []
        if keptComponents > 0 { components.append("the \(keptComponents) largest kept") }
        if smallestComponent > 0 { components.append("below \(smallestComponent) ml dropped") }
        if reassignsComponents { components.append("what is dropped goes to the exclusive structure it touches") }
        if !components.isEmpty { lines.append("components: " + components.joined(separator: ", ")) }
        if holeFilling != .none { lines.append("holes up to \(largestHole) ml filled in each \(holeFilling.rawValue)") }
        return lines
    }
}
