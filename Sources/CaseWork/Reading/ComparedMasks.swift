import Cases
import Dicom
import Foundation
import ImageIO
import ImageValues
import Volumes

/// The masks of one side of a comparison.
package struct ComparedMasks {
    /// What was read of that side.
    package let reading: StructureFiles.Reading
    /// Where it was read, as it was named.
    package let path: String

    /// The masks that are there.
    package var masks: [StructureName: Mask] { reading.masks }
    /// The grid of all masks.
    package var geometry: GridGeometry { reading.geometry }
    /// 2 for a file of a single slice that is measured in 2D, otherwise 3.
    package var dimensions: Int { reading.dimensions }

    /// Reads both sides, whatever they are: label maps, folders of masks, RTSTRUCT, SEG, 3D Slicer's segmentations.
    ///
    /// What has no grid of its own (RTSTRUCT) or only a part of one (SEG, which leaves out empty slices) is put onto a
    /// grid: that of `ct`, otherwise that of the other side, otherwise that of the CT beside the file.
    /// - Parameters:
    ///   - ct: the CT, as a DICOM folder or an image file.
    ///   - volume: which volume of the CT's series, where it holds several.
    ///   - repairs: what may be resampled where the CT makes no regular volume.
    ///   - resample: whether a segmentation may stay on its own grid where that does not coincide.
    ///   - conventions: how other programs name structures.
    ///   - notes: takes in what is to be said of either side and of the CT.
    package static func read(
        _ left: String, _ right: String, ct: String?, volume: String? = nil, repairs: Set<CTRepair> = [],
        resample: Bool, by conventions: StructureConventions, notes: inout Notes
    ) throws -> (ComparedMasks, ComparedMasks) {
        let sides = (try Side(left), try Side(right))
        let named = ct.map { CaseSource(url: URL(fileURLWithPath: $0), volume: volume, repairs: repairs) }
        let place = try commonPlace([sides.0, sides.1], ct: named, &notes)
        return (
            try sides.0.read(on: place, resample: resample, by: conventions, &notes),
            try sides.1.read(on: place, resample: resample, by: conventions, &notes)
        )
    }

    /// Reads any number of sides, as ``read(_:_:ct:volume:repairs:resample:by:notes:)`` reads two.
    /// - Parameters:
    ///   - paths: at least one.
    ///   - ct: the CT they all belong to; `nil` to look for it as for two sides.
    /// - Returns: the sides in their order, and the CT, where one was named or lies beside them and could be read.
    static func read(
        all paths: [String], ct: CaseSource?, by conventions: StructureConventions, notes: inout Notes
    ) throws -> (sides: [ComparedMasks], ct: LoadedCase?) {
        let sides = try paths.map(Side.init)
        let place = try commonPlace(sides, ct: ct, &notes)
        return (try sides.map { try $0.read(on: place, resample: false, by: conventions, &notes) }, place?.loaded)
    }

    /// Reads any number of sides onto an image that has been read.
    static func read(
        all paths: [String], on loaded: LoadedCase, by conventions: StructureConventions, notes: inout Notes
    ) throws -> [ComparedMasks] {
        let place = ComparisonGrid(of: loaded)
        return try paths.map { try Side($0).read(on: place, resample: false, by: conventions, &notes) }
    }

    /// Reads one side by itself, as ``read(_:_:ct:volume:repairs:resample:by:notes:)`` does.
    /// - Returns: the masks, and the frame of reference of the CT that they lie on; empty where none is known.
    package static func read(
        _ path: String, ct: String?, by conventions: StructureConventions, notes: inout Notes
    ) throws -> (masks: ComparedMasks, frameOfReferenceUID: String) {
        let side = try Side(path)
        let place = try commonPlace([side], ct: ct.map { CaseSource(url: URL(fileURLWithPath: $0)) }, &notes)
        return (
            try side.read(on: place, resample: false, by: conventions, &notes),
            // Of a series whose slices have one each, that which is written into RTSTRUCT and SEG.
            place?.reference?.frameOfReferenceUID ?? place?.frameOfReferenceUID ?? ""
        )
    }

    /// Whether a path holds masks, rather than an image or nothing.
    package static func areMasks(at path: String) -> Bool {
        let url = URL(fileURLWithPath: path)
        guard FileManager.default.fileExists(atPath: path) else { return false }
        return url.isExistingFolder ? !CaseSource.structureFiles(in: url).isEmpty : MaskReader.kind(of: url) != nil
    }

    /// Where masks without a whole grid go.
    private static func commonPlace(
        _ sides: [Side], ct: CaseSource?, _ notes: inout Notes
    ) throws -> ComparisonGrid? {
        if let ct {
            return try ComparisonGrid(ct: ct, drawnOn: sides.lazy.compactMap(\.seriesUID).first, &notes)
        }
        for side in sides {
            if let grid = try side.ownGrid() { return ComparisonGrid(grid: grid) }
        }
        if let place = try beside(sides, &notes) { return place }
        let parts = try sides.compactMap { try $0.partialGrid() }
        guard let first = parts.first else {
            throw WorkError(
                "An RTSTRUCT has outlines and no voxels, and no CT lies beside these. Name the CT with --ct DIR.")
        }
        return ComparisonGrid(grid: parts.dropFirst().reduce(first) { $0.extended(toHold: $1) ?? $0 })
    }

    /// The CT beside one of the sides.
    private static func beside(_ sides: [Side], _ notes: inout Notes) throws -> ComparisonGrid? {
        for side in sides {
            if let series = DicomFolder.series(side.seriesUID ?? "", near: side.url) {
                return try ComparisonGrid(beside: series, &notes)
            }
        }
        return nil
    }

    /// One path of the command line.
    private struct Side {
        let path: String
        let url: URL
        /// `nil` for a folder of masks.
        let kind: MaskReader.Kind?
        /// The series that a DICOM object names.
        let seriesUID: String?

        init(_ path: String) throws {
            self.path = path
            url = URL(fileURLWithPath: path)
            guard FileManager.default.fileExists(atPath: path) else {
                throw WorkError("There is nothing at \(path).")
            }
            if url.isExistingFolder {
                guard !CaseSource.structureFiles(in: url).isEmpty else {
                    throw WorkError("\(path) has no <Structure>.nii.gz.")
                }
                (kind, seriesUID) = (nil, nil)
                return
            }
            guard let kind = MaskReader.kind(of: url) else {
                throw WorkError(
                    "\(path) holds no masks. Compared are NIfTI, MetaImage, NRRD, RTSTRUCT and SEG.")
            }
            self.kind = kind
            seriesUID = MaskReader.referencedSeries(of: url)
        }

        /// The grid of a side that has a whole one.
        func ownGrid() throws -> GridGeometry? {
            switch kind {
            case .labelMap: return try MaskReader.read(url).geometry
            case nil:
                guard let first = CaseSource.structureFiles(in: url).values.min(by: { $0.path < $1.path }) else {
                    return nil
                }
                return try MaskReader.read(first).geometry
            default: return nil
            }
        }

        /// The grid of a side that may be a part of the image's.
        func partialGrid() throws -> GridGeometry? {
            switch kind {
            case .segmentation, .slicerSegmentation: return try MaskReader.read(url).geometry
            default: return nil
            }
        }

        /// The masks on a place, or on their own grid where they do not fit and may stay.
        private func masks(
            on place: ComparisonGrid?, mayKeepGrid: Bool
        ) throws(ImageFormatsError) -> NamedMasks {
            do {
                return try MaskReader.readNamed(
                    url, on: place?.grid, frameOfReferenceUID: place?.frameOfReferenceUID ?? "",
                    reference: place?.reference)
            } catch {
                guard mayKeepGrid, error.kind == .inconsistent else { throw error }
                return try MaskReader.readNamed(url)
            }
        }

        func read(
            on place: ComparisonGrid?, resample: Bool, by conventions: StructureConventions, _ notes: inout Notes
        ) throws -> ComparedMasks {
            guard let kind else {
                guard let own = try ownGrid() else { throw WorkError("\(path) has no <Structure>.nii.gz.") }
                // Masks of the scanned slices of a CT whose gaps were filled go onto all of its slices, as single files
                // do; any others stay on their own grid.
                let scanned = place?.reference?.scannedPlanes ?? []
                let ct = place.flatMap { Mask(geometry: own).laid(on: $0.grid, scanned: scanned) == nil ? nil : $0 }
                return ComparedMasks(
                    reading: try StructureFiles.read(
                        url, on: ct?.grid ?? own, frameOfReferenceUID: ct?.frameOfReferenceUID ?? "",
                        reference: ct?.reference, by: conventions, notes: &notes), path: path)
            }
            let named = try masks(on: place, mayKeepGrid: resample && kind != .structureSet)
            return ComparedMasks(
                reading: try StructureFiles.byName(
                    named, of: url.lastPathComponent, hasForeignNames: kind != .labelMap, by: conventions,
                    notes: &notes), path: path)
        }
    }
}
