import CaseStore
import Cases
import Foundation
import GRDB
import Volumes

extension SQLiteCaseStore {
    /// See ``CaseStoring/append(_:from:to:lease:state:now:)``.
    public func append(
        _ entries: [JournalEntry], from sequence: Int, to session: SessionID, lease: CaseLease, state: SessionState?,
        now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        let coded = entries.map { ($0, $0.patch.encoded()) }
        try write("write to the journal") { db in
            let row = try Self.requireOpen(session, lease, db)
            let size = try Self.geometry(of: lease.caseID, db).size
            try JournalRules.require(entries, on: size)
            let length: Int = try row.read("journal_length")
            if try !Self.isWritten(coded, from: sequence, length: length, session, db) {
                try JournalRules.requireNext(sequence, behind: length, of: session)
                var hash: String = try row.read("journal_hash")
                for (i, (entry, patch)) in coded.enumerated() {
                    let step = JournalStep(
                        session: session, sequence: sequence + i, entry: entry, patch: patch,
                        reviewer: lease.reviewer, writtenAt: at)
                    hash = try Self.insert(step, behind: hash, db)
                }
            }
            if let state { try Self.save(state, of: session, at, db) }
        }
    }

    /// Whether exactly these steps are the journal's last: the call before was in doubt and is being repeated.
    private static func isWritten(
        _ coded: [(JournalEntry, [UInt8])], from sequence: Int, length: Int, _ session: SessionID, _ db: Database
    ) throws -> Bool {
        guard JournalRules.mayBeWritten(coded.count, from: sequence, length: length) else { return false }
        let rows = try Row.fetchAll(
            db, sql: "SELECT * FROM journal WHERE session_id = ? AND sequence >= ? ORDER BY sequence",
            arguments: [session.rawValue, sequence])
        return try rows.count == coded.count
            && zip(rows, coded).allSatisfy { row, step in
                try row.read("kind") == step.0.kind.rawValue && row.read("structure") == step.0.structure.rawValue
                    && row.read("name") == step.0.name && row.read("slice") == step.0.slice
                    && row.readBytes("patch") == step.1
                    && row.readOptional("part") == step.0.part?.number
                    && row.readOptional("parts") == step.0.part?.count
                    && row.read("digest_after") == Int64(bitPattern: step.0.digestAfter)
            }
    }

    /// See ``CaseStoring/salvage(_:keeping:lease:now:)``.
    public func salvage(
        _ session: SessionID, keeping count: Int, lease: CaseLease, now: Date
    ) throws(CaseStoreError) -> SessionID {
        let at = try StoredTime.encode(now)
        return try write("save the sound steps of a review") { db in
            let row = try Self.requireOpen(session, lease, db)
            let loaded = try Self.loadSession(session, db)
            let damage = try loaded.requireSound(count)
            try Self.closeSession(session, as: .abandoned, at, db)
            let fresh = try Self.copy(loaded, steps: count, lease, at, db)
            try Self.log(
                db, at, lease.reviewer, .sessionSalvaged, .session(session, of: lease.caseID),
                [
                    "into": fresh.description, "kept": String(count),
                    "journalLength": String(loaded.session.journalLength),
                    "journalHash": try row.read("journal_hash"), "damage": damage?.description ?? "none",
                ])
            return fresh
        }
    }

    /// Begins a session with the first steps of another, and with where that one was left.
    static func copy(
        _ loaded: LoadedSession, steps count: Int, _ lease: CaseLease, _ at: Int64, _ db: Database
    ) throws -> SessionID {
        let old = loaded.session
        let fresh = try insertSession(old.prediction, old.startsFrom, lease, at, db)
        var hash = ""
        let steps = try Row.fetchAll(
            db, sql: "SELECT * FROM journal WHERE session_id = ? AND sequence <= ? ORDER BY sequence",
            arguments: [old.id.rawValue, count])
        for row in steps { hash = try insert(JournalStep(row).moved(to: fresh), behind: hash, db) }
        try save(loaded.state, of: fresh, at, db)
        return fresh
    }

    private static func insert(_ step: JournalStep, behind previous: String, _ db: Database) throws -> String {
        let hash = step.hash(behind: previous)
        try db.execute(
            sql: """
                INSERT INTO journal (session_id, sequence, kind, structure, name, slice, patch, digest_after,
                    reviewer, written_at, hash, part, parts)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                step.session.rawValue, step.sequence, step.entry.kind.rawValue, step.entry.structure.rawValue,
                step.entry.name, step.entry.slice, Data(step.patch), Int64(bitPattern: step.entry.digestAfter),
                step.reviewer, step.writtenAt, hash, step.entry.part?.number, step.entry.part?.count,
            ])
        try db.execute(
            sql: "UPDATE sessions SET journal_length = ?, journal_hash = ?, touched_at = ? WHERE id = ?",
            arguments: [step.sequence, hash, step.writtenAt, step.session.rawValue])
        return hash
    }

    static func readJournal(
        _ session: ReviewSession, hash last: String, _ db: Database
    ) throws -> (read: JournalReader, damage: JournalDamage?) {
        var reader = JournalReader(session)
        let rows = try Row.fetchCursor(
            db, sql: "SELECT * FROM journal WHERE session_id = ? ORDER BY sequence",
            arguments: [session.id.rawValue])
        while let row = try rows.next() {
            do {
                let (step, hash) = (try JournalStep(row), try row.read("hash", as: String.self))
                if let damage = reader.read(step, hash: hash) { return (reader, damage) }
            } catch let error as CaseStoreError {
                return (reader, reader.damage(error.reasonOfDamage))
            }
        }
        let damage = reader.end(hash: last)
        return (reader, damage)
    }
}

extension JournalStep {
    /// - Throws: ``CaseStoreError/damaged(what:reason:)``.
    init(_ row: Row) throws {
        let patch = try row.readBytes("patch")
        let decoded: MaskPatch
        do { decoded = try MaskPatch(decoding: patch) } catch {
            throw CaseStoreError.damaged(what: "step", reason: error.description)
        }
        var part: EditPart?
        if let number = try row.readOptional("part", as: Int.self) {
            part = EditPart(number, of: try row.read("parts"))
        }
        guard part?.count == (try row.readOptional("parts", as: Int.self)) else {
            throw CaseStoreError.damaged(what: "step", reason: "it is no part of an edit")
        }
        self.init(
            session: SessionID(rawValue: try row.read("session_id")), sequence: try row.read("sequence"),
            entry: JournalEntry(
                kind: try row.readRaw("kind"), structure: StructureName(rawValue: try row.read("structure")),
                name: try row.read("name"), slice: try row.read("slice"), patch: decoded,
                digestAfter: UInt64(bitPattern: try row.read("digest_after", as: Int64.self)), part: part),
            patch: patch, reviewer: try row.read("reviewer"), writtenAt: try row.read("written_at"))
    }
}
