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

    /// What is said behind the keys.
    public var text: String {
        switch self {
        case .scroll: "or the wheel go through the slices"
        case .paint: "mark the voxel under the cursor; or drag with the left button"
        case .undo: "undoes the last step"
        case .worst: "goes to the slice that disagrees most"
        case .accept: "accepts the masks once all slices have been seen"
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

/// How far the teaching is.
public struct HintProgress: Hashable, Sendable {
    /// What the user has done.
    public private(set) var learned: Set<Hint>

    /// What was learned before.
    public init(learned: Set<Hint> = []) { self.learned = learned }

    /// What is taught now; `nil` once all is learned.
    public var current: Hint? { Hint.allCases.first { !learned.contains($0) } }

    /// Takes in what the user did. Only what is taught now is ticked off.
    mutating func take(_ action: ReviewAction, _ effects: [ReviewEffect]) -> [ReviewEffect] {
        guard let current, current.isLearned(by: action, effects) else { return [] }
        learned.insert(current)
        return [.learned(current)]
    }
}
