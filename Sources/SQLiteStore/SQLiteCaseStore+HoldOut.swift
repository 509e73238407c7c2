import CaseStore
import Cases
import Foundation
import GRDB

extension SQLiteCaseStore {
    /// See ``HoldOutStoring/assignPatient(_:to:holdOutShare:by:now:)``.
    @discardableResult
    public func assignPatient(
        _ patient: PatientKey, to id: CaseID, holdOutShare share: Double, by actor: String, now: Date
    ) throws(CaseStoreError) -> PatientRole {
        let at = try StoredTime.encode(now)
        try PatientKey.require(holdOutShare: share)
        return try write("assign a patient") { db in
            try Self.assign(patient, to: id, holdOutShare: share, at, actor, db)
        }
    }

    /// Call in a transaction.
    @discardableResult
    static func assign(
        _ patient: PatientKey, to id: CaseID, holdOutShare share: Double, _ at: Int64, _ actor: String, _ db: Database
    ) throws -> PatientRole {
        _ = try Self.requireCase(id, db)
        try Self.requireKey(of: patient, db)
        if let role = try Self.role(of: id, db) { return role }
        // The same image under another name is the same patient.
        let twin = try String.fetchOne(
            db,
            sql: """
                SELECT p.patient_key FROM case_patients p JOIN cases c ON c.id = p.case_id
                WHERE c.content_digest = (SELECT content_digest FROM cases WHERE id = ?) ORDER BY c.number LIMIT 1
                """,
            arguments: [id.rawValue])
        let key = twin ?? patient.hash
        let known = try String.fetchOne(db, sql: "SELECT role FROM patients WHERE key = ?", arguments: [key])
        if known == nil {
            let role = patient.role(holdOutShare: share)
            try db.execute(
                sql: "INSERT INTO patients (key, role, seen_at) VALUES (?, ?, ?)",
                arguments: [key, role.rawValue, at])
            try Self.log(db, at, actor, .patientAssigned, .patient(key: key), ["role": role.rawValue])
        }
        try db.execute(
            sql: "INSERT INTO case_patients (case_id, patient_key) VALUES (?, ?)", arguments: [id.rawValue, key])
        guard let role = try Self.role(of: id, db) else {
            throw CaseStoreError.damaged(what: "patient of case \(id)", reason: "it was written and is gone")
        }
        return role
    }

    /// Keeps the key's fingerprint with the first patient, and refuses another key from then on.
    private static func requireKey(of patient: PatientKey, _ db: Database) throws {
        if let known = try String.fetchOne(db, sql: "SELECT fingerprint FROM patient_hash_key") {
            try patient.requireKey(known)
        } else {
            try db.execute(
                sql: "INSERT INTO patient_hash_key (id, fingerprint) VALUES (1, ?)",
                arguments: [patient.keyFingerprint])
        }
    }

    /// See ``HoldOutStoring/role(of:)``.
    public func role(of id: CaseID) throws(CaseStoreError) -> PatientRole? {
        try read("find a case's role") { db in try Self.role(of: id, db) }
    }

    static func role(of id: CaseID, _ db: Database) throws -> PatientRole? {
        let text = try String.fetchOne(
            db,
            sql: "SELECT role FROM patients JOIN case_patients ON key = patient_key WHERE case_id = ?",
            arguments: [id.rawValue])
        guard let text else { return nil }
        guard let role = PatientRole(rawValue: text) else {
            throw CaseStoreError.damaged(what: "patient of case \(id)", reason: "the role is unknown")
        }
        return role
    }

    /// See ``HoldOutStoring/patients()``.
    public func patients() throws(CaseStoreError) -> [CaseID: AssignedPatient] {
        try read("list the patients") { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT case_id, key, role FROM patients JOIN case_patients ON key = patient_key")
            return Dictionary(
                try rows.map {
                    (
                        CaseID(rawValue: try $0.read("case_id")),
                        AssignedPatient(key: try $0.read("key"), role: try $0.readRaw("role"))
                    )
                }, uniquingKeysWith: { first, _ in first })
        }
    }
}
