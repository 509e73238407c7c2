import Files
import Foundation
import ImageValues
import Volumes

/// What a written series says about patient and study, all of it from the caller: pseudonyms, never a real patient's.
/// Nothing is taken from the clock, so that the same input gives the same bytes.
public struct DicomPseudonym: Hashable, Sendable {
    /// PatientName, in DICOM's form `Family^Given`.
    public var patientName: String
    /// PatientID.
    public var patientID: String
    /// `YYYYMMDD`, or empty.
    public var birthDate: String
    /// `M`, `F`, `O`, or empty.
    public var sex: String
    /// `YYYYMMDD`.
    public var date: String
    /// `HHMMSS`.
    public var time: String
    /// StudyDescription.
    public var studyDescription: String
    /// SeriesDescription.
    public var seriesDescription: String
    /// BodyPartExamined, one of PS3.16 Annex L's terms.
    public var bodyPart: String

    /// A pseudonym from its parts.
    public init(
        patientName: String, patientID: String, birthDate: String = "", sex: String = "", date: String, time: String,
        studyDescription: String = "", seriesDescription: String = "", bodyPart: String = "CHEST"
    ) {
        self.patientName = patientName
        self.patientID = patientID
        self.birthDate = birthDate
        self.sex = sex
        self.date = date
        self.time = time
        self.studyDescription = studyDescription
        self.seriesDescription = seriesDescription
        self.bodyPart = bodyPart
    }
}

/// Writes volumes as DICOM CT series, one file a slice: CT Image Storage, Explicit VR Little Endian, 16 bits signed,
/// slope 1, intercept 0.
public enum CTSeriesWriter {
    /// CT Image Storage (PS3.4 B.5).
    static let sopClass = "1.2.840.10008.5.1.4.1.1.2"

