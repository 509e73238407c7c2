import Cases
import Volumes

/// A patient's image and contours, read.
public struct DatasetCase: Sendable {
    /// The image.
    public let volume: Volume
    /// The contours, on the image's grid.
    public let masks: [StructureName: Mask]
    /// What was unusual about the files, one sentence each.
    public let warnings: [String]

    /// A case from its parts.
    public init(volume: Volume, masks: [StructureName: Mask], warnings: [String] = []) {
        self.volume = volume
        self.masks = masks
        self.warnings = warnings
    }
}

/// Reads the patients of a dataset, whatever formats they are in. The program implements it over ImageIO, which
/// learning does not know.
public protocol DatasetReading: Sendable {
    /// Reads a patient, and verifies that image and contours are what the dataset was built from.
    /// - Throws: what the file formats say; ``DatasetError`` if the contents have changed.
    func read(_ patient: DatasetPatient, in folder: DatasetFolder) throws -> DatasetCase
}
