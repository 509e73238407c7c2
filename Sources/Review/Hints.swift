/// What a new user is taught on the screen, one thing after another.
public enum Hint: String, Hashable, Sendable, CaseIterable {
    /// Going through the slices.
    case scroll
    /// Painting.
    case paint
    /// Taking a step back.
    case undo
    /// The slice that disagrees most.
    case worst
    /// Filing the review.
    case accept

    /// The commands whose keys are taught, for the keymap to name.
    public var commands: [String] {
        switch self {
        case .scroll: ["slice +1", "slice -1"]
        case .paint: ["pointer", "dab"]
        case .undo: ["undo"]
        case .worst: ["next worst"]
        case .accept: ["accept"]
        }
    }

    /// What is said behind the keys: whole clauses that say the same, from the longest to the shortest.
    public var texts: [String] {
        switch self {
        case .scroll: ["or the wheel go through the slices", "go through the slices"]
        case .paint:
            [
                "mark the voxel under the cursor; or drag with the left button",
                "mark a voxel; or drag the left button",
                "mark a voxel",
            ]
        case .undo: ["undoes the last step"]
        case .worst: ["goes to the slice that disagrees most", "goes to the worst slice"]
        case .accept:
            ["accepts the masks once all slices have been seen", "accepts once all is seen", "accepts the masks"]
        }
    }

    /// Whether an action with what came of it shows that the user can do it.
    func isLearned(by action: ReviewAction, _ effects: [ReviewEffect]) -> Bool {
        switch (self, action) {
        case (.scroll, .moveSlices), (.undo, .undo), (.worst, .goToNext(.worst, _)): true
        case (.paint, _): effects.makesAnEdit
        case (.accept, _): effects.contains { if case .file = $0 { true } else { false } }
        default: false
        }
    }
}

/// How far the teaching is. It ends when all is learned, in the sixth session, and with Escape; and nothing is taught
/// for long that the user has no use for now.
public struct HintProgress: Hashable, Sendable {
    /// What the user has done.
    public private(set) var learned: Set<Hint>
    /// What was passed over in this session.
    private var passedOver: Set<Hint> = []
    /// How often something else was done while the present hint stood there.
    private var patience = Self.mostUses

    /// In how many sessions, and during how many other commands in one, a hint is shown.
    public static let mostUses = 5

    /// What was learned before.
    public init(learned: Set<Hint> = []) { self.learned = learned }

    /// What is taught now; `nil` once all is learned.
    public var current: Hint? { Hint.allCases.first { !learned.contains($0) && !passedOver.contains($0) } }

    /// Takes in what the user did. Only what is taught now is ticked off.
    mutating func take(_ action: ReviewAction, _ effects: [ReviewEffect]) -> [ReviewEffect] {
        guard let current else { return [] }
        if current.isLearned(by: action, effects) {
            learned.insert(current)
            patience = Self.mostUses
            return [.learned(current)]
        }
        guard action.isUseOfKeys else { return [] }
        patience -= 1
        if patience == 0 {
            passedOver.insert(current)
            patience = Self.mostUses
        }
        return []
    }

    /// Ends the teaching for good.
    mutating func dismiss() -> [ReviewEffect] {
        let rest = Hint.allCases.filter { !learned.contains($0) }
        learned.formUnion(rest)
        return rest.map { .learned($0) }
    }
}

extension ReviewAction {
    /// Whether the user has used a command, as opposed to a window that changed its size or a part of a stroke.
    fileprivate var isUseOfKeys: Bool {
        switch self {
        case .resizeView, .point, .continueStroke, .endStroke, .slide, .keyPrefix, .digit, .counted, .toggleHelp,
            .scrollHelp, .cancel, .openPrompt, .line, .confirm, .see(.beginWindowDrag), .see(.dragWindow),
            .see(.endWindowDrag), .see(.askKey), .see(.tellKey),
            .answer, .retry:
            false
        default: true
        }
    }
}
