/// A position in the patient in millimetres, in DICOM's LPS axes: `x` grows to the patient's left, `y` to the
/// back, `z` to the head (DICOM PS3.3 C.7.6.2.1.1). Never a voxel index.
public struct PatientPoint: Hashable, Sendable, Codable {
    /// Towards the patient's left, mm.
    public var x: Double
    /// Towards the patient's back, mm.
    public var y: Double
    /// Towards the patient's head, mm.
    public var z: Double

    /// A position by its LPS coordinates in mm.
    public init(x: Double, y: Double, z: Double) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// The position reached by a displacement.
    public static func + (point: PatientPoint, vector: PatientVector) -> PatientPoint {
        PatientPoint(x: point.x + vector.x, y: point.y + vector.y, z: point.z + vector.z)
    }

    /// The displacement from the right-hand position to the left-hand one.
    public static func - (to: PatientPoint, from: PatientPoint) -> PatientVector {
        PatientVector(x: to.x - from.x, y: to.y - from.y, z: to.z - from.z)
    }

    /// Whether every coordinate is a finite number.
    public var isFinite: Bool { x.isFinite && y.isFinite && z.isFinite }
}

/// A displacement or a direction in LPS axes; in mm where it is a displacement.
public struct PatientVector: Hashable, Sendable, Codable {
    /// Towards the patient's left.
    public var x: Double
    /// Towards the patient's back.
    public var y: Double
    /// Towards the patient's head.
    public var z: Double

    /// A vector by its LPS components.
    public init(x: Double, y: Double, z: Double) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// The scalar product.
    public func dot(_ other: PatientVector) -> Double { x * other.x + y * other.y + z * other.z }

    /// The vector product, right-handed.
    public func cross(_ other: PatientVector) -> PatientVector {
        PatientVector(
            x: y * other.z - z * other.y, y: z * other.x - x * other.z, z: x * other.y - y * other.x)
    }

    /// The Euclidean length.
    public var length: Double { dot(self).squareRoot() }

    /// Every component times a factor.
    public static func * (vector: PatientVector, factor: Double) -> PatientVector {
        PatientVector(x: vector.x * factor, y: vector.y * factor, z: vector.z * factor)
    }

    /// The sum, component by component.
    public static func + (left: PatientVector, right: PatientVector) -> PatientVector {
        PatientVector(x: left.x + right.x, y: left.y + right.y, z: left.z + right.z)
    }

    /// Whether every component is a finite number.
    public var isFinite: Bool { x.isFinite && y.isFinite && z.isFinite }
}
