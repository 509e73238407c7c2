import Foundation
import ImageValues
import Volumes

/// A file whose header has been read and whose stream stands at the first voxel.
struct GridImage {
    let geometry: GridGeometry
    /// 2 or 3; see ``LabelMap/dimensions``.
    let dimensions: Int
    let warnings: [String]
    let voxels: RawVoxels

    /// The voxels as a CT.
    func readVolume() throws(ImageFormatsError) -> LoadedImage {
        let (volume, odd) = try voxels.readVolume(on: geometry)
        return LoadedImage(volume: volume, seriesUID: nil, warnings: warnings + odd, repairs: [])
    }

    /// The voxels as labels.
    func readLabels() throws(ImageFormatsError) -> LabelMap {
        let (masks, odd) = try voxels.readLabels(on: geometry)
        return LabelMap(geometry: geometry, dimensions: dimensions, masks: masks, warnings: warnings + odd)
    }

    /// The size from a header's list, of which the dimensions beyond the third must hold one volume.
    static func size(of counts: [Int], file: String) throws(ImageFormatsError) -> GridSize {
        guard counts.count >= 2 else {
            throw ImageFormatsError(.unsupported, "It has only one dimension, so it is not an image", files: [file])
        }
        guard counts.allSatisfy({ $0 >= 1 }) else {
            throw ImageFormatsError(
                .damaged, "The header states a size of \(counts.map(String.init).joined(separator: " × "))",
                files: [file])
        }
        guard counts.dropFirst(3).allSatisfy({ $0 == 1 }) else {
            throw ImageFormatsError(
                .unsupported, "It holds several images one after another, and a CT is a single one", files: [file],
                mend: "Take one out, and give that file.")
        }
        return GridSize(x: counts[0], y: counts[1], z: counts.count > 2 ? counts[2] : 1)
    }

    /// A data file that a header names: beside the header, never elsewhere by a path that climbs out.
    static func dataFile(_ name: String, beside header: URL) throws(ImageFormatsError) -> URL {
        let url = header.deletingLastPathComponent().appendingPathComponent(name)
        guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
            throw ImageFormatsError(
                .unsupported, "Its voxels are in a file outside its own folder (\(name))", files: [header.path],
                mend: "Put both files into one folder and name the data file without a path.")
        }
        return url
    }
}
