import CaseWork
import Files
import Foundation

/// What is noted of a series beside its files: who sent it, or why it became no case. Never who the patient is.
struct SeriesNote: Codable, Hashable {
    /// StudyInstanceUID.
    var study = ""
    /// Whether it is of a kind that CT is read from.
    var isCT = false
    /// The AE title that sent the first object; empty for files.
    var calling = ""
    /// How many instances the sender says there are.
    var expected: Int?
    /// When the last object came, seconds since 1970.
    var lastArrival: Double = 0
    /// Why it became no case.
    var failure: String?
    /// How many cases it did become.
    var cases: Int?
    /// Whether an association that brought some of it was not released: it goes on, or was cut off, or this process was.
    var isUnreleased: Bool?
    /// Which of its cases were given to whom the rule says: what people decide from then on stays.
    var given: [String]?

    static func read(_ url: URL) -> SeriesNote? {
        guard let data = FileManager.default.contents(atPath: url.path) else { return nil }
        return try? JSONDecoder().decode(SeriesNote.self, from: data)
    }

    /// Writes it whole; what a peer calls itself is content here and names no file.
    func write(to url: URL) throws(WholeFile.Failure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let data = try? encoder.encode(self) else { throw WholeFile.Failure(code: EINVAL) }
        try WholeFile.write(to: url, permissions: 0o600) { (file) throws(WholeFile.Failure) in
            try WholeFile.put(data, file)
        }
    }
}

/// Why an object is not taken, with the status that tells its sender so (PS3.4 B.2.3).
package struct IntakeRefusal: Error, Hashable, CustomStringConvertible {
    /// The status.
    package let status: UInt16
    /// A clause about the object, without its patient.
    package let description: String

    static func cannotUnderstand(_ why: String) -> IntakeRefusal { IntakeRefusal(status: 0xc000, description: why) }
    static func mismatch(_ why: String) -> IntakeRefusal { IntakeRefusal(status: 0xa900, description: why) }
    /// The disk, or the network that it is behind, did not give all of a file; it may later.
    static let unreadable = IntakeRefusal(status: 0xa700, description: "it could not be read to its end")
    /// What lies under its UID cannot be read now, so that nobody knows whether it is the same.
    static let incomparable = IntakeRefusal(
        status: 0xa700, description: "it could not be compared with the object that its UID has here already")
    static func noSpace(_ code: Int32) -> IntakeRefusal {
        IntakeRefusal(
            status: 0xa700, description: "it could not be written to the disk: \(String(cString: strerror(code)))")
    }
}

/// A folder's own files by the system's calls, whose errors are numbers.
enum IntakeDisk {
    static func makeFolder(_ url: URL) throws(IntakeRefusal) {
        if mkdir(url.path, 0o700) == 0 { return WholeFile.syncFolder(url.deletingLastPathComponent()) }
        guard errno == EEXIST else { throw .noSpace(errno) }
    }

    static func names(in url: URL) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    }

    /// The names of objects in a folder.
    static func objects(in url: URL) -> [String] { names(in: url).filter { $0.hasSuffix(".dcm") } }

    /// Moves a file to a name that nothing has yet, on the same disk.
    /// - Parameter syncs: whether to wait until the disk has the name.
    /// - Returns: whether it was; false if there is something of this name, which stays as it is, like the file.
    static func move(_ from: URL, to: URL, syncs: Bool = true) throws(IntakeRefusal) -> Bool {
        // A name is given only where there is none. Two names for a moment are one object for whoever finds them.
        if link(from.path, to.path) == 0 {
            unlink(from.path)
        } else {
            if errno == EEXIST { return false }
            // Some disks know one name a file. Nobody else moves anything here.
            guard errno == EPERM || errno == ENOTSUP || errno == ENOSYS else { throw .noSpace(errno) }
            var about = stat()
            if lstat(to.path, &about) == 0 { return false }
            guard rename(from.path, to.path) == 0 else { throw .noSpace(errno) }
        }
        if syncs { WholeFile.syncFolder(to.deletingLastPathComponent()) }
        return true
    }

    /// Moves a folder with all of its names to where there is none, or one without anything in it.
    static func moveFolder(_ from: URL, to: URL) throws(IntakeRefusal) {
        guard rename(from.path, to.path) == 0 else { throw .noSpace(errno) }
        WholeFile.syncFolder(to)
        WholeFile.syncFolder(to.deletingLastPathComponent())
    }

    /// Copies a file's bytes and waits until the disk has them.
    /// - Returns: how many there were.
    static func copy(_ from: URL, to: URL) throws(IntakeRefusal) -> Int {
        guard let source = FileHandle(forReadingAtPath: from.path) else {
            throw .cannotUnderstand("it cannot be opened")
        }
        defer { try? source.close() }
        var (count, isUnreadable) = (0, false)
        do throws(WholeFile.Failure) {
            try WholeFile.write(to: to, permissions: 0o600, syncsFolder: false) { (file) throws(WholeFile.Failure) in
                while true {
                    let found: Data?
                    do {
                        found = try source.read(upToCount: 1 << 20)
                    } catch {
                        // Not the end of the file: what was read so far is not all of it.
                        isUnreadable = true
                        throw WholeFile.Failure(code: EIO)
                    }
                    guard let piece = found, !piece.isEmpty else { return }
                    try WholeFile.put(piece, file)
                    count += piece.count
                }
            }
        } catch {
            if isUnreadable { throw .unreadable }
            throw .noSpace(error.code)
        }
        return count
    }
}
