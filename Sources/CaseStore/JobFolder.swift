import Files
import Foundation

/// Where a job's files are: `jobs/<id>/` in the data folder.
public struct JobFolder: Hashable, Sendable {
    /// The folder.
    public let url: URL

    /// The folder of a job.
    /// - Parameter home: the data folder.
    public init(home: URL, job: Int64) { url = DataFolder(home).job(job) }

    /// What the workers said, a line each: time, a blank, text. No patient is named in it.
    public var log: URL { url.appendingPathComponent("log.txt") }
    /// Checkpoint, best epoch and learning curve.
    public var training: URL { url.appendingPathComponent("training") }
    /// The model that came of it, as it is published.
    public var candidate: URL { url.appendingPathComponent("candidate.safetensors") }

    /// Makes the folder, for its owner alone.
    /// - Throws: ``CaseStoreError/notWritable(path:reason:)``.
    public func create() throws(CaseStoreError) {
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .notWritable(path: url.path, reason: "the folder cannot be made")
        }
    }

    /// The last lines of the log, oldest first; empty where there is none.
    public func logTail(_ count: Int) -> [String] {
        guard let handle = try? FileHandle(forReadingFrom: log) else { return [] }
        defer { try? handle.close() }
        let length = (try? handle.seekToEnd()) ?? 0
        let window: UInt64 = 1 << 16
        try? handle.seek(toOffset: length > window ? length - window : 0)
        let data = (try? handle.readToEnd()) ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").suffix(count).map(String.init)
    }
}
