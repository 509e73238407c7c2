/// What came of playing a recording.
package struct PlayedSession: Encodable, Sendable {
    /// How the masks of a case stood, then and now.
    package struct Masks: Encodable, Sendable {
        /// The digest of the case's id.
        package let `case`: String
        /// `opened` or `left`.
        package let moment: String
        /// The digest of the masks in the recording; `nil` where it has ended before.
        package let recorded: String?
        /// The digest of the masks now; `nil` where it did not come to that.
        package let played: String?
        /// Whether both are the same; `nil` where the recording has ended before.
        package let same: Bool?
    }

    /// How many lines were played.
    package let events: Int
    /// What there is to know of the file, one sentence each.
    package let warnings: [String]
    /// What went otherwise than it was recorded, one sentence each.
    package let differences: [String]
    /// How masks stood.
    package let masks: [Masks]
    /// Whether the last screen is the same; `nil` where the recording does not say.
    package let sameScreen: Bool?
    /// The last screen's lines.
    package let screen: [String]

    private enum CodingKeys: String, CodingKey {
        case events, warnings, differences, masks
        case sameScreen = "same_screen"
        case screen
    }

    init(
        events: Int, warnings: [String], differences: [String], expected: [RecordedMasks], found: [RecordedMasks],
        lastScreen: [String], sameScreen: Bool?
    ) {
        self.events = events
        self.warnings = warnings
        masks = (0..<max(expected.count, found.count)).map { i in
            let then = expected.indices.contains(i) ? expected[i] : nil
            let now = found.indices.contains(i) ? found[i] : nil
            return Masks(
                case: (then ?? now)?.case ?? "", moment: (then ?? now)?.moment.rawValue ?? "", recorded: then?.masks,
                played: now?.masks, same: then.map { $0 == now })
        }
        var differences = differences
        if let first = zip(expected, found).first(where: { $0.case != $1.case }) {
            differences.insert(
                "another case was opened (\(first.1.case)) than was recorded (\(first.0.case))", at: 0)
        } else if let first = masks.first, first.moment == "opened", first.same == false {
            differences.insert("the case was not as it was when the recording began", at: 0)
        }
        self.differences = differences
        self.sameScreen = sameScreen
        screen = lastScreen
    }

    /// Whether all went as it was recorded.
    package var isSame: Bool { differences.isEmpty && masks.allSatisfy { $0.same != false } }

    /// What is said of it, a line each, without the screen.
    package var lines: [String] {
        var lines = ["played \(events) \(events == 1 ? "event" : "events")"]
        for masks in masks {
            let verdict =
                switch masks.same {
                case true?: "the same masks"
                case false?: "other masks than recorded"
                case nil: "masks of which the recording says nothing"
                }
            lines.append("case \(masks.case) \(masks.moment): \(verdict) (\((masks.played ?? "none").prefix(16)))")
        }
        lines += differences.map { "differs: \($0)" }
        if sameScreen == false { lines.append("the last screen reads otherwise than it did") }
        return lines
    }
}
