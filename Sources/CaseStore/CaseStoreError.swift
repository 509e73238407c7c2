import Cases
import Foundation
import Volumes

/// What can go wrong with the case store: what, where, and in ``description`` how to mend it. Names cases by id,
/// never a patient and never the path of an image.
public enum CaseStoreError: Error, Hashable, Sendable {
    // The store as a whole.

    /// The file is not a case store.
    case notAStore(path: String, reason: String)
    /// The store was written by a newer Pleura; the names are of its changes that this one does not know.
    case newerVersion(path: String, unknownChanges: [String])
    /// The store, or the folder it is in, cannot be opened for writing.
    case notWritable(path: String, reason: String)
    /// No space is left; nothing of the operation was kept.
    case noSpace(path: String, operation: String)
    /// Another process kept the store locked for too long; nothing of the operation was kept.
    case busy(path: String, operation: String)
    /// Something stored is damaged; `what` names it.
    case damaged(what: String, reason: String)
    /// The operation failed for a reason of the machine's; nothing of it was kept.
    case failed(operation: String, reason: String)

    // What was asked for.

    /// No case has this id, or one that begins so.
    case noSuchCase(String)
    /// Several cases' ids begin so.
    case ambiguousCase(String, matches: [CaseID])
    /// The id is filed with another image; the two must not be mixed.
    case otherContent(CaseID, stored: String, offered: String)
    /// A mask is on another grid than its case.
    case wrongGrid(CaseID, structure: StructureName, expected: String, found: String)
    /// There is no such prediction, or not of this case.
    case noSuchPrediction(PredictionID)
    /// There is no such review session, or not of this case.
    case noSuchSession(SessionID)
    /// There is no such correction.
    case noSuchCorrection(CorrectionKey)
    /// There is no such job.
    case noSuchJob(Int64)
    /// There is no such model version, or none of a model is in use.
    case noSuchModel(String)
    /// A model's file is not the one that was published.
    case modelFileDamaged(ModelName, reason: String)
    /// A value is out of its range.
    case invalid(what: String, reason: String)
    /// The account's role does not allow it.
    case notAllowed(account: String, action: String, needs: PersonRole)

    // What others did meanwhile.

    /// Someone else has the case open for writing until then, unless they renew.
    case leased(CaseID, reviewer: String, holder: String, until: Date)
    /// This lease is over: it was released, or someone else (named if known) took the case over.
    case leaseLost(CaseID, takenBy: String?)
    /// The case has an unfinished review already.
    case sessionStillOpen(CaseID, SessionID)
    /// The review was finished or abandoned.
    case sessionClosed(SessionID, SessionStatus)
    /// The review was not put aside: it is under way, or was filed.
    case notPutAside(SessionID, SessionStatus)
    /// The journal has another length than the caller believes.
    case journalMoved(SessionID, expected: Int, found: Int)
    /// Another worker has the job now, or it has ended.
    case jobLost(Int64)
    /// A job cannot go from one of these states to the other.
    case illegalJobTransition(Int64, from: JobState, to: JobState)

    // What would mix up or lose a correction.

    /// The masks to be filed are not those that the journal leads to.
    case masksDifferFromJournal(CaseID, StructureName)
    /// The masks are to be filed as accepted unchanged, but differ from the prediction.
    case acceptedButChanged(CaseID, StructureName)
    /// The journal cannot be replayed from this step on.
    case journalDamaged(SessionID, JournalDamage)
}

