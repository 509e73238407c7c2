import Commands
import Files
import Foundation
import Review

/// What is kept of a user beside the cases: the commands typed, and the keys learned. Small files in the data folder,
/// written whole; what cannot be read or written is done without.
package struct PersonalFiles: Sendable {
    /// The data folder.
    package let folder: URL

    /// The files of a data folder.
    package init(folder: URL) { self.folder = folder }

    private var historyFile: URL { DataFolder(folder).commandHistory }
    private var learnedFile: URL { DataFolder(folder).learnedKeys }

    /// The commands typed, oldest first.
    func history() -> [String] { Array(lines(of: historyFile).suffix(PaletteState.limit)) }

    /// Keeps a command as the newest; one of another window in the meantime is kept as well.
    func remember(_ line: String) {
        var palette = PaletteState(history: history())
        palette.remember(line)
        write(palette.history, to: historyFile)
    }

    /// The keys a user has learned.
    func learned() -> Set<Hint> { Set(lines(of: learnedFile).compactMap(Hint.init(rawValue:))) }

    /// Ticks a key off.
    func learn(_ hint: Hint) {
        write(learned().union([hint]).map(\.rawValue).sorted() + usesLine(uses()), to: learnedFile)
    }

    /// What a new user is taught in this session: `nil` once all is learned or the program was used often enough.
    /// Counts the session.
    func teaching() -> HintProgress? {
        let progress = HintProgress(learned: learned())
        guard progress.current != nil, uses() < HintProgress.mostUses else { return nil }
        write(learned().map(\.rawValue).sorted() + usesLine(uses() + 1), to: learnedFile)
        return progress
    }

    /// The keys that a user who is taught in the next session has learned; `nil` where nothing is taught any more.
    func learnedWhileTaught() -> [String]? {
        let learned = learned()
        guard HintProgress(learned: learned).current != nil, uses() < HintProgress.mostUses else { return nil }
        return learned.map(\.rawValue).sorted()
    }

    /// Puts the user where another was.
    /// - Parameter keys: the keys learned; `nil` where nothing is to be taught.
    package func begin(learned keys: [String]?) { write(keys ?? Hint.allCases.map(\.rawValue), to: learnedFile) }

    /// In how many sessions hints were shown.
    private func uses() -> Int {
        lines(of: learnedFile).compactMap { $0.hasPrefix(Self.usesMark) ? Int($0.dropFirst(Self.usesMark.count)) : nil }
            .max() ?? 0
    }

    private func usesLine(_ count: Int) -> [String] { count == 0 ? [] : ["\(Self.usesMark)\(count)"] }

    private static let usesMark = "sessions "

    private func lines(of file: URL) -> [String] {
        guard let handle = try? FileHandle(forReadingFrom: file) else { return [] }
        defer { try? handle.close() }
        let data = (try? handle.read(upToCount: 1 << 18)) ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map { String($0.prefix(400)) }
    }

    private func write(_ lines: [String], to file: URL) {
        let data = Data(lines.map { $0 + "\n" }.joined().utf8)
        try? data.write(to: file, options: .atomic)
        try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    }
}
