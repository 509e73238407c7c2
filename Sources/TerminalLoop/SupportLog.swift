import CaseWork
import Foundation
import Glibc
import JobWork
import Logging

/// What the program did and when, in a file, for whoever helps with a problem: `--log FILE` or `PLEURA_LOG`.
///
/// A line has the time in UTC, the level, the part of the program, what happened and numbers. It never has what a user,
/// a file or an image says: no path, no case, no structure, no message of an error, only the names that the sources
/// give to commands, events and errors. Nothing is logged unless it is asked for.
package enum SupportLog {
    /// The part of the command line that says where to log.
    package struct Wish: Equatable {
        /// The file; `nil` for no log.
        package var file: String?
        /// What is logged: this and graver.
        package var level = Logger.Level.debug
        /// The other arguments.
        package var arguments: [String]
    }

    /// Finds `--log FILE` and `--log-level LEVEL` anywhere before `--`; they go before `PLEURA_LOG` and
    /// `PLEURA_LOG_LEVEL`. `--record FILE` is found in the same places and handed on behind the command's name, which
    /// is where the parser looks for it.
    /// - Throws: ``WorkError`` if a value is missing or no level.
    package static func wish(
        arguments: [String], environment: [String: String]
    ) throws(WorkError) -> Wish {
        func level(_ text: String, _ place: String) throws(WorkError) -> Logger.Level {
            guard let level = Logger.Level(rawValue: text) else {
                let all = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
                throw WorkError("\(place) is one of \(all), not \(text).")
            }
            return level
        }
        var wish = Wish(arguments: [])
        if let file = environment["PLEURA_LOG"], !file.isEmpty { wish.file = file }
        if let text = environment["PLEURA_LOG_LEVEL"], !text.isEmpty {
            wish.level = try level(text, "PLEURA_LOG_LEVEL")
        }
        var (rest, record) = (arguments[...], [String]())
        var behind: [String] = []
        while let argument = rest.popFirst() {
            if argument == "--" {
                behind = [argument] + rest
                break
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard ["--log", "--log-level", "--record"].contains(parts[0]) else {
                wish.arguments.append(argument)
                continue
            }
            guard let value = parts.count > 1 ? parts[1] : rest.popFirst(), !value.isEmpty else {
                throw WorkError("\(parts[0]) needs a value.")
            }
            switch parts[0] {
            case "--log": wish.file = value
            case "--record": record = ["--record=\(value)"]
            default: wish.level = try level(value, "--log-level")
            }
        }
        wish.arguments += record + behind
        return wish
    }

    /// Opens the log, if there is to be one.
    /// - Throws: ``WorkError`` if the file cannot be written.
    package static func start(_ wish: Wish) throws(WorkError) {
        guard let path = wish.file else {
            LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
            return
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw WorkError("The log \(path) cannot be written: \(String(cString: strerror(errno))).", .failed)
        }
        // What is started from here, such as a worker, goes on in the same file.
        setenv("PLEURA_LOG", URL(fileURLWithPath: path).path, 1)
        setenv("PLEURA_LOG_LEVEL", wish.level.rawValue, 1)
        LoggingSystem.bootstrap { label in
            LineLogHandler(label: label, logLevel: wish.level, descriptor: descriptor)
        }
    }

    /// Notes that a command begins.
    package static func noteStart(of command: String) {
        Logger(label: "program").info("begins", metadata: ["command": "\(command)", "version": "\(Version.text)"])
    }

    /// Notes how the program ends.
    package static func noteEnd(status: Int32, error: (any Error)? = nil) {
        var numbers: Logger.Metadata = ["status": "\(status)"]
        if let error { numbers["error"] = "\(type(of: error)).\(EventName.of(error))" }
        Logger(label: "program").log(level: error == nil ? .info : .error, "ends", metadata: numbers)
    }
}

/// Writes each message as one line, with one call, so that several processes can share a file.
private struct LineLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    let descriptor: Int32

    init(label: String, logLevel: Logger.Level, descriptor: Int32) {
        self.label = label
        self.logLevel = logLevel
        self.descriptor = descriptor
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let values = metadata.merging(event.metadata ?? [:]) { $1 }
        let numbers = values.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let time = Date().ISO8601Format(.init(includingFractionalSeconds: true))
        let line = "\(time) \(event.level) \(getpid()) \(label): \(event.message)\(numbers)\n"
        // A log that cannot be written is no reason to stop anything.
        _ = line.withCString { write(descriptor, $0, strlen($0)) }
    }
}

/// Ends the process at once, with nothing torn down: threads that still compute keep what they use until then.
package func leaveAtOnce(_ status: Int32) -> Never {
    SupportLog.noteEnd(status: status)
    fflush(nil)
    _exit(status)
}
