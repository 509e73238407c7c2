/// Something in a theme that would be hard to see.
public enum ThemeProblem: Hashable, Sendable, CustomStringConvertible {
    /// Two colours of which one has to be read on the other, and their WCAG contrast ratio.
    case lowContrast(String, on: String, ratio: Double)
    /// Two colours that have to be told apart, and their difference (``Colour/difference(from:vision:)``); with the
    /// kind of colour blindness they are too near for, if any.
    case tooSimilar(String, String, difference: Double, vision: ColourVision?)

    /// In words.
    public var description: String {
        func short(_ number: Double) -> String { String(Double(Int((number * 10).rounded())) / 10) }
        switch self {
        case .lowContrast(let front, let back, let ratio):
            return "\(front) on \(back) has a contrast of \(short(ratio)):1, and needs \(short(Theme.leastContrast)):1"
        case .tooSimilar(let a, let b, let difference, nil):
            return "\(a) and \(b) differ by \(short(difference)), and need \(short(Theme.leastDifference))"
        case .tooSimilar(let a, let b, let difference, let vision?):
            return "\(a) and \(b) differ by \(short(difference)) with \(vision.rawValue), "
                + "and need \(short(Theme.leastBlindDifference))"
        }
    }
}

extension Theme {
    /// The least WCAG contrast of text and symbols.
    public static let leastContrast = 3.0
    /// The least difference of two structures, or of an outline and another.
    public static let leastDifference = 8.0
    /// The least difference of two outlines for a colour-blind reader.
    public static let leastBlindDifference = 10.0

    /// What is hard to see in this theme: text and structures on the background, bars and selection, structures and
    /// outlines that look alike, and, if asked, outlines that a red-green blind reader cannot tell apart (ghost,
    /// out of tolerance, `Lung_L`, `Lung_R`). In a fixed order; empty for a good theme.
    public func problems(colourBlindSafe: Bool) -> [ThemeProblem] {
        var problems: [ThemeProblem] = []
        let onBackground: [ThemeRole] = [
            .text, .dim, .accent, .warning, .good, .bad, .outOfTolerance, .ghost, .cursor, .stripEdited, .stripCurrent,
        ]
        let structureColours =
            structures.sorted { $0.key < $1.key }.map { (name: $0.key, colour: $0.value) }
            + fallback.enumerated().map { (name: "fallback_\($0.offset + 1)", colour: $0.element) }
        var pairs = onBackground.map { (front: $0.rawValue, colour: self[$0], back: ThemeRole.background) }
        pairs += structureColours.map { (front: $0.name, colour: $0.colour, back: .background) }
        pairs += [
            (front: ThemeRole.barText.rawValue, colour: self[.barText], back: .barBackground),
            (front: ThemeRole.text.rawValue, colour: self[.text], back: .selection),
        ]
        for pair in pairs {
            let ratio = pair.colour.contrast(with: self[pair.back]) ?? 0
            if ratio < Self.leastContrast {
                problems.append(.lowContrast(pair.front, on: pair.back.rawValue, ratio: ratio))
            }
        }

        let outlines = [ThemeRole.ghost, .outOfTolerance, .draft].map { (name: $0.rawValue, colour: self[$0]) }
        let all = outlines + structureColours
        for (index, first) in all.enumerated() {
            for second in all[(index + 1)...] {
                let difference = first.colour.difference(from: second.colour) ?? 0
                if difference < Self.leastDifference {
                    problems.append(.tooSimilar(first.name, second.name, difference: difference, vision: nil))
                }
            }
        }
        guard colourBlindSafe else { return problems }
        let told = outlines + ["Lung_L", "Lung_R"].map { (name: $0, colour: structure($0)) }
        for vision in ColourVision.allCases {
            for (index, first) in told.enumerated() {
                for second in told[(index + 1)...] {
                    let difference = first.colour.difference(from: second.colour, vision: vision) ?? 0
                    if difference < Self.leastBlindDifference {
                        problems.append(.tooSimilar(first.name, second.name, difference: difference, vision: vision))
                    }
                }
            }
        }
        return problems
    }
}
