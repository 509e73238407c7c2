import Dicom
import Foundation
import ImageValues
import VolumeFiles
import Volumes

/// Reads a CT from whatever a path holds.
public enum ImageReader {
    /// Whether ``read(_:series:volume:repairs:progress:)`` knows what a path holds: a folder (for DICOM), or a file of a known kind. It
    /// looks at the first bytes only, so that reading may still fail.
    public static func canRead(_ url: URL) -> Bool { ImageKind.of(url) != nil }

    /// Whether a path is a folder or file that is read as DICOM.
    public static func isDicom(_ url: URL) -> Bool { ImageKind.of(url) == .dicom }

    /// Whether a NIfTI, MetaImage or NRRD file lying among others is a mask rather than a CT: all values are whole numbers
    /// from 0 and at most 256 of them differ (a label map), or all are from 0 to 1 (probabilities). A CT ends the look at
    /// its first voxel below 0; what cannot be read is not called a mask, so that reading it says why.
    /// - Complexity: O(voxels) for a mask.
    public static func isMask(_ url: URL) -> Bool {
        switch ImageKind.of(url) {
        case .nifti: NiftiFile.isMask(url)
        case .metaImage: MetaImageFile.isMask(url)
        case .nrrd: NrrdFile.isMask(url)
        case .dicom, nil: false
        }
    }

    /// Reads a CT: a folder of DICOM files or one of them, NIfTI, MetaImage or NRRD.
    ///
    /// - Parameters:
    ///   - url: the folder or file.
    ///   - series: for DICOM, the SeriesInstanceUID to read where a folder holds several.
    ///   - volume: for DICOM, which volume to read where the series holds several.
    ///   - repairs: for DICOM, what may be resampled where the slices make no regular volume.
    ///   - progress: called with files done and files in all, from any thread, one call at a time.
    /// - Throws: ``ImageFormatsError``; see ``NiftiFile/readVolume(at:)`` and ``DicomFolder/load(_:series:volume:repairs:progress:)``.
    public static func read(
        _ url: URL, series: String? = nil, volume: String? = nil, repairs: Set<CTRepair> = [],
        progress: (@Sendable (Int, Int) -> Void)? = nil
    ) throws(ImageFormatsError) -> LoadedImage {
        switch ImageKind.of(url) {
        case .dicom:
            return try DicomFolder.load(
                url, series: series, volume: volume, repairs: repairs, progress: progress
            ).image
        case .nifti: return try whole(progress) { () throws(ImageFormatsError) in try NiftiFile.readVolume(at: url) }
        case .metaImage:
            return try whole(progress) { () throws(ImageFormatsError) in try MetaImageFile.readVolume(at: url) }
        case .nrrd: return try whole(progress) { () throws(ImageFormatsError) in try NrrdFile.readVolume(at: url) }
        case nil: throw unknown(url)
        }
    }

    private static func whole(
        _ progress: (@Sendable (Int, Int) -> Void)?, _ read: () throws(ImageFormatsError) -> LoadedImage
    ) throws(ImageFormatsError) -> LoadedImage {
        progress?(0, 1)
        let image = try read()
        progress?(1, 1)
        return checked(image)
    }

    /// With what makes its numbers unlikely to be HU: these formats do not say what they are.
    private static func checked(_ image: LoadedImage) -> LoadedImage {
        let warnings = HounsfieldCheck.warnings(for: image.volume, mayBeLabels: true)
        return LoadedImage(
            volume: image.volume, seriesUID: image.seriesUID, warnings: image.warnings + warnings,
            repairs: image.repairs)
    }

    /// What to say of a path that is nothing known.
    static func unknown(_ url: URL) -> ImageFormatsError {
        guard FileManager.default.fileExists(atPath: url.path) else {
            return ImageFormatsError(.notFound, "There is nothing at this path", files: [url.path])
        }
        return ImageFormatsError(
            .notAnImage, "It is not an image of a known kind", files: [url.path],
            mend: "Pleura reads DICOM folders, NIfTI (.nii, .nii.gz, .hdr/.img), MetaImage (.mha, .mhd) and NRRD.")
    }
}
