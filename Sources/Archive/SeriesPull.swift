import CaseWork
import Dicom
import Foundation
import Volumes

/// Fetches one series into the data folder. What has come is kept when the archive leaves in the midst, and is not asked
/// for again; the series gets its place among the complete ones only when every instance of it is there.
package struct SeriesPull {
    let archive: any ImageArchive
    let studyUID: String
    let seriesUID: String
    /// `pacs` in the data folder.
    package let folder: URL

    /// A pull of one series.
    package init(from archive: any ImageArchive, studyUID: String, seriesUID: String, folder: URL) {
        self.archive = archive
        self.studyUID = studyUID
        self.seriesUID = seriesUID
        self.folder = folder
    }

    /// What came of it, also of one that failed.
    package struct Outcome {
        /// How many instances it has.
        package var instances = 0
        /// How many came now.
        package var received = 0
        /// How many were there before.
        package var present = 0

        /// Nothing yet.
        package init() {}
    }

    /// Instances asked for at once when a series is completed.
    private static let batch = 64

    /// Fetches what is missing.
    /// - Parameter outcome: counts what there is, up to where it fails.
    /// - Returns: where the whole series lies.
    /// - Throws: ``ArchiveError``; ``WorkError`` where the archive sends less than it lists.
    package func run(_ outcome: inout Outcome, progress: @escaping (Int, Int) -> Void) throws -> URL {
        let whole = folder.appendingPathComponent("series/\(seriesUID)")
        let staging = folder.appendingPathComponent("incoming/\(seriesUID)")
        for parent in [whole, staging].map({ $0.deletingLastPathComponent() }) {
            try Self.make(parent)
        }
        let lock = try lockFile()
        defer { close(lock) }
        let listed = try instances()
        outcome.instances = listed.count
        if whole.isExistingFolder {
            guard present(in: whole).isSuperset(of: listed) else {
                throw WorkError(
                    "Series \(seriesUID) has more images at the node than when it was pulled. What was pulled stays as "
                        + "it is; to pull anew, move \(whole.path) away first.")
            }
            outcome.present = listed.count
            return whole
        }
        try Self.make(staging)
        outcome.present = present(in: staging).intersection(listed).count
        let before = outcome.present
        let ending = Result { try fetch(listed, into: staging) { progress($0, listed.count) } }
        outcome.received = present(in: staging).intersection(listed).count - before
        try ending.get()
        guard rename(staging.path, whole.path) == 0 else {
            throw WorkError("\(whole.path) cannot be made: \(String(cString: strerror(errno))).", .failed)
        }
        return whole
    }

    private func fetch(_ listed: Set<String>, into staging: URL, progress: @escaping (Int) -> Void) throws {
        var here = present(in: staging).intersection(listed)
        var remark = ""
        // What comes twice, or was not listed, is no progress.
        let stored: (String) -> Void = { if listed.contains($0), here.insert($0).inserted { progress(here.count) } }
        func ask(_ instances: [String]) throws {
            try archive.fetch(
                study: studyUID, series: seriesUID, instances: instances, to: staging, stored: stored,
                remark: { remark = $0 })
        }
        if here.isEmpty { try ask([]) }
        var size = Self.batch
        while size >= 1 {
            let missing = listed.subtracting(present(in: staging)).sorted()
            if missing.isEmpty { return }
            for start in stride(from: 0, to: missing.count, by: size) {
                try ask(Array(missing[start..<min(start + size, missing.count)]))
            }
            // Some nodes know no lists of UIDs: what is still missing is asked for one by one.
            size = size == 1 ? 0 : 1
        }
        let missing = listed.subtracting(present(in: staging))
        guard missing.isEmpty else {
            throw WorkError(
                "Node \(archive.name) sent only \(listed.count - missing.count) of the "
                    + "\(Plural.count(listed.count, "image")) of series "
                    + "\(seriesUID)\(remark.isEmpty ? "" : ": " + remark). Nothing was registered; what came is kept for the "
                    + "next pull.", .failed)
        }
    }

    /// The instances of the series that CT is read from.
    private func instances() throws -> Set<String> {
        var query = ArchiveQuery(.image)
        query.studyUID = studyUID
        query.seriesUID = seriesUID
        let found = try archive.find(query).filter {
            $0.sopClassUID.isEmpty || DicomObject.kindsOfCT.contains($0.sopClassUID)
        }
        let uids = Set(found.map(\.sopInstanceUID).filter(DicomUID.mayNameFile))
        guard !uids.isEmpty else {
            throw WorkError("Node \(archive.name) lists no CT images in series \(seriesUID).")
        }
        return uids
    }

    private static func make(_ folder: URL) throws {
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
            let reason = cause.map { String(cString: strerror(Int32($0.code))) } ?? error.localizedDescription
            throw WorkError("\(folder.path) cannot be made: \(reason).", .failed)
        }
    }

    private func present(in folder: URL) -> Set<String> {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return Set(names.filter { $0.hasSuffix(".dcm") }.map { String($0.dropLast(4)) })
    }

    /// One pull a series: two would write the same files.
    private func lockFile() throws -> Int32 {
        let path = folder.appendingPathComponent("incoming/\(seriesUID).lock").path
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw WorkError("\(path) cannot be made: \(String(cString: strerror(errno))).", .failed)
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            throw WorkError("Series \(seriesUID) is being pulled by another process.")
        }
        return file
    }
}
