import CDcmtk
import Foundation
import Synchronization

/// Takes what a node sends on being asked to (C-MOVE), and nothing else.
final class MoveInbox: StoreListener.Delegate {
    private let series: String
    /// Which instances were asked for; empty for any of the series.
    private let wanted: Set<String>
    private let folder: String
    private let state = Mutex(State())

    private struct State {
        var came: Set<String> = []
        /// What was not told yet, in order.
        var news: [String] = []
        /// The associations that are open.
        var open: Set<UInt64> = []
        var (wasCalled, isReady, isEnding, hasEnded) = (false, false, false, false)
        var failure: DicomNetworkError?
        var fileProblem: String?
        /// How many objects came that were not asked for.
        var foreign = 0
        /// How many cannot be read, or are cut off.
        var damaged = 0
        /// Why somebody was not let in, or lost the connection; each reason once.
        var reasons: [String] = []

        mutating func note(_ reason: String) {
            if !reasons.contains(reason) { reasons.append(reason) }
        }
    }

    /// An inbox for what is asked for.
    /// - Parameter folder: where instances get their names.
    init(series: String, instances: Set<String>, folder: String) {
        self.series = series
        wanted = instances
        self.folder = folder
    }

    /// Listens until ``end()``; returns when callers are answered.
    /// - Parameters:
    ///   - folder: where what arrives is written; must be there, on the same file system.
    ///   - node: for whom, in errors.
    /// - Throws: ``DicomNetworkError`` if the port cannot be had, or a key not be read.
    func begin(_ listener: StoreListener, into folder: String, node: String) throws(DicomNetworkError) {
        Thread { [self] in
            do throws(DicomNetworkError) {
                try listener.run(into: folder, self)
            } catch {
                state.withLock { $0.failure = error }
            }
            state.withLock { $0.hasEnded = true }
        }.start()
        while !state.withLock({ $0.isReady || $0.hasEnded }) { usleep(5_000) }
        guard let failure = state.withLock({ $0.failure }) else { return }
        let isTaken = failure.kind == .local
        throw DicomNetworkError(
            failure.kind, node: node,
            failure.what + (isTaken ? "; where pleura listen has it, give this node a listen_port of its own" : ""))
    }

    /// Lets nobody in any more, and returns when what is in hand is finished.
    func end() {
        state.withLock { $0.isEnding = true }
        while !state.withLock({ $0.hasEnded }) { usleep(5_000) }
    }

    /// The UIDs of what is on the disk.
    var came: Set<String> { state.withLock { $0.came } }
    /// What could not be written, if anything.
    var fileProblem: String? { state.withLock { $0.fileProblem } }
    /// Whether something that came was not taken.
    var hasRefused: Bool { state.withLock { $0.foreign > 0 || $0.damaged > 0 || $0.fileProblem != nil } }

    /// What came that was not told yet, and whether anybody is connected.
    func news() -> (uids: [String], isOpen: Bool) {
        state.withLock { state in
            defer { state.news = [] }
            return (state.news, !state.open.isEmpty)
        }
    }

    /// What went wrong, as clauses about the node: what it says, and what was seen here.
    /// - Parameters:
    ///   - said: what the node says; empty if it says that nothing went wrong.
    ///   - isShort: whether less came than it says it has sent.
    func clauses(after said: String, _ node: DicomNode, isShort: Bool = false) -> String {
        state.withLock { state in
            var all = [said].filter { !$0.isEmpty } + state.reasons
            if state.foreign > 0 {
                all.append("\(state.foreign) that came are of another series or carry another UID than announced")
            }
            if state.damaged > 0 { all.append("\(state.damaged) that came are damaged or cut off") }
            if !said.isEmpty || isShort, !state.wasCalled, state.reasons.isEmpty, let port = node.listeningPort {
                all.append(
                    "it did not call port \(port) here, which it has to know for our AE title \(node.callingTitle)")
            }
            return all.joined(separator: "; ")
        }
    }

    // For the listener.

    /// See ``StoreListener/Delegate``.
    var isStopped: Bool { state.withLock { $0.isEnding } }

    /// See ``StoreListener/Delegate``. Nobody is sent away to be vouched for here: what comes belongs to a pull.
    func vouch(sopClassUID: String, sopInstanceUID: String) -> UInt16 { 0x0112 }

    /// See ``StoreListener/Delegate``.
    func take(_ arrival: StoreListener.Arrival) -> UInt16 {
        guard let isAskedFor = isAskedFor(arrival) else {
            state.withLock { $0.damaged += 1 }
            return 0xa900
        }
        guard isAskedFor else {
            state.withLock { $0.foreign += 1 }
            return 0xa900
        }
        guard rename(arrival.path, "\(folder)/\(arrival.sopInstanceUID).dcm") == 0 else {
            let reason = String(cString: strerror(errno))
            state.withLock { $0.fileProblem = "what came could not be written to the disk (\(reason))" }
            return 0xa700
        }
        state.withLock {
            $0.came.insert(arrival.sopInstanceUID)
            $0.news.append(arrival.sopInstanceUID)
        }
        return 0
    }

    /// Whether an object is what it was announced as, of the series, and one of those that were asked for; `nil` if it is
    /// damaged or cut off.
    private func isAskedFor(_ arrival: StoreListener.Arrival) -> Bool? {
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        var object = cd_object()
        guard cd_read_object(arrival.path, &object, &message) == CD_OK else { return nil }
        return text(object.series) == series && text(object.sop_instance) == arrival.sopInstanceUID
            && (wanted.isEmpty || wanted.contains(arrival.sopInstanceUID))
    }

    /// See ``StoreListener/Delegate``.
    func hear(_ news: StoreListener.News) {
        state.withLock { state in
            switch news {
            case .ready: state.isReady = true
            case .began(let number, _):
                state.open.insert(number)
                state.wasCalled = true
            case .ended(let number, _, _): state.open.remove(number)
            case .refused(_, let calling, let reason):
                state.note("an association\(calling.isEmpty ? "" : " of \(calling)") was refused: \(reason)")
            case .cut(let number, _, _, let reason):
                state.open.remove(number)
                state.note("an association with it was cut off: \(reason)")
            }
        }
    }
}

/// The text of an array of characters in C, up to its zero.
private func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
