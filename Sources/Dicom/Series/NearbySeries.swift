import Foundation
import Volumes

extension DicomFolder {
    /// The CT series that a structure set or segmentation was drawn on, looked for by headers alone in the object's
    /// folder with its subfolders, then in the folder above and those beside, but not below them: that may be a home
    /// folder with everybody's images.
    ///
    /// - Parameters:
    ///   - file: the structure set or segmentation.
    ///   - seriesUID: the series it names; where it names none, the one series that is there is taken.
    ///   - repairs: what may be resampled where the slices make no regular volume.
    /// - Returns: `nil` if it is not there, or makes no regular volume, or if one of the folders has more than 20,000
    ///   files.
    public static func series(
        _ seriesUID: String, near file: URL, repairs: Set<CTRepair> = []
    ) -> DicomSeries? {
        let folder = file.standardizedFileURL.deletingLastPathComponent()
        let places = [(folder, FileLister.maximumDepth), (folder.deletingLastPathComponent(), 1)]
        for (place, depth) in places where place.pathComponents.count > 1 {
            guard let listing = try? FileLister.regularFiles(at: place, most: 20_000, depth: depth) else { continue }
            let found = scan(listing, repairs: repairs).series.filter { (try? $0.geometry.get()) != nil }
            if let series = found.first(where: { $0.seriesUID == seriesUID && !seriesUID.isEmpty }) { return series }
            if seriesUID.isEmpty, found.count == 1 { return found[0] }
        }
        return nil
    }
}
