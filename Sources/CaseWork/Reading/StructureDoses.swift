import CaseStore
import Cases
import Dicom
import Dispatch
import Dosimetry
import Foundation
import Synchronization
import Volumes

/// What dose each structure of a case or of a file of masks receives.
package struct StructureDoses {
    /// One structure.
    package struct Row: Sendable {
        /// Its name.
        package let name: StructureName
        /// The dose that it receives.
        package let histogram: DoseVolumeHistogram
        /// The dose that it would receive as the model proposed it; `nil` where there is no proposal of it.
        package let proposed: DoseVolumeHistogram?
    }

    /// By the structures' usual order.
    package let rows: [Row]

    /// The doses in masks of any format.
    /// - Parameters:
    ///   - masks: where they are, as ``ComparedMasks`` reads them.
    ///   - dose: an RTDOSE file.
    ///   - ct: the CT that they belong to, where that has to be named.
    ///   - notes: takes in what is to be said of masks, CT and dose.
    /// - Throws: what reading says; ``WorkError`` if the dose lies in another frame of reference than the CT.
    package static func read(
        masks: String, dose: String, ct: String?, by conventions: StructureConventions, notes: inout Notes
    ) throws -> StructureDoses {
        let read = try ComparedMasks.read(masks, ct: ct, by: conventions, notes: &notes)
        return try StructureDoses(
            masks: read.masks.masks, proposed: [:], frameOfReferenceUID: read.frameOfReferenceUID, dose: dose,
            notes: &notes)
    }

    /// The doses in a case's newest correction, beside those in the proposal that it corrects.
    /// - Parameters:
    ///   - query: as ``CorrectionExport`` takes it, which also says which corrections are refused.
    ///   - notes: takes in what is to be said of image, correction and dose.
    /// - Throws: as ``read(masks:dose:ct:by:notes:)``.
    package static func read(
        case query: String, dose: String, in store: any CaseStoring, notes: inout Notes
    ) throws -> StructureDoses {
        let export = try CorrectionExport.find(query, in: store, notes: &notes)
        let summary = try store.corrections().corrections.first { $0.key == export.key }
        let proposed = try summary.map { try store.prediction($0.prediction).masks } ?? [:]
        let geometry = export.loaded.volume.geometry
        return try StructureDoses(
            masks: try export.masks(), proposed: try proposed.mapValues { try $0.adopting(geometry) },
            frameOfReferenceUID: export.loaded.reference?.frameOfReferenceUID ?? "", dose: dose, notes: &notes)
    }

    /// The doses in the masks of a case that is reported, beside those in what was proposed, once somebody has judged it.
    /// - Parameter notes: takes in what is to be said of the dose.
    /// - Throws: as ``read(masks:dose:ct:by:notes:)``.
    package static func read(
        _ reported: ReportedCase, dose: String, notes: inout Notes
    ) throws -> StructureDoses {
        let drawn = reported.structures.filter { !$0.mask.isEmpty }
        var proposed: [StructureName: Mask] = [:]
        for structure in drawn where structure.scores != nil { proposed[structure.name] = structure.proposal }
        return try StructureDoses(
            masks: Dictionary(drawn.map { ($0.name, $0.mask) }, uniquingKeysWith: { $1 }), proposed: proposed,
            frameOfReferenceUID: reported.loaded.reference?.frameOfReferenceUID ?? "", dose: dose, notes: &notes)
    }

    private init(
        masks: [StructureName: Mask], proposed: [StructureName: Mask], frameOfReferenceUID: String, dose path: String,
        notes: inout Notes
    ) throws {
        let dose = try RTDoseReader.read(URL(fileURLWithPath: path))
        notes.add(dose.warnings)
        let frames = (frameOfReferenceUID, dose.frameOfReferenceUID)
        guard frames.0.isEmpty || frames.1.isEmpty || frames.0 == frames.1 else {
            throw WorkError(
                "The dose of \(path) lies in another frame of reference than the CT: the two cannot be laid over one another. "
                    + "Take the dose that was planned on this CT.")
        }
        if frames.0.isEmpty || frames.1.isEmpty {
            notes.add(
                "Nothing says whether dose and masks lie in the same frame of reference; they are taken to.")
        }
        let names = masks.keys.sorted()
        let found = Mutex<[StructureName: Result<Row, VolumesError>]>([:])
        DispatchQueue.concurrentPerform(iterations: names.count) { index in
            let name = names[index]
            let row = Result { () throws(VolumesError) -> Row in
                Row(
                    name: name,
                    histogram: try DoseVolumeHistogram(
                        of: masks[name] ?? Mask(geometry: dose.grid.geometry), in: dose.grid),
                    proposed: try proposed[name].map { (mask) throws(VolumesError) in
                        try DoseVolumeHistogram(of: mask, in: dose.grid)
                    })
            }
            found.withLock { $0[name] = row }
        }
        rows = try found.withLock { $0 }.sorted { $0.key < $1.key }.map { try $0.value.get() }
        for row in rows where row.histogram.millilitres > 0 && row.histogram.coveredShare < 1 {
            let share = (1 - row.histogram.coveredShare) * 100
            notes.add(
                "\(String(format: share < 0.1 ? "%.3f" : "%.1f", share)) % of \(row.name) lies outside of the dose grid "
                    + "and is not counted.")
        }
    }
}
