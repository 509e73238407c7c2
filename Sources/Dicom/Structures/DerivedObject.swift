import CDcmtk
import Foundation
import ImageValues

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
    /// Adds patient and study, copied from the first slice's file, so that archives file the object under the same
    /// patient, and the character set. To be called when everything else of the object is set.
    ///
    /// The object is UTF-8. Where the patient's texts cannot be converted to it, they are taken over byte for byte with
    /// the character set of their file, as long as all that the object says itself is plain ASCII, which is the same in
    /// every set; otherwise each of their bytes beyond ASCII becomes `?`.
    /// - Returns: what to tell of that, one sentence each, without a word of the texts.
    /// - Throws: ``ImageFormatsError`` if the file is gone.
    static func addPatientAndStudy(
        of reference: DicomSeriesReference, to item: inout DicomItem
    ) throws(ImageFormatsError) -> [String] {
        let patient = try DicomPatientTexts(of: reference.slices[0].file)
        let isTakenOver = !patient.isConverted && item.isPlainASCII
        func add<T>(_ tag: UInt32, _ vr: String, _ field: KeyPath<cd_patient_study, T>) {
            var bytes = patient.bytes(field)
            if !patient.isConverted, !isTakenOver {
                bytes = bytes.map { $0 < 0x80 && $0 >= 0x20 ? $0 : UInt8(ascii: "?") }
            }
            item.set(tag, vr, characters: bytes)
        }
        add(0x0008_0020, "DA", \.study_date)
        add(0x0008_0030, "TM", \.study_time)
        add(0x0008_0050, "SH", \.accession_number)
        add(0x0008_0090, "PN", \.referring_physician)
        if !patient.bytes(\.study_description).isEmpty { add(0x0008_1030, "LO", \.study_description) }
        add(0x0010_0010, "PN", \.patient_name)
        add(0x0010_0020, "LO", \.patient_id)
        add(0x0010_0030, "DA", \.birth_date)
        add(0x0010_0040, "CS", \.sex)
        add(0x0020_0010, "SH", \.study_id)
        guard isTakenOver else {
            item.set(0x0008_0005, "CS", "ISO_IR 192")
            guard !patient.isConverted else { return patient.warnings }
            return [
                "The patient's or study's texts are not valid in their character set and the masks' names need "
                    + "another one: each byte of them that is not ASCII was replaced by “?”."
            ]
        }
        if patient.characterSet.isEmpty {
            item.remove(0x0008_0005)
        } else {
            item.set(0x0008_0005, "CS", characters: patient.characterSet)
        }
        return patient.warnings
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
