import CaseStore
import CaseWork
import Cases
import Foundation

/// `sessions list --json`: the reviews that were put aside.
package struct SessionsReport: Encodable {
    struct Item: Encodable {
        let `case`: String
        let session: Int64
        let reviewer: String
        let begunAt: Date
        let putAsideAt: Date
        let edits: Int
        let steps: Int
        let slices: [Int]

        enum CodingKeys: String, CodingKey {
            case `case`, session, reviewer, edits, steps, slices
            case begunAt = "begun_at"
            case putAsideAt = "put_aside_at"
        }

        /// A review with its slices counted from 1.
        package init(_ put: PutAsideSession) {
            `case` = put.session.caseID.rawValue
            session = put.session.id.rawValue
            reviewer = put.session.reviewer
            begunAt = put.session.begunAt
            putAsideAt = put.putAsideAt
            edits = put.edits
            steps = put.session.journalLength
            slices = put.slices.map { $0 + 1 }
        }
    }
    let sessions: [Item]

    /// Reviews that were put aside.
    package init(_ found: [PutAsideSession]) { sessions = found.map(Item.init) }
}

extension PutAsideSession {
    /// The review in a line.
    package var line: String {
        let slices = slices.map { "\($0 + 1)" }.joined(separator: " ")
        return "\(session.caseID)  session \(session.id)  \(whenText)  \(session.reviewer)  "
            + "\(edits) \(edits == 1 ? "edit" : "edits")"
            + (slices.isEmpty ? "" : "  \(slices.count == 1 ? "slice" : "slices") \(slices)")
    }
}
