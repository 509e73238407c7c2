import CaseWork
import Foundation

/// A recording as it was read from its file.
package struct SessionRecording: Sendable {
    /// What it was made with.
    package let header: RecordingHeader
    /// What happened, in order.
    let lines: [RecordedLine]
    /// What there is to know of the file, one sentence each.
    package let warnings: [String]

    /// The largest file that is read, in bytes: a line is some 60, so that this is weeks.
    private static let mostBytes = 1 << 29

    /// Reads a file.
    /// - Throws: ``WorkError`` that says what is wrong with it, and on which line.
    package init(file path: String, version: String) throws(WorkError) {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw WorkError("There is no recording at \(path) that can be read.")
        }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: Self.mostBytes) ?? Data() else {
            throw WorkError("The recording \(path) cannot be read.")
        }
        try self.init(data, named: path, version: version)
    }

    /// Reads what a file holds.
    /// - Parameters:
    ///   - name: what messages call it.
    ///   - version: the version of this program.
    /// - Throws: ``WorkError`` that says what is wrong with it, and on which line.
    init(_ data: Data, named name: String, version: String) throws(WorkError) {
        var texts = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // Behind the last line's end there is nothing.
        let rest = texts.popLast() ?? Data()
        let decoder = JSONDecoder()
        guard let first = texts.first else {
            throw WorkError("\(name) is no recording: its first line is \(rest.isEmpty ? "missing" : "cut off").")
        }
        guard let format = try? decoder.decode(Format.self, from: first) else {
            throw WorkError("\(name) is no recording: its first line is not one of `pleura review --record`.")
        }
        guard format.number == RecordingHeader.currentFormat else {
            throw WorkError(
                "\(name) has format \(format.number) of recordings, and this version of Pleura plays format "
                    + "\(RecordingHeader.currentFormat). Play it with the version that recorded it"
                    + (format.program.map { ", \($0)." } ?? "."))
        }
        guard let header = try? decoder.decode(RecordingHeader.self, from: first) else {
            throw WorkError("\(name) is no complete recording: its first line is damaged.")
        }
        var lines: [RecordedLine] = []
        for (index, text) in texts.enumerated().dropFirst() {
            guard let line = try? decoder.decode(RecordedLine.self, from: text) else {
                throw WorkError("\(name) is damaged: line \(index + 1) is no event that this version knows.")
            }
            guard line.turn >= lines.last?.turn ?? 0 else {
                throw WorkError("\(name) is damaged: line \(index + 1) is of an earlier turn than the line before.")
            }
            lines.append(line)
        }
        var warnings: [String] = []
        if header.program != version {
            warnings.append(
                "the recording was made by Pleura \(header.program), and this is \(version): it may do other things here"
            )
        }
        if !rest.isEmpty {
            warnings.append(
                "the recording is cut off in the middle of line \(texts.count + 1); the \(max(0, texts.count - 1)) events before it are played"
            )
        } else if !lines.contains(where: { if case .end = $0.what { true } else { false } }) {
            warnings.append("the recording has no end: the program was killed, or is still running")
        }
        self.header = header
        self.lines = lines
        self.warnings = warnings
    }

    /// As much of the first line as every format has.
    private struct Format: Decodable {
        let number: Int
        let program: String?

        enum CodingKeys: String, CodingKey {
            case number = "pleura_recording"
            case program
        }
    }
}
