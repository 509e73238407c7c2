import CaseWork
import Evaluation
import Foundation

/// What prompts came to, as JSON and as lines for people.
package struct PromptReport: Encodable {
    /// A method on some slices.
    package struct Entry: Encodable {
        /// The method.
        package let method: String
        /// `all`, a structure, or a kind of error.
        package let group: String
        /// Its figures.
        package let summary: PromptCurves.Summary
    }

    /// All slices together, then by structure, then by kind of error.
    package let entries: [Entry]
    /// Every slice.
    package let slices: [PromptCurves.Slice]
    /// What carrying corrections on came to.
    package let carried: [CarriedSlices]
    /// What there is to know of the patients.
    package let warnings: [String]

    /// A report of curves.
    package init(_ curves: PromptCurves, carried: [CarriedSlices] = [], warnings: [String]) {
        self.carried = carried
        slices = curves.slices
        self.warnings = warnings
        var entries: [Entry] = []
        func add(_ group: String, _ isWanted: (PromptCurves.Slice) -> Bool) {
            for method in curves.methods {
                if let summary = curves.summary(of: method, where: isWanted) {
                    entries.append(Entry(method: method, group: group, summary: summary))
                }
            }
        }
        add("all") { _ in true }
        for name in Set(curves.slices.map(\.structure)).sorted() { add(name) { $0.structure == name } }
        for kind in Set(curves.slices.map(\.kind)).sorted() { add(kind) { $0.kind == kind } }
        self.entries = entries
    }

    /// A table: the mean surface Dice after so many prompts, the area under the curve, the median number of prompts to
    /// 0.99, and the share of prompts that made a slice worse.
    package var lines: [String] {
        let shown = [0, 1, 2, 3, 5, 10]
        var lines = [
            "surface Dice at 2 mm of slices, by prompts",
            row(
                "", "method", "n", shown.map(String.init), "area", "to 0.99", "worse"),
        ]
        var group = ""
        for entry in entries {
            let summary = entry.summary
            lines.append(
                row(
                    entry.group == group ? "" : entry.group, entry.method, String(summary.slices),
                    shown.map { $0 < summary.mean.count ? String(format: "%.3f", summary.mean[$0]) : "" },
                    String(format: "%.3f", summary.area), summary.medianPrompts.map(String.init) ?? "never",
                    String(format: "%.1f %%", 100 * summary.worsened)))
            group = entry.group
        }
        return lines + carriedLines
    }

    /// Of the slices that needed the same correction, how many were repaired without another touch.
    private var carriedLines: [String] {
        guard !carried.isEmpty else { return [] }
        var methods: [String] = []
        for entry in carried where !methods.contains(entry.method) { methods.append(entry.method) }
        var lines = [
            "",
            "a correction carried on over 25 mm each way: slices repaired of those that needed it; 95 % of the contour; made worse",
        ]
        func add(_ group: String, _ isWanted: (CarriedSlices) -> Bool) {
            for (index, method) in methods.enumerated() {
                guard let total = carried.total(of: method, where: isWanted) else { continue }
                func share(_ count: Int) -> String {
                    String(format: "%.0f %%", total.needed == 0 ? 0 : 100 * Double(count) / Double(total.needed))
                }
                lines.append(
                    padded(index == 0 ? group : "", 13) + padded(method, 16)
                        + right("\(total.repaired) of \(total.needed)", 14) + right(share(total.repaired), 7)
                        + right(share(total.nearly), 7) + right("\(total.harmed) of \(total.slices)", 14))
            }
        }
        add("all") { _ in true }
        for name in Set(carried.map(\.structure)).sorted() { add(name) { $0.structure == name } }
        for kind in Set(carried.map(\.kind)).sorted() { add(kind) { $0.kind == kind } }
        return lines
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private func row(
        _ group: String, _ method: String, _ count: String, _ means: [String], _ area: String, _ prompts: String,
        _ worse: String
    ) -> String {
        return padded(group, 13) + padded(method, 16) + right(count, 5) + means.map { right($0, 7) }.joined()
            + right(area, 8) + right(prompts, 9) + right(worse, 8)
    }
}