    /// Writes a volume. File `slice-0001.dcm` is z = 0.
    ///
    /// Positions are DS strings of 16 characters, which state them to 10⁻¹⁰ mm or better. A left-handed grid is
    /// written as its slices lie; readers, which count along columns × rows, then see them in the opposite order.
    /// - Parameters:
    ///   - volume: the voxels.
    ///   - folder: made if it is not there; files of the same names are replaced, others left alone.
    ///   - pseudonym: patient and study.
    ///   - seed: what the UIDs are made from; one seed, one series.
    /// - Returns: what an RTSTRUCT on this series has to name.
    /// - Throws: ``ImageFormatsError`` of kind `notWritten`.
    @discardableResult
    public static func write(
        _ volume: Volume, to folder: URL, pseudonym: DicomPseudonym, seed: String
    ) throws(ImageFormatsError) -> DicomSeriesReference {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw ImageFormatsError(
                .notWritten, "The folder could not be made", files: [folder.path], mend: "Check the path.")
        }
        let uids = SeriesUIDs(seed: seed)
        let common = try commonAttributes(of: volume.geometry, pseudonym, uids)
        var references: [DicomSliceReference] = []
        for (z, slice) in volume.slices.enumerated() {
            let number = String(z + 1)
            let padded = String(repeating: "0", count: max(0, 4 - number.count)) + number
            let file = folder.appendingPathComponent("slice-\(padded).dcm")
            let instance = DicomUID.make(seed, "slice \(z)")
            var item = common
            item.set(0x0008_0018, "UI", instance)
            item.set(0x0020_0013, "IS", number)
            let position = volume.geometry.point(at: VoxelIndex(x: 0, y: 0, z: z))
            item.set(0x0020_0032, "DS", DicomDecimal.text([position.x, position.y, position.z]))
            item.set(0x7fe0_0010, words: slice.values)
            try DicomOutput.write(
                item.file(sopClass: sopClass, sopInstance: instance, .explicit), to: file,
                syncsFolder: false)
            references.append(DicomSliceReference(sopClassUID: sopClass, sopInstanceUID: instance, file: file))
        }
        WholeFile.syncFolder(folder)
        return DicomSeriesReference(
            studyUID: uids.study, seriesUID: uids.series, frameOfReferenceUID: uids.frame, slices: references)
    }

    private struct SeriesUIDs {
        let study, series, frame: String

        init(seed: String) {
            study = DicomUID.make(seed, "study")
            series = DicomUID.make(seed, "series")
            frame = DicomUID.make(seed, "frame of reference")
        }
    }

    /// What all slices share.
    private static func commonAttributes(
        of grid: GridGeometry, _ pseudonym: DicomPseudonym, _ uids: SeriesUIDs
    ) throws(ImageFormatsError) -> DicomItem {
        var item = DicomItem()
        item.set(0x0008_0005, "CS", "ISO_IR 192")
        item.set(0x0008_0008, "CS", "ORIGINAL\\PRIMARY\\AXIAL")
        item.set(0x0008_0016, "UI", sopClass)
        for tag: UInt32 in [0x0008_0020, 0x0008_0021, 0x0008_0022, 0x0008_0023] {
            item.set(tag, "DA", pseudonym.date)
        }
        for tag: UInt32 in [0x0008_0030, 0x0008_0031, 0x0008_0032, 0x0008_0033] {
            item.set(tag, "TM", pseudonym.time)
        }
        item.set(0x0008_0050, "SH", "")
        item.set(0x0008_0060, "CS", "CT")
        item.set(0x0008_0070, "LO", SeriesEquipment.ownManufacturer)
        item.set(0x0008_0090, "PN", "")
        item.set(0x0008_1030, "LO", try DicomText.checked(pseudonym.studyDescription, "The study description"))
        item.set(0x0008_103e, "LO", try DicomText.checked(pseudonym.seriesDescription, "The series description"))
        item.set(0x0010_0010, "PN", try DicomText.checked(pseudonym.patientName, "The patient's pseudonym"))
        item.set(0x0010_0020, "LO", try DicomText.checked(pseudonym.patientID, "The patient's pseudonymous ID"))
        item.set(0x0010_0030, "DA", pseudonym.birthDate)
        item.set(0x0010_0040, "CS", pseudonym.sex)
        item.set(0x0018_0015, "CS", pseudonym.bodyPart)
        item.set(0x0018_0050, "DS", DicomDecimal.text(grid.spacing.z))
        item.set(0x0018_0060, "DS", "")
        let isSupineHeadFirst = grid.direction == .identity
        item.set(0x0018_5100, "CS", isSupineHeadFirst ? "HFS" : "")
        item.set(0x0020_000d, "UI", uids.study)
        item.set(0x0020_000e, "UI", uids.series)
        item.set(0x0020_0010, "SH", "1")
        item.set(0x0020_0011, "IS", "1")
        item.set(0x0020_0012, "IS", "1")
        let (x, y) = (grid.direction.x, grid.direction.y)
        item.set(0x0020_0037, "DS", DicomDecimal.text([x.x, x.y, x.z, y.x, y.y, y.z]))
        item.set(0x0020_0052, "UI", uids.frame)
        item.set(0x0020_1040, "LO", "")
        item.set(0x0028_0002, 1)
        item.set(0x0028_0004, "CS", "MONOCHROME2")
        item.set(0x0028_0010, UInt16(grid.size.y))
        item.set(0x0028_0011, UInt16(grid.size.x))
        item.set(0x0028_0030, "DS", DicomDecimal.text([grid.spacing.y, grid.spacing.x]))
        item.set(0x0028_0100, 16)
        item.set(0x0028_0101, 16)
        item.set(0x0028_0102, 15)
        item.set(0x0028_0103, 1)
        item.set(0x0028_1050, "DS", "40")
        item.set(0x0028_1051, "DS", "400")
        item.set(0x0028_1052, "DS", "0")
        item.set(0x0028_1053, "DS", "1")
        item.set(0x0028_1054, "LO", "HU")
        return item
    }
}

/// Texts of the caller that go into a file.
enum DicomText {
    /// A text that fits one LO or PN value: at most 64 characters, no backslash (it would make two values of it) and
    /// no control character.
    static func checked(_ text: String, _ what: String) throws(ImageFormatsError) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { $0 != "\\" && $0.properties.generalCategory != .control }
        guard isPlain, text.unicodeScalars.count <= 64 else {
            throw ImageFormatsError(
                .notWritten, "\(what) is longer than 64 characters or has a backslash or control character",
                mend: "Choose a shorter or plainer one; where it cannot be changed any more, masks go out as NIfTI.")
        }
        return text
    }

    /// A text of any length (UT): no control characters but the ends of lines.
    static func checkedLong(_ text: String, _ what: String) throws(ImageFormatsError) -> String {
        guard text.unicodeScalars.allSatisfy({ $0 == "\n" || $0.properties.generalCategory != .control }) else {
            throw ImageFormatsError(.notWritten, "\(what) has a control character", mend: "Take it out.")
        }
        return text
    }
}
