import Volumes

/// An axis of a grid.
public enum GridAxis: Int, Hashable, Sendable, CaseIterable {
    /// Columns.
    case x
    /// Rows.
    case y
    /// Slices.
    case z
}

/// The voxels of a grid with one index along an axis: a slice as it was acquired (`normal` z), or a cut at right
/// angles to it.
///
/// A ``PlanePoint`` on it is in voxels along the two other axes in their order: (x, y) on a slice, (x, z) on a cut of
/// constant y, (y, z) on a cut of constant x. How the plane lies on the screen is the viewport's affair.
public struct GridPlane: Hashable, Sendable {
    /// The axis at right angles to the plane.
    public let normal: GridAxis
    /// The index along it.
    public var depth: Int

    /// A plane by its normal and index.
    public init(normal: GridAxis, depth: Int) {
        self.normal = normal
        self.depth = depth
    }

    /// A slice as it was acquired.
    public static func slice(_ z: Int) -> GridPlane { GridPlane(normal: .z, depth: z) }

    /// Whether it is a slice as it was acquired, in which alone tools that know only slices work.
    public var isSlice: Bool { normal == .z }

    /// What x and y of a point on the plane run along.
    public var axes: (x: GridAxis, y: GridAxis) {
        switch normal {
        case .x: (.y, .z)
        case .y: (.x, .z)
        case .z: (.x, .y)
        }
    }

    /// The position on the grid of a point on the plane.
    public func index(of point: PlanePoint) -> ContinuousIndex {
        var index = ContinuousIndex(x: 0, y: 0, z: 0)
        index[axes.x] = point.x
        index[axes.y] = point.y
        index[normal] = Double(depth)
        return index
    }

    /// The voxel nearest to a point on the plane; `nil` off the grid.
    public func voxel(at point: PlanePoint, in size: GridSize) -> VoxelIndex? {
        guard let voxel = index(of: point).nearestVoxel, size.contains(voxel) else { return nil }
        return voxel
    }

    /// A position's foot on the plane.
    public func point(of index: ContinuousIndex) -> PlanePoint { PlanePoint(x: index[axes.x], y: index[axes.y]) }

    /// A voxel's foot on the plane.
    public func point(of voxel: VoxelIndex) -> PlanePoint {
        point(of: ContinuousIndex(x: Double(voxel.x), y: Double(voxel.y), z: Double(voxel.z)))
    }

    /// The distance of neighbouring voxels on the plane along x and y of its points, mm.
    public func spacing(of spacing: Spacing) -> (x: Double, y: Double) { (spacing[axes.x], spacing[axes.y]) }

    /// How many voxels the plane has along x and y of its points.
    public func size(of size: GridSize) -> (x: Int, y: Int) { (size[axes.x], size[axes.y]) }
}

extension ContinuousIndex {
    /// The coordinate along an axis.
    public subscript(axis: GridAxis) -> Double {
        get {
            switch axis {
            case .x: x
            case .y: y
            case .z: z
            }
        }
        set {
            switch axis {
            case .x: x = newValue
            case .y: y = newValue
            case .z: z = newValue
            }
        }
    }
}

extension VoxelIndex {
    /// The index along an axis.
    public subscript(axis: GridAxis) -> Int {
        switch axis {
        case .x: x
        case .y: y
        case .z: z
        }
    }
}

extension GridSize {
    /// How many voxels there are along an axis.
    public subscript(axis: GridAxis) -> Int {
        switch axis {
        case .x: x
        case .y: y
        case .z: z
        }
    }
}

extension Spacing {
    /// The distance of neighbouring voxels along an axis, mm.
    public subscript(axis: GridAxis) -> Double {
        switch axis {
        case .x: x
        case .y: y
        case .z: z
        }
    }
}

extension VoxelBox {
    /// The range along an axis.
    public subscript(axis: GridAxis) -> Range<Int> {
        switch axis {
        case .x: x
        case .y: y
        case .z: z
        }
    }
}

extension GridDirection {
    /// Where the next voxel along an axis lies in the patient.
    public subscript(axis: GridAxis) -> PatientVector {
        switch axis {
        case .x: x
        case .y: y
        case .z: z
        }
    }
}
