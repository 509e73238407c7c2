import Commands

/// A review of the case that was put aside, with its edits kept.
public struct PutAsideReview: Hashable, Sendable {
    /// Its number in the store.
    public let number: Int64
    /// When it was put aside, as people write it.
    public let when: String
    /// Whose it is.
    public let reviewer: String
    /// How many edits stand in it.
    public let edits: Int
    /// The slices they are on, from 0, in order.
    public let slices: [Int]

    /// A review from its parts.
    public init(number: Int64, when: String, reviewer: String, edits: Int, slices: [Int]) {
        self.number = number
        self.when = when
        self.reviewer = reviewer
        self.edits = edits
        self.slices = slices
    }
}

extension ReviewState {
    /// Shows what was put aside.
    mutating func receive(_ list: [PutAsideReview]) {
        // Whoever has begun something else meanwhile is not interrupted.
        guard mode == .normal || mode == .pointer else { return }
        guard !list.isEmpty else {
            message = StatusMessage("no review of this case was put aside")
            return
        }
        mode = .sessions(list, selected: 0)
    }

    /// Goes on with a review that was put aside; the one under way is put aside in turn.
    mutating func restoreSession(_ number: Int64) -> [ReviewEffect] {
        if case .sessions = mode { mode = .normal }
        let ended = endStroke()
        if let undecided = unfinishedContour ?? undecidedRegion(isQuitting: false) {
            return ended + warn(undecided)
        }
        if case .failed(let reason) = saveState { return ended + warn("steps are not on disk yet (\(reason))") }
        switch phase {
        case .open, .filed: break
        case .loading, .readOnly, .filing, .failed: return ended + warn(obstacle ?? "no review can be restored now")
        }
        if left != nil { return ended + warn(obstacle ?? "") }
        message = StatusMessage("restoring…")
        return ended + keepsProgress + [.restoreSession(number)]
    }
}
