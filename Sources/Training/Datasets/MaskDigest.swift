import Digests
import Volumes

/// A name for the voxels of a mask: tells whether a contour is still the one a dataset was built from.
public enum MaskDigest {
    /// SHA-256 in lower-case hexadecimal over size x, y, z as little-endian 64-bit integers and then the mask's bits,
    /// rows padded to 64-bit words (see `MaskSlice`).
    public static func digest(of mask: Mask) -> String {
        let digest = SHA256Digest()
        let size = mask.geometry.size
        digest.update([size.x, size.y, size.z])
        for slice in mask.slices { digest.update(slice.words) }
        return digest.finish()
    }
}
