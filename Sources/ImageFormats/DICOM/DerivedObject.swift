import CDcmtk
import Foundation

/// Who or what drew masks, as a derived object states it. A model's name reads `lungs-unet2d@7`.
public struct DrawingMethod: Hashable, Sendable {
    /// How much people had to do with it.
    public enum Involvement: Hashable, Sendable {
        /// A method alone.
        case automatic
        /// A method, and a person who reviewed its result.
        case reviewed
        /// A person alone.
        case manual
    }

    /// How much people had to do with it.
    public var involvement: Involvement
    /// What proposed the masks; empty for people alone.
    public var name: String
    /// Its version; empty where it has none.
    public var version: String
    /// Whether it is a trained model rather than a fixed method.
    public var isModel: Bool

    /// A method from its parts.
    public init(_ involvement: Involvement, name: String = "", version: String = "", isModel: Bool = false) {
        self.involvement = involvement
        self.name = name
        self.version = version
        self.isModel = isModel
    }

    /// A method by a name as corrections and predictions have it: `lungs-unet2d@7` is version 7 of a model.
    public init(_ involvement: Involvement, modelName: String) {
        let parts = modelName.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        self.init(
            involvement, name: parts[0], version: parts.count > 1 ? parts[1] : "", isModel: parts.count > 1)
    }

    /// ROIGenerationAlgorithm and SegmentAlgorithmType.
    var term: String {
        switch involvement {
        case .automatic: "AUTOMATIC"
        case .reviewed: "SEMIAUTOMATIC"
        case .manual: "MANUAL"
        }
    }

    /// The item of an algorithm identification sequence (PS3.3 10.16), or `nil` for people alone.
    func identification() throws(ImageFormatsError) -> DicomItem? {
        guard involvement != .manual, !name.isEmpty else { return nil }
        let family =
            isModel
            ? DicomCode("123110", "DCM", "Artificial Intelligence")
            : DicomCode("123104", "DCM", "Morphological Operations")
        var item = DicomItem()
        item.set(0x0066_002f, items: [family.item])
        item.set(0x0066_0031, "LO", try DicomText.checked(version.isEmpty ? "1" : version, "The model's version"))
        item.set(0x0066_0036, "LO", try DicomText.checked(name, "The model's name"))
        return item
    }
}

/// What structure sets and segmentations repeat of the series they are drawn on.
enum DerivedObject {
    /// Patient and study, copied from the first slice's file, so that archives file the object under the same patient.
    static func patientAndStudy(of reference: DicomSeriesReference) throws(ImageFormatsError) -> DicomItem {
        let file = reference.slices[0].file
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        var raw = cd_patient_study()
        let status = cd_read_patient_study(file.path, &raw, &message)
        guard status == CD_OK else { throw DicomFailure(status, message).error(for: file.lastPathComponent) }
        var item = DicomItem()
        item.set(0x0008_0020, "DA", text(raw.study_date))
        item.set(0x0008_0030, "TM", text(raw.study_time))
        item.set(0x0008_0050, "SH", text(raw.accession_number))
        item.set(0x0008_0090, "PN", text(raw.referring_physician))
        if raw.study_description.0 != 0 { item.set(0x0008_1030, "LO", text(raw.study_description)) }
        item.set(0x0010_0010, "PN", text(raw.patient_name))
        item.set(0x0010_0020, "LO", text(raw.patient_id))
        item.set(0x0010_0030, "DA", text(raw.birth_date))
        item.set(0x0010_0040, "CS", text(raw.sex))
        item.set(0x0020_0010, "SH", text(raw.study_id))
        return item
    }

    /// Whether a series can be referred to at all.
    /// - Throws: ``ImageFormatsError`` of kind `unsupported`.
    static func check(_ reference: DicomSeriesReference, _ what: String) throws(ImageFormatsError) {
        let hasUIDs =
            !reference.seriesUID.isEmpty && !reference.studyUID.isEmpty && !reference.frameOfReferenceUID.isEmpty
            && reference.slices.allSatisfy {
                $0.isInterpolated || (!$0.sopClassUID.isEmpty && !$0.sopInstanceUID.isEmpty)
            }
        guard hasUIDs, !reference.slices.isEmpty else {
            throw ImageFormatsError(
                .unsupported, "The CT states no UIDs that \(what) could refer to", mend: "Export NIfTI instead.")
        }
    }
}
