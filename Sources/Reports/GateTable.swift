import Cases
import Foundation
import Volumes

/// The gate's report as JSON and as a table.
struct GateTable: Encodable {
    struct Pair: Encodable {
        let patient: String
        let incumbent: Double
        let candidate: Double
    }

    /// How many prompts were needed, by models that answer them.
    struct Prompts: Encodable {
        let slices: Int
        let aim: Double
        /// `null` where half of the slices never got there.
        let incumbent: JSONNumber
        let candidate: JSONNumber
        let unmeasured: [String]

        enum CodingKeys: String, CodingKey {
            case slices, unmeasured
            case aim = "surface_dice"
            case incumbent = "median_incumbent"
            case candidate = "median_candidate"
        }

        init(_ prompts: GateReport.Prompts) {
            (slices, aim) = (prompts.slices, prompts.aim)
            incumbent = JSONNumber(prompts.incumbentMedian.map(Double.init))
            candidate = JSONNumber(prompts.candidateMedian.map(Double.init))
            unmeasured = prompts.unmeasured.map(\.rawValue)
        }
    }

    struct Structure: Encodable {
        let name: String
        let tolerance: Double
        let meanGain: Double
        let lowerBound: Double
        let upperBound: Double
        let isWorse: Bool
        let worst: Pair?
        let patients: [Pair]

        enum CodingKeys: String, CodingKey {
            case name, worst, patients
            case tolerance = "tolerance_mm"
            case meanGain = "mean_gain"
            case lowerBound = "gain_low"
            case upperBound = "gain_high"
            case isWorse = "worse"
        }

        init(_ structure: GateReport.Structure) {
            func pair(_ pair: GateReport.Pair) -> Pair {
                Pair(patient: pair.patient, incumbent: pair.incumbent, candidate: pair.candidate)
            }
            name = structure.name.rawValue
            tolerance = structure.tolerance.value
            (meanGain, lowerBound, upperBound) = (structure.meanGain, structure.lowerBound, structure.upperBound)
            isWorse = structure.isWorse
            worst = structure.worst.map(pair)
            patients = structure.pairs.map(pair)
        }

        /// Means over the patients.
        var means: (incumbent: Double, candidate: Double) {
            let count = Double(max(1, patients.count))
            return (
                patients.reduce(0) { $0 + $1.incumbent } / count, patients.reduce(0) { $0 + $1.candidate } / count
            )
        }
    }

    let passes: Bool
    let reasons: [String]
    /// What the scores are: `surface_dice` of predictions, or `area_by_prompts`, the mean surface Dice of a slice after 1, 2,
    /// … prompts.
    let measure: String
    let prompts: Prompts?
    /// The same for people.
    private let measureText: String
    private let promptText: String?
    let margin: Double
    let confidence: Double
    /// Of each interval of the hold-out.
    let intervalConfidence: Double
    let subgroups: Subgroups?
    let intervalText: String
    let holdOut: [Structure]
    let corrected: [Structure]

    enum CodingKeys: String, CodingKey {
        case passes, reasons, measure, prompts, margin, confidence, corrected, subgroups
        case intervalConfidence = "interval_confidence"
        case holdOut = "hold_out"
    }

    init(_ report: GateReport) {
        (passes, reasons, margin, confidence) = (report.passes, report.reasons, report.margin, report.confidence)
        measure = report.prompts == nil ? "surface_dice" : "area_by_prompts"
        prompts = report.prompts.map(Prompts.init)
        (measureText, promptText) = (report.measure, report.prompts?.text)
        (intervalConfidence, intervalText) = (report.intervalConfidence, report.intervalText)
        subgroups = report.subgroups.map(Subgroups.init)
        holdOut = report.holdOut.map(Structure.init)
        corrected = report.corrected.map(Structure.init)
    }

    static func number(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "n/a" }

    /// The table, line by line.
    var lines: [String] {
        func rows(_ title: String, _ structures: [Structure]) -> [String] {
            structures.map { each in
                let means = each.means
                let worst = each.worst.map { "  worst \($0.patient) \(Self.signed($0.candidate - $0.incumbent))" } ?? ""
                return
                    "  \(title)  \(each.name)  \(Plural.count(each.patients.count, "patient"))  \(measureText) at "
                    + "\(each.tolerance) mm "
                    + "\(Self.number(means.incumbent)) → \(Self.number(means.candidate))  gain "
                    + "\(Self.signed(each.meanGain)) (\(Self.signed(each.lowerBound)) to "
                    + "\(Self.signed(each.upperBound)))\(worst)"
            }
        }
        let said =
            holdOut.isEmpty && corrected.isEmpty ? [] : ["  in brackets: the \(intervalText) interval of each gain"]
        return ["gate: \(passes ? "passes" : "holds"); \(reasons.joined(separator: "; "))"]
            + (promptText.map { ["  \($0)"] } ?? []) + said + rows("hold-out ", holdOut)
            + (subgroups?.lines ?? []) + rows("corrected", corrected)
    }

    static func signed(_ value: Double) -> String { String(format: "%+.4f", value) }
}
