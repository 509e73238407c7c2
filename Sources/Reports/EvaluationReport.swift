import Cases
import Evaluation
import Foundation
import Volumes

/// `evaluate --json`.
package struct EvaluationReport: Encodable {
    private let model: String
    private let dataset: String
    private let patients: [Patient]
    private let summary: [String: [String: Figures]]
    /// The same for healthy patients and those with pathology, where the dataset knows both.
    private let groups: [String: [String: [String: Figures]]]?
    /// What is to be said of the patients' files and of structures that were not measured.
    private let warnings: [String]

    private struct Patient: Encodable {
        let id: String
        let site: String?
        let pathologies: [String]?
        let structures: [String: [String: JSONNumber]]
    }

    private struct Figures: Encodable {
        let median, mean, worst: JSONNumber
        let worst_patient: String
        let patients: Int
    }

    /// An evaluation with what is to be said of it.
    package init(_ evaluation: Evaluation, warnings: [String]) {
        self.warnings = warnings
        model = evaluation.model.rawValue
        dataset = evaluation.dataset
        patients = evaluation.patients.map { patient in
            Patient(
                id: patient.id, site: patient.site, pathologies: patient.pathologies,
                structures: Dictionary(
                    uniqueKeysWithValues: patient.scores.map { name, scores in
                        (
                            name.rawValue,
                            Dictionary(
                                uniqueKeysWithValues: evaluation.kinds.map { ($0.rawValue, JSONNumber(scores[$0])) }
                                    + [("tolerance_mm", JSONNumber(scores.ownTolerance.value))])
                        )
                    }))
        }
        summary = Self.summary(evaluation)
        let known = EvaluationTable.groups(of: evaluation)
        groups =
            known.isEmpty
            ? nil : Dictionary(uniqueKeysWithValues: known.map { ($0.key, Self.summary($0.evaluation)) })
    }

    private static func summary(_ evaluation: Evaluation) -> [String: [String: Figures]] {
        var result: [String: [String: Figures]] = [:]
        for name in evaluation.structures {
            for kind in evaluation.kinds {
                guard let figures = evaluation.summary(of: kind, name) else { continue }
                result[name.rawValue, default: [:]][kind.rawValue] = Figures(
                    median: JSONNumber(figures.median), mean: JSONNumber(figures.mean),
                    worst: JSONNumber(figures.worst), worst_patient: figures.worstPatient, patients: figures.count)
            }
        }
        return result
    }
}

/// `evaluate` for people.
package struct EvaluationTable {
    private let evaluation: Evaluation
    private let kinds: [ScoreKind]

    /// The table of an evaluation. Structures' own tolerances have a column where any is not that of all.
    package init(_ evaluation: Evaluation) {
        self.evaluation = evaluation
        kinds = evaluation.kinds.filter { $0 != .ownSurfaceDice || evaluation.hasOwnTolerances }
    }

    /// Healthy patients and those with pathology; none where there are not both.
    static func groups(of evaluation: Evaluation) -> [(key: String, title: String, evaluation: Evaluation)] {
        guard let healthy = evaluation.part(where: { $0.pathologies?.isEmpty == true }),
            let ill = evaluation.part(where: { $0.pathologies?.isEmpty == false })
        else { return [] }
        return [("healthy", "healthy", healthy), ("with_pathology", "with pathology", ill)]
    }

    /// A line a patient and structure, then the figures over all.
    package var lines: [String] {
        var lines: [String] = []
        let width = max(12, (evaluation.patients.map(\.id.count).max() ?? 0) + 2)
        lines.append(
            "\(evaluation.model) on \(evaluation.dataset), \(Plural.count(evaluation.patients.count, "patient"))")
        let heads =
            ["surface Dice", "Dice", "HD95", "average"] + (kinds.contains(.ownSurfaceDice) ? ["own tol."] : [])
            + (kinds.contains(.unambiguousSurfaceDice) ? ["unambiguous"] : [])
        lines.append(Self.row("patient", "structure", heads, width))
        for patient in evaluation.patients {
            for name in patient.scores.keys.sorted() {
                let numbers = kinds.map { Self.text(patient.scores[name]?[$0], $0) }
                let ill = (patient.pathologies ?? []).joined(separator: ", ")
                lines.append(Self.row(patient.id, name.rawValue, numbers, width) + (ill.isEmpty ? "" : "  \(ill)"))
            }
        }
        lines += figures("all", evaluation, width)
        for group in Self.groups(of: evaluation) { lines += figures(group.title, group.evaluation, width) }
        return lines
    }

    private func figures(_ title: String, _ evaluation: Evaluation, _ width: Int) -> [String] {
        var lines: [String] = []
        lines.append("\n\(title): \(Plural.count(evaluation.patients.count, "patient"))")
        for name in evaluation.structures {
            let known = kinds.map { ($0, evaluation.summary(of: $0, name)) }
            for (label, path) in [("median", \Evaluation.Summary.median), ("mean", \.mean), ("worst", \.worst)] {
                let numbers = known.map { kind, figures in Self.text(figures?[keyPath: path], kind) }
                lines.append(Self.row(label, name.rawValue, numbers, width))
            }
        }
        return lines
    }

    private static func row(_ first: String, _ second: String, _ numbers: [String], _ width: Int) -> String {
        func left(_ text: String, _ width: Int) -> String { text.padding(toLength: width, withPad: " ", startingAt: 0) }
        return left(first, width) + left(second, 12)
            + numbers.map { String(repeating: " ", count: max(1, 13 - $0.count)) + $0 }.joined()
    }

    private static func text(_ value: Double?, _ kind: ScoreKind) -> String {
        guard let value else { return "n/a" }
        if value.isInfinite { return "inf" }
        return String(format: kind.isBetterHigher ? "%.4f" : "%.2f", value)
    }
}
