import CaseWork
import Cases
import Dosimetry
import Foundation

/// What dose structures receive, as the contract's JSON has it, and as text.
package struct DoseReport: Encodable {
    /// What was asked of one structure.
    package struct Structure: Encodable {
        let name: String
        let millilitres: Double
        let coveredShare: Double
        /// By the points' names.
        let points: [String: JSONNumber]
        /// The same of the model's proposal; `nil` where there is none.
        let proposed: [String: JSONNumber]?
        /// Pairs of a dose, Gy, and the share that receives it.
        let curve: [[Double]]?
        /// What was asked, in its order.
        let asked: [DosePoint]

        enum CodingKeys: String, CodingKey {
            case name, points, curve
            case millilitres = "ml"
            case coveredShare = "share_with_dose"
            case proposed = "proposed_points"
        }

        init(_ row: StructureDoses.Row, _ asked: [DosePoint], curveStep: Double?) {
            func values(_ histogram: DoseVolumeHistogram) -> [String: JSONNumber] {
                Dictionary(
                    asked.map { ($0.name, JSONNumber($0.value(in: histogram))) },
                    uniquingKeysWith: { first, _ in first })
            }
            name = row.name.rawValue
            millilitres = row.histogram.millilitres
            coveredShare = row.histogram.coveredShare
            points = values(row.histogram)
            proposed = row.proposed.map(values)
            curve = curveStep.map { row.histogram.curve(every: $0).map { [$0.gray, $0.share] } }
            self.asked = asked
        }

        /// For people, line by line.
        package var lines: [String] {
            guard points.values.contains(where: { $0.value != nil }) else { return ["\(name)", "  no dose"] }
            return ["\(name), \(String(format: "%.2f", millilitres)) ml"]
                + asked.map { point in
                    func text(_ number: JSONNumber?) -> String {
                        number?.value.map { String(format: "%.2f", $0) } ?? "n/a"
                    }
                    let own =
                        "  \(point.name.padding(toLength: 8, withPad: " ", startingAt: 0)) \(text(points[point.name]))"
                    guard let before = proposed?[point.name]?.value, let now = points[point.name]?.value else {
                        return "\(own) \(point.unit)"
                    }
                    return "\(own) \(point.unit), as proposed \(String(format: "%.2f (%+.2f)", before, now - before))"
                }
        }
    }

    package let structures: [Structure]
    /// What was unusual about masks, image and dose.
    let warnings: [String]

    /// A report.
    /// - Parameters:
    ///   - points: what is told of each structure.
    ///   - curveStep: how far doses of the histogram are apart, Gy; `nil` leaves it out.
    package init(_ doses: StructureDoses, points: [DosePoint], curveStep: Double?, warnings: [String]) {
        structures = doses.rows.map { Structure($0, points, curveStep: curveStep) }
        self.warnings = warnings
    }
}
