import Foundation
import ImageValues
import Volumes

/// A file that is not part of any CT series, and why.
public struct SkippedFile: Hashable, Sendable {
    /// Its path, relative to the folder that was scanned.
    public let path: String
    /// A short clause: "not DICOM", "localizer", "modality MR".
    public let reason: String
    /// Whether it is a file of another kind, such as a text, of which a folder of DICOM may have any number. An empty file
    /// is none: it may have been a slice.
    public let isForeign: Bool

    /// A skipped file from its parts.
    public init(path: String, reason: String, isForeign: Bool = false) {
        self.path = path
        self.reason = reason
        self.isForeign = isForeign
    }
}

/// A CT volume that was found in a folder, by its headers alone: a series, or one of several volumes that a series
/// holds.
public struct DicomSeries: Sendable {
    /// SeriesInstanceUID; empty where the files state none.
    public let seriesUID: String
    /// Which volume of the series it is, as `--volume` takes it (`kernel=B70f`); `nil` where the series is one volume.
    public let volume: String?
    /// The same for people (`kernel B70f`).
    public let volumeLabel: String?
    /// StudyInstanceUID; empty where the files state none.
    public let studyUID: String
    /// Always `CT`.
    public let modality: String
    /// FrameOfReferenceUID; empty where the files state none.
    public let frameOfReferenceUID: String
    /// The files in order of z, copies of one slice included; by name where they make no volume.
    public let files: [URL]
    /// The grid of the volume, or why the files make none.
    public let geometry: Result<GridGeometry, ImageFormatsError>
    /// How many slices the volume has; the number of files where they make none.
    public let sliceCount: Int
    /// The SOPInstanceUIDs of its files.
    public let instanceUIDs: Set<String>
    /// For people: description, size and spacing. Nothing that tells who the patient is, as far as the site keeps
    /// names out of the series description.
    public let summary: String
    /// What objects drawn on the series name of it; `nil` where the files make no volume.
    public internal(set) var reference: DicomSeriesReference?
}

/// What a folder holds.
public struct DicomScan: Sendable {
    /// The CT volumes by series, the largest series first, then by UID; those of one series by what tells them apart.
    public let series: [DicomSeries]
    /// RTSTRUCT files, by name.
    public let structureSets: [URL]
    /// Segmentations, by name.
    public let segmentations: [URL]
    /// Every other file, by name.
    public let skipped: [SkippedFile]
}

/// A CT series as it was read.
public struct LoadedDicom: Sendable {
    /// The voxels in HU with warnings.
    public let image: LoadedImage
    /// Which volume of its series it is; `nil` where the series is one volume.
    public let volume: String?
    /// What objects drawn on the series have to name.
    public let reference: DicomSeriesReference
    /// RTSTRUCT files that lie beside it, by name.
    public let structureSets: [URL]
    /// Segmentations that lie beside it, by name.
    public let segmentations: [URL]
    /// Every other file that is not part of the series.
    public let skipped: [SkippedFile]
}

/// One slice of a folder, for showing something at once.
public struct DicomPreview: Sendable {
    /// The slice in HU.
    public let slice: VolumeSlice
    /// A grid of this one slice; the spacing between slices is what the file states, or 1 mm.
    public let geometry: GridGeometry
    /// The series it belongs to; empty where the file states none.
    public let seriesUID: String
    /// Where it was read.
    public let file: URL
}
