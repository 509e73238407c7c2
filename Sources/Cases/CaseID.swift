/// What a case is filed under: the SeriesInstanceUID of a DICOM series, or `sha256:` and a content digest for
/// images without one. Never a patient's name or id.
public struct CaseID: Hashable, Sendable, Codable, RawRepresentable, CustomStringConvertible {
    /// The key as text.
    public let rawValue: String

    /// Wraps a key.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The key as text.
    public var description: String { rawValue }
}
