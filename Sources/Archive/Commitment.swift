/// Whether an archive stands for having stored what it was sent. It is stored whatever comes of that.
package enum Commitment {
    /// What an archive says, in the words of reports.
    package enum Answer: String, Sendable {
        /// It vouches for all objects.
        case committed
        /// It does not vouch for one of them, or the question failed.
        case failed
        /// It offers no storage commitment.
        case notOffered = "not offered"
        /// No report came in time.
        case pending
    }

    /// Asks the archive, and waits for its report.
    /// - Parameter patience: how long, seconds; brought into 1…3600.
    /// - Returns: what it says, and what went wrong.
    package static func asked(
        of sent: [ArchivedObject], at archive: any ImageArchive, patience: Int
    ) -> (answer: Answer, remark: String?) {
        do {
            let said = try archive.commit(sent, patience: min(max(patience, 1), 3600))
            let isKept = sent.allSatisfy { object in
                said.contains { $0.sopInstanceUID == object.sopInstanceUID && $0.status == 0 }
            }
            return (isKept ? .committed : .failed, nil)
        } catch let error as ArchiveError {
            switch error.kind {
            case .notOffered: return (.notOffered, error.description)
            case .timedOut: return (.pending, error.description)
            case .failed: return (.failed, error.description)
            }
        } catch {
            return (.failed, "\(error)")
        }
    }
}
