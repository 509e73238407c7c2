import Editing
import Volumes

/// The grid of an image as one plane shows it: the same voxels, with x growing to the right of the picture, y down it, and
/// z from plane to plane in the file's own order. A mask that adopts ``geometry`` has the plane's pictures as its slices.
public struct PlaneGrid: Hashable, Sendable {
    /// Which plane.
    public let plane: ViewPlane
    /// The grid, its axes turned; `geometry.size.z` planes.
    public let geometry: GridGeometry
    private let axes: (x: GridAxis, y: GridAxis, z: GridAxis)
    private let isFlipped: (x: Bool, y: Bool)
    private let source: GridSize

    /// The grid of a plane.
    /// - Throws: ``VolumesError/invalidGeometry(reason:)``, which the turned axes of a valid grid never give.
    public init(_ plane: ViewPlane, of geometry: GridGeometry) throws(VolumesError) {
        let (across, down) = plane.axes(in: geometry.direction)
        let normal = plane.normal(in: geometry.direction)
        let towards = plane.towards
        let flips = (
            geometry.direction[across].dot(towards.right) < 0, geometry.direction[down].dot(towards.down) < 0
        )
        var first = ContinuousIndex(x: 0, y: 0, z: 0)
        if flips.0 { first[across] = Double(geometry.size[across] - 1) }
        if flips.1 { first[down] = Double(geometry.size[down] - 1) }
        self.plane = plane
        (axes, isFlipped, source) = ((across, down, normal), flips, geometry.size)
        self.geometry = try GridGeometry(
            size: GridSize(x: geometry.size[across], y: geometry.size[down], z: geometry.size[normal]),
            spacing: Spacing(x: geometry.spacing[across], y: geometry.spacing[down], z: geometry.spacing[normal]),
            origin: geometry.point(at: first),
            direction: GridDirection(
                x: geometry.direction[across] * (flips.0 ? -1 : 1), y: geometry.direction[down] * (flips.1 ? -1 : 1),
                z: geometry.direction[normal]))
    }

    /// What lies beyond the edges of the picture.
    public var letters: OrientationLetters {
        OrientationLetters(
            across: geometry.direction.x, down: geometry.direction.y, isFlippedAcross: false, isFlippedDown: false)
    }

    /// The voxel of the image that a voxel of ``geometry`` is.
    public func voxel(_ shown: VoxelIndex) -> VoxelIndex {
        var index = ContinuousIndex(x: 0, y: 0, z: 0)
        index[axes.x] = Double(isFlipped.x ? source[axes.x] - 1 - shown.x : shown.x)
        index[axes.y] = Double(isFlipped.y ? source[axes.y] - 1 - shown.y : shown.y)
        index[axes.z] = Double(shown.z)
        return VoxelIndex(x: Int(index.x), y: Int(index.y), z: Int(index.z))
    }

    /// Two are the same if they show the same grid in the same plane.
    public static func == (a: PlaneGrid, b: PlaneGrid) -> Bool { a.plane == b.plane && a.geometry == b.geometry }

    /// Hashes plane and grid.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(plane)
        hasher.combine(geometry)
    }
}
