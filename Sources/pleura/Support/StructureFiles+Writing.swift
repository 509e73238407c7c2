import Cases
import Digests
import Foundation
import ImageFormats
import TerminalKit
import Volumes

/// The forms masks are exported in.
enum ExportFormat: String, CaseIterable {
    /// DICOM RT structure set; only for cases read from DICOM.
    case rtstruct
    /// One label map with the names in a `.json` beside it, or a folder of one mask a structure.
    case nifti

    static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension StructureFiles {
    /// Writes masks: as a structure set; as one label map (`.nii`, `.nii.gz`) with the names beside it; or into a
    /// folder, one `<Structure>.nii.gz` each.
    /// - Parameter algorithm: the method that drew the masks alone; `nil` where a person reviewed them.
    static func write(
        _ masks: [StructureName: Mask], of loaded: LoadedCase, as format: ExportFormat, to path: String,
        algorithm: String?
    ) throws {
        let url = URL(fileURLWithPath: path)
        switch format {
        case .nifti:
            if [".nii", ".nii.gz"].contains(where: path.hasSuffix) {
                try writeLabelMap(masks, geometry: loaded.volume.geometry, to: url)
            } else {
                try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
                for (name, mask) in masks {
                    try NiftiFile.write(mask, to: url.appendingPathComponent("\(name).nii.gz"))
                }
            }
        case .rtstruct: try writeStructureSet(masks, of: loaded, to: url, algorithm: algorithm)
        }
    }

    /// The form that a path asks for by its suffix.
    static func format(for path: String) -> ExportFormat { path.hasSuffix(".dcm") ? .rtstruct : .nifti }

    private static func writeLabelMap(
        _ masks: [StructureName: Mask], geometry: GridGeometry, to url: URL
    ) throws {
        let names = masks.keys.sorted()
        let labels = names.enumerated().compactMap { i, name in masks[name].map { (label: i + 1, mask: $0) } }
        try NiftiFile.writeLabelMap(labels, geometry: geometry, to: url)
        let legend = Dictionary(
            uniqueKeysWithValues: names.enumerated().map { (String($0.offset + 1), $0.element.rawValue) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try Output.write(try encoder.encode(legend), to: MaskReader.namesFile(for: url).path)
    }

    private static func writeStructureSet(
        _ masks: [StructureName: Mask], of loaded: LoadedCase, to url: URL, algorithm: String?
    ) throws {
        guard let reference = loaded.reference else {
            throw ProgramError("An RTSTRUCT refers to DICOM slices, and this case was not read from DICOM. Use nifti.")
        }
        let theme = try Program.current().resources.theme("dark")
        let structures = masks.keys.sorted().compactMap { name in
            masks[name].map {
                RTStructureToWrite(
                    name: name.rawValue, mask: $0, colour: RTColour(theme, structure: name.rawValue))
            }
        }
        // The same masks give the same object; other masks give another.
        let digest = SHA256Digest()
        digest.update(reference.seriesUID)
        for structure in structures {
            digest.update(structure.name)
            digest.update(structure.mask.runLengthEncoded())
        }
        let (date, time) = dicomNow()
        try RTStructWriter.write(
            structures, on: reference, to: url,
            origin: RTStructWriter.Origin(
                label: "Pleura", date: date, time: time, seed: digest.finish() + date + time,
                isAutomatic: algorithm != nil))
    }

    /// The date and time now, as DICOM writes them.
    static func dicomNow() -> (date: String, time: String) {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyyMMdd HHmmss"
        let parts = formatter.string(from: Date()).split(separator: " ").map(String.init)
        return (parts[0], parts[1])
    }
}
