import CaseWork
import Cases
import Volumes

/// What went into a job, or would, and what did not.
package struct QueueAddReport: Encodable {
    struct LeftOut: Encodable {
        let caseID: String
        let revision: Int
        let reason: String

        enum CodingKeys: String, CodingKey {
            case caseID = "case"
            case revision, reason
        }
    }

    let job: QueueReport.Run?
    let model: String
    let isDry: Bool
    let corrections: [QueueReport.Run.Key]
    let leftOut: [LeftOut]

    enum CodingKeys: String, CodingKey {
        case job, model, corrections
        case isDry = "dry_run"
        case leftOut = "left_out"
    }

    /// A selection, and the job where one was queued.
    package init(_ selection: TrainingSelection, model: ModelName, job: Job?, isDry: Bool) {
        self.job = job.map(QueueReport.Run.init)
        self.model = model.rawValue
        self.isDry = isDry
        corrections = selection.chosen.map {
            QueueReport.Run.Key(caseID: $0.key.caseID.rawValue, revision: $0.key.revision)
        }
        leftOut = selection.leftOut.map {
            LeftOut(
                caseID: $0.candidate.key.caseID.rawValue, revision: $0.candidate.key.revision,
                reason: $0.obstacle.description)
        }
    }

    /// Whether there is nothing to train on.
    package var isEmpty: Bool { corrections.isEmpty }

    /// For people, line by line.
    package var lines: [String] {
        var lines: [String] = []
        for key in corrections { lines.append("in    \(key.caseID)  r\(key.revision)") }
        for other in leftOut { lines.append("out   \(other.caseID)  r\(other.revision)  \(other.reason)") }
        if let job {
            lines.append(
                "Job \(job.id) of \(model) is waiting with \(Plural.count(corrections.count, "correction")). "
                    + "To work on it: pleura worker"
            )
        } else if corrections.isEmpty {
            lines.append("There is no correction to train \(model) on.")
        } else {
            lines.append("\(Plural.count(corrections.count, "correction")) would go in, for \(model).")
        }
        return lines
    }
}
