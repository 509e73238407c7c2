import Foundation

/// What a rehearsal of the whole loop came to.
struct LoopReport: Codable {
    /// Hold-out patients of a site, against the exact truth.
    struct Site: Codable {
        let site: String
        let patients: Int
        /// Median surface Dice at 2 mm.
        let median: Double
        let mean: Double
        let worst: Double
    }

    struct Replayed: Codable {
        let name: String
        let before: Double
        let after: Double
    }

    struct Round: Codable {
        let number: Int
        let job: Int64
        let corrections: Int
        let candidate: String
        /// What the gate decided.
        let state: String
        let reason: String
        /// The mean surface Dice of the predictions against the corrections of this round: how much there was to do.
        let predictionScore: Double
        /// Who was corrected.
        let cases: [String]
        let replay: [Replayed]
        /// With the model in use after the round.
        let sites: [Site]
        let curve: String
    }

    /// What was asked for, so that it is not gone on with by other options.
    var options = ""
    var model = ""
    var newSite = ""
    var start: [Site] = []
    var rounds: [Round] = []
    /// The version in use after rolling back; `nil` where that was not tried.
    var rolledBackTo: String?

    static func number(_ value: Double) -> String { String(format: "%.4f", value) }

    /// The tables as text.
    var text: String {
        var lines = ["", "Surface Dice at 2 mm of hold-out patients against the exact truth (median, worst)", ""]
        for line in siteTable { lines.append(line.joined(separator: "  ")) }
        for round in rounds {
            lines += [
                "", "Round \(round.number): job \(round.job), \(round.candidate) \(round.state). \(round.reason)",
            ]
            lines += round.replay.map {
                "  replay \($0.name)  \(Self.number($0.before)) → \(Self.number($0.after))"
            }
        }
        if let rolledBackTo { lines += ["", "Rolled back: \(rolledBackTo) is in use again."] }
        return lines.joined(separator: "\n")
    }

    /// Site by site, before and after each round; the first line is the head.
    var siteTable: [[String]] {
        let head = ["site", "patients", "before"] + rounds.map { "after round \($0.number)" }
        return [head]
            + start.map { site in
                [site.site, "\(site.patients)", "\(Self.number(site.median)) (\(Self.number(site.worst)))"]
                    + rounds.map { round in
                        round.sites.first { $0.site == site.site }
                            .map { "\(Self.number($0.median)) (\(Self.number($0.worst)))" } ?? "n/a"
                    }
            }
    }

    /// The tables as Markdown, for docs/.
    func markdown(command: String) -> String {
        var lines = [
            "# What corrections teach", "",
            "Made by `\(command)`; the numbers are the program's own. A model that has never seen \(newSite) proposes, an "
                + "oracle paints what lies further than 1 mm from the truth, the worker fine-tunes, the gate decides. "
                + "Phantoms are easier than patients: what counts is the change.", "",
            "Surface Dice at 2 mm of hold-out patients against the exact truth, median (worst), with the model in use:",
            "",
        ]
        func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        let table = siteTable
        lines.append(row(table[0]))
        lines.append(row(table[0].map { _ in "---" }))
        lines += table.dropFirst().map(row)
        lines += [
            "", "| round | job | corrections | candidate | gate | surface Dice of the proposals that were corrected |",
        ]
        lines.append("|---|---|---|---|---|---|")
        lines += rounds.map {
            row([
                "\($0.number)", "\($0.job)", "\($0.corrections)", $0.candidate, "\($0.state): \($0.reason)",
                Self.number($0.predictionScore),
            ])
        }
        return (lines + [""]).joined(separator: "\n")
    }
}
