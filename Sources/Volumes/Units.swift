/// A length in millimetres, DICOM's unit for positions, spacings and tolerances.
public struct Millimetres: Hashable, Comparable, Sendable {
    /// The length as a plain number of millimetres.
    public var value: Double

    /// Wraps a number of millimetres.
    public init(_ value: Double) { self.value = value }

    /// Orders by length; a NaN compares false, as `Double` does.
    public static func < (left: Millimetres, right: Millimetres) -> Bool { left.value < right.value }
}

extension Millimetres: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    /// Lets `2.5` stand for 2.5 mm where a length is asked for.
    public init(floatLiteral value: Double) { self.init(value) }
    /// Lets `2` stand for 2 mm where a length is asked for.
    public init(integerLiteral value: Int) { self.init(Double(value)) }
}

extension Millimetres: Codable {
    /// Reads a bare number.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Double.self))
    }
    /// Writes a bare number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}

/// A CT number: −1000 is air, 0 is water (DICOM PS3.3 C.11.1.1.2, rescale type HU).
///
/// Stored as `Int16`, which covers every value a 16-bit CT can rescale to except pathological slopes; readers
/// refuse those rather than wrap.
public struct HounsfieldUnit: Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
    /// The CT number.
    public var value: Int16

    /// Wraps a CT number.
    public init(_ value: Int16) { self.value = value }
    /// Lets `-600` stand for −600 HU.
    public init(integerLiteral value: Int16) { self.init(value) }

    /// Orders by attenuation.
    public static func < (left: HounsfieldUnit, right: HounsfieldUnit) -> Bool { left.value < right.value }

    /// Air outside the patient; what is shown and read where there is no data.
    public static let air = HounsfieldUnit(-1000)
}
