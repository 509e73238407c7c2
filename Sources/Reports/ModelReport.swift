import CaseStore
import Cases
import Foundation
import Models
import Volumes

/// A version of the registry as JSON and as a line.
package struct ModelReport: Encodable {
    let name: String
    /// What kind of network it is: `unet` or `torchscript`; `nil` where its file cannot be read.
    let kind: String?
    /// What it is asked for: `segmenting` or `answering-prompts`; `nil` where its file cannot be read.
    let purpose: ModelCatalogue.Purpose?
    let digest: String
    let byteCount: Int64
    /// Whether it is the version in use.
    package let isInUse: Bool
    let state: String
    let parent: String?
    let job: Int64?
    let corrections: [QueueReport.Run.Key]
    let recipeDigest: String
    let seed: UInt64
    let dataDigest: String
    let software: String
    let note: String?
    let evaluation: GateTable?
    let createdAt: Date
    let createdBy: String

    enum CodingKeys: String, CodingKey {
        case name, kind, purpose, digest, state, parent, job, corrections, seed, software, note, evaluation
        case byteCount = "bytes"
        case isInUse = "in_use"
        case recipeDigest = "recipe_digest"
        case dataDigest = "data_digest"
        case createdAt = "created_at"
        case createdBy = "created_by"
    }

    /// A version, and what all changes of what was in use say of it.
    /// - Parameter recipe: its file's; `nil` where that cannot be read.
    package init(_ version: ModelVersion, recipe: Recipe?, promotions: [Promotion]) {
        kind = recipe.map { $0.torchScript == nil ? "unet" : "torchscript" }
        purpose = recipe.map { $0.prompts == nil ? .segmenting : .answeringPrompts }
        let own = promotions.filter { $0.model.base == version.name.base }
        name = version.name.rawValue
        (digest, byteCount) = (version.digest, version.byteCount)
        isInUse = own.last?.model == version.name
        let was = own.contains { $0.model == version.name }
        state = isInUse ? "in use" : was ? "was in use" : version.evaluation?.passes == false ? "held" : "never in use"
        parent = version.lineage.parent?.rawValue
        job = version.lineage.job
        corrections = version.lineage.corrections.map {
            QueueReport.Run.Key(caseID: $0.caseID.rawValue, revision: $0.revision)
        }
        (recipeDigest, seed) = (version.lineage.recipeDigest, version.lineage.seed)
        (dataDigest, software, note) = (version.lineage.dataDigest, version.lineage.software, version.lineage.note)
        evaluation = version.evaluation.map(GateTable.init)
        (createdAt, createdBy) = (version.createdAt, version.createdBy)
    }

    /// The version in a line.
    package var line: String {
        "\(name)  \(state)  \(digest.prefix(12))  \(Plural.count(corrections.count, "correction"))  from "
            + "\(parent ?? "nothing")  "
            + createdAt.formatted(.iso8601) + (kind == "torchscript" ? "  TorchScript" : "")
            + (purpose == .answeringPrompts ? "  answers prompts" : "")
    }

    /// What is installed, in a line: what segments, then what answers prompts.
    package static func list(of catalogue: ModelCatalogue) -> String {
        func names(_ purpose: ModelCatalogue.Purpose) -> [String] {
            catalogue.entries().filter { $0.header.purpose == purpose }.map(\.header.name.rawValue)
        }
        let answering = names(.answeringPrompts)
        return (names(.segmenting) + [ModelName.baseline.rawValue]).joined(separator: ", ")
            + (answering.isEmpty ? "" : "; for prompts " + answering.joined(separator: ", "))
            + (catalogue.unreadableInUse() + catalogue.unreadableInUse(for: .answeringPrompts)).map {
                "; the file of \($0), which was put in use, is missing or damaged"
            }.joined()
    }

    /// The version for people, line by line: with its lineage and how it was judged.
    package var lines: [String] {
        [line] + (note.map { [$0] } ?? []) + [
            "recipe \(recipeDigest.prefix(12))  seed \(seed)  data \(dataDigest.prefix(12))"
        ] + (evaluation?.lines ?? ["It was never evaluated here."])
    }
}

/// A change of what is in use, as JSON.
package struct PromotionReport: Encodable {
    let model: String
    let before: String?
    let kind: String
    let reason: String?
    let actor: String
    let at: Date

    /// A change of what is in use.
    package init(_ promotion: Promotion) {
        model = promotion.model.rawValue
        before = promotion.before?.rawValue
        kind = promotion.kind.rawValue
        (reason, actor, at) = (promotion.reason, promotion.actor, promotion.at)
    }

    /// The change in a line.
    package var line: String { "\(model) is in use\(before.map { ", \($0) was" } ?? "")." }
}

/// The versions of all models, and every change of what was in use.
package struct ModelListReport: Encodable {
    let models: [ModelReport]
    let promotions: [PromotionReport]

    /// What a store has.
    /// - Parameter file: where the file of a digest is.
    package init(of store: any CaseStoring, file: (String) -> URL) throws {
        let promoted = try store.promotions()
        models = try store.models().map { version in
            ModelReport(
                version, recipe: (try? ModelFile.header(of: file(version.digest)))?.recipe, promotions: promoted)
        }
        promotions = promoted.map(PromotionReport.init)
    }

    /// For people.
    package var lines: [String] {
        models.isEmpty ? ["No model is registered yet. Import one: pleura models import FILE."] : models.map(\.line)
    }
}

/// Where a model was copied to.
package struct ModelExportReport: Encodable {
    let model, file, card, digest: String
    let warnings: [String]

    /// A report from its parts: paths of the file and of its card, and the file's SHA-256.
    package init(model: String, file: String, card: String, digest: String, warnings: [String]) {
        (self.model, self.file, self.card, self.digest) = (model, file, card, digest)
        self.warnings = warnings
    }
}
