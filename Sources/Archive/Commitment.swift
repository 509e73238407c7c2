import DicomNetwork

/// Whether a node stands for having stored what it was sent. It is stored whatever comes of that.
package enum Commitment {
    /// Asks the node, and waits for its report.
    /// - Parameter patience: how long, seconds; 1…3600.
    /// - Returns: `committed`, `failed`, `not offered` or `pending` (no report came in time), and what went wrong.
    package static func asked(
        of sent: [DicomPeer.Outcome], at peer: DicomPeer, patience: Int
    ) -> (word: String, remark: String?) {
        do {
            let said = try peer.commit(sent, patience: min(max(patience, 1), 3600))
            let isKept = sent.allSatisfy { object in
                said.contains { $0.sopInstanceUID == object.sopInstanceUID && $0.status == 0 }
            }
            return (isKept ? "committed" : "failed", nil)
        } catch {
            switch error.kind {
            case .notOffered: return ("not offered", error.description)
            case .timedOut: return ("pending", error.description)
            default: return ("failed", error.description)
            }
        }
    }
}
