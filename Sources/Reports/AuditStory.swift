import CaseStore
import Cases
import Foundation

/// What was done to one case, by whom and when, as the append-only log has it, with the jobs and models it went into.
package struct AuditStory: Encodable {
    /// A row of the log.
    package struct Row: Encodable {
        let sequence: Int
        let at: Date
        let actor: String
        let action: String
        let subject: String
        let details: String
        let hash: String

        /// The row in a line.
        package var line: String { "\(sequence)  \(at.ISO8601Format())  \(actor)  \(action)  \(subject)  \(details)" }
    }

    /// The case's id.
    let caseID: String
    /// `training` or `hold-out`; `null` before anybody said whose it is.
    let role: PatientRole?
    let rows: [Row]

    enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case role, rows
    }

    /// All rows behind a number.
    package static func rows(of store: any CaseStoring, after: Int) throws -> [Row] {
        var rows: [Row] = []
        var last = after
        while true {
            let page = try store.audit(after: last, limit: 1000)
            guard let end = page.last else { return rows }
            last = end.sequence
            rows += page.map {
                Row(
                    sequence: $0.sequence, at: $0.at, actor: $0.actor, action: $0.action, subject: $0.subject,
                    details: $0.details, hash: $0.hash)
            }
        }
    }

    /// The rows that are about the case: its own, those of its second readings, those of its patient, of the jobs that
    /// trained on it, and of the models that these jobs made.
    package init(of id: CaseID, _ all: [Row], _ store: any CaseStoring) throws {
        let assigned = try store.patients()[id]
        caseID = id.rawValue
        role = assigned?.role
        let cases = Set([id] + (try store.readings(of: id)).map(\.id))
        let patient = assigned.map { AuditSubject.patient(key: $0.key) }
        let jobs = Set(try store.jobs().filter { $0.corrections.contains { $0.caseID == id } }.map(\.id))
        let models = Set(try store.models().filter { $0.lineage.job.map(jobs.contains) == true }.map(\.name))
        rows = all.filter { row in
            switch AuditSubject(row.subject) {
            case .wholeCase(let id), .session(_, let id): cases.contains(id)
            case .correction(let key): cases.contains(key.caseID)
            case .job(let id): jobs.contains(id)
            case .model(let name): models.contains(name)
            case .patient(let key): patient == .patient(key)
            case .account, nil: false
            }
        }
    }

    /// A row in words.
    struct Entry: Encodable {
        let at: Date
        let who: String
        let what: String
    }

    /// What was done to the case itself, in words: jobs and models that came of it are left out.
    var entries: [Entry] {
        rows.filter { row in
            switch AuditSubject(row.subject) {
            case .wholeCase, .session, .correction: true
            default: false
            }
        }.map { row in
            let about = about(row.subject)
            return Entry(
                at: row.at, who: Self.person(row.actor),
                what: Self.sentence(row.action) + (about.isEmpty ? "" : ", \(about)"))
        }
    }

    /// For people, line by line.
    package var lines: [String] {
        var lines: [String] = []
        lines.append("case \(caseID)")
        if let role {
            lines.append("its patient is for \(role == .holdOut ? "judging models (hold-out)" : "training")")
        }
        for row in rows {
            var about = self.about(row.subject)
            if !about.isEmpty { about = "  \(about)" }
            let details = Self.words(row.details)
            lines.append(
                "\(row.at.ISO8601Format())  \(Self.person(row.actor))  \(Self.sentence(row.action))\(about)"
                    + (details.isEmpty ? "" : "  (\(details))"))
        }
        return lines
    }

    /// What a row is about, in words that leave out the case that all of them are about.
    private func about(_ subject: String) -> String {
        switch AuditSubject(subject) {
        case .wholeCase(CaseID(rawValue: caseID)): ""
        case .session(let session, CaseID(rawValue: caseID)): "session \(session)"
        case .correction(let key) where key.caseID.rawValue == caseID: "revision \(key.revision)"
        default: subject
        }
    }

    /// A worker signs with the whole of its process, so that two are told apart; people need not read it.
    static func person(_ actor: String) -> String { LeaseHolder(actor) == nil ? actor : "worker" }

    /// Hashes and ids are for machines; they are in the JSON.
    private static func words(_ details: String) -> String {
        let known = (try? JSONDecoder().decode([String: String].self, from: Data(details.utf8))) ?? [:]
        return known.sorted { $0.key < $1.key }
            .filter { $0.value.count < 200 && !($0.value.count >= 40 && $0.value.allSatisfy(\.isHexDigit)) }
            .map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    }

    private static func sentence(_ action: String) -> String {
        let sentences = [
            "case.registered": "registered it", "case.updated": "brought it up to date",
            "lease.taken-over": "took it over from a process that was gone", "prediction.saved": "predicted it",
            "session.begun": "began a review", "session.abandoned": "put a review aside",
            "session.restored": "went on with a review that was put aside",
            "session.salvaged": "went on from a damaged review", "correction.filed": "filed a correction",
            "correction.approval-requested": "asked for approval", "correction.approved": "approved the correction",
            "correction.returned": "sent the correction back", "case.assigned": "assigned it",
            "case.deferred": "put it off", "case.flagged": "flagged it", "case.unflagged": "took the flag down",
            "case.structures-listed": "changed its list of structures",
            "case.routed": "said where its corrections go", "correction.sent": "sent the correction",
            "reading.begun": "began a second reading", "job.queued": "queued a job with it",
            "job.moved": "moved the job on", "job.taken-over": "took the job over",
            "job.cancel-requested": "asked to cancel the job", "model.published": "published the model",
            "model.promoted": "put the model in use", "patient.assigned": "gave its patient a role",
        ]
        return sentences[action] ?? action
    }
}
