import CaseStore
import CaseWork
import Dicom
import Digests
import Files
import Foundation
import ImageValues
import Synchronization

/// Where objects that others send are filed: `intake` in the data folder while a series comes, and `pacs/series` when it is
/// complete.
///
/// Names are made of UIDs that were checked, of digests and of numbers, never of what a peer writes. Each object is
/// written whole, synchronised, and renamed to its name; what it is part of follows from the folders, so that a process
/// may be killed anywhere:
///
///     intake/arriving/            what is just being received; worth nothing
///     intake/series/UID/          a series while it comes
///     intake/notes/UID.json       who sent it
///     intake/due/UID.json         it is complete and has still to become a case
///     intake/failed/UID.json      it is complete and became none, and why
///     intake/ignored/UID/         a rule says that it becomes none
///     intake/late/UID/            images that came after the series was complete
///     intake/conflicts/UID/       objects of a UID that another object has already
///     pacs/series/UID/            complete CT series
///     pacs/objects/UID/           complete series of other kinds
package final class IntakeFolder: Sendable {
    /// What became of an object.
    package enum Filed: Hashable, Sendable {
        /// It is new.
        case new
        /// It was there already, and is the same.
        case known
        /// Its series is complete already: it lies apart.
        case late
        /// Another object has its UID: it lies apart.
        case conflict
        /// It is of a series that a rule ignores.
        case ignored
    }

    /// A series that comes, or has come.
    struct Coming {
        var note: SeriesNote
        var instances: Set<String> = []
    }

    struct State {
        /// Folders with names that the disk may not have yet.
        var unsynced: Set<String> = []
        /// Where the object of a UID lies.
        var places: [String: String] = [:]
        var coming: [String: Coming] = [:]
        /// The studies of which open associations brought something.
        var open: [UInt64: Set<String>] = [:]
        var lastArrival = Date()
    }

    let data: DataFolder
    let state = Mutex(State())
    private let lock: Int32
    let isCase: @Sendable (String) -> Bool

    /// The intake of a data folder, which nobody else may use at the same time.
    /// - Parameter isCase: whether a case is of a series, by its UID: such a series is never changed.
    /// - Throws: ``WorkError`` if another process has it, or it cannot be made.
    package init(
        _ data: DataFolder, isCase: @escaping @Sendable (String) -> Bool = { _ in false }
    ) throws(WorkError) {
        self.data = data
        self.isCase = isCase
        for folder in Self.folders(of: data) {
            do {
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw WorkError("\(folder.path) cannot be made.", .failed)
            }
        }
        let path = data.intake.appendingPathComponent("lock").path
        lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw WorkError("\(path) cannot be opened.", .failed) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw WorkError("Another pleura listen works for this data folder. End it first.", .failed)
        }
        for name in IntakeDisk.names(in: arriving) { unlink(arriving.appendingPathComponent(name).path) }
        remember()
    }

    /// The intake of a data folder whose cases are in a store.
    /// - Throws: ``WorkError`` if another process has it, or it cannot be made.
    package convenience init(_ data: DataFolder, for store: any CaseStoring) throws(WorkError) {
        try self.init(data) { series in
            // A store that cannot be read may have one.
            (try? store.worklist().items.contains { $0.record.seriesUID == series }) ?? true
        }
    }

    deinit { close(lock) }

    private static func folders(of data: DataFolder) -> [URL] {
        ["arriving", "series", "notes", "due", "failed", "ignored", "late", "conflicts"].map {
            data.intake.appendingPathComponent($0)
        } + ["series", "objects"].map { data.pulled.appendingPathComponent($0) }
    }

    func place(_ kind: String, _ series: String) -> URL { data.intake.appendingPathComponent("\(kind)/\(series)") }
    func note(_ kind: String, _ series: String) -> URL {
        data.intake.appendingPathComponent("\(kind)/\(series).json")
    }
    /// Where a complete series lies.
    func whole(_ series: String, isCT: Bool) -> URL {
        data.pulled.appendingPathComponent("\(isCT ? "series" : "objects")/\(series)")
    }

    /// Where files are received before they are taken.
    package var arriving: URL { data.intake.appendingPathComponent("arriving") }

    /// Finds again what lies in the folders.
    private func remember() {
        state.withLock { state in
            let kinds = [data.pulled.appendingPathComponent("series"), data.pulled.appendingPathComponent("objects")]
            let all = kinds + ["ignored", "late", "series"].map { data.intake.appendingPathComponent($0) }
            for parent in all {
                for series in IntakeDisk.names(in: parent) where Self.isUID(series) {
                    let folder = parent.appendingPathComponent(series)
                    let files = IntakeDisk.names(in: folder).filter { $0.hasSuffix(".dcm") }
                    for file in files { state.places[String(file.dropLast(4))] = folder.path + "/" + file }
                    guard parent.path == data.intake.appendingPathComponent("series").path else { continue }
                    var note = SeriesNote.read(self.note("notes", series)) ?? SeriesNote()
                    // While nobody listened nothing could come: quiet begins now.
                    note.lastArrival = Date().timeIntervalSince1970
                    state.coming[series] = Coming(note: note, instances: Set(files.map { String($0.dropLast(4)) }))
                }
            }
        }
    }

    /// Whether a text may name a file.
    static func isUID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e }
            && text.utf8.contains { $0 != 0x2e }
    }

    // Taking objects in.

    /// Files an object, whose file lies in ``arriving`` and is on the disk; the file is moved, or removed where the object
    /// is there already.
    /// - Parameters:
    ///   - calling: the AE title that sent it; empty for a file.
    ///   - announced: the UIDs that its sender announced, class and instance, which must be its own; `nil` for a file.
    ///   - association: the number of the association that brought it.
    /// - Throws: ``IntakeRefusal``; the file is then where it was.
    package func take(
        _ file: URL, calling: String = "", announced: (kind: String, instance: String)? = nil,
        association: UInt64? = nil, now: Date = Date()
    ) throws(IntakeRefusal) -> Filed {
        let object = try Self.read(file)
        if let announced {
            guard announced.kind == object.sopClassUID, announced.instance == object.sopInstanceUID else {
                throw .mismatch("it is not what it was announced as")
            }
        }
        let instance = object.sopInstanceUID
        // Looked at before the lock is taken, so that duplicates keep nobody waiting; places never change their content.
        let earlier = state.withLock { $0.places[instance] }
        if let earlier, FileManager.default.fileExists(atPath: earlier) {
            let filed = try settleDuplicate(file, object, earlier: earlier)
            if filed == .known { state.withLock { Self.hear(of: object, association: association, now: now, &$0) } }
            return filed
        }
        let result = state.withLock { state -> Result<Filed, IntakeRefusal> in
            do throws(IntakeRefusal) {
                if let raced = state.places[instance], FileManager.default.fileExists(atPath: raced) {
                    let filed = try settleDuplicate(file, object, earlier: raced)
                    if filed == .known { Self.hear(of: object, association: association, now: now, &state) }
                    return .success(filed)
                }
                let (filed, folder) = try destination(of: object, calling: calling, now: now, &state)
                try IntakeDisk.makeFolder(folder)
                let place = folder.appendingPathComponent("\(instance).dcm")
                guard rename(file.path, place.path) == 0 else { throw .noSpace(errno) }
                state.places[instance] = place.path
                state.unsynced.insert(folder.path)
                state.lastArrival = now
                if filed == .new {
                    state.coming[object.seriesUID]?.instances.insert(instance)
                    Self.hear(of: object, association: association, now: now, &state)
                }
                return .success(filed)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Something of a series came, new or sent again: whoever sends again from the start has more to send.
    private static func hear(of object: DicomObject, association: UInt64?, now: Date, _ state: inout State) {
        state.lastArrival = now
        state.coming[object.seriesUID]?.note.lastArrival = now.timeIntervalSince1970
        if let association { state.open[association, default: []].insert(object.studyUID) }
    }

    /// Waits until the disk has the names of what came, as it has the contents when ``take(_:calling:announced:association:now:)``
    /// returns: at the end of an association, and before somebody is told that an object is kept. (Journalling file
    /// systems write down names with the next content, so that at most the last is ever on its way.)
    func syncNames() {
        let folders = state.withLock { state in
            defer { state.unsynced = [] }
            return state.unsynced
        }
        for folder in folders { WholeFile.syncFolder(URL(fileURLWithPath: folder)) }
    }

    private static func read(_ file: URL) throws(IntakeRefusal) -> DicomObject {
        let object: DicomObject
        do {
            object = try DicomObject.read(file)
        } catch {
            throw .cannotUnderstand("it is no DICOM object that can be read")
        }
        for uid in [object.sopClassUID, object.sopInstanceUID, object.studyUID, object.seriesUID] {
            guard isUID(uid) else {
                throw .cannotUnderstand("it lacks a valid UID of its study, its series or its own")
            }
        }
        return object
    }

    /// Where a new object belongs, and that its series is known of.
    private func destination(
        of object: DicomObject, calling: String, now: Date, _ state: inout State
    ) throws(IntakeRefusal) -> (Filed, URL) {
        let series = object.seriesUID
        if place("ignored", series).isExistingFolder { return (.ignored, place("ignored", series)) }
        let whole = whole(series, isCT: object.isCT)
        if whole.isExistingFolder, state.coming[series] == nil {
            guard let failed = SeriesNote.read(note("failed", series)), failed.cases ?? 0 == 0, !isCase(series) else {
                return (.late, place("late", series))
            }
            // It became no case, perhaps for want of this one: it comes again. What is known of it is written before
            // the folder moves, so that a process that is killed here leaves the one or the other.
            var reopened = failed
            (reopened.failure, reopened.cases) = (nil, nil)
            try keep(reopened, of: series)
            try IntakeDisk.move(whole, to: place("series", series))
            unlink(note("failed", series).path)
            let names = IntakeDisk.names(in: place("series", series)).filter { $0.hasSuffix(".dcm") }
            let instances = names.map { String($0.dropLast(4)) }
            for name in instances {
                state.places[name] = place("series", series).appendingPathComponent("\(name).dcm").path
            }
            state.coming[series] = Coming(note: reopened, instances: Set(instances))
        }
        if state.coming[series] == nil {
            let note = SeriesNote(
                study: object.studyUID, modality: object.modality, isCT: object.isCT, calling: calling,
                expected: object.seriesInstanceCount, lastArrival: now.timeIntervalSince1970)
            try keep(note, of: series)
            state.coming[series] = Coming(note: note)
        }
        // A sender that adds to a series says more later; the most counts.
        if let expected = object.seriesInstanceCount, var note = state.coming[series]?.note,
            expected > note.expected ?? 0
        {
            note.expected = expected
            try keep(note, of: series)
            state.coming[series]?.note = note
        }
        return (.new, place("series", series))
    }

    /// Notes on the disk what is known of a series that comes.
    private func keep(_ note: SeriesNote, of series: String) throws(IntakeRefusal) {
        do throws(WholeFile.Failure) {
            try note.write(to: self.note("notes", series))
        } catch {
            throw .noSpace(error.code)
        }
    }

    /// An object whose UID is there already: nothing, if it is the same; kept apart, if it is another.
    private func settleDuplicate(_ file: URL, _ object: DicomObject, earlier: String) throws(IntakeRefusal) -> Filed {
        let other = URL(fileURLWithPath: earlier)
        if DicomObject.isSame(file, other) {
            unlink(file.path)
            return .known
        }
        guard let digest = try? SHA256Digest.hex(ofFile: file) else { throw .cannotUnderstand("it cannot be read") }
        let folder = place("conflicts", object.seriesUID)
        try IntakeDisk.makeFolder(folder)
        // The same one again lands on the same name.
        try IntakeDisk.move(
            file, to: folder.appendingPathComponent("\(object.sopInstanceUID)-\(digest.prefix(16)).dcm"))
        return .conflict
    }
}
