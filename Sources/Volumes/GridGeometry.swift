/// The distance between neighbouring voxel centres along each axis, in mm.
public struct Spacing: Hashable, Sendable, Codable {
    /// Between columns, mm.
    public let x: Double
    /// Between rows, mm.
    public let y: Double
    /// Between slices, mm.
    public let z: Double

    /// A spacing by axis, in mm. `GridGeometry` checks the range.
    public init(x: Double, y: Double, z: Double) {
        self.x = x
        self.y = y
        self.z = z
    }
}

/// Which way the axes of a grid point in the patient: unit vectors in LPS, for growing column, row and slice.
public struct GridDirection: Hashable, Sendable, Codable {
    /// Where the next column lies.
    public let x: PatientVector
    /// Where the next row lies.
    public let y: PatientVector
    /// Where the next slice lies.
    public let z: PatientVector

    /// A direction by its three unit vectors. `GridGeometry` checks that they are orthonormal.
    public init(x: PatientVector, y: PatientVector, z: PatientVector) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// Columns to the left, rows to the back, slices to the head: a supine axial CT.
    public static let identity = GridDirection(
        x: PatientVector(x: 1, y: 0, z: 0), y: PatientVector(x: 0, y: 1, z: 0), z: PatientVector(x: 0, y: 0, z: 1))

    /// +1 for a right-handed grid, −1 for a mirrored one; the volume of the parallelepiped in between.
    public var determinant: Double { x.cross(y).dot(z) }
}

/// Where the voxels of a volume or mask lie in the patient. Voxel order is x fastest, then y, then z.
///
/// Two grids are the same when they are `==`. Files that state one grid with different rounding (NIfTI's header
/// is float32) are compared with ``agrees(with:within:)`` and adopt the exact grid of the case.
public struct GridGeometry: Hashable, Sendable {
    /// Voxels along each axis, each 1…65,535.
    public let size: GridSize
    /// Distance between voxel centres, each positive and finite.
    public let spacing: Spacing
    /// The centre of voxel (0, 0, 0).
    public let origin: PatientPoint
    /// Orthonormal within ``orthonormalTolerance``; may be left-handed, as some NIfTI files are.
    public let direction: GridDirection

    /// How far a direction cosine's length or scalar product may be off. Files round cosines to six digits;
    /// anything worse is a tilt or shear that a regular grid cannot represent.
    public static let orthonormalTolerance = 1e-4
    /// The most voxels a grid may have (4 GiB of HU): what an absurd header is refused against before allocation.
    public static let maximumVoxelCount = 1 << 31

    /// A grid, checked.
    /// - Throws: ``VolumesError/invalidGeometry(reason:)`` naming what is wrong.
    public init(
        size: GridSize, spacing: Spacing, origin: PatientPoint = PatientPoint(x: 0, y: 0, z: 0),
        direction: GridDirection = .identity
    ) throws(VolumesError) {
        for (axis, count) in [("x", size.x), ("y", size.y), ("z", size.z)] where !(1...65_535).contains(count) {
            throw .invalidGeometry(reason: "size along \(axis) is \(count); it must be 1…65535")
        }
        guard size.voxelCount <= Self.maximumVoxelCount else {
            throw .invalidGeometry(reason: "\(size.voxelCount) voxels are more than \(Self.maximumVoxelCount)")
        }
        for (axis, step) in [("x", spacing.x), ("y", spacing.y), ("z", spacing.z)]
        where !(step.isFinite && step > 0) {
            throw .invalidGeometry(reason: "spacing along \(axis) is \(step) mm; it must be a positive number")
        }
        guard origin.isFinite else { throw .invalidGeometry(reason: "the origin is not a finite position") }
        let axes = [direction.x, direction.y, direction.z]
        guard axes.allSatisfy(\.isFinite) else {
            throw .invalidGeometry(reason: "a direction cosine is not a finite number")
        }
        for (i, axis) in axes.enumerated() {
            guard abs(axis.length - 1) <= Self.orthonormalTolerance else {
                throw .invalidGeometry(reason: "direction \(i) has length \(axis.length), not 1")
            }
            for other in axes[(i + 1)...] where abs(axis.dot(other)) > Self.orthonormalTolerance {
                throw .invalidGeometry(reason: "the directions are not at right angles (gantry tilt or shear)")
            }
        }
        self.size = size
        self.spacing = spacing
        self.origin = origin
        self.direction = direction
    }

    /// The position of a voxel index, also between voxels and outside the grid.
    public func point(at index: ContinuousIndex) -> PatientPoint {
        origin + direction.x * (index.x * spacing.x) + direction.y * (index.y * spacing.y)
            + direction.z * (index.z * spacing.z)
    }

    /// The position of a voxel's centre.
    public func point(at index: VoxelIndex) -> PatientPoint {
        point(at: ContinuousIndex(x: Double(index.x), y: Double(index.y), z: Double(index.z)))
    }

    /// Where a position lies on the grid, in voxels; the inverse of ``point(at:)-(ContinuousIndex)`` also for
    /// cosines that are only nearly orthonormal.
    public func index(of point: PatientPoint) -> ContinuousIndex {
        let offset = point - origin
        let determinant = direction.determinant
        return ContinuousIndex(
            x: offset.dot(direction.y.cross(direction.z)) / determinant / spacing.x,
            y: offset.dot(direction.z.cross(direction.x)) / determinant / spacing.y,
            z: offset.dot(direction.x.cross(direction.y)) / determinant / spacing.z)
    }

    /// The volume of one voxel, in mm³.
    public var voxelVolume: Double { spacing.x * spacing.y * spacing.z }

    /// Whether two grids have one size and no corner is further apart than `tolerance`.
    public func agrees(with other: GridGeometry, within tolerance: Millimetres = 0.001) -> Bool {
        guard size == other.size else { return false }
        if self == other { return true }
        for x in [0, size.x - 1] {
            for y in [0, size.y - 1] {
                for z in [0, size.z - 1] {
                    let corner = VoxelIndex(x: x, y: y, z: z)
                    if (point(at: corner) - other.point(at: corner)).length > tolerance.value { return false }
                }
            }
        }
        // A one-voxel axis has no second corner to differ at, yet its spacing changes areas and volumes.
        let steps = [
            (spacing.x, other.spacing.x), (spacing.y, other.spacing.y), (spacing.z, other.spacing.z),
        ]
        return steps.allSatisfy { abs($0 - $1) <= tolerance.value }
    }

    /// Throws unless the two grids are the same.
    /// - Throws: ``VolumesError/gridsDiffer(_:)``.
    public func requireSame(as other: GridGeometry) throws(VolumesError) {
        guard self == other else { throw .gridsDiffer(difference(from: other)) }
    }
}

extension GridGeometry: Codable {
    private enum CodingKeys: String, CodingKey { case size, spacing, origin, direction }

    /// Reads and checks a grid; what is stored is trusted no more than a file.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            size: values.decode(GridSize.self, forKey: .size),
            spacing: values.decode(Spacing.self, forKey: .spacing),
            origin: values.decode(PatientPoint.self, forKey: .origin),
            direction: values.decode(GridDirection.self, forKey: .direction))
    }
}

extension GridGeometry: CustomStringConvertible {
    /// For people and messages: size and spacing, without the origin.
    public var description: String {
        "\(size.x)×\(size.y)×\(size.z) at \(spacing.x)×\(spacing.y)×\(spacing.z) mm"
    }
}
