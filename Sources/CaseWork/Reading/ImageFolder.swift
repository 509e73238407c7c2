import Foundation
import ImageIO

/// A folder of image files under any names: NIfTI, MetaImage or NRRD, in it or in folders below it.
struct ImageFolder {
    /// The images that are no masks, in order of path; none where a DICOM file lies among them, since what lies beside a
    /// series (dcm2niix's copy of it, masks) is no case of its own.
    private(set) var images: [URL] = []
    /// The files that are masks.
    private(set) var masks: [URL] = []
    private var hasDicom = false

    /// How deep patients' folders are looked for.
    private static let depth = 3
    /// A folder of slices shows in its first files what it is.
    private static let mostFiles = 5000

    init(_ folder: URL) {
        look(into: folder, depth: Self.depth)
        if hasDicom { images = [] }
        let found = images
        images = []
        for file in found {
            if ImageReader.isMask(file) { masks.append(file) } else { images.append(file) }
        }
    }

    private mutating func look(into folder: URL, depth: Int) {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
        for name in names.prefix(Self.mostFiles) where !name.hasPrefix(".") && !hasDicom {
            let url = folder.appendingPathComponent(name)
            if url.isExistingFolder {
                if depth > 0 { look(into: url, depth: depth - 1) }
            } else if Self.isImage(name) {
                images.append(url)
            } else if !Self.isText(name), ImageReader.isDicom(url) {
                hasDicom = true
            }
        }
    }

    /// A file of an image by its name. The `.img` of a pair and the data file of an `.mhd` or `.nhdr` come with their
    /// headers; a `.seg.nrrd` holds masks.
    private static func isImage(_ name: String) -> Bool {
        let name = name.lowercased()
        return [".nii", ".nii.gz", ".hdr", ".hdr.gz", ".mha", ".mhd", ".nrrd", ".nhdr"].contains { name.hasSuffix($0) }
            && !name.hasSuffix(".seg.nrrd")
    }

    private static func isText(_ name: String) -> Bool {
        let name = name.lowercased()
        return [".json", ".txt", ".csv", ".tsv", ".bval", ".bvec", ".md", ".xml", ".html", ".png", ".jpg"].contains {
            name.hasSuffix($0)
        }
    }
}
