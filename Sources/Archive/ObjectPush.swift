import Foundation

/// Sends one object to an archive, and asks it to vouch for the object if that is wanted.
package struct ObjectPush {
    let archive: any ImageArchive

    /// A push to an archive.
    package init(to archive: any ImageArchive) { self.archive = archive }

    /// What came of it.
    package struct Outcome: Sendable {
        /// The object's SOPInstanceUID, as the archive has it; empty if it named none.
        package var sopInstanceUID = ""
        /// Whether it stands for having stored the object; `nil` where it was not asked.
        package var answer: Commitment.Answer?
        /// What it had to say, one sentence each.
        package var remarks: [String] = []
    }

    /// Sends a file.
    /// - Parameter patience: how long to wait for the archive to vouch for the object, seconds; `nil` not to ask.
    /// - Throws: ``ArchiveError`` if it does not keep the object. That it does not vouch for it is an answer.
    package func run(_ file: URL, patience: Int?) throws -> Outcome {
        var outcome = Outcome()
        let sent = try archive.store([file])
        outcome.sopInstanceUID = sent.first?.sopInstanceUID ?? ""
        for object in sent where object.status != 0 {
            outcome.remarks.append("It was stored with a warning (status \(String(object.status, radix: 16))h).")
        }
        if let patience {
            let said = Commitment.asked(of: sent, at: archive, patience: patience)
            outcome.answer = said.answer
            if let remark = said.remark { outcome.remarks.append(remark) }
        }
        return outcome
    }
}
