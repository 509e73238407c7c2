import Foundation

/// A trained model as the registry keeps it: weights by their digest, where they come from, and how good they are.
/// Never changes once it is published.
public struct ModelVersion: Hashable, Sendable {
    /// Its name, e.g. `lungs-unet2d@7`.
    public let name: ModelName
    /// SHA-256 of the model file, hexadecimal.
    public let digest: String
    /// Bytes of the model file.
    public let byteCount: Int64
    /// Where it comes from.
    public let lineage: ModelLineage
    /// How it was judged; `nil` if it never was.
    public let evaluation: GateReport?
    /// When it was published.
    public let createdAt: Date
    /// Who published it: a person, or the worker.
    public let createdBy: String

    /// A version from its parts.
    public init(
        name: ModelName, digest: String, byteCount: Int64, lineage: ModelLineage, evaluation: GateReport?,
        createdAt: Date, createdBy: String
    ) {
        self.name = name
        self.digest = digest
        self.byteCount = byteCount
        self.lineage = lineage
        self.evaluation = evaluation
        self.createdAt = createdAt
        self.createdBy = createdBy
    }
}

/// Where a model version comes from.
public struct ModelLineage: Hashable, Sendable, Codable {
    /// The version it was trained from; `nil` if from scratch or imported.
    public var parent: ModelName?
    /// The job that made it.
    public var job: Int64?
    /// The corrections it was trained on.
    public var corrections: [CorrectionKey]
    /// SHA-256 of the recipe.
    public var recipeDigest: String
    /// Where all chance came from.
    public var seed: UInt64
    /// SHA-256 over what it was trained on: corrections, replayed base data, weights of slices.
    public var dataDigest: String
    /// The program that made it.
    public var software: String
    /// Anything else to know, e.g. the file it was imported from, without its path.
    public var note: String?

    /// A lineage from its parts.
    public init(
        parent: ModelName?, job: Int64? = nil, corrections: [CorrectionKey] = [], recipeDigest: String, seed: UInt64,
        dataDigest: String, software: String, note: String? = nil
    ) {
        self.parent = parent
        self.job = job
        self.corrections = corrections
        self.recipeDigest = recipeDigest
        self.seed = seed
        self.dataDigest = dataDigest
        self.software = software
        self.note = note
    }
}

/// One change of which version of a model is in use.
public struct Promotion: Hashable, Sendable {
    /// How it came about.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// The gate let it pass.
        case gate
        /// A person decided, and said why.
        case person
        /// A person went back to the version before.
        case rollback
    }
    /// Counts all promotions, from 1.
    public let sequence: Int64
    /// The version that is in use from then on.
    public let model: ModelName
    /// The version that was in use until then.
    public let before: ModelName?
    /// How it came about.
    public let kind: Kind
    /// Why, in a person's words.
    public let reason: String?
    /// Who.
    public let actor: String
    /// When.
    public let at: Date

    /// A promotion from its parts.
    public init(
        sequence: Int64, model: ModelName, before: ModelName?, kind: Kind, reason: String?, actor: String, at: Date
    ) {
        self.sequence = sequence
        self.model = model
        self.before = before
        self.kind = kind
        self.reason = reason
        self.actor = actor
        self.at = at
    }
}
