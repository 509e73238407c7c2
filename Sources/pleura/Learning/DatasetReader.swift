import Cases
import Foundation
import ImageFormats
import Learning
import Volumes

/// Reads a dataset's patients from the files they are in.
struct DatasetReader: DatasetReading {
    func read(_ patient: DatasetPatient, in folder: DatasetFolder) throws -> DatasetCase {
        let (volume, reference) = try Self.image(
            folder.resolve(patient.image.path), series: patient.image.seriesUID, volume: patient.image.volume,
            repairs: Set((patient.image.repairs ?? []).compactMap(CTRepair.init(rawValue:))))
        guard ContentDigest.digest(of: volume) == patient.image.digest else {
            throw DatasetError("The image \(patient.image.path) is not the one the dataset was built from.")
        }
        var masks: [StructureName: Mask] = [:]
        for (path, names) in Dictionary(grouping: patient.masks.keys.sorted(), by: { patient.masks[$0]?.path ?? "" }) {
            let read = try Self.masks(folder.resolve(path), on: volume.geometry, reference: reference)
            for name in names {
                guard let source = patient.masks[name], let mask = read[source.region ?? name] else {
                    throw DatasetError("\(name) is no longer in \(path).")
                }
                guard MaskDigest.digest(of: mask) == source.digest else {
                    throw DatasetError("\(name) in \(path) is not the contour the dataset was built from.")
                }
                masks[StructureName(rawValue: name)] = mask
            }
        }
        return DatasetCase(volume: volume, masks: masks)
    }

    /// An image with the slices that contours refer to; `nil` where the format has none.
    /// - Throws: ``ImageFormatsError``.
    static func image(
        _ url: URL, series: String?, volume: String? = nil, repairs: Set<CTRepair> = []
    ) throws -> (volume: Volume, reference: DicomSeriesReference?) {
        guard url.isExistingFolder else { return (try ImageReader.read(url).volume, nil) }
        let loaded = try DicomFolder.load(url, series: series, volume: volume, repairs: repairs)
        return (loaded.image.volume, loaded.reference)
    }

    /// The masks of a file on an image's grid: of an RTSTRUCT by the regions' names, of a mask file by the structure
    /// that the file's name is of.
    /// - Throws: ``ImageFormatsError``; ``VolumesError`` if the file is on another grid than the image.
    static func masks(
        _ file: URL, on grid: GridGeometry, reference: DicomSeriesReference?
    ) throws -> [String: Mask] {
        if file.pathExtension.lowercased() == "dcm" {
            let read = try RTStructReader.read(file).rasterised(
                on: grid, frameOfReferenceUID: reference?.frameOfReferenceUID ?? "", reference: reference)
            var masks: [String: Mask] = [:]
            for (structure, mask) in read.masks {
                masks[structure.name] = try masks[structure.name].map { try $0.union(mask) } ?? mask
            }
            return masks
        }
        let map = try MaskReader.read(file)
        var all = Mask(geometry: map.geometry)
        for mask in map.masks.values { all = try all.union(mask) }
        let laid = all.laid(on: grid, scanned: reference?.scannedPlanes ?? [])
        return [CaseSource(url: file).title: try (laid?.mask ?? all).adopting(grid)]
    }
}
