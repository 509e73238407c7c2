import CaseStore
import CaseWork
import Cases
import Foundation
import Volumes

/// A job with all that is known of it.
package struct JobReport: Encodable {
    struct Telemetry: Encodable {
        let epoch: Int
        let epochs: Int
        let step: Int
        let steps: Int
        let losses: [Double]
        let secondsLeft: Double?
        let holdOutSurfaceDice: Double?
        let activity: String

        enum CodingKeys: String, CodingKey {
            case epoch, epochs, step, steps, losses, activity
            case secondsLeft = "seconds_left"
            case holdOutSurfaceDice = "hold_out_surface_dice"
        }

        init(_ told: JobTelemetry) {
            (epoch, epochs, step, steps) = (told.epoch, told.epochs, told.step, told.steps)
            (losses, secondsLeft, activity) = (told.losses, told.secondsLeft, told.activity)
            holdOutSurfaceDice = told.holdOutSurfaceDice
        }
    }

    struct ReplayedCase: Encodable {
        struct Structure: Encodable {
            let name: String
            let before: JSONNumber
            let after: JSONNumber
            let tolerance: Double

            enum CodingKeys: String, CodingKey {
                case name
                case before = "surface_dice_before"
                case after = "surface_dice_after"
                case tolerance = "tolerance_mm"
            }
        }

        let caseID: String
        let revision: Int
        let structures: [Structure]

        enum CodingKeys: String, CodingKey {
            case caseID = "case"
            case revision, structures
        }

        init(_ replayed: ReplayReport.Case) {
            caseID = replayed.correction.caseID.rawValue
            revision = replayed.correction.revision
            structures = replayed.structures.map {
                Structure(
                    name: $0.name.rawValue, before: JSONNumber($0.before), after: JSONNumber($0.after),
                    tolerance: $0.tolerance.value)
            }
        }
    }

    let id: Int64
    let state: String
    let model: String
    let corrections: [QueueReport.Run.Key]
    let progress: Double
    let result: String?
    let attempts: Int
    let candidate: String?
    let telemetry: Telemetry?
    let gate: GateTable?
    let replay: [ReplayedCase]?
    let log: [String]

    /// A job.
    /// - Parameters:
    ///   - version: the candidate that the job made, if it made one.
    ///   - replayed: what old and new model propose for the corrected cases.
    ///   - log: the end of the job's log.
    package init(_ job: Job, version: ModelVersion?, replayed: ReplayReport?, log: [String]) {
        let run = QueueReport.Run(job)
        (id, state, model) = (run.id, run.state, run.model)
        (corrections, progress, result) = (run.corrections, run.progress, run.result)
        attempts = job.attempts
        telemetry = job.telemetry.map(Telemetry.init)
        candidate = version?.name.rawValue
        gate = version?.evaluation.map(GateTable.init)
        replay = replayed?.cases.map(ReplayedCase.init)
        self.log = log
    }

    /// For people, line by line.
    package var lines: [String] {
        var lines: [String] = []
        lines.append(
            "job \(id)  \(state)  \(model)  \(Plural.count(corrections.count, "correction"))  "
                + "\(Int(progress * 100)) %")
        if let result { lines.append(result) }
        if let telemetry {
            let left = telemetry.secondsLeft.map { ", \(Int($0)) s left" } ?? ""
            lines.append("\(telemetry.activity), epoch \(telemetry.epoch) of \(telemetry.epochs)\(left)")
        }
        if let gate {
            lines.append("")
            for line in gate.lines { lines.append(line) }
        }
        if let replay {
            lines.append("\nreplay: what the new model proposes for the corrected cases, surface Dice before → after")
            for item in replay {
                let scores = item.structures.map { each in
                    "\(each.name) \(GateTable.number(each.before.value)) → \(GateTable.number(each.after.value))"
                }
                lines.append("  \(item.caseID)  \(scores.joined(separator: "  "))")
            }
        }
        if replay == nil, let candidate, gate?.prompts != nil {
            lines.append("\nno replay: \(candidate) answers prompts and predicts nothing by itself")
        }
        if !log.isEmpty {
            lines.append("\nlog")
            for line in log { lines.append("  \(line)") }
        }
        return lines
    }
}

extension Job {
    /// The job in a line.
    package var line: String {
        "job \(id)  \(state.rawValue)  \(model)  \(Plural.count(corrections.count, "correction"))  "
            + "\(Int(progress * 100)) %  "
            + (result ?? telemetry?.activity ?? "")
    }
}
