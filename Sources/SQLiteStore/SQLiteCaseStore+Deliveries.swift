import CaseStore
import Cases
import Foundation
import GRDB

extension SQLiteCaseStore {
    /// See ``DeliveryStoring/send(_:by:actor:now:)``.
    public func send(
        _ id: CaseID, by route: DeliveryRoute, actor: String, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try route.requireValid()
        try write("keep where the corrections of a case go") { db in
            _ = try Self.requireCase(id, db)
            try db.execute(
                sql: "INSERT INTO delivery_routes (case_id, node, forms, actor, at) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    id.rawValue, route.node, StoredJSON.encode(route.forms, what: "forms"), actor, at,
                ])
            try Self.log(db, at, actor, .caseRouted, .wholeCase(id), route.logged)
        }
    }

    /// See ``DeliveryStoring/deliveryRoutes()``.
    public func deliveryRoutes() throws(CaseStoreError) -> [CaseID: DeliveryRoute] {
        try read("read where corrections go") { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT case_id, node, forms FROM delivery_routes
                    WHERE sequence IN (SELECT max(sequence) FROM delivery_routes GROUP BY case_id)
                    """)
            var routes: [CaseID: DeliveryRoute] = [:]
            for row in rows {
                routes[CaseID(rawValue: try row.read("case_id"))] = DeliveryRoute(
                    node: try row.read("node"), forms: try row.readJSON("forms"))
            }
            return routes
        }
    }

    /// See ``DeliveryStoring/keep(_:by:now:)``.
    public func keep(_ attempt: DeliveryAttempt, by actor: String, now: Date) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try attempt.requireValid()
        try write("keep what became of sending a correction") { db in
            let key = attempt.key
            _ = try Self.summary(key, db)
            let place: StatementArguments = [key.caseID.rawValue, key.revision, attempt.node, attempt.form]
            let isSent =
                try Bool.fetchOne(
                    db,
                    sql: """
                        SELECT EXISTS (SELECT 1 FROM deliveries
                        WHERE case_id = ? AND revision = ? AND node = ? AND form = ? AND object IS NOT NULL)
                        """, arguments: place) ?? false
            guard !isSent else { throw attempt.sentBefore }
            var (object, reason, isSilent): (String?, String?, Bool) = (nil, nil, false)
            switch attempt.result {
            case .sent(let uid): object = uid
            case .failed(let why, let silent): (reason, isSilent) = (why, silent)
            }
            try db.execute(
                sql: """
                    INSERT INTO deliveries (case_id, revision, node, form, object, reason, is_silent, actor, at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """, arguments: place + [object, reason, isSilent, actor, at])
            if let object {
                try Self.log(
                    db, at, actor, .correctionSent, .correction(key),
                    ["to": attempt.node, "as": attempt.form, "object": object])
            }
        }
    }

    /// See ``DeliveryStoring/deliveries()``.
    public func deliveries() throws(CaseStoreError) -> [Delivery] {
        try read("read what was sent") { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT deliveries.*, attempts FROM deliveries JOIN (
                        SELECT max(sequence) AS last, count(*) AS attempts FROM deliveries
                        GROUP BY case_id, revision, node, form) ON sequence = last
                    ORDER BY sequence
                    """)
            return try rows.map { row in
                let object = try row.readOptional("object", as: String.self)
                let key = CorrectionKey(
                    caseID: CaseID(rawValue: try row.read("case_id")), revision: try row.read("revision"))
                return Delivery(
                    last: DeliveryAttempt(
                        key, to: try row.read("node"), as: try row.read("form"),
                        try object.map { .sent(object: $0) }
                            ?? .failed(row.read("reason"), isSilent: row.read("is_silent"))),
                    attempts: try row.read("attempts"), at: try row.readDate("at"))
            }
        }
    }
}
