import CDcmtk
import Foundation
import Volumes

/// What is read of every image before its pixels. Texts are empty and numbers NaN where the file states none.
/// Holds nothing that tells who the patient is.
struct DicomHeader: Sendable {
    var sopClassUID, sopInstanceUID, studyUID, seriesUID, frameOfReferenceUID, transferSyntaxUID: String
    var modality, rescaleType, seriesDescription: String
    /// Who made the scanner, and what it is called.
    var manufacturer, scannerModel: String
    /// The values of ImageType, such as `ORIGINAL`, `PRIMARY`, `AXIAL`.
    var imageType: [String]
    var rows, columns, frames: Int
    /// Between columns and between rows, mm. PixelSpacing states them the other way round.
    var spacingX, spacingY: Double
    /// The centre of the first pixel.
    var position: PatientPoint
    /// Where the next column and the next row lie.
    var columnStep, rowStep: PatientVector
    var sliceThickness, spacingBetweenSlices: Double
    var isLossy: Bool
    /// `nil` where the file states none.
    var instanceNumber: Int?
    var samples, bitsAllocated: Int
    /// The attribute that is written with a decimal comma, or empty.
    var decimalComma: String
    /// What tells it apart from others at its place.
    var traits: SliceTraits

    init(_ raw: cd_header) {
        sopClassUID = text(raw.sop_class)
        sopInstanceUID = text(raw.sop_instance)
        studyUID = text(raw.study)
        seriesUID = text(raw.series)
        frameOfReferenceUID = text(raw.frame_of_reference)
        transferSyntaxUID = text(raw.transfer_syntax)
        modality = text(raw.modality)
        rescaleType = text(raw.rescale_type)
        seriesDescription = text(raw.series_description)
        manufacturer = text(raw.manufacturer)
        scannerModel = text(raw.scanner_model)
        imageType = text(raw.image_type).split(separator: "\\", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        rows = Int(raw.rows)
        columns = Int(raw.columns)
        frames = Int(raw.frames)
        spacingX = raw.pixel_spacing.1
        spacingY = raw.pixel_spacing.0
        position = PatientPoint(x: raw.position.0, y: raw.position.1, z: raw.position.2)
        let cosines = raw.orientation
        columnStep = PatientVector(x: cosines.0, y: cosines.1, z: cosines.2)
        rowStep = PatientVector(x: cosines.3, y: cosines.4, z: cosines.5)
        sliceThickness = raw.slice_thickness
        spacingBetweenSlices = raw.spacing_between_slices
        isLossy = raw.is_lossy
        instanceNumber = raw.instance_number < 0 ? nil : Int(raw.instance_number)
        samples = Int(raw.samples)
        bitsAllocated = Int(raw.bits_allocated)
        decimalComma = text(raw.decimal_comma)
        traits = Dicom.traits(raw.traits)
    }

    /// Why this image is no slice of a CT volume, or `nil` if it is one. A short reason for a list of skipped files.
    var reasonToSkip: String? {
        if sopClassUID == "1.2.840.10008.1.3.10" { return "DICOMDIR" }
        // Where the modality is empty, the kind of object still says that it is a CT.
        let isCT = modality == "CT" || (modality.isEmpty && (isEnhanced || sopClassUID == Self.ctImage))
        if !isCT { return modality.isEmpty ? "no image" : "modality \(modality)" }
        switch sopClassUID {
        case Self.ctImage, "":
            if frames != 1 { return "several images in one CT Image, which has one" }
        case _ where isEnhanced: break
        default: return "modality CT, but not a CT image"
        }
        if imageType.contains("LOCALIZER") { return "localizer" }
        return nil
    }

    private static let ctImage = "1.2.840.10008.5.1.4.1.1.2"

    /// Whether it is an enhanced CT, or an older series converted to one: a file of many slices.
    var isEnhanced: Bool {
        ["1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2"].contains(sopClassUID)
    }

    /// The header of one of the file's frames.
    func of(_ frame: DicomFrame) -> DicomHeader {
        var header = self
        header.frames = 1
        if !frame.rescaleType.isEmpty { header.rescaleType = frame.rescaleType }
        header.position = frame.position
        header.columnStep = frame.columnStep
        header.rowStep = frame.rowStep
        header.spacingX = frame.spacingX
        header.spacingY = frame.spacingY
        header.sliceThickness = frame.sliceThickness
        header.spacingBetweenSlices = frame.spacingBetweenSlices
        header.traits = traits.with(frame.traits)
        header.imageType = header.traits[.imageType].components(separatedBy: "\\")
        return header
    }

    /// The thickness that stands in for the spacing of a single slice, or `nil` if the file states none.
    var singleSliceSpacing: Double? {
        for value in [spacingBetweenSlices, sliceThickness] where value.isFinite && value > 0 { return value }
        return nil
    }
}
