import Foundation
import Routing
import TOMLKit

/// Reads `rules.toml`: a list of `[[rule]]`, each with conditions and what becomes of a series that fulfils them.
public enum RulesFile {
    private static let actions = [
        "name", "ignore", "model", "structures", "priority", "reader", "deliver_to", "deliver",
    ]

    /// Reads a file; one that is not there has no rules.
    /// - Throws: ``SettingsError`` naming file, line, rule and key.
    public static func load(from url: URL) throws(SettingsError) -> RoutingRules {
        FileManager.default.fileExists(atPath: url.path) ? try require(url) : RoutingRules()
    }

    /// Reads a file that has to be there.
    /// - Throws: ``SettingsError`` naming file, line, rule and key.
    public static func require(_ url: URL) throws(SettingsError) -> RoutingRules {
        guard let data = FileManager.default.contents(atPath: url.path), data.count < 1 << 20,
            let text = String(data: data, encoding: .utf8)
        else { throw SettingsError(url.path, "cannot be read") }
        return try parse(text, place: url.path)
    }

    /// Reads rules from text.
    /// - Parameter place: what errors call it.
    /// - Throws: ``SettingsError`` naming line, rule and key.
    public static func parse(_ text: String, place: String) throws(SettingsError) -> RoutingRules {
        let table = try TomlText.table(text, place: place)
        if let other = table.keys.first(where: { $0 != "rule" }) {
            throw SettingsError(place, "\(other) is not known; a file of rules has nothing but [[rule]]")
        }
        guard let entry = table["rule"] else { return RoutingRules() }
        guard let list = entry.array else { throw SettingsError(place, "write [[rule]], not [rule]") }
        let lines = RuleLines(text, count: list.count)
        var rules = RoutingRules()
        for index in 0..<list.count {
            guard let table = list[index].table else { throw SettingsError(place, "write [[rule]] for each rule") }
            let reader = RuleReader(number: index + 1, table: table, lines: lines, place: place)
            let rule = try reader.rule()
            if rules.rules.contains(where: { $0.name == rule.name }) {
                throw reader.refuse("name", "“\(rule.name)” is the name of an earlier rule")
            }
            rules.rules.append(rule)
        }
        return rules
    }

    /// One rule of the file.
    private struct RuleReader {
        let number: Int
        let table: TOMLTable
        let lines: RuleLines
        let place: String

        func refuse(_ key: String?, _ what: String) -> SettingsError {
            let line = lines.line(ofRule: number, key: key).map { "line \($0), " } ?? ""
            let name = table["name"]?.string.map { " (\($0))" } ?? ""
            return SettingsError(place, "\(line)rule \(number)\(name): \(key.map { "\($0): " } ?? "")\(what)")
        }

        func rule() throws(SettingsError) -> RoutingRule {
            var conditions: [RoutingCondition] = []
            for (key, value) in table.entries {
                if let trait = TextTrait(rawValue: key) {
                    conditions.append(.text(trait, try texts(key, value).map { TextPattern($0) }))
                } else if let trait = NumberTrait(rawValue: key) {
                    conditions.append(.number(trait, try range(key, value)))
                } else if !actions.contains(key) {
                    let known = TextTrait.allCases.map(\.rawValue) + NumberTrait.allCases.map(\.rawValue)
                    throw refuse(
                        key,
                        "is not known. A rule asks for \(known.joined(separator: ", ")), and says "
                            + actions.joined(separator: ", "))
                }
            }
            // In the order in which people read them, whatever the parser's.
            let order = TextTrait.allCases.map(\.rawValue) + NumberTrait.allCases.map(\.rawValue)
            conditions.sort { (order.firstIndex(of: $0.key) ?? 0) < (order.firstIndex(of: $1.key) ?? 0) }
            return RoutingRule(
                name: try text("name") ?? "rule \(number)", conditions: conditions, action: try action())
        }

