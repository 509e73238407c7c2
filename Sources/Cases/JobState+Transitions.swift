extension JobState {
    /// The states that may follow: `queued → leased → training → evaluating → promoted | held`; a run may fail
    /// once a worker has it and be cancelled until it is finished.
    public var successors: Set<JobState> {
        switch self {
        case .queued: [.leased, .cancelled]
        case .leased: [.training, .failed, .cancelled]
        case .training: [.evaluating, .failed, .cancelled]
        case .evaluating: [.promoted, .held, .failed, .cancelled]
        case .promoted, .held, .failed, .cancelled: []
        }
    }

    /// Whether nothing follows.
    public var isFinal: Bool { successors.isEmpty }
}
