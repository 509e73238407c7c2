import Cases
import Dicom
import Foundation
import ImageIO
import ImageValues
import Volumes

/// Structures in files: read onto a case's grid, and written.
package enum StructureFiles {
    /// The structures of a path.
    package struct Reading: Sendable {
        /// The grid of all masks.
        package let geometry: GridGeometry
        /// 2 for a file of a single slice that is measured in 2D, otherwise 3.
        package let dimensions: Int
        /// The masks that are there; an empty one was read and has no voxel.
        package let masks: [StructureName: Mask]
        /// Structures that are named and have no mask, each with the reason, a clause. Nothing is known of them: no score
        /// may be given, and none is empty.
        package let leftOut: [StructureName: String]
    }

    /// Reads the structures of a path onto a case's grid; see ``read(_:on:frameOfReferenceUID:reference:by:notes:)``.
    package static func read(
        _ url: URL, for loaded: LoadedCase, by conventions: StructureConventions, notes: inout Notes
    ) throws -> Reading {
        try read(
            url, on: loaded.volume.geometry, frameOfReferenceUID: loaded.reference?.frameOfReferenceUID ?? "",
            reference: loaded.reference, by: conventions, notes: &notes)
    }

    /// Reads the structures of a path: a folder of `<Structure>.nii[.gz]`, an RTSTRUCT, a SEG, a `.seg.nrrd`, or a mask or
    /// label map whose labels are named by the `.json` beside it (a single label by the file's own name).
    /// - Parameter notes: takes in what was renamed, united, left out or unusual.
    /// - Throws: ``ImageFormatsError``; ``WorkError`` if a mask is on another grid than the case.
    package static func read(
        _ url: URL, on grid: GridGeometry, frameOfReferenceUID: String, reference: DicomSeriesReference? = nil,
        by conventions: StructureConventions, notes: inout Notes
    ) throws -> Reading {
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw ImageFormatsError(.notFound, "there is nothing there", files: [url.path])
        }
        if url.isExistingFolder { return try readFolder(url, on: grid, reference, notes: &notes) }
        let named = try MaskReader.readNamed(
            url, on: grid, frameOfReferenceUID: frameOfReferenceUID, reference: reference)
        let read = try byName(
            named, of: url.lastPathComponent, hasForeignNames: MaskReader.kind(of: url) != .labelMap,
            by: conventions, notes: &notes)
        return Reading(
            geometry: grid, dimensions: read.dimensions,
            masks: try read.masks.mapValues { try adopt($0, grid, of: url) }, leftOut: read.leftOut)
    }

    /// A file's structures by their TG-263 names.
    /// - Parameters:
    ///   - file: what the notes call the file.
    ///   - hasForeignNames: whether the names are other programs' and are looked up among the aliases.
    ///   - conventions: the aliases.
    static func byName(
        _ named: NamedMasks, of file: String, hasForeignNames: Bool, by conventions: StructureConventions,
        notes: inout Notes
    ) throws -> Reading {
        notes.add(named.warnings, about: file)
        let given = named.masks.map(\.name) + named.leftOut.map(\.name)
        let names =
            hasForeignNames
            ? try conventions.aliases().structures(named: given)
            : given.map(StructureName.init(rawValue:))
        var masks: [StructureName: Mask] = [:]
        for (index, name) in names.prefix(named.masks.count).enumerated() {
            let mask = named.masks[index].mask
            if name.rawValue != given[index] { notes.add("“\(given[index])” was read as \(name).", about: file) }
            if masks[name] != nil { notes.add("\(name) is there twice; both were united into one mask.", about: file) }
            masks[name] = try masks[name].map { try $0.union(mask) } ?? mask
        }
        var leftOut: [StructureName: String] = [:]
        for (name, structure) in zip(names.dropFirst(named.masks.count), named.leftOut) {
            leftOut[name] = structure.reason
            // The other half of a structure that is there twice would pass for the whole.
            if masks.removeValue(forKey: name) != nil {
                notes.add("\(name) is there twice, and one of the two is damaged; both were left out.", about: file)
            }
        }
        return Reading(geometry: named.geometry, dimensions: named.dimensions, masks: masks, leftOut: leftOut)
    }

    private static func readFolder(
        _ url: URL, on grid: GridGeometry, _ reference: DicomSeriesReference?, notes: inout Notes
    ) throws -> Reading {
        let files = CaseSource.structureFiles(in: url)
        guard !files.isEmpty else {
            throw ImageFormatsError(
                .notAnImage, "the folder has no <Structure>.nii.gz", files: [url.path],
                mend: "Give a mask file, an RTSTRUCT, or a folder with files such as Lung_L.nii.gz.")
        }
        var masks: [StructureName: Mask] = [:]
        for (name, file) in files.sorted(by: { $0.key < $1.key }) {
            masks[name] = try adopt(try single(file, on: grid, reference, notes: &notes), grid, of: file)
        }
        let others = CaseSource.otherMaskFiles(in: url)
        if !others.isEmpty {
            notes.add(
                "only .nii and .nii.gz files are read from a folder; "
                    + "\(others.joined(separator: ", ")) \(others.count == 1 ? "was" : "were") not.",
                about: url.lastPathComponent)
        }
        return Reading(geometry: grid, dimensions: 3, masks: masks, leftOut: [:])
    }

    /// The one mask of a file that is called as its structure. One of the scanned slices of a series whose gaps were
    /// filled is put onto all of its slices.
    package static func single(
        _ file: URL, on grid: GridGeometry, _ reference: DicomSeriesReference?, notes: inout Notes
    ) throws -> Mask {
        let map = try MaskReader.read(file)
        notes.add(map.warnings, about: file.lastPathComponent)
        if map.masks.count > 1 {
            let labels = map.masks.keys.sorted().prefix(8).map(String.init).joined(separator: ", ")
            notes.add("the labels \(labels) were united into one mask.", about: file.lastPathComponent)
        }
        var all = Mask(geometry: map.geometry)
        for mask in map.masks.values { all = try all.union(mask) }
        guard let laid = all.laid(on: grid, scanned: reference?.scannedPlanes ?? []) else { return all }
        notes.add(MaskReader.laidNote, about: file.lastPathComponent)
        return laid.mask
    }

    /// A mask on the grid of the image; what does not fit names its file.
    private static func adopt(_ mask: Mask, _ grid: GridGeometry, of file: URL) throws -> Mask {
        do {
            return try mask.adopting(grid)
        } catch {
            throw WorkError("\(file.path): \(error.description)")
        }
    }
}
