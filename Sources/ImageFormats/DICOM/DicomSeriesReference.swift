import Foundation

/// One slice of a series in the file it was read from.
public struct DicomSliceReference: Hashable, Sendable {
    /// What kind of object it is.
    public let sopClassUID: String
    /// Which object it is.
    public let sopInstanceUID: String
    /// Where its file lies.
    public let file: URL

    /// A slice from its parts.
    public init(sopClassUID: String, sopInstanceUID: String, file: URL) {
        self.sopClassUID = sopClassUID
        self.sopInstanceUID = sopInstanceUID
        self.file = file
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

    /// A reference from its parts.
    public init(studyUID: String, seriesUID: String, frameOfReferenceUID: String, slices: [DicomSliceReference]) {
        self.studyUID = studyUID
        self.seriesUID = seriesUID
        self.frameOfReferenceUID = frameOfReferenceUID
        self.slices = slices
    }
}
