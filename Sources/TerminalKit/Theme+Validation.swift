/// Something in a theme that would be hard to see.
public enum ThemeProblem: Hashable, Sendable, CustomStringConvertible {
    /// Two colours of which one has to be read on the other, and their WCAG contrast ratio.
    case lowContrast(String, on: String, ratio: Double, least: Double)
    /// Two colours that have to be told apart, and their difference (``Colour/difference(from:vision:)``); with the
    /// kind of colour blindness they are too near for, if any.
    case tooSimilar(String, String, difference: Double, vision: ColourVision?)

    /// In words.
    public var description: String {
        func short(_ number: Double) -> String { String(Double(Int((number * 10).rounded())) / 10) }
        switch self {
        case .lowContrast(let front, let back, let ratio, let least):
            return "\(front) on \(back) has a contrast of \(short(ratio)):1, and needs \(short(least)):1"
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
    /// The least contrast of outlines and structures: with the image's black, and with the screen's background, on
    /// which their text is drawn in a stronger shade where it needs one (``ink(_:)``).
    public static let leastOutlineContrast = 2.0
    /// The least difference of two structures, or of an outline and another.
    public static let leastDifference = 8.0
    /// The least difference of two outlines for a colour-blind reader, and of a required structure from white tissue.
    public static let leastBlindDifference = 10.0
    /// The least difference of a required structure from every grey of the image, for every reader.
    public static let leastGreyDifference = 8.0
    /// How many structures of one case have to have colours of their own.
    public static let leastPalette = 24

    /// What is hard to see in this theme: text and structures on the background, outlines on the image's black, bars and
    /// selection, structures and outlines that look alike, and, if asked, outlines that a colour-blind reader cannot
    /// tell apart or from the tissue below them (ghost, out of tolerance, draft, the required structures). In a fixed order;
    /// empty for a good theme.
    public func problems(colourBlindSafe: Bool) -> [ThemeProblem] {
        let outlines = [ThemeRole.ghost, .outOfTolerance, .draft].map { (name: $0.rawValue, colour: self[$0]) }
        let structureColours =
            structures.sorted { $0.key < $1.key }.map { (name: $0.key, colour: $0.value) }
            + fallback.enumerated().map { (name: "fallback_\($0.offset + 1)", colour: $0.element) }
        var problems = contrastProblems(outlines + structureColours)
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
        let required = required.map { (name: $0, colour: structure($0)) }
        let told = outlines + required
        for vision in ColourVision.allCases {
            for (index, first) in told.enumerated() {
                for second in told[(index + 1)...] {
                    let difference = first.colour.difference(from: second.colour, vision: vision) ?? 0
                    if difference < Self.leastBlindDifference {
                        problems.append(.tooSimilar(first.name, second.name, difference: difference, vision: vision))
                    }
                }
            }
            for line in required { problems += tissueProblems(line, vision) }
        }
        return problems
    }

    private func contrastProblems(_ lines: [(name: String, colour: Colour)]) -> [ThemeProblem] {
        let onBackground: [ThemeRole] = [
            .text, .dim, .accent, .warning, .good, .bad, .cursor, .stripEdited, .stripCurrent,
        ]
        typealias Pair = (front: String, colour: Colour, back: String, behind: Colour, least: Double)
        func pair(_ front: ThemeRole, _ back: ThemeRole) -> Pair {
            (front.rawValue, self[front], back.rawValue, self[back], Self.leastContrast)
        }
        var pairs = onBackground.map { pair($0, .background) }
        for line in lines {
            let least = Self.leastOutlineContrast
            pairs.append((line.name, line.colour, ThemeRole.background.rawValue, background, least))
            pairs.append((line.name, line.colour, "black", Colour(grey: 0), least))
        }
        pairs += [pair(.barText, .barBackground), pair(.text, .selection)]
        return pairs.compactMap { pair in
            let ratio = pair.colour.contrast(with: pair.behind) ?? 0
            return ratio < pair.least
                ? .lowContrast(pair.front, on: pair.back, ratio: ratio, least: pair.least) : nil
        }
    }

    /// Whether a reader with this vision may take an outline for tissue: no grey may be near it, and white not at all.
    private func tissueProblems(_ line: (name: String, colour: Colour), _ vision: ColourVision) -> [ThemeProblem] {
        var problems: [ThemeProblem] = []
        let white = line.colour.difference(from: Colour(grey: 255), vision: vision) ?? 0
        if white < Self.leastBlindDifference {
            problems.append(.tooSimilar(line.name, "white tissue", difference: white, vision: vision))
        }
        let nearest =
            (0...255).compactMap { line.colour.difference(from: Colour(grey: UInt8($0)), vision: vision) }.min() ?? 0
        if nearest < Self.leastGreyDifference {
            problems.append(.tooSimilar(line.name, "grey tissue", difference: nearest, vision: vision))
        }
        return problems
    }

    /// A colour as text on the background: itself where that can be read, otherwise with as much of the text's own
    /// colour as it needs.
    public func ink(_ colour: Colour) -> Colour {
        guard let contrast = colour.contrast(with: background), contrast < Self.leastContrast else { return colour }
        for share in 1...9 {
            let mixed = colour.mixed(with: text, Double(share) / 10)
            if mixed.contrast(with: background) ?? 0 >= Self.leastContrast { return mixed }
        }
        return text.contrast(with: background) ?? 0 >= Self.leastContrast ? text : colour
    }
}
