import CaseStore
import Cases
import Foundation
import GRDB

extension SQLiteCaseStore {
    /// A line of the worklist from its row.
    static func worklistItem(_ row: Row) throws -> WorklistItem {
        let record = try caseRecord(row)
        let session = try row.readOptional("session_id", as: Int64.self).map(SessionID.init(rawValue:))
        let revision = try row.readOptional("revision", as: Int.self)
        let approval = try approval(row)
        let deferral = try deferral(row)
        var held: HeldCase?
        if let holder = try row.readOptional("holder", as: String.self) {
            held = HeldCase(
                reviewer: try row.read("held_by"), holder: holder, expiresAt: try row.readDate("expires_at"))
        }
        let model = try row.readOptional("model", as: String.self).map(ModelName.init(rawValue:))
        let structures = model == nil ? record.structures : try row.readJSON("predicted", as: [StructureName].self)
        let effort = try row.readOptional("effort_seconds", as: Double.self)
        let uncertainty = try row.readOptional("uncertainty", as: Double.self)
        return WorklistItem(
            record: record,
            status: CaseStatus(
                isDeferred: deferral != nil, hasOpenSession: session != nil,
                correction: revision == nil ? nil : try row.readRaw("correction_status"),
                approval: approval?.verdict), revision: revision,
            reviewer: try row.readOptional(session != nil ? "begun_by" : "corrected_by"), heldBy: held,
            touchedAt: try row.readDate("last_touched"), structures: structures.sorted(), model: model,
            openSession: session, assignee: try row.readOptional("assignee"), deferral: deferral,
            flag: try flag(row), approval: approval,
            estimate: effort == nil && uncertainty == nil
                ? nil : CaseEstimate(effortSeconds: effort, uncertainty: uncertainty),
            activeSeconds: try row.readOptional("active_seconds"))
    }

    private static func deferral(_ row: Row) throws -> CaseMark? {
        guard let at = try row.readOptional("deferred_at", as: Int64.self) else { return nil }
        guard
            CaseMark.isDeferred(
                since: at, lastStepAt: try row.readOptional("session_touched"),
                lastFiledAt: try row.readOptional("filed_at"))
        else { return nil }
        return CaseMark(
            comment: try row.read("deferred_because"), actor: try row.read("deferred_by"), at: StoredTime.decode(at))
    }

    private static func flag(_ row: Row) throws -> CaseMark? {
        guard try row.readOptional("flag", as: String.self) == CaseMark.Kind.flagged.rawValue else { return nil }
        return CaseMark(
            comment: try row.read("flagged_because"), actor: try row.read("flagged_by"),
            at: try row.readDate("flagged_at"))
    }
}
