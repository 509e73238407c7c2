import CaseWork
import Foundation
import Glibc

/// What goes to standard output and standard error.
enum Output {
    /// Prints one JSON document on standard output.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        FileHandle.standardOutput.write(try encoder.encode(value))
        FileHandle.standardOutput.write(Data("\n".utf8))
    }

    /// Prints a document for programs, or its lines for people.
    static func report(_ document: some Encodable, _ lines: @autoclosure () -> [String], asJSON: Bool) throws {
        if asJSON { try json(document) } else { Self.lines(lines()) }
    }

    /// Prints lines on standard output.
    static func lines(_ lines: [String]) {
        for line in lines { print(line) }
    }

    /// Says something to the person at the terminal, without disturbing standard output.
    static func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

    /// A line that is overwritten by the next, on a terminal only.
    static func progress(_ text: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        FileHandle.standardError.write(Data("\r\u{1b}[K\(text)".utf8))
    }

    /// Ends a line of progress.
    static func endProgress() {
        guard isatty(STDERR_FILENO) == 1 else { return }
        FileHandle.standardError.write(Data("\r\u{1b}[K".utf8))
    }

    /// Writes a file whole or not at all.
    static func write(_ data: Data, to path: String) throws(ProgramError) {
        do {
            try ResultFile.write(data, to: path)
        } catch {
            throw ProgramError(error)
        }
    }
}
