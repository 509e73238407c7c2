import Foundation

/// What a rehearsal of the whole loop came to.
package struct LoopReport: Codable {
    /// Hold-out patients of a site, against the exact truth.
    package struct Site: Codable {
        let site: String
        let patients: Int
        /// Median surface Dice at 2 mm.
        let median: Double
        let mean: Double
        let worst: Double

        /// A site's figures.
        package init(site: String, patients: Int, median: Double, mean: Double, worst: Double) {
            self.site = site
            self.patients = patients
            self.median = median
            self.mean = mean
            self.worst = worst
        }
    }

    /// A corrected case with what the old and the new model propose for it.
    package struct Replayed: Codable {
        let name: String
        let before: Double
        let after: Double

        /// A case's mean surface Dice before and after.
        package init(name: String, before: Double, after: Double) {
            self.name = name
            self.before = before
            self.after = after
        }
    }

    /// One round: corrections, a job, and what came of it.
    package struct Round: Codable {
        let number: Int
        /// The job's number.
        package let job: Int64
        let corrections: Int
        let candidate: String
        /// What the gate decided.
        let state: String
        let reason: String
        /// The mean surface Dice of the predictions against the corrections of this round: how much there was to do.
        let predictionScore: Double
        /// Who was corrected.
        package let cases: [String]
        let replay: [Replayed]
        /// With the model in use after the round.
        let sites: [Site]
        let curve: String
        /// How many subgroups of the hold-out the gate judged; `nil` for one that did not look at any.
        let subgroups: Int?

        /// A round that has ended.
        package init(
            number: Int, job: Int64, corrections: Int, candidate: String, state: String, reason: String,
            predictionScore: Double, cases: [String], replay: [Replayed], sites: [Site], curve: String,
            subgroups: Int? = nil
        ) {
            self.number = number
            self.job = job
            self.corrections = corrections
            self.candidate = candidate
            self.state = state
            self.reason = reason
            self.predictionScore = predictionScore
            self.cases = cases
            self.replay = replay
            self.sites = sites
            self.curve = curve
            self.subgroups = subgroups
        }
    }

    /// What was asked for, so that it is not gone on with by other options.
    package var options = ""
    /// The model that it began with.
    package var model = ""
    /// The site that the model had not seen.
    package var newSite = ""
    /// With the first model, before any round.
    package var start: [Site] = []
    /// The rounds that have ended.
    package var rounds: [Round] = []
    /// The version in use after rolling back; `nil` where that was not tried.
    package var rolledBackTo: String?

    /// A rehearsal that has begun.
    package init(
        options: String = "", model: String = "", newSite: String = "", start: [Site] = [], rounds: [Round] = [],
        rolledBackTo: String? = nil
    ) {
        self.options = options
        self.model = model
        self.newSite = newSite
        self.start = start
        self.rounds = rounds
        self.rolledBackTo = rolledBackTo
    }

    static func number(_ value: Double) -> String { String(format: "%.4f", value) }

    /// The tables as text.
    package var text: String {
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
    package func markdown(command: String) -> String {
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
        if !rounds.isEmpty { lines += ["", subgroups] }
        return (lines + [""]).joined(separator: "\n")
    }

    /// What the gate looked at besides the whole, in a sentence.
    private var subgroups: String {
        let judged = rounds.compactMap { round in round.subgroups.map { "\($0) in round \(round.number)" } }
        guard judged.isEmpty else {
            return "Subgroups of the hold-out (sites and their like) that the gate judged as well: "
                + judged.joined(separator: ", ") + "."
        }
        return
            "In this run the gate judged the hold-out as a whole alone. It looks at sites, scanners, kernels and thickness "
            + "of slices as well since, so that a candidate that is worse at one site can be held."
    }
}
