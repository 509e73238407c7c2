import CaseStore
import CaseWork
import Cases
import Foundation
import Models

/// Which model a fine-tuning starts from.
package enum CurrentModel {
    /// The version in use: of a name, or of the model that was put in use last to segment; one that answers prompts is
    /// trained where it is named, and never otherwise. An installed file that the registry
    /// does not know yet is published and put in use first, so that one can go back to it.
    /// - Throws: ``WorkError`` if there is no trained model, or it is somebody else's network.
    package static func resolve(
        _ name: String?, in catalogue: ModelCatalogue, store: any CaseStoring, by actor: String, now: Date
    ) throws -> ModelVersion {
        let entry: ModelCatalogue.Entry?
        if let name { entry = catalogue.entry(named: name) } else { entry = catalogue.preferred() }
        guard let entry else {
            throw WorkError(
                name.map { "There is no model \($0) to train on. See: pleura models list." }
                    ?? "No trained model is installed. Import one: pleura models import FILE.")
        }
        try requireOwn(entry.header)
        if entry.digest != nil { return try store.model(entry.header.name) }
        let version = try publish(entry.url, header: entry.header, note: "installed file", store, actor, now)
        if try store.promotedModel(of: version.name.base) == nil {
            _ = try store.promote(version.name, reason: "the installed model", by: actor, now: now)
        }
        return version
    }

    /// - Throws: ``WorkError`` for somebody else's network, of which there are no weights that could be trained.
    package static func requireOwn(_ header: ModelFile.Header) throws(WorkError) {
        guard header.recipe.torchScript != nil else { return }
        throw WorkError(
            "\(header.name) is a TorchScript network that was trained elsewhere: it predicts, and cannot be trained here. "
                + "Train it where it comes from and import it again, or name another model with --model.")
    }

    /// Files a model that was not made here.
    /// - Throws: ``WorkError`` if the versions of that name are for another purpose: whoever goes from one to the next
    ///   would no longer get masks, or answers.
    package static func publish(
        _ url: URL, header: ModelFile.Header, as base: String? = nil, note: String, _ store: any CaseStoring,
        _ actor: String, _ now: Date
    ) throws -> ModelVersion {
        let base = base ?? header.name.base
        if let known = try store.models().last(where: { $0.name.base == base }),
            let other = (try? ModelFile.header(of: store.file(of: known)))?.purpose, other != header.purpose
        {
            throw WorkError(
                "\(known.name) \(other.description), and this model \(header.purpose.description), so it cannot be a "
                    + "version of it. Give it a name of its own: pleura models import FILE --name NAME.")
        }
        return try store.publish(
            url, as: base, lineage: try lineage(of: header, note: note), evaluation: nil, by: actor,
            now: now)
    }

    /// Where a model comes from that was not made here, as far as its file says.
    static func lineage(of header: ModelFile.Header, note: String) throws -> ModelLineage {
        ModelLineage(
            parent: nil, recipeDigest: try header.recipe.digest, seed: UInt64(header.recipe.training.seed),
            dataDigest: header.metadata["dataset"] ?? "unknown", software: header.metadata["software"] ?? "unknown",
            note: note)
    }
}
