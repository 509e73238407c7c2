import Cases
import Foundation

/// What a patient's cases are for.
public enum PatientRole: String, Hashable, Sendable, Codable {
    /// Corrections are trained on.
    case training
    /// Corrections judge models, and are never trained on.
    case holdOut = "hold-out"
}

/// Who is held out. A patient's role is drawn by keyed hash when the store first sees the patient, and stays, whatever
/// is reopened, imported again or trained. See ``CaseStoring`` for what holds for every operation.
public protocol HoldOutStoring: Sendable {
    /// Says whose a case is. The first answer stays: a case that has its patient keeps it, and an image that another
    /// case holds as well belongs to that case's patient, whatever the files say.
    /// - Parameter share: how many of all patients are to be held out, 0…1; only for patients that are new.
    /// - Throws: ``CaseStoreError/damaged(what:reason:)`` if the key is not the one that the store's patients were
    ///   hashed with.
    @discardableResult
    func assignPatient(
        _ patient: PatientKey, to id: CaseID, holdOutShare share: Double, by actor: String, now: Date
    ) throws(CaseStoreError) -> PatientRole

    /// The role of a case's patient; `nil` if nobody said whose it is.
    func role(of id: CaseID) throws(CaseStoreError) -> PatientRole?

    /// The patients of all cases, by hash, with their roles.
    func patients() throws(CaseStoreError) -> [CaseID: AssignedPatient]
}

/// A case's patient as the store knows it.
public struct AssignedPatient: Hashable, Sendable {
    /// The patient's hash.
    public let key: String
    /// What the patient's cases are for.
    public let role: PatientRole

    /// A value from its parts, as a store reads it.
    package init(key: String, role: PatientRole) {
        self.key = key
        self.role = role
    }
}
