import CaseStore
import CaseWork
import Cases
import Foundation
import Volumes

/// A job with all that is known of it.
struct JobReport: Encodable {
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

    init(_ job: Job, store: any CaseStoring, home: URL) throws {
        let run = QueueReport.Run(job)
        (id, state, model) = (run.id, run.state, run.model)
        (corrections, progress, result) = (run.corrections, run.progress, run.result)
        attempts = job.attempts
        telemetry = job.telemetry.map(Telemetry.init)
        let version = try store.models().last { $0.lineage.job == job.id }
        candidate = version?.name.rawValue
        gate = version?.evaluation.map(GateTable.init)
        replay = try store.replay(ofJob: job.id)?.cases.map(ReplayedCase.init)
        log = JobFolder(home: home, job: job.id).logTail(20)
    }

    func printForPeople() {
        print(
            "job \(id)  \(state)  \(model)  \(Plural.count(corrections.count, "correction"))  "
                + "\(Int(progress * 100)) %")
        if let result { print(result) }
        if let telemetry {
            let left = telemetry.secondsLeft.map { ", \(Int($0)) s left" } ?? ""
            print("\(telemetry.activity), epoch \(telemetry.epoch) of \(telemetry.epochs)\(left)")
        }
        if let gate {
            print("")
            for line in gate.lines { print(line) }
        }
        if let replay {
            print("\nreplay: what the new model proposes for the corrected cases, surface Dice before → after")
            for item in replay {
                let scores = item.structures.map { each in
                    "\(each.name) \(GateTable.number(each.before.value)) → \(GateTable.number(each.after.value))"
                }
                print("  \(item.caseID)  \(scores.joined(separator: "  "))")
            }
        }
        if !log.isEmpty {
            print("\nlog")
            for line in log { print("  \(line)") }
        }
    }
}
