import Foundation
import Glibc
import JobWork
import Logging
import TerminalLoop

/// What the program did and when, in a file, for whoever helps with a problem: `--log FILE` or `PLEURA_LOG`.
///
/// A line has the time in UTC, the level, the part of the program, what happened and numbers. It never has what a user,
/// a file or an image says: no path, no case, no structure, no message of an error, only the names that the sources
/// give to commands, events and errors. Nothing is logged unless it is asked for.
enum SupportLog {
    /// The part of the command line that says where to log.
    struct Wish: Equatable {
        /// The file; `nil` for no log.
        var file: String?
        /// What is logged: this and graver.
        var level = Logger.Level.debug
        /// The other arguments.
        var arguments: [String]
    }

    /// Finds `--log FILE` and `--log-level LEVEL` anywhere before `--`; they go before `PLEURA_LOG` and
    /// `PLEURA_LOG_LEVEL`.
    /// - Throws: ``ProgramError`` if a value is missing or no level.
    static func wish(
        arguments: [String], environment: [String: String]
    ) throws(ProgramError) -> Wish {
        func level(_ text: String, _ place: String) throws(ProgramError) -> Logger.Level {
            guard let level = Logger.Level(rawValue: text) else {
                let all = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
                throw ProgramError("\(place) is one of \(all), not \(text).")
            }
            return level
        }
        var wish = Wish(arguments: [])
        if let file = environment["PLEURA_LOG"], !file.isEmpty { wish.file = file }
        if let text = environment["PLEURA_LOG_LEVEL"], !text.isEmpty {
            wish.level = try level(text, "PLEURA_LOG_LEVEL")
        }
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                wish.arguments += [argument] + rest
                break
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts[0] == "--log" || parts[0] == "--log-level" else {
                wish.arguments.append(argument)
                continue
            }
            guard let value = parts.count > 1 ? parts[1] : rest.popFirst(), !value.isEmpty else {
                throw ProgramError("\(parts[0]) needs a value.")
            }
            if parts[0] == "--log" { wish.file = value } else { wish.level = try level(value, "--log-level") }
        }
        return wish
    }

    /// Opens the log, if there is to be one.
    /// - Throws: ``ProgramError`` if the file cannot be written.
    static func start(_ wish: Wish) throws(ProgramError) {
        guard let path = wish.file else {
            LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
            return
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ProgramError("The log \(path) cannot be written: \(String(cString: strerror(errno))).", .failed)
        }
        // What is started from here, such as a worker, goes on in the same file.
        setenv("PLEURA_LOG", URL(fileURLWithPath: path).path, 1)
        setenv("PLEURA_LOG_LEVEL", wish.level.rawValue, 1)
        LoggingSystem.bootstrap { label in
            LineLogHandler(label: label, logLevel: wish.level, descriptor: descriptor)
        }
    }

    /// Notes that a command begins.
    static func noteStart(of command: String) {
        Logger(label: "program").info("begins", metadata: ["command": "\(command)", "version": "\(Version.text)"])
    }

    /// Notes how the program ends.
    static func noteEnd(status: Int32, error: (any Error)? = nil) {
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
func leaveAtOnce(_ status: Int32) -> Never {
    SupportLog.noteEnd(status: status)
    fflush(nil)
    _exit(status)
}
