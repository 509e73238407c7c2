import Foundation

/// Where corrections go by themselves, as `[deliver]` of the settings describes it.
public struct DeliverySettings: Hashable, Sendable {
    /// The node, by its name; empty for none.
    public var node = ""
    /// In which forms, by their names.
    public var forms = ["rtstruct"]
    /// The first moment of which a correction has to be, so that switching this on sends nothing that lay here before;
    /// `nil` where the settings do not say, which they have to.
    public var since: Date?
    /// How long a correction waits, seconds, so that what is taken back at once goes nowhere.
    public var wait: TimeInterval = 60
    /// Whether the RTSTRUCT is marked as approved.
    public var approves = false
    /// Whether the node is asked to vouch for what it was sent.
    public var commits = false

    /// The defaults.
    public init() {}

    /// The forms there are.
    public static let knownForms = ["rtstruct", "seg", "sr"]

    static let keys = "node, forms, since, wait_s, approve and commit"

    /// Takes in one setting.
    mutating func set(_ key: String, _ value: String, place: String) throws(SettingsError) {
        func refuse(_ what: String) -> SettingsError { SettingsError(place, "[deliver] \(key) \(what)") }
        func answer() throws(SettingsError) -> Bool {
            guard ["true", "false"].contains(value) else { throw refuse("is true or false") }
            return value == "true"
        }
        switch key {
        case "node": node = value
        case "forms": forms = try Self.forms(value) { refuse($0) }
        case "since":
            guard let date = Self.day(value) else { throw refuse("is a day such as \"2026-12-01\"") }
            since = date
        case "wait_s":
            guard let seconds = Int(value), (0...86400).contains(seconds) else {
                throw refuse("must be from 0 to 86400")
            }
            wait = TimeInterval(seconds)
        case "approve": approves = try answer()
        case "commit": commits = try answer()
        default: throw refuse("is not a setting. There are \(Self.keys)")
        }
    }

    /// Forms by their names, with semicolons between them.
    private static func forms(
        _ text: String, _ refuse: (String) -> SettingsError
    ) throws(SettingsError) -> [String] {
        var forms: [String] = []
        for part in text.split(separator: ";") {
            let name = part.trimmingCharacters(in: .whitespaces)
            guard knownForms.contains(name) else {
                throw refuse("names \"\(name)\"; there are \(knownForms.joined(separator: ", "))")
            }
            if !forms.contains(name) { forms.append(name) }
        }
        guard !forms.isEmpty else { throw refuse("names none; there are \(knownForms.joined(separator: ", "))") }
        return forms
    }

    /// The beginning of a day here.
    private static func day(_ text: String) -> Date? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2])
        else { return nil }
        let calendar = Calendar(identifier: .gregorian)
        let wanted = DateComponents(year: year, month: month, day: day)
        guard wanted.isValidDate(in: calendar) else { return nil }
        return calendar.date(from: wanted)
    }

    /// Refuses what would send other things, or elsewhere, than was meant.
    func check(place: String, nodes: [String: PacsNode]) throws(SettingsError) {
        guard !node.isEmpty else {
            // The rest holds for what rules send as well.
            guard since == nil, forms == DeliverySettings().forms else {
                throw SettingsError(place, "[deliver] needs node")
            }
            return
        }
        guard nodes[node] != nil else {
            throw SettingsError(place, "[deliver] node \"\(node)\" is not in [nodes.NAME]")
        }
        guard since != nil else {
            throw SettingsError(
                place, "[deliver] needs since, the day from which on corrections are sent, such as \"2026-12-01\"")
        }
    }
}
