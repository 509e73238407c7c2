import Dicom
import Foundation
import ImageValues
import Volumes

extension MaskReader {
    /// What a file of masks has for a grid.
    public enum Kind: Hashable, Sendable {
        /// A grid of its own: NIfTI, MetaImage, NRRD.
        case labelMap
        /// 3D Slicer's segmentation, whose grid may be a part of the image's.
        case slicerSegmentation
        /// A DICOM segmentation, whose frames lie on slices of its CT, empty ones left out.
        case segmentation
        /// An RTSTRUCT, which has outlines and no grid.
        case structureSet
    }

    /// What a file is, by its first bytes; `nil` if it holds no masks that are read.
    public static func kind(of url: URL) -> Kind? {
        switch ImageKind.of(url) {
        case .nifti, .metaImage: return .labelMap
        case .nrrd: return url.lastPathComponent.lowercased().hasSuffix(".seg.nrrd") ? .slicerSegmentation : .labelMap
        case .dicom:
            switch DicomMaskFile.kind(of: url) {
            case .structureSet: return .structureSet
            case .segmentation: return .segmentation
            case nil: return nil
            }
        case nil: return nil
        }
    }

    /// The series that a structure set or segmentation says it was drawn on; `nil` where it names none, or for other
    /// files.
    public static func referencedSeries(of url: URL) -> String? {
        switch kind(of: url) {
        case .structureSet, .segmentation: DicomMaskFile.referencedSeries(of: url)
        default: nil
        }
    }

    /// Reads the structures of any file of masks.
    ///
    /// A label without a name is called `Label_` and its number; the one label of a file without names is called as the
    /// file. Segments of a DICOM or 3D Slicer segmentation that are empty are there as well.
    /// - Parameters:
    ///   - url: NIfTI, MetaImage, NRRD, `.seg.nrrd`, DICOM segmentation or RTSTRUCT.
    ///   - grid: the grid of the CT: RTSTRUCT outlines are filled on it, segments are put onto it voxel by voxel. A label
    ///     map keeps its own grid, unless it is of the scanned slices of a series whose gaps were filled. `nil` for the
    ///     file's own, which an RTSTRUCT has not.
    ///   - frameOfReferenceUID: that of the CT; an empty one is not checked.
    ///   - reference: the slices of the CT, against which the references of an RTSTRUCT or a segmentation are checked,
    ///     and by which masks of the scanned slices are put onto a grid with interpolated ones.
    /// - Throws: ``ImageFormatsError``.
    public static func readNamed(
        _ url: URL, on grid: GridGeometry? = nil, frameOfReferenceUID: String = "",
        reference: DicomSeriesReference? = nil
    ) throws(ImageFormatsError) -> NamedMasks {
        switch kind(of: url) {
        case .segmentation:
            let read = try SegReader.read(
                url, on: grid, frameOfReferenceUID: frameOfReferenceUID, reference: reference)
            return NamedMasks(
                geometry: read.geometry, dimensions: 3,
                masks: read.structures.map { ($0.segment.name, $0.mask) }, warnings: read.warnings,
                leftOut: read.leftOut)
        case .structureSet:
            guard let grid else {
                throw ImageFormatsError(
                    .unsupported, "An RTSTRUCT has outlines and no voxels", files: [url.path],
                    mend: "Give the CT it was drawn on.")
            }
            let set = try RTStructReader.read(url)
            let filled = try set.rasterised(
                on: grid, frameOfReferenceUID: frameOfReferenceUID, reference: reference)
            return NamedMasks(
                geometry: grid, dimensions: 3, masks: filled.masks.map { ($0.structure.name, $0.mask) },
                warnings: set.warnings + filled.warnings, leftOut: set.leftOut + filled.leftOut)
        case .slicerSegmentation:
            let own = try named(url).laid(on: grid, reference)
            guard let grid, own.geometry != grid else { return own }
            var placed: [(name: String, mask: Mask)] = []
            for (name, mask) in own.masks { placed.append((name, try mask.placed(on: grid))) }
            return NamedMasks(
                geometry: grid, dimensions: own.dimensions, masks: placed, warnings: own.warnings,
                leftOut: own.leftOut)
        case .labelMap, nil: return try named(url).laid(on: grid, reference)
        }
    }

    private static func named(_ url: URL) throws(ImageFormatsError) -> NamedMasks {
        let map = try read(url)
        let names = try names(for: url)
        // A structure that the file or its legend names and that has no voxel is there and empty, not missing.
        var masks = Set(map.masks.keys).union(names.keys).sorted().map { label in
            let mask = map.masks[label] ?? Mask(geometry: map.geometry)
            return (
                name: names[label] ?? (names.isEmpty && map.masks.count == 1 ? stem(of: url) : "Label_\(label)"),
                mask: mask
            )
        }
        // A file without a single voxel still says which structure is empty.
        if masks.isEmpty { masks = [(stem(of: url), Mask(geometry: map.geometry))] }
        return NamedMasks(geometry: map.geometry, dimensions: map.dimensions, masks: masks, warnings: map.warnings)
    }

    /// A file's name without the suffixes of images.
    static func stem(of url: URL) -> String {
        var name = url.lastPathComponent
        for suffix in [".gz", ".nii", ".hdr", ".img", ".mha", ".mhd", ".nrrd", ".nhdr", ".seg"]
        where name.lowercased().hasSuffix(suffix) && name.count > suffix.count {
            name.removeLast(suffix.count)
        }
        return name
    }
}

extension MaskReader {
    /// What to say of masks that ``Volumes/Mask/laid(on:scanned:)`` took.
    public static let laidNote =
        "the mask has the slices that were scanned; they were taken in their order, and the mask was interpolated where "
        + "--repair gaps made slices."
}

extension NamedMasks {
    /// The masks on a grid whose gaps were filled, if they are those of the scanned slices; otherwise as they are.
    func laid(on grid: GridGeometry?, _ reference: DicomSeriesReference?) -> NamedMasks {
        guard let grid, let scanned = reference?.scannedPlanes, !scanned.isEmpty else { return self }
        var laid: [(name: String, mask: Mask)] = []
        var notes: [String] = []
        for (name, mask) in masks {
            guard let (own, interpolated) = mask.laid(on: grid, scanned: scanned) else { return self }
            laid.append((name, own))
            if !interpolated.isEmpty { notes.append(PlaneMasks.note(name, interpolated)) }
        }
        guard !laid.isEmpty else { return self }
        let note = "Masks: " + MaskReader.laidNote
        return NamedMasks(
            geometry: grid, dimensions: dimensions, masks: laid, warnings: warnings + [note] + notes, leftOut: leftOut)
    }
}
