import Cases
import Foundation
import ImageFormats
import Volumes

/// The masks of one side of a comparison.
struct ComparedMasks {
    let masks: [StructureName: Mask]
    let dimensions: Int
    let geometry: GridGeometry
    let path: String

    /// Reads both sides, whatever they are: label maps, folders of masks, RTSTRUCT, SEG, 3D Slicer's segmentations.
    ///
    /// What has no grid of its own (RTSTRUCT) or only a part of one (SEG, which leaves out empty slices) is put onto a
    /// grid: that of `ct`, otherwise that of the other side, otherwise that of the CT beside the file.
    /// - Parameters:
    ///   - ct: the CT, as a DICOM folder or an image file.
    ///   - volume: which volume of the CT's series, where it holds several.
    ///   - repairs: what may be resampled where the CT makes no regular volume.
    ///   - resample: whether a segmentation may stay on its own grid where that does not coincide.
    static func read(
        _ left: String, _ right: String, ct: String?, volume: String? = nil, repairs: Set<CTRepair> = [],
        resample: Bool
    ) throws -> (ComparedMasks, ComparedMasks) {
        let sides = (try Side(left), try Side(right))
        let place = try commonPlace(sides.0, sides.1, ct: ct, volume: volume, repairs: repairs)
        return (
            try sides.0.read(on: place, resample: resample), try sides.1.read(on: place, resample: resample)
        )
    }

    /// Where masks without a whole grid go.
    private static func commonPlace(
        _ left: Side, _ right: Side, ct: String?, volume: String?, repairs: Set<CTRepair>
    ) throws -> Place? {
        if let ct {
            return try Place(ct: ct, for: left.seriesUID ?? right.seriesUID, volume: volume, repairs: repairs)
        }
        for side in [left, right] {
            if let grid = try side.ownGrid() { return Place(grid: grid, frameOfReferenceUID: "", path: side.path) }
        }
        if let place = beside([left, right], repairs) { return place }
        let parts = try [left, right].compactMap { try $0.partialGrid() }
        guard let first = parts.first else {
            throw ProgramError(
                "An RTSTRUCT has outlines and no voxels, and no CT lies beside these. Name the CT with --ct DIR.")
        }
        let whole = parts.dropFirst().reduce(first) { $0.extended(toHold: $1) ?? $0 }
        return Place(grid: whole, frameOfReferenceUID: "", path: left.path)
    }

    /// The CT beside one of the sides.
    private static func beside(_ sides: [Side], _ repairs: Set<CTRepair>) -> Place? {
        for side in sides {
            if let series = DicomFolder.series(side.seriesUID ?? "", near: side.url, repairs: repairs),
                let grid = try? series.geometry.get()
            {
                return Place(
                    grid: grid, frameOfReferenceUID: series.frameOfReferenceUID, path: "the CT beside \(side.path)",
                    reference: series.reference)
            }
        }
        return nil
    }

    /// A grid that masks are put onto.
    private struct Place {
        let grid: GridGeometry
        let frameOfReferenceUID: String
        let path: String
        /// The slices of a DICOM series.
        let reference: DicomSeriesReference?

        init(grid: GridGeometry, frameOfReferenceUID: String, path: String, reference: DicomSeriesReference? = nil) {
            self.reference = reference
            self.grid = grid
            self.frameOfReferenceUID = frameOfReferenceUID
            self.path = path
        }

        init(ct: String, for seriesUID: String?, volume: String?, repairs: Set<CTRepair>) throws {
            let url = URL(fileURLWithPath: ct)
            guard url.isExistingFolder else {
                let image = try ImageReader.read(url)
                self.init(grid: image.volume.geometry, frameOfReferenceUID: "", path: ct)
                return
            }
            let found = try DicomFolder.scan(url, repairs: repairs).series
            let series = try found.chosen(series: seriesUID, volume: volume, in: ct)
            self.init(
                grid: try series.geometry.get(), frameOfReferenceUID: series.frameOfReferenceUID, path: ct,
                reference: series.reference)
        }
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
                throw ProgramError("There is nothing at \(path).")
            }
            if url.isExistingFolder {
                guard !CaseSource.structureFiles(in: url).isEmpty else {
                    throw ProgramError("\(path) has no <Structure>.nii.gz.")
                }
                (kind, seriesUID) = (nil, nil)
                return
            }
            guard let kind = MaskReader.kind(of: url) else {
                throw ProgramError(
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
        private func masks(on place: Place?, mayKeepGrid: Bool) throws(ImageFormatsError) -> NamedMasks {
            do {
                return try MaskReader.readNamed(
                    url, on: place?.grid, frameOfReferenceUID: place?.frameOfReferenceUID ?? "",
                    reference: place?.reference)
            } catch {
                guard mayKeepGrid, error.kind == .inconsistent else { throw error }
                return try MaskReader.readNamed(url)
            }
        }

        func read(on place: Place?, resample: Bool) throws -> ComparedMasks {
            guard let kind else {
                guard let grid = try ownGrid() else { throw ProgramError("\(path) has no <Structure>.nii.gz.") }
                let masks = try StructureFiles.read(url, on: grid, frameOfReferenceUID: "")
                return ComparedMasks(masks: masks, dimensions: 3, geometry: grid, path: path)
            }
            let named = try masks(on: place, mayKeepGrid: resample && kind != .structureSet)
            return ComparedMasks(
                masks: try StructureFiles.byName(named, hasForeignNames: kind != .labelMap),
                dimensions: named.dimensions, geometry: named.geometry, path: path)
        }
    }

    /// What is compared with what: structures of one name, or the one mask of either side.
    static func pairs(
        _ left: ComparedMasks, _ right: ComparedMasks, only: String?, resample: Bool
    ) throws -> [(name: StructureName, reference: Mask, test: Mask)] {
        guard left.dimensions == right.dimensions else {
            throw ProgramError("\(left.path) has \(left.dimensions) dimensions and \(right.path) \(right.dimensions).")
        }
        func onGrid(_ mask: Mask) throws -> Mask {
            if mask.geometry.hasSameVoxels(as: left.geometry) { return try mask.adopting(left.geometry) }
            guard resample else {
                throw ProgramError(
                    "The grids differ: \(mask.geometry.difference(from: left.geometry)) (TEST against REFERENCE). "
                        + "--resample compares them anyway, by nearest neighbour.")
            }
            return mask.resampled(onto: left.geometry)
        }
        if left.masks.count == 1, right.masks.count == 1, only == nil,
            let (name, reference) = left.masks.first, let test = right.masks.first?.value
        {
            return [(name, reference, try onGrid(test))]
        }
        var names = Set(left.masks.keys).union(right.masks.keys)
        if let only {
            let wanted = StructureName(rawValue: only)
            guard names.contains(wanted) else {
                let known = names.sorted().map(\.rawValue).joined(separator: ", ")
                throw ProgramError("There is no structure \(only); there are \(known).")
            }
            names = [wanted]
        }
        return try names.sorted().map { name in
            let empty = Mask(geometry: left.geometry)
            return (name, left.masks[name] ?? empty, try right.masks[name].map(onGrid) ?? empty)
        }
    }
}
