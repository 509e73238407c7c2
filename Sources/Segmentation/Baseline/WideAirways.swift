import Volumes

/// The trachea and the main bronchi, found in the image alone: what a lung mask must not hold, whoever made it.
///
/// A network that sees one slice takes a main bronchus for lung where it is as dark and as wide; in three dimensions
/// a tube that begins above the lungs tells it apart. Grown with the leak guard of Mori et al., ICPR 1996.
public struct WideAirways: Sendable {
    /// Lumen and wall, on the volume's own grid; empty where no trachea is found.
    public let mask: Mask
    /// What was found, for the record.
    public let notes: [String]

    /// Airways that were found already.
    init(mask: Mask, notes: [String]) { (self.mask, self.notes) = (mask, notes) }

    /// Finds them.
    /// - Parameter parameters: radii and thresholds; the baseline's unless told otherwise.
    /// - Throws: ``Volumes/VolumesError`` if a parameter is out of range.
    /// - Complexity: O(voxels).
    public init(
        of volume: Volume, parameters: BaselineParameters = BaselineParameters()
    ) throws(VolumesError) {
        let frame = AxialFrame(volume.geometry)
        let axial = try frame.axial(volume)
        let airways = try AirwayTree(axial, try ThoraxBody(axial, parameters), parameters)
        mask = try frame.original(airways.removed)
        notes = airways.notes
    }
}
