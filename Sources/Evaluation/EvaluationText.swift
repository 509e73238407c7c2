import Cases
import Foundation
import Volumes

extension Evaluation {
    /// One line a patient and structure: `patient,site,pathologies,structure,surface_dice_2mm,dice,hd95_mm,
    /// average_distance_mm,surface_dice,tolerance_mm`, the last two at the structure's own tolerance, and
    /// `surface_dice_unambiguous` where slices were named as ambiguous. What is not defined is empty; infinite is `inf`. Pathologies are joined by `+`; an empty list is `none`.
    public var csv: String {
        let kinds = kinds.filter { $0 != .unambiguousSurfaceDice }
        // What came later stands last.
        let later = knowsAmbiguousSlices ? [ScoreKind.unambiguousSurfaceDice] : []
        let heads =
            ["patient", "site", "pathologies", "structure"] + kinds.map(\.rawValue) + ["tolerance_mm"]
            + later.map(\.rawValue)
        var lines = [heads.joined(separator: ",")]
        for patient in patients {
            for name in patient.scores.keys.sorted() {
                let numbers =
                    kinds.map { kind in patient.scores[name]?[kind].map(Self.number) ?? "" }
                    + [patient.scores[name].map { String($0.ownTolerance.value) } ?? ""]
                    + later.map { kind in patient.scores[name]?[kind].map(Self.number) ?? "" }
                let pathologies = patient.pathologies.map { $0.isEmpty ? "none" : $0.joined(separator: "+") } ?? ""
                let words = [patient.id, patient.site ?? "", pathologies, name.rawValue].map(Self.quoted)
                lines.append((words + numbers).joined(separator: ","))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A field of a CSV as RFC 4180 has it.
    static func quoted(_ text: String) -> String {
        guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
        return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }

    private static func number(_ value: Double) -> String { value.isInfinite ? "inf" : String(value) }

    /// The patients' surface Dice as a picture: a column a structure, a dot a patient, a bar at the median, a broken
    /// line at the mean. The axis begins a little below the worst patient.
    public var svg: String {
        let (width, height, left, top, bottom) = (140 * max(1, structures.count) + 110, 420, 64, 52, 44)
        let values = structures.flatMap { name in patients.compactMap { $0.scores[name]?.surfaceDice } }
        let low = max(0, ((values.min() ?? 0) * 20 - 0.5).rounded(.down) / 20)
        func y(_ value: Double) -> Double {
            Double(height - bottom) - (value - low) / max(1 - low, 1e-9) * Double(height - bottom - top)
        }
        func text(_ value: Double, _ digits: Int = 1) -> String { String(format: "%.\(digits)f", value) }
        var parts = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" font-family="sans-serif" \
            font-size="12"><rect width="100%" height="100%" fill="#ffffff"/>
            """,
            "<text x=\"\(left)\" y=\"22\" font-size=\"15\">Surface Dice at 2 mm, "
                + "\(Plural.count(patients.count, "patient"))</text>",
            "<text x=\"\(left)\" y=\"38\" fill=\"#606060\">\(Self.escaped(model.rawValue)) on "
                + "\(Self.escaped(dataset))</text>",
        ]
        let steps = max(1, Int(((1 - low) / 0.05).rounded()))
        for step in 0...steps where steps <= 10 || step.isMultiple(of: 2) {
            let value = low + (1 - low) * Double(step) / Double(steps)
            parts.append(
                "<line x1=\"\(left)\" x2=\"\(width - 20)\" y1=\"\(text(y(value)))\" y2=\"\(text(y(value)))\" "
                    + "stroke=\"#e0e0e0\"/>"
                    + "<text x=\"\(left - 8)\" y=\"\(text(y(value) + 4))\" text-anchor=\"end\">\(text(value, 2))</text>"
            )
        }
        for (column, name) in structures.enumerated() {
            let middle = left + 70 + 140 * column
            let known = patients.compactMap { patient in
                patient.scores[name]?.surfaceDice.map { (patient: patient, value: $0) }
            }
            for (i, dot) in known.enumerated() {
                // Neighbours step aside in turn, so that equal scores do not hide one another.
                let x = middle + [0, -12, 12, -24, 24, -36, 36][i % 7]
                let isIll = dot.patient.pathologies?.isEmpty == false
                parts.append(
                    "<circle "
                        + "cx=\"\(x)\" cy=\"\(text(y(dot.value)))\" r=\"4\" fill=\"\(isIll ? "#d9480f" : "#1864ab")\" "
                        + "fill-opacity=\"0.75\"><title>\(Self.escaped(dot.patient.id)) "
                        + "\(text(dot.value, 4))</title></circle>")
            }
            if let summary = summary(of: .surfaceDice, name) {
                for (value, dash) in [(summary.median, ""), (summary.mean, " stroke-dasharray=\"5 4\"")] {
                    parts.append(
                        "<line x1=\"\(middle - 46)\" x2=\"\(middle + 46)\" y1=\"\(text(y(value)))\" "
                            + "y2=\"\(text(y(value)))\" stroke=\"#000000\" stroke-width=\"1.5\"\(dash)/>")
                }
                parts.append(
                    "<text x=\"\(middle)\" y=\"\(height - 8)\" text-anchor=\"middle\" fill=\"#606060\">median "
                        + "\(text(summary.median, 3)), mean \(text(summary.mean, 3))</text>")
            }
            parts.append(
                "<text x=\"\(middle)\" y=\"\(height - 24)\" text-anchor=\"middle\">"
                    + "\(Self.escaped(name.rawValue))</text>")
        }
        if patients.contains(where: { $0.pathologies?.isEmpty == false }) {
            parts.append(
                "<text x=\"\(width - 20)\" y=\"38\" text-anchor=\"end\" fill=\"#d9480f\">orange: with pathology</text>")
        }
        return parts.joined(separator: "\n") + "\n</svg>\n"
    }

    static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
    }
}
