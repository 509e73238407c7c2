import Cases

/// One line of the worklist.
public struct WorklistEntry: Hashable, Sendable {
    /// The case.
    public var caseID: CaseID
    /// What it is called on screen; no patient's name.
    public var title: String
    /// How far its review is.
    public var status: CaseStatus
    /// Its size and spacing, for people.
    public var image: String
    /// Its structures.
    public var structures: [StructureName] = []
    /// Who had proposed the masks, if anything has been.
    public var model: String?
    /// Who reviewed it last.
    public var reviewer: String?
    /// Who has it open now.
    public var holder: String?
    /// Who is to review it.
    public var assignee: String?
    /// Time that the review is expected to take or, where it is done, took; seconds.
    public var effortSeconds: Double?
    /// How unsure the model is, from 0 to 1.
    public var uncertainty: Double?
    /// What somebody had to say of it, if it is flagged.
    public var flag: String?
    /// What there is to say of its status: why it was put off or sent back.
    public var note: String?
    /// What became of sending its newest correction by itself; `nil` where nothing was tried.
    public var delivery: WorklistDelivery?
    /// When anything last happened to it, seconds since 1970.
    public var touchedAt: Double?

    /// An entry from its parts.
    public init(
        caseID: CaseID, title: String, status: CaseStatus, image: String, model: String? = nil,
        reviewer: String? = nil, holder: String? = nil
    ) {
        self.caseID = caseID
        self.title = title
        self.status = status
        self.image = image
        self.model = model
        self.reviewer = reviewer
        self.holder = holder
    }

    /// Who has to do with it now: who has it open, is to review it, or has reviewed it.
    public var who: String? { holder ?? assignee ?? reviewer }

    /// How far up it is in the work of a reviewer, 0 first; `nil` if there is nothing to do for him: it is done, or
    /// somebody else's.
    public func rank(for me: String) -> Int? {
        if let holder, holder != me { return nil }
        let isMine = assignee == me || assignee == nil && reviewer == me
        if let assignee, assignee != me { return nil }
        switch status {
        case .returned: return reviewer == me ? 0 : assignee == me ? 2 : nil
        case .inProgress: return isMine ? 1 : nil
        case .new: return assignee == me ? 2 : 4
        case .awaiting: return reviewer == me ? nil : 3
        case .deferred: return isMine || reviewer == nil ? 5 : nil
        case .accepted, .corrected, .rejected: return nil
        }
    }
}

/// What became of sending a correction by itself.
public struct WorklistDelivery: Hashable, Sendable {
    /// For people, on one line.
    public var text: String
    /// Whether something of it is still to be sent.
    public var isFailure: Bool

    /// A delivery in words.
    public init(text: String, isFailure: Bool) {
        self.text = text
        self.isFailure = isFailure
    }
}

/// A column by which the worklist is sorted.
public enum WorklistColumn: String, Hashable, Sendable, CaseIterable {
    /// What the case is called.
    case name
    /// How far its review is.
    case status
    /// Its structures.
    case structures
    /// Who proposed the masks.
    case model
    /// What its review takes.
    case effort
    /// How unsure the model is.
    case uncertainty
    /// Who has to do with it.
    case who
    /// When it was touched.
    case touched

    /// Whether one line belongs before another; what is not known comes last in either direction.
    func precedes(_ a: WorklistEntry, _ b: WorklistEntry, descending: Bool) -> Bool? {
        func compare<T: Comparable>(_ left: T?, _ right: T?) -> Bool? {
            guard let left else { return right == nil ? nil : false }
            guard let right else { return true }
            return left == right ? nil : (left < right) != descending
        }
        switch self {
        case .name: return compare(a.title, b.title)
        case .status: return compare(Self.order(a.status), Self.order(b.status))
        case .structures:
            return compare(
                a.structures.map(\.rawValue).joined(separator: " "), b.structures.map(\.rawValue).joined(separator: " ")
            )
        case .model: return compare(a.model, b.model)
        case .effort: return compare(a.effortSeconds, b.effortSeconds)
        case .uncertainty: return compare(a.uncertainty, b.uncertainty)
        case .who: return compare(a.who, b.who)
        case .touched: return compare(a.touchedAt, b.touchedAt)
        }
    }

    private static func order(_ status: CaseStatus) -> Int {
        switch status {
        case .returned: 0
        case .inProgress: 1
        case .new: 2
        case .awaiting: 3
        case .deferred: 4
        case .corrected: 5
        case .accepted: 6
        case .rejected: 7
        }
    }
}
