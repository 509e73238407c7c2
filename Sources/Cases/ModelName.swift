/// Who proposed a mask: a model version, written `lungs-unet2d@7`, or a method that is not a model.
public struct ModelName: Hashable, Sendable, Codable, RawRepresentable, CustomStringConvertible {
    /// The name as text.
    public let rawValue: String

    /// Wraps a name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The segmenter that needs no training.
    public static let baseline = ModelName(rawValue: "baseline-threshold")
    /// Masks that were loaded from a file as the prediction.
    public static let loaded = ModelName(rawValue: "loaded-file")

    /// Whether this is a trained model's version; the baseline and loaded files are not, and are never shown as one.
    public var isModel: Bool { rawValue.contains("@") }

    /// A version of a model.
    /// - Parameter base: the model's name without `@`.
    public init(base: String, version: Int) { rawValue = "\(base)@\(version)" }

    /// The name without its version: what all versions of a model share.
    public var base: String { rawValue.lastIndex(of: "@").map { String(rawValue[..<$0]) } ?? rawValue }

    /// The version; `nil` for what is not a trained model's version.
    public var version: Int? {
        rawValue.lastIndex(of: "@").flatMap { Int(rawValue[rawValue.index(after: $0)...]) }
    }

    /// The name as text.
    public var description: String { rawValue }
}
