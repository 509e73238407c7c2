import Editing
import PatientView
import Review
import Volumes

extension PlaneSlice {
    /// The same cut at another place along its normal.
    private init(_ other: PlaneSlice, at depth: Int) {
        plane = GridPlane(normal: other.plane.normal, depth: depth)
        axes = other.axes
        size = other.size
    }

    /// The CT of several planes as one; of those that have arrived, and `nil` where the plane itself has not.
    ///
    /// A mean is rounded to whole HU, halves up: exact, whatever the number of planes.
    /// - Complexity: O(voxels of the plane · planes).
    func image(
        _ volume: PartialVolume, slab depths: ClosedRange<Int>?, _ projection: Slab.Projection?
    ) -> VolumeSlice? {
        guard let depths, let projection, var result = image(volume) else { return image(volume) }
        let own = result.values
        var sums = own.map { Int32($0) }
        var count: Int32 = 1
        for depth in depths where depth != plane.depth {
            guard let slice = PlaneSlice(self, at: depth).image(volume) else { continue }
            count += 1
            slice.values.withUnsafeBufferPointer { values in
                sums.withUnsafeMutableBufferPointer { sums in
                    switch projection {
                    case .mean: for i in values.indices { sums[i] &+= Int32(values[i]) }
                    case .mip: for i in values.indices { sums[i] = max(sums[i], Int32(values[i])) }
                    case .minip: for i in values.indices { sums[i] = min(sums[i], Int32(values[i])) }
                    }
                }
            }
        }
        for i in result.values.indices {
            result.values[i] = Int16(projection == .mean ? Self.rounded(sums[i], by: count) : sums[i])
        }
        return result
    }

    /// A quotient to the nearest whole number; halves go up.
    static func rounded(_ sum: Int32, by count: Int32) -> Int32 {
        let (quotient, rest) = (2 * sum + count).quotientAndRemainder(dividingBy: 2 * count)
        return rest < 0 ? quotient - 1 : quotient
    }
}
