import Volumes

extension Mask {
    /// The mean of the voxels' indices; `nil` for an empty mask.
    var centroid: ContinuousIndex? {
        var (sumX, sumY, sumZ, count) = (0, 0, 0, 0)
        for (z, slice) in slices.enumerated() where !slice.isEmpty {
            let stride = slice.wordsPerRow
            for y in 0..<slice.height {
                for word in 0..<stride {
                    var bits = slice.words[y * stride + word]
                    let here = bits.nonzeroBitCount
                    (sumY, sumZ, count) = (sumY + y * here, sumZ + z * here, count + here)
                    while bits != 0 {
                        sumX += word * 64 + bits.trailingZeroBitCount
                        bits &= bits - 1
                    }
                }
            }
        }
        guard count > 0 else { return nil }
        let scale = 1 / Double(count)
        return ContinuousIndex(x: Double(sumX) * scale, y: Double(sumY) * scale, z: Double(sumZ) * scale)
    }

    /// The slice with most voxels; `nil` for an empty mask.
    var fullestSlice: Int? {
        let counts = slices.map(\.count)
        guard let most = counts.max(), most > 0 else { return nil }
        return counts.firstIndex(of: most)
    }

    /// Whether what is called left lies to the patient's right of what is called right, by the middles of both; no where
    /// one of them is empty.
    public static func areSwapped(left: Mask, right: Mask) -> Bool {
        guard let one = left.centroid, let other = right.centroid else { return false }
        // Patient coordinates grow to the left.
        return left.geometry.point(at: one).x < right.geometry.point(at: other).x
    }
}
