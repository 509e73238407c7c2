import Cases
import Foundation
import ImageFormats
import Volumes

/// Structures in files: read onto a case's grid, and written.
enum StructureFiles {
    /// Reads the structures of a path onto a case's grid; see ``read(_:on:frameOfReferenceUID:)``.
    static func read(_ url: URL, for loaded: LoadedCase) throws -> [StructureName: Mask] {
        try read(
            url, on: loaded.volume.geometry, frameOfReferenceUID: loaded.reference?.frameOfReferenceUID ?? "",
            reference: loaded.reference)
    }

    /// Reads the structures of a path: a folder of `<Structure>.nii[.gz]`, an RTSTRUCT, a SEG, a `.seg.nrrd`, or a mask or
    /// label map whose labels are named by the `.json` beside it (a single label by the file's own name).
    /// - Throws: ``ImageFormatsError``; ``VolumesError`` if a mask is on another grid than the case.
    static func read(
        _ url: URL, on grid: GridGeometry, frameOfReferenceUID: String, reference: DicomSeriesReference? = nil
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
            for (name, file) in files {
                let mask = try single(MaskReader.read(file))
                let laid = mask.laid(on: grid, scanned: reference?.scannedPlanes ?? [])
                if laid != nil { Output.note("note: \(name): \(MaskReader.laidNote)") }
                masks[name] = try (laid?.mask ?? mask).adopting(grid)
            }
            return masks
        }
        let named = try MaskReader.readNamed(
            url, on: grid, frameOfReferenceUID: frameOfReferenceUID, reference: reference)
        let masks = try byName(named, hasForeignNames: MaskReader.kind(of: url) != .labelMap)
        return try masks.mapValues { try $0.adopting(grid) }
    }

    /// A file's structures by their TG-263 names, with notes of what was unusual.
    /// - Parameter hasForeignNames: whether the names are other programs' and are looked up among the aliases.
    static func byName(_ named: NamedMasks, hasForeignNames: Bool) throws -> [StructureName: Mask] {
        for warning in named.warnings { Output.note("note: \(warning)") }
        let given = named.masks.map(\.name)
        let names =
            hasForeignNames
            ? try Program.current().resources.structureAliases().structures(named: given)
            : given.map(StructureName.init(rawValue:))
        var masks: [StructureName: Mask] = [:]
        for (index, name) in names.enumerated() {
            let mask = named.masks[index].mask
            if name.rawValue != given[index] { Output.note("note: “\(given[index])” is taken as \(name).") }
            if masks[name] != nil { Output.note("note: \(name) is there twice; both make one mask.") }
            masks[name] = try masks[name].map { try $0.union(mask) } ?? mask
        }
        return masks
    }

    private static func single(_ map: LabelMap) throws(VolumesError) -> Mask {
        var all = Mask(geometry: map.geometry)
        for mask in map.masks.values { all = try all.union(mask) }
        return all
    }
}
