import Volumes

/// The structures of a file with their names, on one grid.
public struct NamedMasks: Sendable {
    /// The grid of all masks.
    public let geometry: GridGeometry
    /// 2 for a file of a single slice that is measured in 2D, otherwise 3.
    public let dimensions: Int
    /// Names and masks in the order of the file; names as the file has them, so that two may be the same.
    public let masks: [(name: String, mask: Mask)]
    /// What is unusual or was left out, one sentence each.
    public let warnings: [String]
    /// Structures that the file names and that are not among ``masks``; each is told of in ``warnings`` as well.
    public let leftOut: [LeftOutStructure]

    /// Masks from their parts.
    public init(
        geometry: GridGeometry, dimensions: Int, masks: [(name: String, mask: Mask)], warnings: [String] = [],
        leftOut: [LeftOutStructure] = []
    ) {
        self.geometry = geometry
        self.dimensions = dimensions
        self.masks = masks
        self.warnings = warnings
        self.leftOut = leftOut
    }
}
