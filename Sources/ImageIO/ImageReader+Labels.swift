import Foundation
import VolumeFiles

extension ImageReader {
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
}
