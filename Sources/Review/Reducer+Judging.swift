import Cases
import Commands
import Volumes

/// Where the approval of a filed correction by a second person stands, for the person at the screen.
public enum ApprovalState: Hashable, Sendable {
    /// It waits; whether the person at the screen may give it.
    case awaiting(author: String, isMine: Bool)
    /// Somebody gave it.
    case approved(by: String)
    /// Somebody sent the correction back, with this comment.
    case returned(by: String, comment: String)

    /// Whether somebody still has to say something.
    public var isAwaiting: Bool { if case .awaiting = self { true } else { false } }

    /// What there is to say of it, when the case is opened.
    var text: String? {
        switch self {
        case .awaiting(_, isMine: true): "filed by you; waiting for someone else's approval"
        case .awaiting(let author, isMine: false):
            "filed by \(author); :approve it, or :return it with a comment"
        case .approved: nil
        case .returned(let by, let comment): "sent back by \(by): \(comment); :reopen continues it"
        }
    }
}

extension ReviewState {
    /// Puts the case off, and goes on with the next.
    mutating func deferCase(_ comment: String) -> [ReviewEffect] {
        let ended = endStroke()
        if isBlinded { return ended + warn("a blinded reading cannot be deferred; q leaves it as it is") }
        if case .failed(let reason) = saveState { return ended + warn("steps are not on disk yet (\(reason))") }
        switch phase {
        case .open, .filed: break
        case .loading, .readOnly, .filing, .failed:
            return ended + warn(obstacle ?? "this case cannot be deferred now")
        }
        if let obstacle, case .open = phase { return ended + warn(obstacle) }
        return ended + [
            .saveProgress(progress), .deferCase(comment: comment), .openNext(said: "\(title) deferred"),
        ]
    }

    /// Sets the case's flag with a comment, or takes it down.
    mutating func setFlag(_ comment: String?) -> [ReviewEffect] {
        if isBlinded { return warn("a blinded reading has no flag: the first reader must not see it") }
        return [.flag(comment)]
    }

    /// Sends somebody else's correction back to its author.
    mutating func sendBack(_ comment: String) -> [ReviewEffect] {
        guard !comment.trimmed.isEmpty else { return warn("sending back needs a comment: :return COMMENT") }
        return judgeFiled(approves: false, comment.trimmed)
    }

    /// Opens the case again, where it is read only or failed to open.
    mutating func retry() -> [ReviewEffect] {
        switch phase {
        case .readOnly, .failed: return endStroke() + [.retry]
        case .loading, .open, .filing, .filed: return warn("the case is already open; there is nothing to retry")
        }
    }

    /// Takes in how far the approval of the case's correction has come.
    mutating func receive(_ state: ApprovalState?) -> [ReviewEffect] {
        approval = state
        switch state {
        case .approved: message = StatusMessage("approved")
        case .returned: message = StatusMessage("sent back to its author")
        case .awaiting, nil: return []
        }
        return [.openNext(said: "\(title) \(message?.text ?? "")")]
    }

    /// Takes in the case's flag.
    mutating func receive(flag comment: String?) {
        flag = comment
        message = StatusMessage(comment.map { $0.isEmpty ? "flagged" : "flagged: \($0)" } ?? "no longer flagged")
    }

    /// Files the masks, or asks whether they are to be filed with what is odd about them.
    mutating func accept(comment: String, asks: Bool) -> [ReviewEffect] {
        if case .filed = phase, case .awaiting(_, let isMine) = approval, !isMine {
            return judgeFiled(approves: true, comment)
        }
        let ended = endStroke()
        if let obstacle { return ended + warn(obstacle) }
        let concerns = asks ? concerns : []
        guard concerns.isEmpty else {
            mode = .question(.accept(concerns, comment: comment))
            return ended
        }
        let words = comment.trimmed
        return ended
            + file(editedSlices.isEmpty ? .accepted : .corrected, reason: nil, comment: words.isEmpty ? nil : words)
    }

    /// Asks whether the masks are to be filed, or somebody else's correction approved, whatever speaks for or against it:
    /// the key may have been a letter of a line that was meant for a shell.
    mutating func askToAccept() -> [ReviewEffect] {
        if case .filed = phase, case .awaiting(let author, let isMine) = approval, !isMine {
            mode = .question(.approve(author: author))
            return endStroke()
        }
        let ended = endStroke()
        if let obstacle { return ended + warn(obstacle) }
        guard !structures.isEmpty else { return ended + warn("there are no masks to judge yet") }
        mode = .question(.accept(concerns, comment: ""))
        return ended
    }

    /// What speaks against filing the masks as they stand, one clause each.
    public var concerns: [String] {
        var found: [String] = []
        let count = geometry?.size.z ?? 0
        let unseen = count - seenSlices.count
        if unseen > 0 {
            found.append(
                "\(unseen) of \(Plural.count(count, "slice")) "
                    + "\(Plural.word(unseen, "was", "were")) not seen")
        }
        found += (warnings + uncheckedWarnings).map { structure, warning in
            "\(structure): \(warning.text)" + (warning.slice.map { " (slice \($0 + 1))" } ?? "")
        }
        found += structures.filter { $0.isAdded && $0.mask.isEmpty }.map {
            "\($0.name) was added and is empty: it is not filed"
        }
        if let adjudication {
            let open = adjudication.undecided.count
            if open > 0 {
                found.append(
                    "the readers differ on \(Plural.count(open, "slice")) that "
                        + "\(Plural.word(open, "is", "are")) not decided")
            }
        }
        return found
    }

    /// Approves the filed correction that waits for it, or sends it back.
    mutating func judgeFiled(approves: Bool, _ comment: String) -> [ReviewEffect] {
        guard case .filed = phase, case .awaiting(let author, let isMine) = approval else {
            return warn("there is no correction here that waits for approval")
        }
        guard !isMine else { return warn("\(author) filed this; someone else has to approve it") }
        return [.judge(approves: approves, comment: comment.trimmed)]
    }

    /// The correction is in the queue.
    mutating func receive(_ status: CorrectionStatus, _ revision: Int) -> [ReviewEffect] {
        phase = .filed(status, revision: revision)
        let unseen = (geometry?.size.z ?? 0) - seenSlices.count
        let rest =
            unseen > 0 && status != .rejected
            ? " · \(Plural.count(unseen, "slice")) "
                + "\(Plural.word(unseen, "was", "were")) not seen" : ""
        let waits = approval?.isAwaiting == true ? " · waits for approval" : ""
        let said = "filed as \(status.rawValue), revision \(revision)\(waits)\(rest)"
        message = StatusMessage("\(said) · :reopen to go on")
        return [.openNext(said: "\(title) \(said)")]
    }
}
