import Cases
import Foundation

/// What new models would have proposed for corrected cases. See ``CaseStoring`` for what holds for every operation.
public protocol ReplayStoring: Sendable {
    /// Keeps a prediction without proposing it: it is in the store, and the case's newest stays what it was.
    /// - Throws: ``CaseStoreError/wrongGrid(_:structure:expected:found:)``.
    func keep(
        _ prediction: Prediction, for id: CaseID, by actor: String, now: Date
    ) throws(CaseStoreError) -> PredictionID

    /// Keeps a job's replay. The newest of a job counts.
    /// - Throws: ``CaseStoreError/noSuchJob(_:)``.
    func save(_ replay: ReplayReport, now: Date) throws(CaseStoreError)

    /// The replay of a job; `nil` if there is none.
    func replay(ofJob id: Int64) throws(CaseStoreError) -> ReplayReport?
}
