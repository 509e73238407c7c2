import CaseStore
import Cases
import Digests
import Foundation
import Learning

/// The models of the registry and those in files, together.
struct InstalledModels {
    let home: HomeOption
    let program: Program

    /// All of them. A data folder without a store is left without one.
    /// - Throws: ``CaseStoreError``.
    func catalogue() throws -> ModelCatalogue {
        let folders = program.modelFolders(home: home.location)
        let file = home.location.appendingPathComponent("pleura.sqlite")
        guard FileManager.default.fileExists(atPath: file.path) else { return ModelCatalogue(folders: folders) }
        return try Self.catalogue(store: try home.store(), home: home.location, folders: folders)
    }

    /// The same for a store that is open.
    static func catalogue(store: any CaseStoring, home: URL, folders: [URL]) throws -> ModelCatalogue {
        let registered = try store.models().compactMap { version -> ModelCatalogue.Entry? in
            let url = home.appendingPathComponent("models/\(version.digest).safetensors")
            // A file that is gone or damaged is told of by whoever uses it.
            guard let header = try? ModelFile.header(of: url) else { return nil }
            return ModelCatalogue.Entry(url: url, header: header.named(version.name), digest: version.digest)
        }
        var inUse: [ModelName] = []
        for promotion in try store.promotions().reversed()
        where !inUse.contains(where: { $0.base == promotion.model.base }) {
            inUse.append(promotion.model)
        }
        return ModelCatalogue(folders: folders, registered: registered, inUse: inUse)
    }

    /// Checks a registered model's file before it is used.
    /// - Throws: ``ProgramError`` if its content is not what was published.
    static func verify(_ entry: ModelCatalogue.Entry) throws(ProgramError) {
        guard let digest = entry.digest else { return }
        guard let data = try? Data(contentsOf: entry.url, options: .mappedIfSafe) else {
            throw ProgramError("The file of \(entry.header.name) cannot be read. Import the model again.", .failed)
        }
        let found = SHA256Digest()
        data.withUnsafeBytes(found.update)
        guard found.finish() == digest else {
            throw ProgramError(
                "The file of \(entry.header.name) is damaged: its content is not what was published. Roll back, or "
                    + "import the model again.", .failed)
        }
    }
}

/// Which model a fine-tuning starts from.
enum CurrentModel {
    /// The version in use: of a name, or of the model that was put in use last. An installed file that the registry
    /// does not know yet is published and put in use first, so that one can go back to it.
    /// - Throws: ``ProgramError`` if there is no trained model.
    static func resolve(
        _ name: String?, in catalogue: ModelCatalogue, store: any CaseStoring, by actor: String, now: Date
    ) throws -> ModelVersion {
        let entry: ModelCatalogue.Entry?
        if let name { entry = catalogue.entry(named: name) } else { entry = catalogue.preferred() }
        guard let entry else {
            throw ProgramError(
                name.map { "There is no model \($0) to train on. See: pleura models list." }
                    ?? "No trained model is installed. Import one: pleura models import FILE.")
        }
        if entry.digest != nil { return try store.model(entry.header.name) }
        let version = try publish(entry.url, header: entry.header, note: "installed file", store, actor, now)
        if try store.promotedModel(of: version.name.base) == nil {
            _ = try store.promote(version.name, reason: "the installed model", by: actor, now: now)
        }
        return version
    }

    /// Files a model that was not made here.
    static func publish(
        _ url: URL, header: ModelFile.Header, as base: String? = nil, note: String, _ store: any CaseStoring,
        _ actor: String, _ now: Date
    ) throws -> ModelVersion {
        let lineage = ModelLineage(
            parent: nil, recipeDigest: try header.recipe.digest, seed: UInt64(header.recipe.training.seed),
            dataDigest: header.metadata["dataset"] ?? "unknown", software: header.metadata["software"] ?? "unknown",
            note: note)
        return try store.publish(
            url, as: base ?? header.name.base, lineage: lineage, evaluation: nil, by: actor, now: now)
    }
}

extension Recipe {
    /// SHA-256 over the recipe as JSON with its keys in order.
    var digest: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return SHA256Digest.hex(of: String(decoding: try encoder.encode(self), as: UTF8.self))
        }
    }
}
