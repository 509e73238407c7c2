import CaseStore
import CaseWork
import Cases
import Foundation
import Volumes

/// What corrections took, one by one and over time: does the model need fewer of them as it learns? And by which tools.
package struct EffortStatistics: Encodable {
    /// What the edits of one tool came to, as far as the journals know.
    package struct ToolShare: Encodable {
        let tool: String
        /// In how many corrections it was used.
        let corrections: Int
        /// Edits that stand.
        let steps: Int
        /// The contour that they drew, mm.
        let addedPathLength: Double
        let minutes: Double

        enum CodingKeys: String, CodingKey {
            case tool, corrections, steps
            case addedPathLength = "added_path_length_mm"
            case minutes = "active_minutes"
        }

        fileprivate init(_ tool: String, _ efforts: [ToolEffort]) {
            self.tool = tool
            corrections = efforts.count
            steps = efforts.reduce(0) { $0 + $1.steps }
            addedPathLength = efforts.reduce(0) { $0 + $1.addedPathLength.value }
            minutes = efforts.reduce(0) { $0 + $1.seconds } / 60
        }

        /// The tools of several reviews together, those first that took most time.
        fileprivate static func all(_ efforts: [ToolEffort]) -> [ToolShare] {
            Dictionary(grouping: efforts, by: \.tool).map { ToolShare($0.key, $0.value) }
                .sorted { ($1.minutes, $0.tool) < ($0.minutes, $1.tool) }
        }
    }

    /// A filed correction.
    package struct Item: Encodable {
        let caseID: String
        let revision: Int
        let filedAt: Date
        let model: String
        let reviewer: String
        let status: String
        /// Added path length over all structures that were proposed, mm.
        let addedPathLength: Double
        let slices: Int
        let minutes: Double
        /// The mean over the structures of the prediction's surface Dice against the correction.
        let surfaceDice: JSONNumber
        /// What each tool did; `nil` where the journal does not know.
        let tools: [ToolShare]?

        enum CodingKeys: String, CodingKey {
            case caseID = "case"
            case revision, model, reviewer, status, tools
            case filedAt = "filed_at"
            case addedPathLength = "added_path_length_mm"
            case slices = "slices_touched"
            case minutes = "active_minutes"
            case surfaceDice = "surface_dice_prediction"
        }
    }

    /// The corrections of one model's predictions.
    package struct Group: Encodable {
        let model: String
        let corrections: Int
        let unchanged: Int
        let addedPathLength: Double
        let slices: Double
        let minutes: Double
        let surfaceDice: JSONNumber

        enum CodingKeys: String, CodingKey {
            case model, corrections, unchanged
            case addedPathLength = "median_added_path_length_mm"
            case slices = "median_slices_touched"
            case minutes = "median_active_minutes"
            case surfaceDice = "median_surface_dice_prediction"
        }
    }

    /// Oldest first.
    package let corrections: [Item]
    /// In the order in which the models were first corrected.
    let models: [Group]
    /// Over all corrections, those first that took most time.
    package let tools: [ToolShare]
    /// Of which corrections the journals do not know by which tools they came about.
    package let warnings: [String]

    /// Of all corrections of a store.
    /// - Throws: `CaseStoreError`.
    package init(of store: any CaseStoring) throws {
        let list = try store.corrections()
        let summaries = Self.counted(list.corrections)
        let found = try ToolEffort.ofCorrections(summaries, in: store)
        self.init(
            summaries, tools: found.efforts,
            warnings: list.damaged.map { "damaged: \($0.what): \($0.reason)" } + found.warnings)
    }

    /// Rejected corrections took time but say nothing of contours, and are left out, as are those that a newer revision
    /// replaces; oldest first.
    private static func counted(_ summaries: [CorrectionSummary]) -> [CorrectionSummary] {
        summaries.filter { !$0.isSuperseded && $0.status != .rejected }
            .sorted { ($0.filedAt, $0.key.caseID.rawValue) < ($1.filedAt, $1.key.caseID.rawValue) }
    }

    /// Of all corrections that count: rejected ones took time but say nothing of contours, and are left out, as are
    /// those that a newer revision replaces.
    /// - Parameters:
    ///   - tools: what each tool did in a correction's review, as far as it is known.
    ///   - warnings: of which corrections it is not.
    package init(
        _ summaries: [CorrectionSummary], tools: [CorrectionKey: [ToolEffort]] = [:], warnings: [String] = []
    ) {
        self.warnings = warnings
        let counted = Self.counted(summaries)
        self.tools = ToolShare.all(counted.flatMap { tools[$0.key] ?? [] })
        let items = counted.map { summary -> Item in
            let scores = summary.outcomes.compactMap(\.surfaceDiceAgainstPrediction)
            return Item(
                caseID: summary.key.caseID.rawValue, revision: summary.key.revision, filedAt: summary.filedAt,
                model: summary.model.rawValue, reviewer: summary.reviewer, status: summary.status.rawValue,
                addedPathLength: summary.outcomes.reduce(0) { $0 + ($1.pathAgainstPrediction?.value ?? 0) },
                slices: summary.slicesTouched.count, minutes: summary.activeSeconds / 60,
                surfaceDice: JSONNumber(scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)),
                tools: tools[summary.key].map(ToolShare.all))
        }
        corrections = items
        var order: [String] = []
        for item in items where !order.contains(item.model) { order.append(item.model) }
        models = order.map { model in
            let own = items.filter { $0.model == model }
            return Group(
                model: model, corrections: own.count,
                // What was added to a proposal does not change it.
                unchanged: own.count { $0.slices == 0 },
                addedPathLength: Self.median(own.map(\.addedPathLength)) ?? 0,
                slices: Self.median(own.map { Double($0.slices) }) ?? 0,
                minutes: Self.median(own.map(\.minutes)) ?? 0,
                surfaceDice: JSONNumber(Self.median(own.compactMap(\.surfaceDice.value))))
        }
    }

    static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// For people, line by line.
    package var lines: [String] {
        var lines: [String] = []
        if corrections.isEmpty {
            lines.append("No correction has been filed yet.")
            return lines
        }
        func row(_ cells: [String]) -> String {
            zip(cells, [20, 6, 10, 8, 8, 8]).enumerated().map { index, pair in
                index == 0
                    ? pair.0.padding(toLength: max(pair.1, pair.0.count), withPad: " ", startingAt: 0)
                    : String(repeating: " ", count: max(0, pair.1 - pair.0.count)) + pair.0
            }.joined(separator: " ")
        }
        lines.append(row(["median of", "cases", "path mm", "slices", "minutes", "surface Dice"]))
        for group in models {
            lines.append(
                row([
                    group.model, "\(group.corrections)", String(format: "%.0f", group.addedPathLength),
                    String(format: "%.1f", group.slices), String(format: "%.1f", group.minutes),
                    SurfaceDiceText.short(group.surfaceDice.value),
                ]))
        }
        if !tools.isEmpty {
            lines.append("")
            lines.append(row(["in all by tool", "cases", "path mm", "steps", "minutes"]))
            for each in tools {
                lines.append(
                    row([
                        each.tool, "\(each.corrections)", String(format: "%.0f", each.addedPathLength),
                        "\(each.steps)", String(format: "%.1f", each.minutes),
                    ]))
            }
        }
        lines.append("")
        lines.append(row(["filed", "model", "path mm", "slices", "minutes", "surface Dice"]))
        for item in corrections {
            lines.append(
                row([
                    String(item.filedAt.ISO8601Format().prefix(16)).replacingOccurrences(of: "T", with: " "),
                    item.model, String(format: "%.0f", item.addedPathLength), "\(item.slices)",
                    String(format: "%.1f", item.minutes),
                    SurfaceDiceText.short(item.surfaceDice.value),
                ]))
        }
        return lines
    }
}
