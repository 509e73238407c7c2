/// How a mask's surface is smoothed.
public enum SmoothingFilter: String, Hashable, Sendable, CaseIterable {
    /// A Gaussian of which the length is the standard deviation, cut off at three of them.
    case gaussian
    /// The majority within a ball of which the length is the radius.
    case median
}

extension Mask {
    /// The mask with its surface smoothed, by true millimetres along each axis.
    ///
    /// Each voxel gets the share of the mask around it, weighted by the filter; voxels beyond the grid weigh nothing,
    /// so a mask that is cut by the edge of the image is not worn away there. In are shares of more than half, and
    /// with exactly half what was in before. With `keepingVolume` the threshold is moved so that the number of voxels
    /// is as near as it can be to what it was: a smoothed sphere stays as large as before.
    /// - Parameters:
    ///   - length: standard deviation or radius, 0…100 mm.
    ///   - domain: `.slice` smooths each slice by itself.
    ///   - progress: see ``WorkProgress``.
    /// - Returns: `nil` if `progress` gave up.
    /// - Throws: ``VolumesError/invalidParameter(reason:)``.
    /// - Complexity: Gaussian O(voxels of the box × taps along the axes), median O(voxels near the surface × rows of
    ///   the ball); all cores; two bytes of memory for each voxel of the mask's box.
    public func smoothed(
        _ filter: SmoothingFilter, _ length: Millimetres, keepingVolume: Bool = false, in domain: MaskDomain = .volume,
        progress: WorkProgress = { _ in true }
    ) throws(VolumesError) -> Mask? {
        guard length.value.isFinite, length.value >= 0, length.value <= 100 else {
            throw .invalidParameter(reason: "smoothing by \(length.value) mm; it must be 0…100")
        }
        guard let box = boundingBox, length.value > 0 else { return self }
        let shares: ShareMap?
        switch filter {
        case .gaussian: shares = gaussianShares(length.value, around: box, in: domain, progress)
        case .median: shares = try medianShares(length, around: box, in: domain, progress)
        }
        guard let shares else { return nil }
        guard keepingVolume else { return shares.mask(like: self, atLeast: ShareMap.half + 1, ties: ShareMap.half) }
        return shares.mask(like: self, threshold: shares.threshold(keeping: count))
    }
}

/// For every voxel of a box the share of a mask around it, 0…``full``, as integers so that equal shares are equal.
struct ShareMap {
    /// Stands for all; even, so that ``half`` is exact.
    static let full = 65_534
    /// Stands for one half.
    static let half = 32_767

    let box: VoxelBox
    /// Shares of the box's voxels, x fastest.
    var values: [UInt16]

    /// The voxels with a share of at least `bound`, and of those with exactly `ties` the ones that `mask` has.
    func mask(like mask: Mask, atLeast bound: Int, ties: Int) -> Mask {
        select(mask.geometry) { value, x, y, z in
            Int(value) >= bound || (Int(value) == ties && mask.slices[z][x, y])
        }
    }

    /// The voxels with a share of at least `threshold`.
    func mask(like mask: Mask, threshold: Int) -> Mask {
        select(mask.geometry) { value, _, _, _ in Int(value) >= threshold }
    }

    /// The threshold that leaves a number of voxels as near as can be to `count`, never 0; of two as near, the
    /// higher.
    func threshold(keeping count: Int) -> Int {
        var histogram = [Int](repeating: 0, count: Self.full + 2)
        for value in values { histogram[Int(value)] += 1 }
        var above = 0
        for value in stride(from: Self.full, through: 1, by: -1) {
            let with = above + histogram[value]
            if with >= count { return with - count < count - above ? value : value + 1 }
            above = with
        }
        return 1
    }

    private func select(_ geometry: GridGeometry, _ isIn: (UInt16, Int, Int, Int) -> Bool) -> Mask {
        var result = Mask(geometry: geometry)
        var i = 0
        for z in box.z {
            var slice = MaskSlice(width: geometry.size.x, height: geometry.size.y)
            slice.withMutableWords { words in
                let stride = (geometry.size.x + 63) / 64
                for y in box.y {
                    for x in box.x {
                        if isIn(values[i], x, y, z) { words[y * stride + x >> 6] |= 1 << UInt64(x & 63) }
                        i += 1
                    }
                }
            }
            if !slice.isEmpty { result[slice: z] = slice }
        }
        return result
    }
}
