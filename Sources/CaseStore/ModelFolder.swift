import Cases
import Digests
import Foundation

/// The folder of published model files, each named by its content's SHA-256.
package struct ModelFolder: Sendable {
    /// The folder; it is made when the first file is published.
    package let url: URL

    /// The folder at a place.
    package init(_ url: URL) { self.url = url }

    private func place(_ digest: String) -> URL { url.appendingPathComponent("\(digest).safetensors") }

    /// Copies a file into the folder, whole.
    /// - Throws: ``CaseStoreError/failed(operation:reason:)``, ``CaseStoreError/noSpace(path:operation:)``,
    ///   ``CaseStoreError/notWritable(path:reason:)``.
    package func add(_ file: URL) throws(CaseStoreError) -> (digest: String, byteCount: Int64) {
        try ContentAddressedFile.copy(file, into: url) { self.place($0) }
    }

    /// A version's file, after its content was checked against its digest.
    /// - Throws: ``CaseStoreError/modelFileDamaged(_:reason:)``.
    package func file(of model: ModelVersion) throws(CaseStoreError) -> URL {
        let url = place(model.digest)
        do {
            let found = try SHA256Digest.hex(ofFile: url)
            guard found == model.digest else {
                throw CaseStoreError.modelFileDamaged(model.name, reason: "its digest is \(found)")
            }
        } catch let error as CaseStoreError {
            throw error
        } catch {
            throw .modelFileDamaged(model.name, reason: "it cannot be read")
        }
        return url
    }
}

/// What may be published and put in use, whatever keeps it.
package enum ModelRules {
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` for a name that versions could not be told from.
    package static func require(base: String) throws(CaseStoreError) {
        guard !base.isEmpty, !base.contains("@"), !base.contains("/") else {
            throw .invalid(what: "model", reason: "its name is empty or holds @ or /")
        }
    }

    /// The words to keep with a person's promotion; `nil` where none were said.
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` if the gate kept the version back and nobody says why it is
    ///   put in use.
    package static func words(_ reason: String?, for version: ModelVersion) throws(CaseStoreError) -> String? {
        let words = reason?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        if let evaluation = version.evaluation, !evaluation.passes, words.isEmpty {
            throw .invalid(
                what: "promotion",
                reason: "the gate kept \(version.name) back (\(evaluation.reasons.joined(separator: "; "))), so it "
                    + "needs a reason")
        }
        return words.isEmpty ? nil : words
    }
}

extension Promotion {
    /// What the log tells of it beside the version.
    package var details: [String: String] {
        var details = ["kind": kind.rawValue]
        details["before"] = before?.rawValue
        details["reason"] = reason
        return details
    }
}
