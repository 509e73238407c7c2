import Cases
import Foundation

/// The registry of models: what was published never changes, and one version of each model is in use.
///
/// A model's file is named by its digest and is written whole (temporary file, fsync, rename) before the registry
/// names it, so that a version without its file, or with half of one, cannot be. See ``CaseStoring`` for what holds
/// for every operation.
public protocol ModelStoring: Sendable {
    /// Publishes a model file as the next version of `base`. The same content again gives the version that is there.
    /// Whether the file is a model at all is for the caller to check first.
    /// - Throws: ``CaseStoreError/failed(operation:reason:)`` if the file cannot be read or copied.
    func publish(
        _ file: URL, as base: String, lineage: ModelLineage, evaluation: GateReport?, by actor: String, now: Date
    ) throws(CaseStoreError) -> ModelVersion

    /// All versions of all models, oldest first.
    func models() throws(CaseStoreError) -> [ModelVersion]

    /// One version. A name without a version is the one in use.
    /// - Throws: ``CaseStoreError/noSuchModel(_:)``.
    func model(_ name: ModelName) throws(CaseStoreError) -> ModelVersion

    /// A version's file, after its content was checked against its digest.
    /// - Throws: ``CaseStoreError/modelFileDamaged(_:reason:)``.
    func file(of model: ModelVersion) throws(CaseStoreError) -> URL

    /// The version of a model that is in use.
    func promotedModel(of base: String) throws(CaseStoreError) -> ModelName?

    /// Puts a version in use by a person's decision.
    /// - Parameter reason: why; needed when the gate kept the version back.
    func promote(
        _ name: ModelName, reason: String?, by actor: String, now: Date
    ) throws(CaseStoreError) -> Promotion

    /// Goes back to the version that was in use before the present one. Repeated, it goes further back.
    /// - Throws: ``CaseStoreError/noSuchModel(_:)`` if there is none before.
    func rollback(_ base: String, reason: String?, by actor: String, now: Date) throws(CaseStoreError) -> Promotion

    /// Every change of what is in use, oldest first.
    func promotions() throws(CaseStoreError) -> [Promotion]
}
