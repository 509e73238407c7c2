extension JobState {
    /// The states that may follow: `queued → leased → training → evaluating → promoted | held`. A run may fail once
    /// a worker has it, is taken over by another worker (`leased` again) or given back to wait (`queued`), and can be
    /// cancelled until it is finished. What failed or was cancelled can be queued again.
    public var successors: Set<JobState> {
        switch self {
        case .queued: [.leased, .cancelled]
        case .leased: [.training, .queued, .failed, .cancelled]
        case .training: [.evaluating, .leased, .queued, .failed, .cancelled]
        case .evaluating: [.promoted, .held, .leased, .queued, .failed, .cancelled]
        case .failed, .cancelled: [.queued]
        case .promoted, .held: []
        }
    }

    /// Whether the run has ended; a failed or cancelled one begins again only when someone asks for it.
    public var isFinal: Bool {
        switch self {
        case .promoted, .held, .failed, .cancelled: true
        case .queued, .leased, .training, .evaluating: false
        }
    }

    /// Whether a worker has it.
    public var isRunning: Bool { !isFinal && self != .queued }
}
