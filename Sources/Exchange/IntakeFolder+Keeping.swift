import Cases
import Dicom
import Files
import Foundation

/// What the intake answers for, and what lies apart and is part of no case.
extension IntakeFolder {
    /// Waits until the disk has the names of what came, as it has the contents when
    /// ``take(_:calling:announced:association:now:)`` returns: at the end of an association, and before somebody is told
    /// that an object is kept. (Journalling file systems write down names with the next content, so that at most the last
    /// is ever on its way.)
    func syncNames() {
        let folders = state.withLock { $0.unsynced }
        for folder in folders.keys { WholeFile.syncFolder(URL(fileURLWithPath: folder)) }
        state.withLock { state in
            // Others may have waited for the same, and more may have come.
            for (folder, newest) in folders where state.unsynced[folder] == newest { state.unsynced[folder] = nil }
        }
    }

    /// Answers for an object, whose sender may delete it then.
    /// - Returns: 0 if it is kept, or the failure reason of PS3.3 C.14.1.1: 0112h where it is not, lies where it may be
    ///   deleted, or is contested by another object of its UID; 0119h where it is of another class; 0110h where it cannot
    ///   be read, or it cannot be noted that somebody was told.
    package func vouch(sopClassUID: String, sopInstanceUID: String) -> UInt16 {
        syncNames()
        let (isNoted, found) = state.withLock { state -> (Bool, URL?) in
            // Which of two objects is meant, nobody knows.
            guard !state.contested.contains(sopInstanceUID), let path = state.places[sopInstanceUID] else {
                return (true, nil)
            }
            let url = URL(fileURLWithPath: path)
            let folder = url.deletingLastPathComponent()
            guard FileManager.default.fileExists(atPath: path),
                folder.deletingLastPathComponent().lastPathComponent != "ignored"
            else { return (true, nil) }
            // Noted before it is said, and before a rule may put the series aside.
            return (promise(folder.lastPathComponent), url)
        }
        guard let found else { return 0x0112 }
        guard isNoted, let object = try? DicomObject.read(found), object.sopInstanceUID == sopInstanceUID else {
            return 0x0110
        }
        return object.sopClassUID == sopClassUID ? 0 : 0x0119
    }

    private func promised(_ series: String) -> URL { data.intake.appendingPathComponent("promised/\(series)") }

    /// Whether somebody was told that objects of a series are kept.
    func isPromised(_ series: String) -> Bool { FileManager.default.fileExists(atPath: promised(series).path) }

    /// Notes that somebody is told so.
    private func promise(_ series: String) -> Bool {
        isPromised(series) || (try? WholeFile.write(Data(), to: promised(series))) != nil
    }

    /// How many objects of a series were put apart.
    struct Apart: Hashable, Sendable {
        var late = 0
        var conflicts = 0
        /// Who sent the last of them; empty for a file.
        var calling = ""

        mutating func add(late more: Int = 0, conflicts others: Int = 0, calling: String) {
            late += more
            conflicts += others
            self.calling = calling
        }
    }

    /// What was put apart since this was last asked, by series.
    func newlyApart() -> [String: Apart] {
        state.withLock { state in
            defer { state.apart = [:] }
            return state.apart
        }
    }

    /// How many images came after a series was complete.
    func lateCount(_ series: String) -> Int { IntakeDisk.objects(in: place("late", series)).count }

    func told(late series: String) -> URL { place("late", series).appendingPathComponent("told") }

    /// Of how many of them the readers of its cases were told.
    func toldLateCount(_ series: String) -> Int {
        (try? String(contentsOf: told(late: series), encoding: .utf8)).flatMap { Int($0) } ?? 0
    }

    /// Notes that they were told of so many.
    func noteTold(late count: Int, of series: String) throws(WholeFile.Failure) {
        try WholeFile.write(Data(String(count).utf8), to: told(late: series))
    }

    /// Whether a case of a due series was given to whom its rule says.
    func isGiven(_ id: CaseID, of series: String) -> Bool {
        SeriesNote.read(note("due", series))?.given?.contains(id.rawValue) == true
    }

    /// Notes that it was.
    func noteGiven(_ id: CaseID, of series: String) throws(WholeFile.Failure) {
        guard var note = SeriesNote.read(note("due", series)) else { return }
        note.given = (note.given ?? []) + [id.rawValue]
        try note.write(to: self.note("due", series))
    }

    /// The series of which something lies in `late` or in `conflicts`, with how many objects.
    func lyingApart(in kind: String) -> [(series: String, count: Int)] {
        IntakeDisk.names(in: data.intake.appendingPathComponent(kind)).sorted().compactMap { series in
            guard DicomUID.mayNameFile(series) else { return nil }
            let count = IntakeDisk.objects(in: place(kind, series)).count
            return count > 0 ? (series, count) : nil
        }
    }
}
