import CaseStore
import Cases
import Digests
import Files
import Foundation
import Models

/// The models of the registry and those in files, together.
package enum InstalledModels {
    /// All of them.
    /// - Parameters:
    ///   - home: the data folder.
    ///   - folders: where models lie as files, the user's own first.
    /// - Throws: ``CaseStoreError``.
    package static func catalogue(store: any CaseStoring, home: URL, folders: [URL]) throws -> ModelCatalogue {
        let registered = try store.models().compactMap { version -> ModelCatalogue.Entry? in
            let url = DataFolder(home).model(version.digest)
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
    /// - Throws: ``WorkError`` if its content is not what was published.
    package static func verify(_ entry: ModelCatalogue.Entry) throws(WorkError) {
        guard let digest = entry.digest else { return }
        guard let found = try? SHA256Digest.hex(ofFile: entry.url) else {
            throw WorkError("The file of \(entry.header.name) cannot be read. Import the model again.", .failed)
        }
        guard found == digest else {
            throw WorkError(
                "The file of \(entry.header.name) is damaged: its content is not what was published. Roll back, or "
                    + "import the model again.", .failed)
        }
    }
}
