import Anatomy
import Volumes

extension [StructureName: Mask] {
    /// With every whole that the catalogue makes from its parts, such as `Lungs`, as the union of these, where all of
    /// them are there and it is not.
    public func withWholes(
        of catalogue: StructureCatalogue = .current
    ) throws(VolumesError) -> [StructureName: Mask] {
        var masks = self
        for whole in catalogue.wholes where masks[whole.name] == nil {
            masks[whole.name] = try union(of: whole)
        }
        return masks
    }

    /// The union of a whole's parts; `nil` unless all of them are there.
    /// - Throws: ``VolumesError/gridsDiffer(_:)`` if the parts are on different grids.
    public func union(of whole: StructureCatalogue.Whole) throws(VolumesError) -> Mask? {
        let parts = whole.parts.compactMap { self[$0] }
        guard var union = parts.first, parts.count == whole.parts.count else { return nil }
        for part in parts.dropFirst() { union = try union.union(part) }
        return union
    }
}
