import CaseWork
import Foundation

/// The lines of a file that are done one after another as if they were typed after `:`.
package struct CommandFile: Hashable, Sendable {
    /// A line that is to be done.
    struct Line: Hashable {
        /// Its number in the file, from 1.
        let number: Int
        /// What would be typed: without blanks around it, and without the colon that may stand before it.
        let text: String
    }

    /// The greatest file that is read, bytes.
    package static let largest = 1 << 20
    /// The lines that say something: neither empty nor a comment, which begins with `#`.
    let lines: [Line]

    /// Reads a file.
    /// - Throws: ``WorkError`` for a file that cannot be read, is larger than ``largest`` or is no UTF-8 text.
    package init(path: String) throws(WorkError) {
        guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.read(upToCount: Self.largest + 1)
        else {
            let isThere = FileManager.default.fileExists(atPath: path)
            throw WorkError(isThere ? "The commands in \(path) cannot be read." : "There is nothing at \(path).")
        }
        guard data.count <= Self.largest else {
            throw WorkError("\(path) is larger than \(Self.largest >> 20) MB: it is no file of commands.")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw WorkError("\(path) is no text in UTF-8: it is no file of commands.")
        }
        self.init(text)
    }

    /// The lines of a text.
    init(_ text: String) {
        lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().compactMap {
            let words = $1.trimmingCharacters(in: .whitespaces)
            guard !words.isEmpty, !words.hasPrefix("#") else { return nil }
            let text = words.hasPrefix(":") ? words.dropFirst().trimmingCharacters(in: .whitespaces) : words
            return Line(number: $0 + 1, text: text)
        }
    }
}

/// How far a file of commands has been done.
package struct CommandRun: Sendable {
    /// What is done.
    let file: CommandFile
    /// Whether the review is left once the file is done or has stopped.
    package let leavesAfterwards: Bool
    /// How many lines have been begun.
    var begun = 0
    /// The line under way, until it is known how it went.
    var underWay: Step?
    /// Whether all lines are done, or none after the one that stopped the file will be.
    var isOver = false
    /// Which line stopped the file and why, as one sentence; `nil` where none has.
    package internal(set) var failure: String?

    /// A line under way.
    struct Step {
        let line: CommandFile.Line
        /// The number of the journal's newest entry before it.
        let sequence: Int
        /// The case's session in which it was begun.
        let session: Int
        /// Whether all that it asked of the session has been done.
        var isSettled = false
    }

    /// A file of which nothing has been done.
    package init(_ file: CommandFile, leavesAfterwards: Bool) {
        self.file = file
        self.leavesAfterwards = leavesAfterwards
    }

    /// The line to be done next.
    var next: CommandFile.Line? { file.lines.indices.contains(begun) ? file.lines[begun] : nil }
}
