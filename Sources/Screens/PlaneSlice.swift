import Editing
import PatientView
import Volumes

/// A plane through a volume or mask laid out as it is shown: columns along the axis that runs across the screen, rows
/// along the one that runs down it. What flips them is the raster's affair.
struct PlaneSlice {
    let plane: GridPlane
    let axes: (across: GridAxis, down: GridAxis)
    let size: GridSize

    init(_ plane: GridPlane, _ viewport: Viewport, size: GridSize) {
        self.plane = plane
        self.size = size
        axes = viewport.axes
    }

    /// Whether it is a slice as it is stored.
    var isStored: Bool { plane.isSlice && axes == (.x, .y) }
    /// Whether it takes one voxel of each row: rows of the grid run at right angles to it, slices lie below each other.
    var isAcrossRows: Bool { plane.normal == .x && axes == (.y, .z) }
    private var width: Int { size[axes.across] }
    private var height: Int { size[axes.down] }

    /// The CT on the plane, air where slices have not arrived; `nil` where nothing of it has.
    /// - Complexity: O(1) for a slice as it is stored, O(voxels of the plane) otherwise.
    func image(_ volume: PartialVolume) -> VolumeSlice? {
        if plane.isSlice {
            guard volume.slices.indices.contains(plane.depth), let slice = volume.slices[plane.depth] else {
                return nil
            }
            if isStored { return slice }
        }
        guard volume.loadedCount > 0 else { return nil }
        var result = VolumeSlice(width: width, height: height, filledWith: .air)
        result.values.withUnsafeMutableBufferPointer { out in
            for z in plane.isSlice ? plane.depth..<plane.depth + 1 : 0..<size.z {
                volume.slices[z]?.values.withUnsafeBufferPointer { copy($0, z, to: out) }
            }
        }
        return result
    }

    /// Copies what slice `z` has of the plane. One of the three axes is fixed (the normal), one is z unless the plane
    /// is a slice, so there are at most two loops.
    private func copy(_ values: UnsafeBufferPointer<Int16>, _ z: Int, to out: UnsafeMutableBufferPointer<Int16>) {
        func step(_ axis: GridAxis) -> Int { axis == axes.across ? 1 : axis == axes.down ? width : 0 }
        let xs = plane.normal == .x ? plane.depth..<plane.depth + 1 : 0..<size.x
        let ys = plane.normal == .y ? plane.depth..<plane.depth + 1 : 0..<size.y
        let (dx, dy) = (step(.x), step(.y))
        let base = plane.isSlice ? 0 : z * step(.z)
        if plane.normal == .x {
            var (from, to) = (plane.depth, base)
            for _ in ys {
                out[to] = values[from]
                from &+= size.x
                to &+= dy
            }
            return
        }
        for y in ys {
            let from = y * size.x
            let to = base + y * dy
            for x in xs { out[to + x * dx] = values[from + x] }
        }
    }

    /// A slice as it is stored, laid out as it is shown.
    func lay(_ slice: MaskSlice) -> MaskSlice {
        if isStored { return slice }
        var result = MaskSlice(width: width, height: height)
        for y in 0..<slice.height {
            for x in 0..<slice.width where slice[x, y] { result[y, x] = true }
        }
        return result
    }

    /// The mask on the plane.
    /// - Complexity: as ``image(_:)``.
    func mask(_ mask: Mask) -> MaskSlice {
        if isStored { return mask.slices[plane.depth] }
        if isAcrossRows { return MaskColumn(of: mask, at: plane.depth, after: nil).plane(plane.depth) }
        var result = MaskSlice(width: width, height: height)
        let stride = result.wordsPerRow
        func isDown(_ axis: GridAxis) -> Bool { axis == axes.down }
        result.withMutableWords { out in
            for z in plane.isSlice ? plane.depth..<plane.depth + 1 : 0..<size.z {
                let slice = mask.slices[z]
                slice.words.withUnsafeBufferPointer { words in
                    let own = slice.wordsPerRow
                    if plane.normal == .y, isDown(.z), axes.across == .x {
                        for i in 0..<own { out[z * stride + i] = words[plane.depth * own + i] }
                        return
                    }
                    let ys = plane.normal == .y ? plane.depth..<plane.depth + 1 : 0..<size.y
                    let xs = plane.normal == .x ? plane.depth..<plane.depth + 1 : 0..<size.x
                    for y in ys {
                        for x in xs where words[y * own + x >> 6] >> UInt64(x & 63) & 1 == 1 {
                            let voxel = VoxelIndex(x: x, y: y, z: z)
                            let (column, row) = (voxel[axes.across], voxel[axes.down])
                            out[row * stride + column >> 6] |= 1 << UInt64(column & 63)
                        }
                    }
                }
            }
        }
        return result
    }
}
