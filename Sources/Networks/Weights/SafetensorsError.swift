/// Why a safetensors file cannot be read or written.
public struct SafetensorsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What is wrong, and with which tensor.
    public let reason: String

    /// The file and what is wrong.
    public var description: String { "\(path): \(reason)" }
}
