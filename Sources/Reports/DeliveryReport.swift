import Volumes

/// What sending corrections by themselves came to, or would come to.
package struct DeliveryReport: Encodable {
    /// A form of a correction at a node.
    package struct Item: Encodable {
        let caseID: String
        let revision: Int
        let node, form: String
        /// The object; `nil` where it was not sent.
        let sopInstanceUID: String?
        /// What whoever uses the masks should know, and what the node said.
        package let warnings: [String]
        /// Those of the warnings that the node said.
        package let remarks: [String]
        /// Why it was not sent; `nil` where it was, or was not tried yet.
        package let error: String?
        let attempts: Int
        /// Whether the error is the node's, and not the case's.
        package let isOfNode: Bool

        /// An item from its parts.
        package init(
            caseID: String, revision: Int, node: String, form: String, sopInstanceUID: String? = nil,
            warnings: [String] = [], remarks: [String] = [], error: String? = nil, isOfNode: Bool = false, attempts: Int
        ) {
            (self.isOfNode, self.remarks) = (isOfNode, remarks)
            self.caseID = caseID
            self.revision = revision
            (self.node, self.form, self.sopInstanceUID) = (node, form, sopInstanceUID)
            (self.warnings, self.error, self.attempts) = (warnings, error, attempts)
        }

        /// What it is, for people.
        package var name: String { "case \(caseID) revision \(revision) as \(form) to \(node)" }

        /// How often it was tried, for people.
        package var tries: String { attempts == 1 ? "once" : "\(attempts) times" }

        enum CodingKeys: String, CodingKey {
            case revision, node, warnings, error, attempts
            case caseID = "case"
            case form = "format"
            case sopInstanceUID = "sop_instance_uid"
        }

        /// For programs: all keys are always there, null where there is no object or no error.
        package func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(caseID, forKey: .caseID)
            try values.encode(revision, forKey: .revision)
            try values.encode(node, forKey: .node)
            try values.encode(form, forKey: .form)
            try values.encode(sopInstanceUID, forKey: .sopInstanceUID)
            try values.encode(warnings, forKey: .warnings)
            try values.encode(error, forKey: .error)
            try values.encode(attempts, forKey: .attempts)
        }
    }

    /// What was sent.
    package var sent: [Item] = []
    /// What was tried and not sent.
    package var failed: [Item] = []
    /// How much is to be sent later.
    package private(set) var waiting = 0
    /// How much of that failed before, or would have been sent now.
    package private(set) var overdue = 0

    enum CodingKeys: String, CodingKey { case sent, failed, waiting }

    /// Counts something that is to be sent later.
    package mutating func wait(isOverdue: Bool) {
        waiting += 1
        if isOverdue { overdue += 1 }
    }

    /// Nothing yet.
    package init() {}

    /// For people.
    package var lines: [String] {
        var lines = sent.map { "sent: \($0.name)" }
        lines += failed.map { "not sent: \($0.name): \($0.error ?? "")" }
        if waiting > 0 { lines.append("\(waiting) to be sent later") }
        return lines.isEmpty ? ["Nothing is to be sent."] : lines
    }
}

/// What is to be sent, now or later.
package struct DeliveryList: Encodable {
    /// The oldest correction first.
    let waiting: [DeliveryReport.Item]

    /// A list.
    package init(_ items: [DeliveryReport.Item]) { waiting = items }

    /// For people.
    package var lines: [String] {
        if waiting.isEmpty { return ["Nothing is to be sent."] }
        return waiting.map { item in
            item.error.map { "\(item.name), tried \(item.tries): \($0)" } ?? item.name
        }
    }
}
