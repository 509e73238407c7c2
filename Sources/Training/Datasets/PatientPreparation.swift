import Anatomy
import Cases
import Models
import Segmentation
import Volumes

extension PreparedPatient {
    /// Prepares a patient's image and masks as a recipe says. A whole such as `Lungs` is the union of its parts
    /// where it is not there itself. Of a structure that the patient lacks nothing is known: the network is neither told
    /// that it is there nor that it is not.
    /// - Parameter seenSlices: slices of the image that somebody looked at; `nil` for all. A slice of the network's
    ///   grid counts only if every slice of the image that it lies on or between was seen.
    /// - Parameter proposals: what was proposed before somebody corrected it, for networks that learn from that; a
    ///   structure that is not among them was proposed nowhere. `nil` where nobody knows.
    /// - Throws: ``DatasetError`` if the patient has none of the structures or there are more than eight; `VolumesError`
    ///   if a mask is not on the image's grid.
    public init(
        _ volume: Volume, masks: [StructureName: Mask], seenSlices: [Int]? = nil,
        proposals: [StructureName: Mask]? = nil, recipe: Recipe
    ) throws {
        guard recipe.structures.count <= 8 else {
            throw DatasetError("Training learns at most eight structures at once, not \(recipe.structures.count).")
        }
        let prepared = try PreprocessedVolume(volume, recipe.preprocessing)
        let grid = prepared.record.grid
        var labels: [(structure: StructureName, mask: Mask?)] = []
        for structure in recipe.structures {
            labels.append((structure, try Self.mask(of: structure, masks).map(prepared.record.labels)))
        }
        guard labels.contains(where: { $0.mask != nil }) else {
            let names = recipe.structures.map(\.rawValue).joined(separator: ", ")
            throw DatasetError("The recipe learns \(names), of which the patient has none.")
        }
        var values: [Float] = []
        values.reserveCapacity(grid.size.voxelCount)
        for z in 0..<prepared.sliceCount { values += prepared.slice(z) }
        let proposed = try proposals.map { proposals in
            try recipe.structures.map { try Self.mask(of: $0, proposals).map(prepared.record.labels) }
        }
        try self.init(
            geometry: grid, values: values, masks: labels,
            sliceWeights: seenSlices.map { Self.weights($0, of: volume.geometry, on: grid) }, proposals: proposed)
    }

    private static func mask(of structure: StructureName, _ masks: [StructureName: Mask]) throws -> Mask? {
        if let mask = masks[structure] { return mask }
        guard let whole = StructureCatalogue.current.wholes.first(where: { $0.name == structure }) else { return nil }
        return try masks.union(of: whole)
    }

    /// The weight of each slice of `grid`: 1 where all the image's slices it touches were seen.
    static func weights(_ seen: [Int], of image: GridGeometry, on grid: GridGeometry) -> [UInt8] {
        let seen = Set(seen)
        let (width, height) = (Double(grid.size.x - 1), Double(grid.size.y - 1))
        return (0..<grid.size.z).map { z in
            let corners = [(0, 0), (width, 0), (0, height), (width, height)].map { x, y in
                image.index(of: grid.point(at: ContinuousIndex(x: x, y: y, z: Double(z)))).z
            }
            // A millionth of a slice, so that rounding does not ask for a neighbour.
            let low = ((corners.min() ?? 0) + 1e-6).rounded(.down)
            let high = ((corners.max() ?? 0) - 1e-6).rounded(.up)
            let last = Double(image.size.z - 1)
            let touched = Int(min(max(low, 0), last))...Int(max(min(high, last), min(max(low, 0), last)))
            return touched.allSatisfy(seen.contains) ? 1 : 0
        }
    }
}
