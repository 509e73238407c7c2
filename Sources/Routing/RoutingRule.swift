/// What a rule asks of a series.
public enum RoutingCondition: Hashable, Sendable {
    /// One of the patterns is that of the text. Of a trait with several values, joined by backslashes, one of them, or the
    /// whole.
    case text(TextTrait, [TextPattern])
    /// The number is in a range, both ends included. A series that says nothing does not match.
    case number(NumberTrait, ClosedRange<Double>)

    /// The key that states it.
    public var key: String {
        switch self {
        case .text(let trait, _): trait.rawValue
        case .number(let trait, _): trait.rawValue
        }
    }

    /// Whether a series fulfils it.
    public func matches(_ series: SeriesTraits) -> Bool {
        switch self {
        case .text(let trait, let patterns):
            let whole = trait.value(of: series)
            let values = [whole] + whole.split(separator: "\\").map(String.init)
            return patterns.contains { pattern in values.contains(where: pattern.matches) }
        case .number(let trait, let range):
            guard let value = trait.value(of: series) else { return false }
            return range.contains(value)
        }
    }

    /// What it wants, for people.
    public var wanted: String {
        switch self {
        case .text(_, let patterns): patterns.map { "“\($0)”" }.joined(separator: " or ")
        case .number(_, let range):
            range.upperBound == .infinity
                ? "at least \(Self.plain(range.lowerBound))"
                : "\(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound))"
        }
    }

    /// What a series has instead, for the person who asked about its file.
    public func found(in series: SeriesTraits) -> String {
        switch self {
        case .text(let trait, _):
            let text = trait.value(of: series)
            return text.isEmpty ? "nothing" : "“\(text)”"
        case .number(let trait, _): return trait.value(of: series).map(Self.plain) ?? "nothing"
        }
    }

    private static func plain(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }
}

/// What becomes of a series that matches.
public enum RoutingAction: Hashable, Sendable {
    /// It is put aside and becomes no case.
    case ignore
    /// It becomes a case.
    case review(ReviewRoute)
}

/// How a series becomes a case.
public struct ReviewRoute: Hashable, Sendable {
    /// The model that predicts, as `--model` takes it; `nil` for the model in use.
    public var model: String?
    /// The structures that are kept of what the model predicts, in the order of the rule; empty for all.
    public var structures: [String] = []
    /// Whether the case is flagged, and predicted before others.
    public var isUrgent = false
    /// Whom the case is given to.
    public var reader: String?
    /// Where its corrections go by themselves; `nil` for where the settings say.
    public var delivery: Delivery?

    /// Where corrections go.
    public struct Delivery: Hashable, Sendable {
        /// The node, by its name in the settings; empty for nowhere.
        public var node: String
        /// In which forms: `rtstruct`, `seg`, `sr`; empty without a node.
        public var forms: [String]

        /// A delivery from its parts.
        public init(node: String, forms: [String]) {
            self.node = node
            self.forms = forms
        }

        /// For people.
        public var told: String {
            node.isEmpty
                ? "its corrections stay here" : "its corrections go to \(node) as \(forms.joined(separator: " and "))"
        }
    }

    /// What happens where no rule says otherwise.
    public init() {}
}

/// One rule: what it asks, and what becomes of a series that fulfils all of it.
public struct RoutingRule: Hashable, Sendable {
    /// What people call it.
    public var name: String
    /// What it asks; without conditions it matches everything.
    public var conditions: [RoutingCondition]
    /// What becomes of a series that matches.
    public var action: RoutingAction

    /// A rule from its parts.
    public init(name: String, conditions: [RoutingCondition], action: RoutingAction) {
        self.name = name
        self.conditions = conditions
        self.action = action
    }

    /// The conditions that a series does not fulfil.
    public func failing(_ series: SeriesTraits) -> [RoutingCondition] {
        conditions.filter { !$0.matches(series) }
    }
}

/// The rules in their order: the first that matches decides.
public struct RoutingRules: Hashable, Sendable {
    /// The rules.
    public var rules: [RoutingRule]

    /// No rules, by which every CT series becomes a case.
    public init(_ rules: [RoutingRule] = []) { self.rules = rules }

    /// What was decided on a series, and why.
    public struct Decision: Hashable, Sendable {
        /// The rule that matched; `nil` where none did.
        public let rule: RoutingRule?
        /// What becomes of the series.
        public let action: RoutingAction
        /// The rules before it, and which of their conditions the series does not fulfil.
        public let passed: [Passed]

        /// A rule that did not match.
        public struct Passed: Hashable, Sendable {
            /// The rule.
            public let rule: RoutingRule
            /// What the series does not fulfil; never empty.
            public let failing: [RoutingCondition]
        }
    }

    /// Decides on a series. Where no rule matches, it becomes a case that the model in use predicts.
    public func decide(_ series: SeriesTraits) -> Decision {
        var passed: [Decision.Passed] = []
        for rule in rules {
            let failing = rule.failing(series)
            if failing.isEmpty { return Decision(rule: rule, action: rule.action, passed: passed) }
            passed.append(Decision.Passed(rule: rule, failing: failing))
        }
        return Decision(rule: nil, action: .review(ReviewRoute()), passed: passed)
    }
}
