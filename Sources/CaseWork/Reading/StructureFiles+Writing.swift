import Cases
import Dicom
import Digests
import Foundation
import ImageIO
import VolumeFiles
import Volumes

/// The forms masks are exported in.
package enum ExportFormat: String, CaseIterable {
    /// DICOM RT structure set; only for cases read from DICOM.
    case rtstruct
    /// DICOM segmentation; only for cases read from DICOM.
    case seg
    /// One label map with the names in a `.json` beside it, or a folder of one mask a structure.
    case nifti
    /// The same as NRRD.
    case nrrd
    /// 3D Slicer's segmentation, in which structures may overlap.
    case slicer = "seg.nrrd"

    /// The names of all forms, for messages.
    package static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// What an exported file says of how its masks came about.
package struct ExportDetails {
    /// What drew them; `nil` to go by the algorithm alone.
    package var method: DrawingMethod?
    /// Whether somebody stands for an RTSTRUCT.
    package var approval = RTStructWriter.Approval.unapproved
    /// How far an RTSTRUCT's contours may leave the voxels' edges.
    package var simplification: Millimetres = 0
    /// Who reviewed, or empty.
    package var reviewer = ""
    /// Whether an RTSTRUCT's contours run through voxel centres.
    package var runsThroughCentres = false
    /// The time the file states; `nil` for now. Masks, time and details that are the same make the same object.
    package var madeAt: Date?

    /// Details as far as they are known.
    package init(
        method: DrawingMethod? = nil, approval: RTStructWriter.Approval = RTStructWriter.Approval.unapproved,
        simplification: Millimetres = 0, reviewer: String = "", runsThroughCentres: Bool = false, madeAt: Date? = nil
    ) {
        self.method = method
        self.approval = approval
        self.simplification = simplification
        self.reviewer = reviewer
        self.runsThroughCentres = runsThroughCentres
        self.madeAt = madeAt
    }
}

extension ExportDetails {
    /// What distinguishes an approved or simplified object from a plain one of the same masks and time.
    fileprivate var mark: String {
        if runsThroughCentres { return "\(approval) centres" }
        let isPlain = approval == .unapproved && simplification == 0
        return isPlain ? "" : "\(approval) \(simplification.value)"
    }
}

extension StructureFiles {
    /// Writes masks: as a structure set; as one label map (`.nii`, `.nii.gz`) with the names beside it; or into a
    /// folder, one `<Structure>.nii.gz` each.
    /// - Parameters:
    ///   - algorithm: the method that drew the masks alone; `nil` where a person reviewed them.
    ///   - details: what else the file says of itself.
    ///   - conventions: the colours of structures, for the forms that state them.
    /// - Returns: the files that were written.
    @discardableResult
    package static func write(
        _ masks: [StructureName: Mask], of loaded: LoadedCase, as format: ExportFormat, to path: String,
        algorithm: String?, details: ExportDetails = ExportDetails(), by conventions: StructureConventions
    ) throws -> [URL] {
        var details = details
        if details.method == nil {
            details.method = algorithm.map { DrawingMethod(.automatic, modelName: $0) } ?? DrawingMethod(.reviewed)
        }
        return try write(
            masks, geometry: loaded.volume.geometry, of: loaded, as: format, to: path, details, by: conventions)
    }

    /// Writes masks on a grid, as ``write(_:of:as:to:algorithm:details:by:)`` does.
    /// - Parameter loaded: the image; `nil` where none is known, which DICOM objects need.
    static func write(
        _ masks: [StructureName: Mask], geometry: GridGeometry, of loaded: LoadedCase?, as format: ExportFormat,
        to path: String, _ details: ExportDetails, by conventions: StructureConventions
    ) throws -> [URL] {
        let url = URL(fileURLWithPath: path)
        switch format {
        case .nifti, .nrrd:
            let isMap = (format == .nifti ? [".nii", ".nii.gz"] : [".nrrd"]).contains(where: path.hasSuffix)
            if isMap {
                try writeLabelMap(masks, geometry: geometry, as: format, to: url)
                return [url, MaskReader.namesFile(for: url)]
            }
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            return try masks.sorted { $0.key < $1.key }.map { name, mask in
                let file = url.appendingPathComponent("\(name).\(format == .nifti ? "nii.gz" : "nrrd")")
                if format == .nifti { try NiftiFile.write(mask, to: file) } else { try NrrdFile.write(mask, to: file) }
                return file
            }
        case .slicer: try writeSlicer(masks, geometry: geometry, to: url, conventions)
        case .rtstruct: try writeStructureSet(masks, of: loaded, to: url, details, conventions)
        case .seg: try writeSegmentation(masks, of: loaded, to: url, details, conventions)
        }
        return [url]
    }

    /// The form that a path asks for by its suffix.
    package static func format(for path: String) -> ExportFormat {
        if path.hasSuffix(".dcm") { return .rtstruct }
        if path.hasSuffix(".seg.nrrd") { return .slicer }
        return path.hasSuffix(".nrrd") ? .nrrd : .nifti
    }

    private static func writeLabelMap(
        _ masks: [StructureName: Mask], geometry: GridGeometry, as format: ExportFormat, to url: URL
    ) throws {
        let names = masks.keys.sorted()
        let labels = names.enumerated().compactMap { i, name in masks[name].map { (label: i + 1, mask: $0) } }
        if format == .nrrd {
            try NrrdFile.writeLabelMap(labels, geometry: geometry, to: url)
        } else {
            try NiftiFile.writeLabelMap(labels, geometry: geometry, to: url)
        }
        let legend = Dictionary(
            uniqueKeysWithValues: names.enumerated().map { (String($0.offset + 1), $0.element.rawValue) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try ResultFile.write(try encoder.encode(legend), to: MaskReader.namesFile(for: url).path)
    }

    private static func writeSlicer(
        _ masks: [StructureName: Mask], geometry: GridGeometry, to url: URL, _ conventions: StructureConventions
    ) throws {
        let colour = try conventions.colours()
        try NrrdFile.writeSegmentation(
            masks.keys.sorted().compactMap { name in
                masks[name].map {
                    NrrdSegmentToWrite(
                        name: name.rawValue, mask: $0, colour: colour(name))
                }
            }, geometry: geometry, to: url)
    }

    /// The slices that a DICOM object refers to.
    /// - Throws: ``WorkError`` where there are none.
    static func reference(
        of loaded: LoadedCase?, _ what: String
    ) throws(WorkError) -> DicomSeriesReference {
        guard let loaded else {
            throw WorkError("\(what) refers to DICOM slices. Name the CT's folder with --ct, or use nifti.")
        }
        guard let reference = loaded.reference else {
            throw WorkError("\(what) refers to DICOM slices, and this case was not read from DICOM. Use nifti.")
        }
        return reference
    }

    /// The same masks give the same object; other masks give another.
    private static func seed(
        _ masks: [StructureName: Mask], _ reference: DicomSeriesReference, _ volume: String?, _ date: String,
        _ time: String
    ) -> String {
        let digest = SHA256Digest()
        digest.update(reference.seriesUID)
        // The same masks on two volumes of a series are two objects.
        if let volume { digest.update(volume) }
        for name in masks.keys.sorted(by: StructureName.isStoredBefore) {
            digest.update(name.rawValue)
            if let mask = masks[name] { digest.update(mask.runLengthEncoded()) }
        }
        return digest.finish() + date + time
    }

    private static func writeStructureSet(
        _ masks: [StructureName: Mask], of loaded: LoadedCase?, to url: URL, _ details: ExportDetails,
        _ conventions: StructureConventions
    ) throws {
        let reference = try reference(of: loaded, "An RTSTRUCT")
        let colour = try conventions.colours()
        let structures = masks.keys.sorted().compactMap { name in
            masks[name].map {
                RTStructureToWrite(
                    name: name.rawValue, mask: $0, colour: colour(name))
            }
        }
        let (date, time) = dicom(details.madeAt ?? Date())
        var origin = RTStructWriter.Origin(
            label: "Pleura", date: date, time: time,
            seed: try seed(masks, reference, loaded?.record.volume, date, time) + details.mark
                + conventions.ownColours(of: masks.keys),
            method: details.method ?? DrawingMethod(.reviewed), approval: details.approval,
            simplification: details.simplification)
        origin.runsThroughCentres = details.runsThroughCentres
        try RTStructWriter.write(
            structures, on: reference, to: url, origin: origin)
    }

    private static func writeSegmentation(
        _ masks: [StructureName: Mask], of loaded: LoadedCase?, to url: URL, _ details: ExportDetails,
        _ conventions: StructureConventions
    ) throws {
        let reference = try reference(of: loaded, "A SEG")
        let colour = try conventions.colours()
        let segments = masks.keys.sorted().compactMap { name in
            masks[name].map {
                SegmentToWrite(name: name.rawValue, mask: $0, colour: colour(name))
            }
        }
        try SegWriter.write(
            segments, on: reference, to: url, origin: origin(masks, reference, loaded, details, conventions))
    }

    /// A report about masks that are to be written as a segmentation with the same details, which must state a time.
    /// - Parameter segmentation: where that will be.
    /// - Throws: ``ImageFormatsError``: what cannot be stated, and that something else is there already.
    static func document(
        _ report: MeasurementReport, about masks: [StructureName: Mask], of loaded: LoadedCase,
        besides segmentation: URL, _ details: ExportDetails, by conventions: StructureConventions
    ) throws -> MeasurementReportWriter.Document {
        let reference = try reference(of: loaded, "A report")
        let origin = try origin(masks, reference, loaded, details, conventions)
        let document = try MeasurementReportWriter.document(report, on: reference, origin: origin)
        try SegWriter.requireNothingElse(than: origin, at: segmentation)
        return document
    }

    /// What a segmentation of masks says of itself.
    private static func origin(
        _ masks: [StructureName: Mask], _ reference: DicomSeriesReference, _ loaded: LoadedCase?,
        _ details: ExportDetails, _ conventions: StructureConventions
    ) throws -> SegWriter.Origin {
        let (date, time) = dicom(details.madeAt ?? Date())
        return SegWriter.Origin(
            description: "Pleura", date: date, time: time,
            seed: try seed(masks, reference, loaded?.record.volume, date, time)
                + conventions.ownColours(of: masks.keys),
            method: details.method ?? DrawingMethod(.reviewed), creator: details.reviewer)
    }

    /// A date and its time, as DICOM writes them.
    package static func dicom(_ date: Date) -> (date: String, time: String) {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyyMMdd HHmmss"
        let parts = formatter.string(from: date).split(separator: " ").map(String.init)
        return (parts[0], parts[1])
    }
}
