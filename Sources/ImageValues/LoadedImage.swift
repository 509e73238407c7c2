import Volumes

/// An image as it was read, with what identifies it and what was odd about it.
public struct LoadedImage: Sendable {
    /// The voxels in HU.
    public let volume: Volume
    /// The DICOM series, or `nil` for a format without one.
    public let seriesUID: String?
    /// What was repaired or is unusual, one sentence each; never the patient's name or id.
    public let warnings: [String]
    /// What was resampled, because somebody asked for it and the series needed it; each is told of in ``warnings`` too.
    public let repairs: Set<CTRepair>

    /// An image from its parts.
    public init(volume: Volume, seriesUID: String?, warnings: [String], repairs: Set<CTRepair>) {
        self.volume = volume
        self.seriesUID = seriesUID
        self.warnings = warnings
        self.repairs = repairs
    }
}

/// A label map: for each label other than 0, the voxels that carry it.
public struct LabelMap: Sendable {
    /// The grid, also where no label is set.
    public let geometry: GridGeometry
    /// How many dimensions the file states: 2 for a single slice that is measured in 2D, otherwise 3.
    public let dimensions: Int
    /// The mask of each label.
    public let masks: [Int: Mask]
    /// What is unusual, one sentence each, such as an orientation that the file does not state.
    public let warnings: [String]

    /// A label map from its parts.
    public init(geometry: GridGeometry, dimensions: Int, masks: [Int: Mask], warnings: [String] = []) {
        self.geometry = geometry
        self.dimensions = dimensions
        self.masks = masks
        self.warnings = warnings
    }
}
