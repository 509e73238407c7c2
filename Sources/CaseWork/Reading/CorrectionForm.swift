import Cases
import Dicom
import Foundation
import Volumes

/// The forms a correction is exported in: its masks, or a report with them.
package enum CorrectionForm: Hashable, Sendable {
    /// The masks alone.
    case masks(ExportFormat)
    /// A DICOM structured report (PS3.16 TID 1500), with the segmentation that it refers to beside it.
    case report

    /// The form of a name; `nil` if there is none.
    package init?(named name: String) {
        if name == "sr" {
            self = .report
        } else if let format = ExportFormat(rawValue: name) {
            self = .masks(format)
        } else {
            return nil
        }
    }

    /// The names of all forms, for messages.
    package static var list: String { "\(ExportFormat.list), sr" }
}

extension CorrectionExport {
    /// Writes the correction.
    /// - Parameters:
    ///   - path: as ``StructureFiles/write(_:of:as:to:algorithm:details:by:)`` takes it; of a report its file, beside
    ///     which the segmentation is written: `report.dcm` and `report.seg.dcm`. Where that is another file already, nothing
    ///     is written: nobody has named it.
    ///   - details: what else the file says of itself.
    ///   - conventions: the colours of structures that the case has given none of their own.
    /// - Returns: the files that were written.
    package func write(
        as form: CorrectionForm, to path: String, details: ExportDetails, by conventions: StructureConventions
    ) throws -> [URL] {
        let masks = try masks()
        let conventions = conventions.coloured(by: listing)
        switch form {
        case .masks(let format):
            return try StructureFiles.write(
                masks, of: loaded, as: format, to: path, algorithm: nil, details: details, by: conventions)
        case .report:
            // Report and segmentation are of the correction, whenever they are written: the same each time.
            var details = details
            details.madeAt = correction.filedAt
            let report = try report(masks)
            let file = URL(fileURLWithPath: path)
            let segmentation = file.deletingPathExtension().appendingPathExtension("seg.dcm")
            // Everything that can be refused is, before a file is written.
            let document = try StructureFiles.document(
                report, about: masks, of: loaded, besides: segmentation, details, by: conventions)
            try StructureFiles.write(
                masks, of: loaded, as: .seg, to: segmentation.path, algorithm: nil, details: details, by: conventions)
            try document.write(to: file)
            return [file, segmentation]
        }
    }

    /// What a report says of the correction.
    func report(_ masks: [StructureName: Mask]) throws -> MeasurementReport {
        let outcomes = Dictionary(correction.outcomes.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        var structures: [MeasurementReport.Structure] = []
        for name in masks.keys.sorted() {
            guard let mask = masks[name] else { continue }
            let numbers = try HounsfieldHistogram(of: loaded.volume, in: mask)
            var structure = MeasurementReport.Structure(
                name: name.rawValue, segment: structures.count + 1, millilitres: mask.millilitres,
                meanHU: numbers.mean, deviationHU: numbers.deviation)
            if let outcome = outcomes[name] {
                structure.surfaceDice = outcome.surfaceDiceAgainstPrediction
                structure.tolerance = outcome.tolerance
                structure.addedPathLength = outcome.pathAgainstPrediction
            }
            structures.append(structure)
        }
        let reviewed = Set(correction.slicesSeen).union(correction.slicesTouched).count
        return MeasurementReport(
            structures: structures, verdict: correction.isAsProposed ? .accepted : .corrected,
            comment: Self.stated(correction.reason ?? ""), approver: approver, slicesReviewed: reviewed,
            slices: record.geometry.size.z)
    }

    /// A comment as a report can state it: what is filed cannot be typed again, so that a character that no report can have
    /// becomes a space.
    static func stated(_ comment: String) -> String {
        String(
            String.UnicodeScalarView(
                comment.unicodeScalars.map { $0 != "\n" && $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
