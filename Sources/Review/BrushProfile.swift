import Editing
import Volumes

/// The CT numbers under the brush.
public struct BrushProfile: Hashable, Sendable {
    /// Their mean, HU.
    public let mean: Double
    /// Their standard deviation about it, HU; of the voxels as they are, divided by their number.
    public let deviation: Double
    /// How many voxels the brush would touch.
    public let count: Int

    /// Of the voxels that a touch of the brush would reach; `nil` if it reaches none that has arrived.
    /// - Complexity: O(voxels under the brush).
    public init?(_ brush: Brush, at point: PlanePoint, on plane: GridPlane, of image: PartialVolume) {
        var (sum, squares, count) = (0, 0, 0)
        let width = image.geometry.size.x
        // The voxel under the point comes again at the end, for brushes smaller than a voxel: it counts once.
        let centre = plane.voxel(at: point, in: image.geometry.size)
        var hasCentre = false
        brush.forEachRun(in: plane, of: image.geometry, from: point, to: point) { z, y, columns in
            if let centre, z == centre.z, y == centre.y, columns.contains(centre.x) {
                if hasCentre { return }
                hasCentre = true
            }
            guard let slice = image.slices[z] else { return }
            slice.values.withUnsafeBufferPointer { values in
                for x in columns {
                    let value = Int(values[y * width + x])
                    sum &+= value
                    squares &+= value * value
                }
            }
            count += columns.count
        }
        guard count > 0 else { return nil }
        self.count = count
        mean = Double(sum) / Double(count)
        deviation = max(0, Double(squares) / Double(count) - mean * mean).squareRoot()
    }
}
