import Cases
import Volumes

/// Patients with contours to learn from, as `dataset.json` lists them: where each image and each contour is, what
/// they contained when the dataset was built, and which patient is trained on, validated with and tested on.
///
/// The file is JSON. Paths are relative to the dataset's folder where they do not begin with `/`. Version 1 is what
/// these values encode to; fields that a reader does not know are ignored.
public struct Dataset: Hashable, Sendable, Codable {
    /// What `format` says.
    public static let formatName = "pleura-dataset"
    /// The newest version that is read and the one that is written.
    public static let currentVersion = 1

    /// ``formatName``.
    public var format = Dataset.formatName
    /// The version of the file's form.
    public var version = Dataset.currentVersion
    /// What the dataset is called.
    public var name: String
    /// When it was built, ISO 8601.
    public var created: String
    /// The structures that every patient has, or in a partial dataset some patients, in the order of a label's bits.
    public var structures: [StructureName]
    /// Whether patients may lack structures; `nil` is no.
    public var partial: Bool?
    /// The patients, in order of their ids.
    public var patients: [DatasetPatient]
    /// Who is in which part; `nil` until it was split, and never changed after that.
    public var split: DatasetSplit?

    /// A dataset from its parts.
    public init(
        name: String, created: String, structures: [StructureName], patients: [DatasetPatient],
        split: DatasetSplit? = nil, isPartial: Bool = false
    ) {
        self.name = name
        self.created = created
        self.structures = structures
        self.patients = patients
        self.split = split
        partial = isPartial ? true : nil
    }

    /// The patients of a part of the split, in the dataset's order.
    public func patients(in part: DatasetSplit.Part) -> [DatasetPatient] {
        let ids = Set(split?.ids(of: part) ?? [])
        return patients.filter { ids.contains($0.id) }
    }
}

/// One patient's image with its contours.
public struct DatasetPatient: Hashable, Sendable, Codable, Identifiable {
    /// What the patient is called here: a folder's name or a case's key, never a person's name.
    public var id: String
    /// Who was scanned, where one person has several images: split by this. By default ``id``.
    public var subject: String?
    /// The hospital or scanner, where it is known.
    public var site: String?
    /// What is wrong with the lungs, where it is known: an empty list is a healthy patient.
    public var pathologies: [String]?
    /// The image.
    public var image: ImageSource
    /// The contours, by structure.
    public var masks: [String: MaskSource]
    /// Columns, rows and slices.
    public var size: GridSize
    /// The distance between voxels, mm.
    public var spacing: Spacing
    /// Slices that somebody looked at; `nil` where all count. Others have no part in training's loss.
    public var seenSlices: [Int]?

    /// A patient from the parts.
    public init(
        id: String, subject: String? = nil, site: String? = nil, pathologies: [String]? = nil, image: ImageSource,
        masks: [String: MaskSource], size: GridSize, spacing: Spacing, seenSlices: [Int]? = nil
    ) {
        self.id = id
        self.subject = subject
        self.site = site
        self.pathologies = pathologies
        self.image = image
        self.masks = masks
        self.size = size
        self.spacing = spacing
        self.seenSlices = seenSlices
    }

    /// Who was scanned.
    public var person: String { subject ?? id }
}

/// Where an image is and what was in it.
public struct ImageSource: Hashable, Sendable, Codable {
    /// A file, or a folder of DICOM files.
    public var path: String
    /// Which series of a DICOM folder.
    public var seriesUID: String?
    /// Which volume of the series, where it holds several.
    public var volume: String?
    /// SHA-256 of grid and HU.
    public var digest: String
    /// What was resampled to make a regular volume of the series, such as `gaps`; `nil` for nothing.
    public var repairs: [String]?

    /// A source from its parts.
    public init(
        path: String, seriesUID: String? = nil, volume: String? = nil, digest: String, repairs: [String]? = nil
    ) {
        self.path = path
        self.seriesUID = seriesUID
        self.volume = volume
        self.digest = digest
        self.repairs = repairs
    }
}

/// Where a contour is and what was in it.
public struct MaskSource: Hashable, Sendable, Codable {
    /// A mask file, or an RTSTRUCT.
    public var path: String
    /// Which region of interest of an RTSTRUCT; `nil` for a mask file.
    public var region: String?
    /// ``MaskDigest`` of the mask on the image's grid.
    public var digest: String

    /// A source from its parts.
    public init(path: String, region: String? = nil, digest: String) {
        self.path = path
        self.region = region
        self.digest = digest
    }
}
