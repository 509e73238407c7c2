import CaseWork
import Foundation
import Glibc
import Review
import TerminalKit

/// Writes down what brings a session forward, a line for each thing that happens, before the program acts on it. Each
/// line is handed to the system by itself, so that a program that is killed loses at most the last one.
package final class SessionRecorder {
    private let descriptor: Int32
    private let start = ContinuousClock.now
    private let encoder = JSONEncoder()
    private var turn = -1
    private var size: (columns: Int, rows: Int)
    /// Why the recording is not complete; `nil` while it is.
    package private(set) var failure: String?

    /// Makes the file and writes its first line.
    /// - Parameter path: where there must be nothing yet.
    /// - Throws: ``WorkError`` if there is something, or the file cannot be written.
    package init(file path: String, header: RecordingHeader) throws(WorkError) {
        // What else is in the folder may be readable for others; this file is its owner's.
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST {
                throw WorkError("\(path) is there already. A recording is a file of its own; name another.")
            }
            throw WorkError("The recording \(path) cannot be written: \(String(cString: strerror(errno))).", .failed)
        }
        size = (header.columns, header.rows)
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        write(header)
        if let failure {
            close(descriptor)
            throw WorkError("The recording \(path) cannot be written: \(failure).", .failed)
        }
    }

    deinit { close(descriptor) }

    /// Another turn of the event loop begins, on a terminal of this size.
    func beginTurn(columns: Int, rows: Int) {
        turn += 1
        guard (columns, rows) != size else { return }
        size = (columns, rows)
        note(.input(.resize(columns: columns, rows: rows)))
    }

    /// Writes a line.
    func note(_ what: RecordedLine.What) {
        let time = start.duration(to: .now) / .milliseconds(1)
        write(RecordedLine(milliseconds: Int(time), turn: max(0, turn), what: what))
    }

    /// Writes down what is about to be acted on, if a recording holds such things.
    /// - Parameters:
    ///   - now: the time of the turn.
    ///   - typing: what is typed at the moment: of a note, only how long it is.
    ///   - structures: those of the case on the screen, in order.
    func note(_ happening: Happening, at now: Date, while typing: Typing, structures: [StructureState]) {
        switch happening {
        case .input(let event): note(.input(typing.recordable(event)))
        case .news(let news): if !news.isProgress { note(.news(news.name(in: structures))) }
        case .questionShown: note(.questionShown)
        case .seen(let slice, let milliseconds): note(.seen(slice: slice, milliseconds: milliseconds))
        case .tick(let seconds): note(.tick((seconds * 1000).rounded() / 1000, clock: now.timeIntervalSince1970))
        case .signal(let number): note(.signal(number))
        }
    }

    private func write(_ value: some Encodable) {
        guard failure == nil else { return }
        do {
            let line = try encoder.encode(value) + Data("\n".utf8)
            let count = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count != line.count { failure = String(cString: strerror(errno)) }
        } catch {
            failure = "an event has no written form"
        }
    }
}
