import Foundation
import Models
import Volumes

/// Where a network looks along one axis of an image, patch by patch, and how much each voxel of a patch counts.
struct AxisTiling: Hashable {
    /// The length of a patch, voxels.
    let patch: Int
    /// Where patches begin, ascending; below 0 where the image is shorter than a patch, and lies in its middle.
    let starts: [Int]

    /// Patches over `length` voxels: spread evenly, no further apart than `1 − overlap` of a patch, as nnU-Net does.
    /// - Parameter isReversed: whether the network counts from the other end, so that what is rounded is rounded there.
    init(length: Int, patch: Int, overlap: Double, isReversed: Bool = false) {
        let tiling = AxisTiling(along: length, patch, overlap)
        self.patch = patch
        starts = isReversed ? tiling.starts.reversed().map { length - patch - $0 } : tiling.starts
    }

    private init(along length: Int, _ patch: Int, _ overlap: Double) {
        self.patch = patch
        guard length > patch else {
            starts = [-((patch - length) / 2)]
            return
        }
        let spare = Double(length - patch)
        // A billionth, so that rounding in the share does not decide on one patch more.
        let steps = Int((spare / (Double(patch) * (1 - overlap)) - 1e-9).rounded(.up))
        // In this order of multiplying and dividing, so that halves fall as they do there.
        let step = spare / Double(steps)
        starts = (0...steps).map { Int((step * Double($0)).rounded(.toNearestOrEven)) }
    }

    /// How much each place counts along this axis, 1 at most.
    func weights(_ kind: TorchScriptRecipe.PatchWeights) -> [Float] {
        guard kind == .gaussian else { return [Float](repeating: 1, count: patch) }
        let all = (0..<patch).map { place in
            exp(-0.5 * pow((Double(place) - Double(patch - 1) / 2) / (Double(patch) / 8), 2))
        }
        let largest = all.max() ?? 1
        return all.map { Float($0 / largest) }
    }
}

/// How the voxels of a patch lie in the network's tensor.
struct PatchLayout: Hashable {
    /// The lengths of the tensor's spatial axes.
    let shape: [Int]
    /// The patch on the image's grid: columns, rows, slices.
    let size: GridSize
    /// Where the patch's first column, row and slice lies.
    private let start: Int
    private let strides: [Int]

    /// A layout of patches.
    /// - Parameter lengths: of the tensor's axes, as many as the orientation has.
    init(_ orientation: TensorOrientation, lengths: [Int]) {
        precondition(lengths.count == orientation.dimensions, "a patch has a length on each axis")
        shape = lengths
        var (start, strides, sizes) = (0, [0, 0, 0], [1, 1, 1])
        var stride = 1
        for (axis, length) in zip(orientation.axes, lengths).reversed() {
            sizes[axis.place] = length
            strides[axis.place] = axis.isReversed ? -stride : stride
            if axis.isReversed { start += stride * (length - 1) }
            stride *= length
        }
        self.start = start
        self.strides = strides
        size = GridSize(x: sizes[0], y: sizes[1], z: sizes[2])
    }

    /// What a network sees of an image at once: the recipe's patch, or a slice that is padded to the recipe's multiple.
    init(_ recipe: TorchScriptRecipe, seeing image: GridSize) {
        let lengths = recipe.orientation.axes.enumerated().map { index, axis in
            guard recipe.patch.isEmpty else { return recipe.patch[index] }
            let length = axis.place == 0 ? image.x : axis.place == 1 ? image.y : image.z
            return (length + recipe.sizeMultiple - 1) / recipe.sizeMultiple * recipe.sizeMultiple
        }
        self.init(recipe.orientation, lengths: lengths)
    }

    /// Whether the network counts columns, rows and slices from their ends.
    var isReversed: (columns: Bool, rows: Bool, slices: Bool) { (strides[0] < 0, strides[1] < 0, strides[2] < 0) }
    /// Voxels of a patch.
    var count: Int { shape.reduce(1, *) }
    /// From a voxel to the next column's.
    var columnStride: Int { strides[0] }

    /// Where a row begins, with the first column of the grid.
    func place(ofRow y: Int, slice z: Int) -> Int { start + y * strides[1] + z * strides[2] }
}
