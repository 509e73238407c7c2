import Digests
import Foundation

/// Times as the store keeps them: whole milliseconds since 1970, UTC.
package enum StoredTime {
    /// From 1970 to the year 9999: what a clock can sensibly say.
    private static let range = 0.0...253_402_300_799.0

    package static func encode(_ date: Date) throws(CaseStoreError) -> Int64 {
        guard range.contains(date.timeIntervalSince1970) else {
            throw .invalid(what: "time", reason: "it is not between the years 1970 and 9999; set the clock")
        }
        return rounded(date)
    }

    package static func rounded(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1000).rounded()) }

    package static func decode(_ milliseconds: Int64) -> Date {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}

/// An unambiguous byte form of a list of texts, for hashing.
package enum Canonical {
    package static func form(_ fields: [String]) -> String { fields.map { "\($0.utf8.count):\($0)\n" }.joined() }

    package static func hash(ofForm form: String) -> String { SHA256Digest.hex(of: form) }

    /// SHA-256 of `form(fields)` followed by the blobs, each behind its length.
    package static func hash(_ fields: [String], blobs: [[UInt8]] = []) -> String {
        let digest = SHA256Digest()
        digest.update(form(fields))
        for blob in blobs {
            digest.update("\(blob.count):")
            digest.update(blob)
        }
        return digest.finish()
    }
}

/// JSON columns. Keys in order; infinities and NaN as the strings `inf`, `-inf`, `nan`, so that a metric that is
/// not a number never keeps a correction from being filed.
package enum StoredJSON {
    package static func encode(_ value: some Encodable, what: String) throws(CaseStoreError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do { return String(decoding: try encoder.encode(value), as: UTF8.self) } catch {
            throw CaseStoreError.invalid(what: what, reason: "it has no stored form")
        }
    }

    package static func decode<T: Decodable>(_ type: T.Type, _ text: String, what: String) throws(CaseStoreError) -> T {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do { return try decoder.decode(type, from: Data(text.utf8)) } catch {
            throw CaseStoreError.damaged(what: what, reason: "it cannot be read")
        }
    }
}
