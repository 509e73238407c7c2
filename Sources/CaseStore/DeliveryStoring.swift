import Cases
import Foundation

/// Where the corrections of cases go by themselves, and what became of sending them. Nothing of it is ever changed or
/// deleted: the newest word counts.
public protocol DeliveryStoring: Sendable {
    /// Says where the corrections of a case go, whatever the settings say for cases of which nothing is said.
    /// - Throws: ``CaseStoreError/noSuchCase(_:)``; ``CaseStoreError/invalid(what:reason:)`` for a node without forms, or
    ///   forms without a node.
    func send(_ id: CaseID, by route: DeliveryRoute, actor: String, now: Date) throws(CaseStoreError)

    /// Where the corrections of those cases go of which something was said.
    func deliveryRoutes() throws(CaseStoreError) -> [CaseID: DeliveryRoute]

    /// Keeps what became of sending a form of a correction to a node. What was sent stays sent.
    /// - Throws: ``CaseStoreError/noSuchCorrection(_:)``; ``CaseStoreError/invalid(what:reason:)`` if it was sent before.
    func keep(_ attempt: DeliveryAttempt, by actor: String, now: Date) throws(CaseStoreError)

    /// The last attempt of each form of each correction at each node, in the order of these attempts.
    func deliveries() throws(CaseStoreError) -> [Delivery]
}

/// Where corrections go, and in which forms.
public struct DeliveryRoute: Hashable, Sendable {
    /// The node, by its name in the settings; empty for none: they stay here.
    public var node: String
    /// The forms, by their names: `rtstruct`, `seg`, `sr`.
    public var forms: [String]

    /// A route from its parts.
    public init(node: String, forms: [String]) {
        self.node = node
        self.forms = forms
    }

    /// What is said of cases whose corrections stay here.
    public static let nowhere = DeliveryRoute(node: "", forms: [])
}

/// What is to be kept of sending a form of a correction to a node.
public struct DeliveryAttempt: Hashable, Sendable {
    /// What became of it.
    public enum Result: Hashable, Sendable {
        /// The node has the object of this SOPInstanceUID.
        case sent(object: String)
        /// It has not, for a reason: sentences, which may name the place of the case's image.
        /// `isSilent`: the node did not answer at all, so that it says nothing of the object.
        case failed(String, isSilent: Bool = false)
    }

    /// The correction.
    public let key: CorrectionKey
    /// The node and the form, by their names.
    public let node, form: String
    /// What became of it.
    public let result: Result

    /// An attempt from its parts.
    public init(_ key: CorrectionKey, to node: String, as form: String, _ result: Result) {
        (self.key, self.node, self.form, self.result) = (key, node, form, result)
    }
}

/// Where sending a form of a correction to a node stands.
public struct Delivery: Hashable, Sendable {
    /// The last attempt.
    public let last: DeliveryAttempt
    /// How many there were.
    public let attempts: Int
    /// When the last was, to the millisecond.
    public let at: Date

    /// A value from its parts, as a store reads it.
    package init(last: DeliveryAttempt, attempts: Int, at: Date) {
        (self.last, self.attempts, self.at) = (last, attempts, at)
    }

    /// Whether the last attempt failed because the node did not answer at all.
    public var wasSilent: Bool {
        if case .failed(_, isSilent: true) = last.result { true } else { false }
    }

    /// Whether the node has it.
    public var isSent: Bool {
        if case .sent = last.result { true } else { false }
    }
}

extension DeliveryRoute {
    /// - Throws: ``CaseStoreError/invalid(what:reason:)``.
    package func requireValid() throws(CaseStoreError) {
        guard node.isEmpty == forms.isEmpty, !forms.contains(""), Set(forms).count == forms.count else {
            throw .invalid(what: "way of corrections", reason: "it has a node and forms, each once, or neither")
        }
    }

    /// What the log says of it.
    package var logged: [String: String] {
        node.isEmpty ? ["to": "nowhere"] : ["to": node, "as": forms.joined(separator: " ")]
    }
}

extension DeliveryAttempt {
    /// - Throws: ``CaseStoreError/invalid(what:reason:)``.
    package func requireValid() throws(CaseStoreError) {
        guard !node.isEmpty, !form.isEmpty else {
            throw .invalid(what: "delivery", reason: "it has no node or no form")
        }
    }

    /// What is refused of a correction that was sent before.
    package var sentBefore: CaseStoreError {
        .invalid(what: "delivery", reason: "\(key.subject) was sent to \(node) as \(form) before")
    }
}
