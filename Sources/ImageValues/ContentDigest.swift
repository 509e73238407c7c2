import Digests
import Volumes

/// A name for the contents of an image: what keys a case whose format has no SeriesInstanceUID.
public enum ContentDigest {
    /// SHA-256 in lower-case hexadecimal over, one after the other and all little endian:
    ///
    /// 1. 18 IEEE doubles: size (x, y, z), spacing (x, y, z; mm), origin (x, y, z; LPS mm), then the unit vectors of
    ///    the x, y and z axes (three LPS components each), every −0 as +0;
    /// 2. the HU of every voxel as int16, x fastest, then y, then z.
    ///
    /// In Python: `sha256(struct.pack("<18d", *size, *spacing, *origin, *axes) + hu.astype("<i2").tobytes())` with
    /// `hu` indexed `[z, y, x]`. The same image in another format has the same digest only if that format states the
    /// grid with the same digits; NIfTI-1's float32 does not.
    ///
    /// - Complexity: O(voxels).
    public static func digest(of volume: Volume) -> String {
        let grid = volume.geometry
        let axes = [grid.direction.x, grid.direction.y, grid.direction.z]
        let numbers =
            [Double(grid.size.x), Double(grid.size.y), Double(grid.size.z)]
            + [grid.spacing.x, grid.spacing.y, grid.spacing.z] + [grid.origin.x, grid.origin.y, grid.origin.z]
            + axes.flatMap { [$0.x, $0.y, $0.z] }
        let digest = SHA256Digest()
        // Adding +0 turns −0 into +0 and changes nothing else.
        digest.update(numbers.map { ($0 + 0).bitPattern.littleEndian })
        for slice in volume.slices { digest.update(slice.values) }
        return digest.finish()
    }
}
