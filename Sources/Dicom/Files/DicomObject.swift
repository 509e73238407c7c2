import CDcmtk
import Foundation
import ImageValues

/// What a DICOM object says that files it and decides where it goes, whatever kind it is. Its texts may hold what a site
/// writes into descriptions: they are for deciding, not for logs.
public struct DicomObject: Hashable, Sendable {
    /// UIDs as the data set states them, which need not be valid.
    public let sopClassUID, sopInstanceUID, studyUID, seriesUID: String
    /// `CT` and the like.
    public let modality: String
    /// BodyPartExamined.
    public let bodyPart: String
    /// What series and study are called, and the protocol.
    public let seriesDescription, studyDescription, protocolName: String
    /// ConvolutionKernel; several values are joined by backslashes.
    public let kernel: String
    /// Manufacturer, InstitutionName, StationName.
    public let manufacturer, institution, station: String
    /// SliceThickness, mm; `nil` where the object states none.
    public let sliceThicknessMillimetres: Double?
    /// How many instances the sender says the series has; `nil` where he does not.
    public let seriesInstanceCount: Int?
    /// Whether there is pixel data.
    public let hasPixels: Bool

    /// Whether it is of a kind that CT is read from.
    public var isCT: Bool { Self.kindsOfCT.contains(sopClassUID) }

    /// Storage classes that a CT series is read from: CT, enhanced, legacy converted.
    public static let kindsOfCT: Set = [
        "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2",
    ]

    /// Reads a file, and of its pixels whether they are all there.
    /// - Throws: ``ImageFormatsError`` if it is no DICOM, or damaged, or cut off wherever it may be.
    public static func read(_ file: URL) throws(ImageFormatsError) -> DicomObject {
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        var raw = cd_object()
        let status = cd_read_object(file.path, &raw, &message)
        guard status == CD_OK else { throw DicomFailure(status, message).error(for: file.lastPathComponent) }
        return DicomObject(raw)
    }

    /// How two files compare.
    public enum Comparison: Hashable, Sendable {
        /// They hold the same object: the same data set in the same encoding, whatever their meta groups and however
        /// lengths are written.
        case same
        /// They do not.
        case other
        /// One of them could not be read, so that nobody knows.
        case unreadable
    }

    /// Compares two files.
    public static func compare(_ one: URL, _ other: URL) -> Comparison {
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        var isSame = false
        guard cd_compare_objects(one.path, other.path, &isSame, &message) == CD_OK else { return .unreadable }
        return isSame ? .same : .other
    }

    private init(_ raw: cd_object) {
        sopClassUID = text(raw.sop_class)
        sopInstanceUID = text(raw.sop_instance)
        studyUID = text(raw.study)
        seriesUID = text(raw.series)
        modality = text(raw.modality)
        bodyPart = text(raw.body_part)
        seriesDescription = text(raw.series_description)
        studyDescription = text(raw.study_description)
        protocolName = text(raw.protocol)
        kernel = text(raw.kernel)
        manufacturer = text(raw.manufacturer)
        institution = text(raw.institution)
        station = text(raw.station)
        sliceThicknessMillimetres = raw.slice_thickness.isFinite ? raw.slice_thickness : nil
        seriesInstanceCount = raw.series_instances > 0 ? Int(raw.series_instances) : nil
        hasPixels = raw.has_pixels
    }
}
