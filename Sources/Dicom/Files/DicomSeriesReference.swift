import Foundation

/// One slice of a series in the file it was read from.
public struct DicomSliceReference: Hashable, Sendable {
    /// What kind of object it is.
    public let sopClassUID: String
    /// Which object it is.
    public let sopInstanceUID: String
    /// Where its file lies.
    public let file: URL
    /// Which frame of a multi-frame object it is, from 1; `nil` for an object of one image.
    public let frame: Int?

    /// A slice from its parts.
    public init(sopClassUID: String, sopInstanceUID: String, file: URL, frame: Int? = nil) {
        self.sopClassUID = sopClassUID
        self.sopInstanceUID = sopInstanceUID
        self.file = file
        self.frame = frame
    }

    /// Whether it is a plane that was made between the slices of a series and has no image of its own; its file is that
    /// of the nearest slice.
    public var isInterpolated: Bool { sopInstanceUID.isEmpty && frame == Self.interpolatedFrame }
    /// Marks ``isInterpolated``.
    static let interpolatedFrame = 0

    /// How other objects name it.
    var item: DicomItem {
        var item = Self.item(of: sopClassUID, sopInstanceUID)
        if let frame { item.set(0x0008_1160, "IS", String(frame)) }
        return item
    }

    /// How other objects name an object.
    static func item(of sopClass: String, _ sopInstance: String) -> DicomItem {
        var item = DicomItem()
        item.set(0x0008_1150, "UI", sopClass)
        item.set(0x0008_1155, "UI", sopInstance)
        return item
    }
}

/// What an RTSTRUCT or SEG has to name of the series it is drawn on. Texts are empty where the files state none.
public struct DicomSeriesReference: Hashable, Sendable {
    /// The study.
    public let studyUID: String
    /// The series.
    public let seriesUID: String
    /// The coordinate system that the positions are in.
    public let frameOfReferenceUID: String
    /// The slices in order of z.
    public let slices: [DicomSliceReference]
    /// Where the planes that were scanned lie, in slices of the grid and in order, if slices were interpolated between
    /// them (``Volumes/CTRepair/gaps``); otherwise empty: the slices are what was scanned.
    public let scannedPlanes: [Double]

    /// A reference from its parts.
    public init(
        studyUID: String, seriesUID: String, frameOfReferenceUID: String, slices: [DicomSliceReference],
        scannedPlanes: [Double] = []
    ) {
        self.studyUID = studyUID
        self.seriesUID = seriesUID
        self.frameOfReferenceUID = frameOfReferenceUID
        self.slices = slices
        self.scannedPlanes = scannedPlanes
    }
}
