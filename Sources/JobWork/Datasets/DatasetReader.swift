import CaseWork
import Cases
import Dicom
import Foundation
import ImageIO
import ImageValues
import Training
import Volumes

/// Reads a dataset's patients from the files they are in.
package struct DatasetReader: DatasetReading {
    /// A file's masks by the name that a dataset asks for.
    struct FileMasks {
        let masks: [String: Mask]
        /// Structures that the file names and that have no mask, with the reason.
        var leftOut: [String: String] = [:]
    }

    /// Is told at once what is to be said of a patient: for a command that has no report.
    package var tell: (@Sendable (String) -> Void)?

    /// A reader, with who is told what is to be said.
    package init(tell: (@Sendable (String) -> Void)? = nil) {
        self.tell = tell
    }

    /// Reads one patient, and checks that image and contours are those the dataset was built from.
    package func read(_ patient: DatasetPatient, in folder: DatasetFolder) throws -> DatasetCase {
        var notes = Notes()
        let repairs = Set((patient.image.repairs ?? []).compactMap(CTRepair.init(rawValue:)))
        let image = try Self.image(
            CaseSource(
                url: folder.resolve(patient.image.path), seriesUID: patient.image.seriesUID,
                volume: patient.image.volume, repairs: repairs),
            notes: &notes)
        guard image.record.contentDigest == patient.image.digest else {
            throw DatasetError("The image \(patient.image.path) is not the one the dataset was built from.")
        }
        var masks: [StructureName: Mask] = [:]
        for (path, names) in Dictionary(grouping: patient.masks.keys.sorted(), by: { patient.masks[$0]?.path ?? "" })
            .sorted(by: { $0.key < $1.key })
        {
            let read = try Self.masks(folder.resolve(path), for: image, notes: &notes)
            for name in names {
                guard let source = patient.masks[name] else { continue }
                let region = source.region ?? name
                guard let mask = read.masks[region] else {
                    let reason = read.leftOut[region].map { ": \($0)" } ?? ""
                    throw DatasetError("\(name) is no longer in \(path)\(reason).")
                }
                guard MaskDigest.digest(of: mask) == source.digest else {
                    throw DatasetError("\(name) in \(path) is not the contour the dataset was built from.")
                }
                masks[StructureName(rawValue: name)] = mask
            }
        }
        for sentence in notes.sentences { tell?("note: \(patient.id): \(sentence)") }
        return DatasetCase(volume: image.volume, masks: masks, warnings: notes.sentences)
    }

    /// A patient's image.
    /// - Parameter notes: takes in what is to be said of it; of files that are no DICOM, a dataset's folder has its own.
    /// - Throws: ``ImageFormatsError``.
    static func image(_ source: CaseSource, notes: inout Notes) throws -> LoadedCase {
        let loaded = try LoadedCase.read(source)
        notes.add(loaded.record.warnings)
        for file in loaded.skipped where !file.isForeign {
            notes.add("\(file.path) was skipped: \(file.reason).")
        }
        return loaded
    }

    /// The masks of a file on an image's grid: of an RTSTRUCT by the regions' names, of a mask file by the structure
    /// that the file's name is of.
    /// - Throws: ``ImageFormatsError``; ``VolumesError`` if the file is on another grid than the image.
    static func masks(_ file: URL, for image: LoadedCase, notes: inout Notes) throws -> FileMasks {
        let grid = image.volume.geometry
        guard MaskReader.kind(of: file) == .structureSet else {
            return FileMasks(
                masks: [
                    CaseSource(url: file).title: try StructureFiles.single(
                        file, on: grid, image.reference, notes: &notes
                    ).adopting(grid)
                ])
        }
        let read = try MaskReader.readNamed(
            file, on: grid, frameOfReferenceUID: image.reference?.frameOfReferenceUID ?? "",
            reference: image.reference)
        notes.add(read.warnings, about: file.lastPathComponent)
        var masks: [String: Mask] = [:]
        for (name, mask) in read.masks {
            if masks[name] != nil {
                notes.add("\(file.lastPathComponent): “\(name)” is there twice; both were united into one mask.")
            }
            masks[name] = try masks[name].map { try $0.union(mask) } ?? mask
        }
        let leftOut = Dictionary(read.leftOut.map { ($0.name, $0.reason) }) { first, _ in first }
        // The other half of a structure that is there twice would pass for the whole.
        for name in leftOut.keys { masks[name] = nil }
        return FileMasks(masks: masks, leftOut: leftOut)
    }
}
