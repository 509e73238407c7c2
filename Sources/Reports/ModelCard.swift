import Cases
import Foundation
import Models

/// What is to be known of a model before it is used, made from what the registry knows: Markdown.
package struct ModelCard {
    let version: ModelVersion
    let header: ModelFile.Header
    let isRegistered: Bool

    /// The card of a version.
    /// - Parameter isRegistered: whether a registry knows it; otherwise `version` is what its file says, a date in the
    ///   distant past standing for none.
    package init(version: ModelVersion, header: ModelFile.Header, isRegistered: Bool = true) {
        self.version = version
        self.header = header
        self.isRegistered = isRegistered
    }

    /// The card. The same version gives the same text.
    package var text: String {
        let (recipe, lineage) = (header.recipe, version.lineage)
        let spacing = recipe.preprocessing.spacing
        var lines = [
            "# \(version.name)", "",
            purpose(recipe)
                + " for review by a physician before any clinical use; it is not a medical device.", "",
            "## Network", "",
            network(recipe)
                + " of \(Self.step(spacing.x)) × \(Self.step(spacing.y)) × \(Self.step(spacing.z)) mm. Recipe: \(recipe.name).",
            "",
        ]
        if let second = header.secondRecipe {
            let spacing = second.preprocessing.spacing
            lines += [
                "Its probabilities are averaged with those of a second network, which fine-tuning leaves as it is. "
                    + "\(network(second)) of \(spacing.x) × \(spacing.y) × \(spacing.z) mm. Recipe: \(second.name).",
                "",
            ]
        }
        lines += [
            "## Where it comes from", "",
            "| | |", "|---|---|", "| file | SHA-256 `\(version.digest)`, \(version.byteCount) bytes |",
            "| parent | \(MarkdownText.escaped(lineage.parent?.rawValue ?? "none")) |",
            "| corrections | \(lineage.corrections.count) |", "| job | \(lineage.job.map(String.init) ?? "none") |",
            "| recipe | SHA-256 `\(lineage.recipeDigest)` |", "| seed | \(lineage.seed) |",
            "| data | SHA-256 `\(lineage.dataDigest)` |", "| software | \(MarkdownText.escaped(lineage.software)) |",
        ]
        if isRegistered {
            lines.append(
                "| published | \(version.createdAt.formatted(.iso8601)) by \(MarkdownText.escaped(version.createdBy)) |"
            )
        } else if version.createdAt > .distantPast {
            lines.append("| made | \(version.createdAt.formatted(.iso8601)) |")
        }
        if let note = lineage.note { lines.append("| note | \(MarkdownText.escaped(note)) |") }
        lines += ["", "## Evaluation", ""]
        if let evaluation = version.evaluation {
            let table = GateTable(evaluation)
            lines += [
                "Against \(lineage.parent?.rawValue ?? "its parent") on the same held-out patients: "
                    + "\(evaluation.passes ? "passed" : "held back"). \(MarkdownText.escaped(evaluation.reasons.joined(separator: "; "))).",
                "",
                "The numbers are the \(evaluation.measure)"
                    + (evaluation.prompts.map {
                        ": the mean surface Dice at 2 mm of slices after 1, 2, … prompts of a simulated user who corrects "
                            + "errors that were painted into them; \($0.text)."
                    } ?? " of its predictions."), "",
                "| cases | structure | patients | tolerance | parent | this model | gain (\(table.intervalText) interval) |",
                "|---|---|---|---|---|---|---|",
            ]
            for (title, structures) in [("held out", table.holdOut), ("corrected", table.corrected)] {
                for each in structures {
                    lines.append(
                        "| \(title) | \(each.name) | \(each.patients.count) | \(each.tolerance) mm | "
                            + "\(GateTable.number(each.means.incumbent)) | \(GateTable.number(each.means.candidate)) | "
                            + String(format: "%+.4f (%+.4f to %+.4f)", each.meanGain, each.lowerBound, each.upperBound)
                            + " |")
                }
            }
            lines += Self.subgroups(evaluation)
        } else {
            lines.append("It was never evaluated here.")
        }
        lines += [
            "", "## Limits", "",
            "It knows what it was trained on: other anatomy, scanners and diseases can make it wrong without warning. "
                + "What is said of corrected cases is on data that it was trained on.", "",
        ]
        return lines.joined(separator: "\n")
    }

    /// What the gate found by site, scanner, kernel and thickness, and what it could not judge.
    private static func subgroups(_ evaluation: GateReport) -> [String] {
        guard let subgroups = evaluation.subgroups else { return [] }
        var lines: [String] = []
        if !subgroups.judged.isEmpty {
            lines += [
                "", "Held-out patients by what they have in common:", "",
                "| group | structure | patients | gain (\(evaluation.intervalText) interval) |", "|---|---|---|---|",
            ]
            lines += subgroups.judged.map { each in
                let found = each.structure
                // What a group is called comes from files and people.
                return
                    "| \(MarkdownText.escaped(each.text)) | \(MarkdownText.escaped(found.name.rawValue)) | \(found.pairs.count) | "
                    + String(format: "%+.4f (%+.4f to %+.4f)", found.meanGain, found.lowerBound, found.upperBound)
                    + " |"
            }
        }
        return lines
            + subgroups.gaps.flatMap { ["", MarkdownText.escaped($0.prefix(1).uppercased() + $0.dropFirst()) + "."] }
    }

    private func purpose(_ recipe: Recipe) -> String {
        let names = recipe.structures.map(\.rawValue).joined(separator: ", ")
        guard recipe.prompts != nil else { return "Segments \(names) on CT of the chest. Its proposals are" }
        return
            "Answers prompts on CT of the chest: given where somebody says that the mask of a slice is wrong, it says what "
            + "the mask is. It segments nothing by itself. It was trained on \(names), and answers for any structure. Its "
            + "answers are"
    }

    private static func step(_ spacing: Double) -> String { spacing == 0 ? "the image's own" : "\(spacing)" }

    private func network(_ recipe: Recipe) -> String {
        guard let script = recipe.torchScript else {
            let (network, patches) = (recipe.network, recipe.patches)
            guard !network.kind.seesVolumes else {
                return "A \(network.kind.described) of \(network.levels) levels and \(network.filters) filters"
                    + (network.foldsBlocks ? " over folded blocks of 2 × 2 × 2 voxels" : "") + ", on patches of "
                    + "\(patches.columns) × \(patches.rows) × \(patches.slices) voxels"
            }
            let (columns, rows) =
                recipe.prompts.map { ($0.columns, $0.rows) } ?? (
                    recipe.preprocessing.columns, recipe.preprocessing.rows
                )
            return "A 2D U-Net of \(recipe.network.levels) levels and \(recipe.network.filters) filters, on "
                + (recipe.prompts == nil ? "slices" : "fields of slices, around the newest prompt,")
                + " of \(columns) × \(rows) pixels"
        }
        let patch = script.patch.map(String.init).joined(separator: " × ")
        return "A TorchScript network that was trained elsewhere, of \(script.orientation.dimensions) dimensions and "
            + "\(script.classes) classes, on \(patch.isEmpty ? "whole slices" : "patches of \(patch) voxels") "
            + "(\(script.orientation.text))"
    }
}
