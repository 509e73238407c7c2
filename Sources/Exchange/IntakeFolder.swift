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
///     intake/late/UID/            images that came after the series was complete; `told`: of how many readers know
///     intake/conflicts/UID/       objects of a UID that another object has already
///     intake/promised/UID         somebody was told that objects of the series are kept: no rule puts them aside
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
        /// Where an association that brought some of it was cut off: the greatest number of an association then. Those
        /// that began later may make up for it.
        var cut: UInt64?
    }

    /// What an open association brought some of.
    struct Visit {
        var studies: Set<String> = []
        var series: Set<String> = []
    }

    struct State {
        /// Folders with names that the disk may not have yet, with the number of the newest one.
        var unsynced: [String: UInt64] = [:]
        /// How many names there were so far.
        var names: UInt64 = 0
        /// Where the object of a UID lies.
        var places: [String: String] = [:]
        /// The UIDs under which other objects came as well.
        var contested: Set<String> = []
        var coming: [String: Coming] = [:]
        var open: [UInt64: Visit] = [:]
        /// What was put apart since that was last asked.
        var apart: [String: Apart] = [:]
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
        // What came late before a process was killed, or while another version of this one did not look.
        for (series, _) in failed() { comeAgainIfLate(series, now: Date()) }
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
        ["arriving", "series", "notes", "due", "failed", "ignored", "late", "conflicts", "promised"].map {
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
            for (series, _) in lyingApart(in: "conflicts") {
                for file in IntakeDisk.objects(in: place("conflicts", series)) {
                    state.contested.insert(String(file.prefix { $0 != "-" }))
                }
            }
            for parent in all {
                for series in IntakeDisk.names(in: parent) where DicomUID.mayNameFile(series) {
                    let folder = parent.appendingPathComponent(series)
                    let files = IntakeDisk.objects(in: folder)
                    for file in files { state.places[String(file.dropLast(4))] = folder.path + "/" + file }
                    guard parent.path == data.intake.appendingPathComponent("series").path else { continue }
                    var note = SeriesNote.read(self.note("notes", series)) ?? SeriesNote()
                    // While nobody listened nothing could come: quiet begins now.
                    note.lastArrival = Date().timeIntervalSince1970
                    state.coming[series] = Coming(
                        note: note, instances: Set(files.map { String($0.dropLast(4)) }),
                        cut: note.isUnreleased == true ? 0 : nil)
                }
            }
        }
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
        // Looked at before the lock is taken, so that duplicates keep nobody waiting; what has a place never changes its
        // content. What could not be read is looked at again under the lock: its place may have moved meanwhile.
        let earlier = state.withLock { $0.places[instance] }
        let comparison = earlier.map { DicomObject.compare(file, URL(fileURLWithPath: $0)) }
        if comparison == .same {
            unlink(file.path)
            state.withLock { hear(of: object, association: association, now: now, &$0) }
            return .known
        }
        let result = state.withLock { state -> Result<Filed, IntakeRefusal> in
            do throws(IntakeRefusal) {
                if let earlier, comparison == .other, state.places[instance] == earlier {
                    return .success(try putApart(file, object, calling: calling, &state))
                }
                let filed = try put(object, from: file, calling: calling, association: association, now: now, &state)
                if filed == .new || filed == .known { hear(of: object, association: association, now: now, &state) }
                return .success(filed)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Moves an object's file to where it belongs.
    private func put(
        _ object: DicomObject, from file: URL, calling: String, association: UInt64?, now: Date, _ state: inout State
    ) throws(IntakeRefusal) -> Filed {
        let (series, instance) = (object.seriesUID, object.sopInstanceUID)
        if let earlier = state.places[instance], FileManager.default.fileExists(atPath: earlier) {
            return try settleDuplicate(file, object, earlier: earlier, calling: calling, &state)
        }
        let (filed, folder) = try destination(of: object, calling: calling, association: association, now: now, &state)
        try IntakeDisk.makeFolder(folder)
        let place = folder.appendingPathComponent("\(instance).dcm")
        guard try IntakeDisk.move(file, to: place, syncs: false) else {
            // Somebody put it there by hand.
            state.places[instance] = place.path
            return try settleDuplicate(file, object, earlier: place.path, calling: calling, &state)
        }
        state.places[instance] = place.path
        state.names += 1
        state.unsynced[folder.path] = state.names
        state.lastArrival = now
        if filed == .new { state.coming[series]?.instances.insert(instance) }
        if filed == .late { state.apart[series, default: Apart()].add(late: 1, calling: calling) }
        return filed
    }

    /// Something of a series came, new or sent again: whoever sends again from the start has more to send.
    private func hear(of object: DicomObject, association: UInt64?, now: Date, _ state: inout State) {
        state.lastArrival = now
        state.coming[object.seriesUID]?.note.lastArrival = now.timeIntervalSince1970
        guard let association else { return }
        state.open[association, default: Visit()].studies.insert(object.studyUID)
        state.open[association]?.series.insert(object.seriesUID)
        guard var note = state.coming[object.seriesUID]?.note, note.isUnreleased != true else { return }
        note.isUnreleased = true
        state.coming[object.seriesUID]?.note = note
        // Without it on the disk, a process after this one knows less; the image is taken nevertheless.
        try? keep(note, of: object.seriesUID)
    }

    private static func read(_ file: URL) throws(IntakeRefusal) -> DicomObject {
        let object: DicomObject
        do {
            object = try DicomObject.read(file)
        } catch {
            throw .cannotUnderstand("it is no DICOM object that can be read, or is cut off")
        }
        for uid in [object.sopClassUID, object.sopInstanceUID, object.studyUID, object.seriesUID] {
            guard DicomUID.mayNameFile(uid) else {
                throw .cannotUnderstand("it lacks a valid UID of its study, its series or its own")
            }
        }
        guard object.hasPixels || !object.isCT else { throw .cannotUnderstand("it is an image without its pixels") }
        return object
    }

    /// Where a new object belongs, and that its series is known of.
    private func destination(
        of object: DicomObject, calling: String, association: UInt64?, now: Date, _ state: inout State
    ) throws(IntakeRefusal) -> (Filed, URL) {
        let series = object.seriesUID
        if place("ignored", series).isExistingFolder { return (.ignored, place("ignored", series)) }
        let whole = whole(series, isCT: object.isCT)
        if whole.isExistingFolder, state.coming[series] == nil {
            guard let failed = failure(of: series), !isCase(series) else { return (.late, place("late", series)) }
            // It became no case, perhaps for want of this one.
            try comeAgain(series, failed, from: whole, &state)
        }
        if state.coming[series] == nil {
            var note = SeriesNote(
                study: object.studyUID, isCT: object.isCT, calling: calling, expected: object.seriesInstanceCount,
                lastArrival: now.timeIntervalSince1970)
            if association != nil { note.isUnreleased = true }
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
    func keep(_ note: SeriesNote, of series: String) throws(IntakeRefusal) {
        do throws(WholeFile.Failure) {
            try note.write(to: self.note("notes", series))
        } catch {
            throw .noSpace(error.code)
        }
    }

    /// An object whose UID is there already: nothing, if it is the same; kept apart, if it is another.
    private func settleDuplicate(
        _ file: URL, _ object: DicomObject, earlier: String, calling: String, _ state: inout State
    ) throws(IntakeRefusal) -> Filed {
        switch DicomObject.compare(file, URL(fileURLWithPath: earlier)) {
        case .same:
            unlink(file.path)
            return .known
        case .unreadable: throw .incomparable
        case .other: return try putApart(file, object, calling: calling, &state)
        }
    }

    /// Puts another object of a UID that is taken where those lie.
    private func putApart(
        _ file: URL, _ object: DicomObject, calling: String, _ state: inout State
    ) throws(IntakeRefusal) -> Filed {
        guard let digest = try? SHA256Digest.hex(ofFile: file) else { throw .unreadable }
        let folder = place("conflicts", object.seriesUID)
        try IntakeDisk.makeFolder(folder)
        let place = folder.appendingPathComponent("\(object.sopInstanceUID)-\(digest.prefix(16)).dcm")
        if try !IntakeDisk.move(file, to: place) {
            // The same one again lands on the same name.
            guard (try? SHA256Digest.hex(ofFile: place)) == digest else { throw .incomparable }
            unlink(file.path)
        }
        state.contested.insert(object.sopInstanceUID)
        state.apart[object.seriesUID, default: Apart()].add(conflicts: 1, calling: calling)
        return .conflict
    }
}
