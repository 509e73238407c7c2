import Digests
import Foundation

extension Recipe {
    /// SHA-256 over the recipe as JSON with its keys in order, hexadecimal.
    /// - Throws: `EncodingError` for a recipe with a number that JSON cannot write, which none has that was checked.
    public var digest: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return SHA256Digest.hex(of: String(decoding: try encoder.encode(self), as: UTF8.self))
        }
    }
}
