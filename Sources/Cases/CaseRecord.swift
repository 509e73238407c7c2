import Volumes

/// What the worklist knows of a case: where its image is and what it looks like, not its pixels, and nothing that
/// names the patient.
public struct CaseRecord: Hashable, Sendable, Codable {
    /// The key.
    public let id: CaseID
    /// The DICOM series, or `nil` for an image without one.
    public let seriesUID: String?
    /// Which volume of the series it is, where the series holds several (`kernel=B70f`); otherwise `nil`.
    public var volume: String?
    /// The folder or file the image was read from, absolute.
    public var source: String
    /// SHA-256 over the HU and the grid, in hexadecimal: the image a correction belongs to.
    public let contentDigest: String
    /// The image's grid.
    public let geometry: GridGeometry
    /// The least HU.
    public let minimumHU: Int16
    /// The greatest HU.
    public let maximumHU: Int16
    /// The structures that came with the image.
    public var structures: [StructureName]
    /// What the reader found odd, one sentence each.
    public var warnings: [String]
    /// What was resampled to make the image, which has to be allowed again when its series is read again. Of a
    /// pseudonymised copy: what was done to its original.
    public var repairs: Set<CTRepair>
    /// The folder that holds the image's own files, where that lies deeper than ``source``; empty where it does not.
    public var place: String
    /// What the scanner calls the series, or empty.
    public var description: String
    /// Where and by what the image was made, as far as it is known.
    public var acquisition: Acquisition

    /// A record from its parts.
    public init(
        id: CaseID, seriesUID: String?, volume: String? = nil, source: String, contentDigest: String,
        geometry: GridGeometry, minimumHU: Int16, maximumHU: Int16, structures: [StructureName],
        warnings: [String], repairs: Set<CTRepair> = [], place: String = "", description: String = "",
        acquisition: Acquisition = Acquisition()
    ) {
        self.id = id
        self.seriesUID = seriesUID
        self.volume = volume
        self.source = source
        self.contentDigest = contentDigest
        self.geometry = geometry
        self.minimumHU = minimumHU
        self.maximumHU = maximumHU
        self.structures = structures
        self.warnings = warnings
        self.repairs = repairs
        self.place = place
        self.description = description
        self.acquisition = acquisition
    }

    /// The same record under another key: that of a case which has this image already.
    public func renamed(_ id: CaseID) -> CaseRecord {
        CaseRecord(
            id: id, seriesUID: seriesUID, volume: volume, source: source, contentDigest: contentDigest,
            geometry: geometry, minimumHU: minimumHU, maximumHU: maximumHU, structures: structures, warnings: warnings,
            repairs: repairs, place: place, description: description, acquisition: acquisition)
    }
}
