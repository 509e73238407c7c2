import CDcmtk
import Foundation

/// What a DICOM file that holds masks is, by its header.
package enum DicomMaskFile {
    /// The kinds that are read.
    package enum Kind: Hashable, Sendable {
        /// An RTSTRUCT, which has outlines.
        case structureSet
        /// A segmentation, which has frames of pixels.
        case segmentation
    }

    /// Which of them a file is; `nil` for any other, and for one that cannot be read.
    package static func kind(of file: URL) -> Kind? {
        guard let opened = try? DicomFile(path: file.path, withPixels: false) else { return nil }
        if opened.header.modality == "RTSTRUCT" { return .structureSet }
        return SegReader.sopClasses.contains(opened.header.sopClassUID) ? .segmentation : nil
    }

    /// The series that it says it was drawn on; `nil` where it names none, and for other files.
    package static func referencedSeries(of file: URL) -> String? {
        let uid: String?
        switch kind(of: file) {
        case .structureSet: uid = try? RTStructReader.read(file).seriesUID
        case .segmentation:
            let opened = try? DicomFile(path: file.path, withPixels: false)
            uid = (try? opened?.segmentation().about).map { text($0.referenced_series) }
        case nil: uid = nil
        }
        return uid?.isEmpty == false ? uid : nil
    }
}
