import Cases
import Foundation
import ImageFormats
import Volumes

/// Structures in files: read onto a case's grid, and written.
enum StructureFiles {
    /// Reads the structures of a path onto a case's grid; see ``read(_:on:frameOfReferenceUID:)``.
    static func read(_ url: URL, for loaded: LoadedCase) throws -> [StructureName: Mask] {
        try read(
            url, on: loaded.volume.geometry, frameOfReferenceUID: loaded.reference?.frameOfReferenceUID ?? "")
    }

    /// Reads the structures of a path: a folder of `<Structure>.nii[.gz]`, an RTSTRUCT, or a mask or label map whose
    /// labels are named by the `.json` beside it (a single label by the file's own name).
    /// - Throws: ``ImageFormatsError``; ``VolumesError`` if a mask is on another grid than the case.
    static func read(
        _ url: URL, on grid: GridGeometry, frameOfReferenceUID: String
    ) throws -> [StructureName: Mask] {
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw ImageFormatsError(.notFound, "there is nothing there", files: [url.path])
        }
        if url.isExistingFolder {
            let files = CaseSource.structureFiles(in: url)
            guard !files.isEmpty else {
                throw ImageFormatsError(
                    .notAnImage, "the folder has no <Structure>.nii.gz", files: [url.path],
                    mend: "Give a mask file, an RTSTRUCT, or a folder with files such as Lung_L.nii.gz.")
            }
            var masks: [StructureName: Mask] = [:]
            for (name, file) in files { masks[name] = try single(MaskReader.read(file)).adopting(grid) }
            return masks
        }
        if url.pathExtension.lowercased() == "dcm" {
            return try structureSet(url, on: grid, frameOfReferenceUID)
        }
        let map = try MaskReader.read(url)
        let names = try MaskReader.names(for: url)
        var masks: [StructureName: Mask] = [:]
        for (label, mask) in map.masks {
            let stem = CaseSource(url: url).title
            let name = names[label] ?? (map.masks.count == 1 ? stem : "Label_\(label)")
            masks[StructureName(rawValue: name)] = try mask.adopting(grid)
        }
        if masks.isEmpty {
            // A file without a single voxel still says which structure is empty.
            masks[StructureName(rawValue: CaseSource(url: url).title)] = try Mask(geometry: map.geometry).adopting(grid)
        }
        return masks
    }

    private static func single(_ map: LabelMap) throws(VolumesError) -> Mask {
        var all = Mask(geometry: map.geometry)
        for mask in map.masks.values { all = try all.union(mask) }
        return all
    }

    private static func structureSet(
        _ url: URL, on grid: GridGeometry, _ frameOfReferenceUID: String
    ) throws -> [StructureName: Mask] {
        let rasterised = try RTStructReader.read(url).rasterised(on: grid, frameOfReferenceUID: frameOfReferenceUID)
        for warning in rasterised.warnings { Output.note("note: \(warning)") }
        var masks: [StructureName: Mask] = [:]
        for (structure, mask) in rasterised.masks {
            let name = StructureName(rawValue: structure.name)
            masks[name] = try masks[name].map { try $0.union(mask) } ?? mask
        }
        return masks
    }
}
