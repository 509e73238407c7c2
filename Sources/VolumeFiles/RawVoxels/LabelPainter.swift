import Foundation
import ImageValues
import Volumes

/// Paints masks as labels into a slice's voxels, for the formats that hold label maps.
enum LabelPainter {
    /// Checks that labels are in 1…65535, each once, and that the masks are on the grid.
    static func check(
        _ structures: [(label: Int, mask: Mask)], _ geometry: GridGeometry, _ url: URL
    ) throws(ImageFormatsError) {
        var seen: Set<Int> = []
        for (label, mask) in structures {
            guard (1...65_535).contains(label), seen.insert(label).inserted else {
                throw ImageFormatsError(
                    .unsupported, "Label \(label) is out of 1…65535 or used twice", files: [url.path])
            }
            guard mask.geometry == geometry else {
                throw ImageFormatsError(
                    .inconsistent, "The mask of label \(label) lies on another grid", files: [url.path],
                    mend: "Resample it first.")
            }
        }
    }

    /// Paints one slice; a voxel that has a label already is an overlap, which is refused.
    static func paint<T: FixedWidthInteger>(
        _ structures: [(label: Int, mask: Mask)], _ z: Int, _ values: UnsafeMutableBufferPointer<T>, _ width: Int,
        _ url: URL
    ) throws(ImageFormatsError) {
        for (label, mask) in structures {
            let slice = mask.slices[z]
            let value = T(label)
            for (index, word) in slice.words.enumerated() where word != 0 {
                let (y, column) = index.quotientAndRemainder(dividingBy: slice.wordsPerRow)
                let base = y * width + 64 * column
                var bits = word
                while bits != 0 {
                    let place = base + bits.trailingZeroBitCount
                    bits &= bits - 1
                    guard values[place] == 0 else {
                        throw ImageFormatsError(
                            .unsupported,
                            "Labels \(values[place]) and \(label) overlap in slice \(z), which a label map cannot hold",
                            files: [url.path], mend: "Write one file per structure, or RTSTRUCT or SEG.")
                    }
                    values[place] = value
                }
            }
        }
    }
}
