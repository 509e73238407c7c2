/// An organ's name as AAPM TG-263 writes it. "Left" is the patient's left.
public struct StructureName: Hashable, Sendable, Codable, RawRepresentable, Comparable, CustomStringConvertible {
    /// The name as text.
    public let rawValue: String

    /// Wraps a name; names that TG-263 does not list are kept as they are.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The left lung.
    public static let lungLeft = StructureName(rawValue: "Lung_L")
    /// The right lung.
    public static let lungRight = StructureName(rawValue: "Lung_R")
    /// Both lungs as one structure.
    public static let lungs = StructureName(rawValue: "Lungs")
    /// The heart.
    public static let heart = StructureName(rawValue: "Heart")
    /// The esophagus.
    public static let esophagus = StructureName(rawValue: "Esophagus")
    /// The spinal cord.
    public static let spinalCord = StructureName(rawValue: "SpinalCord")
    /// The trachea.
    public static let trachea = StructureName(rawValue: "Trachea")

    /// Orders as the catalogue does: the structures that have a place in it first, others behind them by name.
    public static func < (left: StructureName, right: StructureName) -> Bool {
        StructureCatalogue.current.precedes(left, right)
    }

    /// The name as text.
    public var description: String { rawValue }
}
