import Cases
import Dicom
import Foundation
import Volumes

/// A patient that was found for a dataset, but not yet read.
package struct PatientSource: Sendable {
    /// A contour and where it is.
    struct Contour: Sendable {
        let structure: StructureName
        let file: URL
        /// The region of interest of an RTSTRUCT; `nil` for a mask file.
        var region: String?
    }

    /// What the patient is called; made unique by the builder.
    var id: String
    /// The patient's own folder, whose name and parent tell patients of one id apart and which may hold `patient.json`.
    let folder: URL
    /// The image's file, or DICOM folder.
    let image: URL
    /// Which series of the folder.
    var seriesUID: String?
    /// Which volume of the series, where it holds several.
    var volume: String?
    /// What may be resampled where the series makes no regular volume.
    var repairs: Set<CTRepair> = []
    let contours: [Contour]
    /// Structures that are named and of which there is no contour, with the reason.
    var leftOut: [StructureName: String] = [:]
    /// Who was scanned, where that is known otherwise than by the folder.
    var subject: String?
    /// The slices that somebody looked at; `nil` for all.
    var seenSlices: [Int]?
}
