import Cases
import Foundation

/// Who is to do what, what there is to say of a case, approvals by a second person, and second readings. Nothing of it
/// is ever changed or deleted: the newest word counts, and the log has them all.
public protocol TeamStoring: Sendable {
    /// Gives a case to a reviewer, or to nobody.
    func assign(_ id: CaseID, to assignee: String?, by actor: String, now: Date) throws(CaseStoreError)

    /// Puts a case off, or sets or takes down its flag, with a comment for whoever takes it up.
    func mark(
        _ id: CaseID, _ mark: CaseMark.Kind, comment: String, by actor: String, now: Date
    ) throws(CaseStoreError)

    /// Approves a correction that needs a second person, or sends it back.
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` if it is the actor's own, needs no approval, is superseded,
    ///   or was judged already.
    func judge(
        _ key: CorrectionKey, _ verdict: Approval.Verdict, comment: String, by actor: String, now: Date
    ) throws(CaseStoreError)

    /// Where the approval of a correction stands; `nil` where none is needed.
    func approval(of key: CorrectionKey) throws(CaseStoreError) -> Approval?

    /// Begins a second reader's own reading of a case, or finds the one that was begun. It has a lease, a journal and
    /// corrections like a case, under the id that is returned; it is in no worklist, queue or training set, and starts
    /// from the prediction that the first reader was given, so that the reader sees nothing of what others did.
    /// - Throws: ``CaseStoreError/noSuchCase(_:)``; ``CaseStoreError/invalid(what:reason:)`` if the reader has written
    ///   to the case himself.
    func beginReading(of id: CaseID, by reader: String, now: Date) throws(CaseStoreError) -> CaseID

    /// The readings of a case, oldest first.
    func readings(of id: CaseID) throws(CaseStoreError) -> [Reading]

    /// Keeps what a review of a prediction is expected to take, for the worklist.
    func save(
        _ estimate: CaseEstimate, of prediction: PredictionID, for id: CaseID, now: Date
    ) throws(CaseStoreError)
}
