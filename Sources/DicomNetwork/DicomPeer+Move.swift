import CDcmtk
import Foundation

extension DicomPeer {
    /// Has the node send a series, or some of its instances, to us (C-MOVE): to our AE title, whose address the node has to
    /// know, and which is listened to on ``DicomNode/listeningPort`` meanwhile. Each instance is written whole, as
    /// `<SOPInstanceUID>.dcm`; what came before an error stays. Only the node may call, and only what was asked for is taken.
    /// - Parameters:
    ///   - instances: which; empty for all.
    ///   - folder: where to; must be there. `<folder>.receiving` beside it holds what is not whole, and goes at the end.
    ///   - stored: told the UID of each instance that is on the disk, by the calling thread.
    ///   - remark: told why less came than was asked for, as far as it is known: a clause about the node.
    /// - Returns: the UIDs of what came; a node may send less than it was asked for.
    /// - Throws: ``DicomNetworkError``.
    @discardableResult
    public func move(
        study: String, series: String, instances: [String] = [], to folder: String, stored: ((String) -> Void)? = nil,
        remark: ((String) -> Void)? = nil
    ) throws(DicomNetworkError) -> Set<String> {
        let listener = try listenerForMoves()
        let inbox = MoveInbox(series: series, instances: Set(instances), folder: folder)
        let receiving = folder + ".receiving"
        try? FileManager.default.removeItem(atPath: receiving)
        guard mkdir(receiving, 0o700) == 0 else {
            throw DicomNetworkError(
                .file, node: node.name, "\(receiving) could not be made (\(String(cString: strerror(errno))))")
        }
        defer { try? FileManager.default.removeItem(atPath: receiving) }
        try inbox.begin(listener, into: receiving, node: node.name)
        let waiting = Waiting(inbox: inbox, stored: stored)
        var moved = cd_net_moved()
        var said = ""
        let failure = Result { () throws(DicomNetworkError) in
            said = try ask(study: study, series: series, instances: instances, waiting, &moved)
            // What the node counts as sent may still be on its way.
            waiting.finish(Int(moved.completed), patience: TimeInterval(node.timeout))
        }
        inbox.end()
        _ = waiting.tellWhatCame()
        let came = inbox.came
        if let what = inbox.fileProblem { throw DicomNetworkError(.file, node: node.name, what) }
        if case .failure(let error) = failure {
            throw DicomNetworkError(error.kind, node: node.name, inbox.clauses(after: error.what, node))
        }
        let clauses = inbox.clauses(after: said, node, isShort: came.count < moved.completed)
        if came.isEmpty, moved.failed > 0 || moved.completed > 0 {
            throw DicomNetworkError(.refused, node: node.name, clauses)
        }
        if !clauses.isEmpty { remark?(clauses) }
        return came
    }

    /// What listens to the node while it sends.
    private func listenerForMoves() throws(DicomNetworkError) -> StoreListener {
        guard let port = node.listeningPort else {
            throw DicomNetworkError(
                .local, node: node.name,
                "C-MOVE needs listen_port in its settings, the port of this machine to which it sends what is for "
                    + node.callingTitle)
        }
        var listener = StoreListener()
        (listener.port, listener.title, listener.timeout) = (port, node.callingTitle, node.timeout)
        listener.callers = [node.sendingTitle ?? node.calledTitle]
        if let tls = node.tls {
            guard let key = tls.key, let certificate = tls.certificate else {
                throw DicomNetworkError(
                    .insecure, node: node.name,
                    "C-MOVE over TLS needs a key and a certificate of ours, because the node connects to us")
            }
            listener.tls = StoreListener.Security(key: key, certificate: certificate, trusted: tls.trusted)
        }
        return listener
    }

    /// Asks, and waits for the last answer.
    /// - Returns: what could not be sent, as the node says it; empty if all was.
    private func ask(
        study: String, series: String, instances: [String], _ waiting: Waiting, _ moved: inout cd_net_moved
    ) throws(DicomNetworkError) -> String {
        let box = Box(waiting)
        var said = ""
        try call { node, message in
            withCStrings([study, series] + instances) { texts in
                let isComing: @convention(c) (UnsafeMutableRawPointer?) -> Bool = {
                    Box<Waiting>.at($0)?.value.tellWhatCame() ?? false
                }
                return Array(texts.dropFirst(2)).withUnsafeBufferPointer { list in
                    let status = cd_net_move(
                        node, texts[0], texts[1], list.baseAddress, list.count, box.pointer, isComing, &moved, message)
                    if status == CD_NET_OK { said = String(cString: message) }
                    return status
                }
            }
        }
        return said
    }
}

/// The thread that asked, while it waits.
private struct Waiting {
    let inbox: MoveInbox
    let stored: ((String) -> Void)?

    /// Tells of what came since it was asked last.
    /// - Returns: whether something came or is coming.
    func tellWhatCame() -> Bool {
        let (uids, isOpen) = inbox.news()
        if let stored { uids.forEach(stored) }
        return isOpen || !uids.isEmpty
    }

    /// Waits until as many came as the node says it sent, for as long as some are coming.
    func finish(_ count: Int, patience: TimeInterval) {
        var end = Date() + patience
        while inbox.came.count < count, !inbox.hasRefused, Date() < end {
            if tellWhatCame() { end = Date() + patience }
            usleep(20_000)
        }
    }
}
