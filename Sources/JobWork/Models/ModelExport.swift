import CaseStore
import CaseWork
import Cases
import Digests
import Foundation
import Models

/// Copies a model out: a version of the registry, or a model that is installed as a file, such as those that come with the
/// program.
package struct ModelExport {
    /// What was written, and what is to be written beside it.
    package struct Copy {
        /// The version; of a file that no registry knows, what the file says.
        package let version: ModelVersion
        /// Whether a registry knows it.
        package let isRegistered: Bool
        /// What is known of it.
        package let header: ModelFile.Header
        /// The file, with its digest in a `.sha256` beside it.
        package let file: URL
        /// Where its card belongs.
        package let card: URL
        /// The file's SHA-256, hexadecimal.
        package let digest: String
        /// What whoever takes the file on should know.
        package let warnings: [String]
    }

    /// The model, as it was named.
    let name: String
    let format: ModelFileFormat
    /// Which of a model's two networks; `nil` for all of it, or for the first where the format holds one.
    let part: ModelFile.Part?
    /// A folder, or a file that ends as the format does.
    let output: String
    let catalogue: ModelCatalogue
    /// `nil` where a data folder has none yet.
    let store: (any CaseStoring)?

    /// A copy that is to be made.
    /// - Parameters:
    ///   - part: which of a model's two networks; `nil` for all of it, or for the first where the format holds one.
    ///   - output: a folder, or a file that ends as the format does.
    ///   - store: `nil` where a data folder has none yet.
    package init(
        name: String, format: ModelFileFormat, part: ModelFile.Part? = nil, output: String, catalogue: ModelCatalogue,
        store: (any CaseStoring)?
    ) {
        self.name = name
        self.format = format
        self.part = part
        self.output = output
        self.catalogue = catalogue
        self.store = store
    }

    /// Writes the file, and its digest beside it.
    /// - Throws: ``WorkError`` if there is no such model or it has no such form; `CaseStoreError` for a version whose file is
    ///   gone or damaged.
    package func run() throws -> Copy {
        let (version, url, isRegistered) = try found()
        let copy: (data: Data, digest: String)
        do { copy = try format.copy(of: url, as: version.name, part: part) } catch {
            throw WorkError("\(version.name) cannot be exported as \(format.rawValue): \(error)", .failed)
        }
        let header = try ModelFile.header(of: url)
        var target = URL(fileURLWithPath: output)
        if !format.fileExtensions.contains(target.pathExtension) {
            try? FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            // Both networks of a model may go into one folder.
            let name = part == .second ? "\(version.name)-second" : version.name.rawValue
            target.appendPathComponent("\(name).\(format.fileExtensions[0])")
        }
        try ResultFile.write(copy.data, to: target.path)
        // As sha256sum writes it, so that sha256sum -c checks it.
        try ResultFile.write(
            Data("\(copy.digest)  \(target.lastPathComponent)\n".utf8), to: target.path + ".sha256")
        return Copy(
            version: version, isRegistered: isRegistered, header: header, file: target,
            card: target.deletingPathExtension().appendingPathExtension("md"), digest: copy.digest,
            warnings: warnings(header.name, version.name)
                + (header.secondRecipe == nil ? [] : partWarnings(version.name)))
    }

    /// The registry's version goes before a file of the same name, as where one predicts.
    private func found() throws -> (version: ModelVersion, file: URL, isRegistered: Bool) {
        if let store {
            do {
                let version = try store.model(ModelName(rawValue: name))
                return (version, try store.file(of: version), true)
            } catch CaseStoreError.noSuchModel {
                // It may be installed as a file.
            }
        }
        guard case .model(let entry) = try ModelChoice.find(name, in: catalogue).kind else {
            throw WorkError("\(name) is no network, and has no file that could be exported.")
        }
        if entry.digest != nil, let store {
            let version = try store.model(entry.header.name)
            return (version, try store.file(of: version), true)
        }
        return (try Self.version(of: entry), entry.url, false)
    }

    /// What is known of exactly this version: by the registry, otherwise by a file that is installed under its name.
    /// - Returns: `nil` where neither has it, or its file is gone.
    package static func described(
        _ name: ModelName, in catalogue: ModelCatalogue, store: any CaseStoring
    ) throws -> (version: ModelVersion, header: ModelFile.Header, isRegistered: Bool)? {
        guard let entry = catalogue.entry(named: name.rawValue), entry.header.name == name else { return nil }
        guard entry.digest != nil else { return (try version(of: entry), entry.header, false) }
        return (try store.model(name), entry.header, true)
    }

    /// What a registry would say of a file that none knows.
    private static func version(of entry: ModelCatalogue.Entry) throws -> ModelVersion {
        let (header, url) = (entry.header, entry.url)
        var lineage = try CurrentModel.lineage(of: header, note: "installed file")
        lineage.parent = header.metadata["parent"].map(ModelName.init(rawValue:))
        let made = header.metadata["created"].flatMap { try? Date($0, strategy: .iso8601) }
        return ModelVersion(
            name: header.name, digest: try SHA256Digest.hex(ofFile: url),
            byteCount: Int64(try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0), lineage: lineage,
            evaluation: nil, createdAt: made ?? .distantPast, createdBy: "")
    }

    /// Who gets one of two networks gets other masks than the model's.
    private func partWarnings(_ name: ModelName) -> [String] {
        guard part != nil || format != .safetensors else { return [] }
        let other = part == .second ? "the first, without --second" : "the second, with --second"
        return [
            "\(name) averages the probabilities of two networks, by second_network_shares of its recipe. This is one of them; "
                + "export \(other), to have both."
        ]
    }

    /// The file is copied as it was published, byte for byte, so that its digest stays the registry's; what it calls itself
    /// is then its own affair, and the name that import gives it.
    private func warnings(_ own: ModelName, _ name: ModelName) -> [String] {
        guard format == .safetensors, part == nil, own.base != name.base else { return [] }
        return [
            "Inside, the file calls itself \(own). To import it as \(name.base) elsewhere, say so: "
                + "pleura models import FILE --name \(name.base)"
        ]
    }
}
