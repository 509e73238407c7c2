/// A coded concept (PS3.3 8.8): a code of a scheme, with its meaning for people.
public struct DicomCode: Hashable, Sendable {
    /// The code, such as `39607008`.
    public let value: String
    /// The scheme, such as `SCT` (SNOMED CT) or `DCM`.
    public let scheme: String
    /// What it means, in words.
    public let meaning: String

    /// A code from its parts.
    public init(_ value: String, _ scheme: String, _ meaning: String) {
        self.value = value
        self.scheme = scheme
        self.meaning = meaning
    }

    /// The same concept, whatever its meaning is written like.
    public func isSame(as other: DicomCode) -> Bool { value == other.value && scheme == other.scheme }
}