        private func action() throws(SettingsError) -> RoutingAction {
            let said = actions.dropFirst(2).filter { table[$0] != nil }
            if let entry = table["ignore"] {
                guard let ignores = entry.bool else { throw refuse("ignore", "is true or false") }
                if ignores, let other = said.first { throw refuse(other, "makes no sense beside ignore = true") }
                if ignores { return .ignore }
            }
            var route = ReviewRoute()
            route.model = try text("model")
            route.reader = try text("reader")
            if let entry = table["structures"] { route.structures = try texts("structures", entry) }
            if let priority = try text("priority") {
                guard ["normal", "urgent"].contains(priority) else { throw refuse("priority", "is normal or urgent") }
                route.isUrgent = priority == "urgent"
            }
            route.delivery = try delivery()
            return .review(route)
        }

        private func delivery() throws(SettingsError) -> ReviewRoute.Delivery? {
            var forms = DeliverySettings().forms
            if let entry = table["deliver"] {
                guard table["deliver_to"] != nil else { throw refuse("deliver", "needs deliver_to, the node") }
                forms = try texts("deliver", entry)
                if Set(forms).count < forms.count { throw refuse("deliver", "names a form twice") }
                let known = DeliverySettings.knownForms
                if let other = forms.first(where: { !known.contains($0) }) {
                    throw refuse("deliver", "“\(other)” is not one of \(known.joined(separator: ", "))")
                }
            }
            guard let entry = table["deliver_to"] else { return nil }
            guard let node = entry.string else { throw refuse("deliver_to", "must be a text") }
            guard node.isEmpty else { return ReviewRoute.Delivery(node: node, forms: forms) }
            if table["deliver"] != nil {
                throw refuse("deliver", "makes no sense beside deliver_to = \"\", for nowhere")
            }
            return ReviewRoute.Delivery(node: "", forms: [])
        }

        private func text(_ key: String) throws(SettingsError) -> String? {
            guard let entry = table[key] else { return nil }
            guard let text = entry.string, !text.trimmingCharacters(in: .whitespaces).isEmpty else {
                throw refuse(key, "must be a text")
            }
            return text
        }

        private func texts(_ key: String, _ value: any TOMLValueConvertible) throws(SettingsError) -> [String] {
            if let text = value.string { return [text] }
            guard let list = value.array, list.count > 0 else {
                throw refuse(key, "must be a text or a list of texts")
            }
            var texts: [String] = []
            for index in 0..<list.count {
                guard let text = list[index].string else { throw refuse(key, "must be a text or a list of texts") }
                texts.append(text)
            }
            return texts
        }

        private func range(_ key: String, _ value: any TOMLValueConvertible) throws(SettingsError) -> ClosedRange<
            Double
        > {
            let wrong = refuse(key, "is [least, most], or one number for at least so much")
            func number(_ value: any TOMLValueConvertible) throws(SettingsError) -> Double {
                guard let number = value.int.map(Double.init) ?? value.double, number.isFinite, number >= 0 else {
                    throw wrong
                }
                return number
            }
            guard let list = value.array else { return try number(value)...(.infinity) }
            guard list.count == 2 else { throw wrong }
            let (least, most) = (try number(list[0]), try number(list[1]))
            guard least <= most else { throw wrong }
            return least...most
        }
    }
}

/// On which lines the rules and their keys stand, as far as the file is laid out as people lay it out.
private struct RuleLines {
    private let lines: [Substring]
    private let starts: [Int]

    init(_ text: String, count: Int) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        self.lines = lines
        let found = lines.indices.filter { lines[$0].trimmingPrefix(while: \.isWhitespace).hasPrefix("[[rule]]") }
        starts = found.count == count ? found : []
    }

    /// The line of a key, or else that of its rule, from 1; `nil` where it cannot be told.
    func line(ofRule number: Int, key: String?) -> Int? {
        guard starts.indices.contains(number - 1) else { return nil }
        let start = starts[number - 1]
        let end = starts.indices.contains(number) ? starts[number] : lines.count
        let found = (start..<end).first { index in
            guard let key else { return false }
            let line = lines[index].trimmingPrefix(while: \.isWhitespace)
            return line.hasPrefix(key) && line.dropFirst(key.count).trimmingPrefix(while: \.isWhitespace).hasPrefix("=")
        }
        return (found ?? start) + 1
    }
}
