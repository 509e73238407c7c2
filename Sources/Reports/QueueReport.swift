import CaseStore
import Cases
import Foundation
import Volumes

/// The queue as the contract's JSON has it.
package struct QueueReport: Encodable {
    struct Structure: Encodable {
        let name: String
        let score: JSONNumber
        let addedPathLength: Double

        enum CodingKeys: String, CodingKey {
            case name
            case score = "surface_dice_prediction"
            case addedPathLength = "added_path_length_mm"
        }
    }

    /// A correction.
    package struct Item: Encodable {
        let caseID: String
        let revision: Int
        let status: String
        let reason: String?
        let isSuperseded: Bool
        let structures: [Structure]
        let slicesTouched: [Int]
        let activeSeconds: Double
        let reviewer: String
        let model: String
        let filedAt: Date
        /// `requested`, `approved` or `returned`; `null` where no second person is asked.
        let approval: String?

        enum CodingKeys: String, CodingKey {
            case caseID = "case"
            case revision, status, reason, structures, reviewer, model, approval
            case isSuperseded = "superseded"
            case slicesTouched = "slices_touched"
            case activeSeconds = "active_seconds"
            case filedAt = "filed_at"
        }

        /// A correction of the store.
        package init(_ summary: CorrectionSummary) {
            caseID = summary.key.caseID.rawValue
            revision = summary.key.revision
            status = summary.status.rawValue
            reason = summary.reason
            isSuperseded = summary.isSuperseded
            structures = summary.outcomes.map {
                Structure(
                    name: $0.name.rawValue, score: JSONNumber($0.surfaceDiceAgainstPrediction),
                    addedPathLength: $0.addedPathLength.value)
            }
            slicesTouched = summary.slicesTouched
            activeSeconds = summary.activeSeconds
            reviewer = summary.reviewer
            model = summary.model.rawValue
            filedAt = summary.filedAt
            approval = summary.approval?.verdict.rawValue
        }
    }

    /// A job.
    package struct Run: Encodable {
        struct Key: Encodable {
            let caseID: String
            let revision: Int

            enum CodingKeys: String, CodingKey {
                case caseID = "case"
                case revision
            }
        }

        let id: Int64
        let state: String
        let model: String
        let corrections: [Key]
        let progress: Double
        let result: String?

        /// A job of the store.
        package init(_ job: Job) {
            id = job.id
            state = job.state.rawValue
            model = job.model.rawValue
            corrections = job.corrections.map { Key(caseID: $0.caseID.rawValue, revision: $0.revision) }
            progress = job.progress
            result = job.result
        }
    }

    let corrections: [Item]
    let jobs: [Run]
    /// What could not be read of the store.
    package let warnings: [String]
    /// For people.
    package let lines: [String]

    enum CodingKeys: String, CodingKey { case corrections, jobs, warnings }

    /// What the queue of a store holds: corrections, the newest first, and jobs.
    package init(of store: any CaseStoring) throws {
        let (list, all) = (try store.corrections(), try store.jobs())
        corrections = list.corrections.map(Item.init)
        jobs = all.map(Run.init)
        warnings = list.damaged.map { "damaged: \($0.what): \($0.reason)" }
        lines = (list.corrections.isEmpty ? ["No corrections yet."] : list.corrections.map(\.line)) + all.map(\.line)
    }

    /// Jobs alone.
    package init(jobs all: [Job]) {
        (corrections, jobs, warnings, lines) = ([], all.map(Run.init), [], all.map(\.line))
    }
}

extension CorrectionSummary {
    /// The correction in a line.
    package var line: String {
        let scores = outcomes.map { outcome in
            let score = SurfaceDiceText.short(outcome.surfaceDiceAgainstPrediction)
            return "\(outcome.name) \(score)"
        }.joined(separator: "  ")
        let note = isSuperseded ? "  (superseded)" : ""
        return "\(key.caseID)  r\(key.revision)  \(status.rawValue)  \(scores)  "
            + "\(Plural.count(slicesTouched.count, "slice"))  \(reviewer)\(note)"
    }
}
