import CaseStore
import Cases
import Foundation
import GRDB

extension SQLiteCaseStore {
    /// See ``TeamStoring/assign(_:to:by:now:)``.
    public func assign(_ id: CaseID, to assignee: String?, by actor: String, now: Date) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try AssignmentRules.require(assignee: assignee)
        try write("assign a case") { db in
            _ = try Self.requireCase(id, db)
            try db.execute(
                sql: "INSERT INTO assignments (case_id, assignee, actor, at) VALUES (?, ?, ?, ?)",
                arguments: [id.rawValue, assignee, actor, at])
            try Self.log(db, at, actor, .caseAssigned, .wholeCase(id), ["to": assignee ?? "nobody"])
        }
    }

    /// See ``TeamStoring/mark(_:_:comment:by:now:)``.
    public func mark(
        _ id: CaseID, _ mark: CaseMark.Kind, comment: String, by actor: String, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try write("mark a case") { db in
            _ = try Self.requireCase(id, db)
            try db.execute(
                sql: "INSERT INTO marks (case_id, kind, comment, actor, at) VALUES (?, ?, ?, ?, ?)",
                arguments: [id.rawValue, mark.rawValue, comment, actor, at])
            try Self.log(
                db, at, actor, AuditAction(mark), .wholeCase(id), comment.isEmpty ? [:] : ["comment": comment])
        }
    }

    /// See ``TeamStoring/judge(_:_:comment:by:now:)``.
    public func judge(
        _ key: CorrectionKey, _ verdict: Approval.Verdict, comment: String, by actor: String, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try verdict.requireJudgement()
        try write("judge a correction") { db in
            try require(.approver, to: "approve a correction or send it back", db)
            try Self.summary(key, db).requireJudgeable(by: actor)
            try Self.insert(verdict, of: key, comment, actor, at, db)
            try Self.touch(key.caseID, at, db)
            try Self.log(
                db, at, actor, verdict.action, .correction(key), comment.isEmpty ? [:] : ["comment": comment])
        }
    }

    /// See ``TeamStoring/approval(of:)``.
    public func approval(of key: CorrectionKey) throws(CaseStoreError) -> Approval? {
        try read("read an approval") { db in try Self.summary(key, db).approval }
    }

    /// See ``TeamStoring/save(_:of:for:now:)``.
    public func save(
        _ estimate: CaseEstimate, of prediction: PredictionID, for id: CaseID, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try estimate.requireValid()
        try write("save an estimate") { db in
            let isOfCase = try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM predictions WHERE id = ? AND case_id = ?)",
                arguments: [prediction.rawValue, id.rawValue])
            guard isOfCase == true else { throw CaseStoreError.noSuchPrediction(prediction) }
            try db.execute(
                sql: """
                    INSERT INTO estimates (case_id, prediction_id, effort_seconds, uncertainty, at)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [id.rawValue, prediction.rawValue, estimate.effortSeconds, estimate.uncertainty, at])
        }
    }

    // MARK: Shared with the corrections

    /// Call in the transaction that files the correction.
    static func requestApproval(of key: CorrectionKey, by actor: String, _ at: Int64, _ db: Database) throws {
        try insert(.requested, of: key, "", actor, at, db)
        try log(db, at, actor, .approvalRequested, .correction(key))
    }

    private static func insert(
        _ verdict: Approval.Verdict, of key: CorrectionKey, _ comment: String, _ actor: String, _ at: Int64,
        _ db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO approvals (case_id, revision, verdict, comment, actor, at) VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [key.caseID.rawValue, key.revision, verdict.rawValue, comment, actor, at])
    }

    /// The approval in a row of a query that joins the newest one.
    static func approval(_ row: Row) throws -> Approval? {
        guard try row.readOptional("verdict", as: String.self) != nil else { return nil }
        return Approval(
            verdict: try row.readRaw("verdict"), comment: try row.read("approval_comment"),
            actor: try row.read("approval_actor"), at: try row.readDate("approval_at"))
    }
}