extension CaseStoreError: CustomStringConvertible {
    /// What is wrong and how to mend it, for the user.
    public var description: String {
        switch self {
        case .notAStore(let path, let reason):
            "\(path) is not a case store: \(reason). Move it away, or choose another folder with --home."
        case .newerVersion(let path, let changes):
            "\(path) was written by a newer Pleura (\(changes.joined(separator: "; "))). Update this one."
        case .notWritable(let path, let reason):
            "\(path) cannot be written: \(reason). Check its permissions and those of its folder, or use --home."
        case .noSpace(let path, let operation):
            "No space is left for \(path): could not \(operation). Nothing was lost; free some space and repeat."
        case .busy(let path, let operation):
            "\(path) is locked by another process: could not \(operation). Nothing was lost; repeat."
        case .damaged(let what, let reason):
            "The stored \(what) is damaged: \(reason). Restore the store from a backup; `pleura doctor` says more."
        case .failed(let operation, let reason):
            "Could not \(operation): \(reason). Nothing was changed; repeat, or ask `pleura doctor`."
        default: requestDescription
        }
    }

    private var requestDescription: String {
        switch self {
        case .noSuchCase(let query): "There is no case \(query). `pleura review` lists the cases."
        case .ambiguousCase(let query, let matches):
            "\(query) may be \(matches.map(\.rawValue).joined(separator: " or ")). Give more of the id."
        case .otherContent(let id, let stored, let offered):
            "Case \(id) is filed with the image \(stored), but this image is \(offered). The series was changed "
                + "after it was imported: import the original, or give the changed one a series UID of its own."
        case .wrongGrid(let id, let structure, let expected, let found):
            "\(structure) is on another grid (\(found)) than case \(id) (\(expected)). Resample it first."
        case .noSuchPrediction(let id): "There is no prediction \(id) for this case. Predict again."
        case .noSuchSession(let id): "There is no review session \(id) for this case. Begin one."
        case .noSuchCorrection(let key):
            "Case \(key.caseID) has no correction \(key.revision). `pleura queue list` lists them."
        case .noSuchJob(let id): "There is no job \(id). `pleura queue list` lists them."
        case .noSuchModel(let name): "There is no model \(name). `pleura models list` lists them."
        case .modelFileDamaged(let name, let reason):
            "The file of model \(name) is not the one that was published: \(reason). Restore it from a backup, "
                + "import it again, or roll back with `pleura models rollback`."
        case .invalid(let what, let reason): "The \(what) cannot be stored: \(reason)."
        case .notAllowed(let account, let action, let needs):
            "The account \(account) may not \(action): that needs the role \(needs.rawValue). Ask an admin for it "
                + "(pleura roles list)."
        default: conflictDescription
        }
    }

    private var conflictDescription: String {
        switch self {
        case .leased(let id, let reviewer, _, let until):
            "\(reviewer) has case \(id) open until \(until.ISO8601Format()). Open it read-only, or try later."
        case .leaseLost(let id, let reviewer):
            "Case \(id) is no longer open for writing here\(reviewer.map { "; \($0) has taken it over" } ?? ""). "
                + "Every step up to now is kept. Open the case again."
        case .sessionStillOpen(let id, let session):
            "Case \(id) has an unfinished review (session \(session)). Resume or abandon it."
        case .sessionClosed(let session, let status):
            "Review session \(session) is \(status.rawValue). Reopen the case to go on."
        case .notPutAside(let session, let status):
            "Review session \(session) is \(status.rawValue), so there is nothing to restore. "
                + "`pleura sessions list` lists what was put aside."
        case .journalMoved(let session, let expected, let found):
            "Session \(session) has \(Plural.count(found, "step")), not \(expected): another window wrote to "
                + "it. Load it again."
        case .jobLost(let id):
            "Job \(id) is no longer this worker's: another has taken it over, or it has ended. Nothing is lost."
        case .illegalJobTransition(let id, let from, let to):
            "Job \(id) is \(from.rawValue) and cannot become \(to.rawValue)."
        case .masksDifferFromJournal(let id, let structure):
            "\(structure) of case \(id) is not what its journal leads to, so it was not filed. Load the review again."
        case .acceptedButChanged(let id, let structure):
            "\(structure) of case \(id) differs from the prediction, so it cannot be filed as accepted unchanged."
        case .journalDamaged(let session, let damage):
            "The journal of session \(session) is damaged: \(damage). Continue from the steps before it."
        default: "The case store failed."
        }
    }
}
