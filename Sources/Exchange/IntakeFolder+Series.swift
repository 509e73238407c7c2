import CaseWork
import Dicom
import Files
import Foundation
import Routing

/// A series that is complete.
package struct CompleteSeries: Hashable, Sendable {
    /// SeriesInstanceUID.
    package let uid: String
    /// What rules look at.
    package let traits: SeriesTraits
    /// Whether it is of a kind that CT is read from.
    package let isCT: Bool
    /// How many objects it has.
    package let count: Int
    /// How many its sender announced, if it did.
    package let expected: Int?
    /// When the last of them came.
    package let lastArrival: Date
    /// Whether the number its sender stated is there, rather than that nothing came for a while.
    package let isCounted: Bool
    /// Whether an association that brought some of it was cut off, and nobody knows that all came since.
    package let isBrokenOff: Bool
}

extension IntakeFolder {
    /// An association ended.
    /// - Parameter wasCut: whether it was cut off rather than released, so that more may have been to come.
    package func ended(association: UInt64, wasCut: Bool = false, now: Date = Date()) {
        syncNames()
        state.withLock { state in
            guard let visit = state.open.removeValue(forKey: association) else { return }
            // Quiet begins when nobody is at it any more.
            for (series, coming) in state.coming where visit.studies.contains(coming.note.study) {
                state.coming[series]?.note.lastArrival = max(
                    coming.note.lastArrival, now.timeIntervalSince1970)
            }
            for series in visit.series {
                if wasCut {
                    state.coming[series]?.cut = max(association, state.open.keys.max() ?? 0)
                } else if !state.open.values.contains(where: { $0.series.contains(series) }) {
                    release(series, by: association, &state)
                }
            }
        }
    }

    /// Notes that nobody is at a series any more, unless somebody was cut off and nobody began again since.
    private func release(_ series: String, by association: UInt64, _ state: inout State) {
        guard var coming = state.coming[series], coming.cut.map({ association > $0 }) ?? true else { return }
        (coming.cut, coming.note.isUnreleased) = (nil, nil)
        state.coming[series] = coming
        // If the disk does not take it, a process after this one says that images may be missing.
        try? keep(coming.note, of: series)
    }

    /// The series that are complete: no association is open that brought some of their study, and the number that the
    /// sender stated is there, or nothing of the study came for so long. Oldest first.
    package func complete(quiet: TimeInterval, now: Date = Date()) -> [CompleteSeries] {
        let found = state.withLock { state -> [(String, Coming, Bool)] in
            var newest: [String: Double] = [:]
            for coming in state.coming.values {
                newest[coming.note.study] = max(newest[coming.note.study] ?? 0, coming.note.lastArrival)
            }
            let busy = state.open.values.reduce(into: Set<String>()) { $0.formUnion($1.studies) }
            return state.coming.compactMap { uid, coming in
                guard !busy.contains(coming.note.study) else { return nil }
                let isCounted = coming.note.expected.map { coming.instances.count >= $0 } ?? false
                let since = now.timeIntervalSince1970 - (newest[coming.note.study] ?? 0)
                return isCounted || since >= quiet ? (uid, coming, isCounted) : nil
            }
        }
        return found.compactMap { uid, coming, isCounted in
            described(uid, coming.note, folder: place("series", uid), isCounted: isCounted)
        }.sorted { ($0.lastArrival, $0.uid) < ($1.lastArrival, $1.uid) }
    }

    /// The series that are complete and have still to become cases: what a process before this one left.
    package func due() -> [CompleteSeries] {
        IntakeDisk.names(in: data.intake.appendingPathComponent("due")).sorted().compactMap { name in
            let uid = String(name.dropLast(".json".count))
            guard name.hasSuffix(".json"), DicomUID.mayNameFile(uid), let note = SeriesNote.read(self.note("due", uid)),
                state.withLock({ $0.coming[uid] == nil })
            else { return nil }
            return described(uid, note, folder: whole(uid, isCT: note.isCT), isCounted: false)
        }
    }

    /// The series that became no case, with the reasons, by UID.
    package func failed() -> [(uid: String, reason: String)] {
        IntakeDisk.names(in: data.intake.appendingPathComponent("failed")).sorted().compactMap { name in
            let uid = String(name.dropLast(".json".count))
            guard DicomUID.mayNameFile(uid) else { return nil }
            return failure(of: uid)?.failure.map { (uid, $0) }
        }
    }

    /// What is noted of a series that became no case; `nil` for any other.
    func failure(of series: String) -> SeriesNote? {
        guard let note = SeriesNote.read(note("failed", series)), note.cases ?? 0 == 0 else { return nil }
        return note
    }

    private func described(
        _ uid: String, _ note: SeriesNote, folder: URL, isCounted: Bool
    ) -> CompleteSeries? {
        let instances = IntakeDisk.objects(in: folder).map { String($0.dropLast(4)) }
        // What cannot be read any more is told when a case is to be made of it.
        let readable = instances.sorted().lazy.compactMap {
            try? DicomObject.read(folder.appendingPathComponent("\($0).dcm"))
        }
        guard let object = readable.first else { return nil }
        return CompleteSeries(
            uid: uid, traits: SeriesTraits(first: object, count: instances.count, calling: note.calling),
            isCT: object.isCT, count: instances.count, expected: note.expected,
            lastArrival: Date(timeIntervalSince1970: note.lastArrival), isCounted: isCounted,
            isBrokenOff: note.isUnreleased == true && instances.count < note.expected ?? .max)
    }

    /// What becomes of a complete series' folder.
    package enum Settling: Hashable, Sendable {
        /// It is whole and has to become a case.
        case due
        /// It is whole, and becomes no case because of its kind.
        case kept
        /// It is put aside.
        case ignored
    }

    /// Closes a series: what comes from now on is late. A series that is settled already is left as it is, unless it is
    /// due still and is now to be put aside. What somebody was told is kept is not put aside.
    /// - Returns: where it lies.
    /// - Throws: ``WorkError`` if the disk does not let it.
    package func settle(_ series: CompleteSeries, as settling: Settling) throws(WorkError) -> URL {
        let uid = series.uid
        // The rules may have changed while it was due. What a case was made of stays where it is.
        let isCase = isCase(uid)
        let isPutAside = settling == .ignored && isDue(uid) && !isCase
        let result = state.withLock { state -> Result<URL, IntakeRefusal> in
            let whole = whole(uid, isCT: series.isCT)
            let target = settling == .ignored && !isPromised(uid) && !isCase ? place("ignored", uid) : whole
            do throws(IntakeRefusal) {
                guard let coming = state.coming[uid] else {
                    if isPutAside, target != whole { try merge(whole, into: target, &state) }
                    return .success(target)
                }
                if settling == .due {
                    do throws(WholeFile.Failure) {
                        try coming.note.write(to: note("due", uid))
                    } catch {
                        throw .noSpace(error.code)
                    }
                }
                try merge(place("series", uid), into: target, &state)
                unlink(note("notes", uid).path)
                state.coming[uid] = nil
                return .success(target)
            } catch {
                return .failure(error)
            }
        }
        do throws(IntakeRefusal) {
            return try result.get()
        } catch {
            throw WorkError("Series \(uid) cannot be moved to its place: \(error.description).", .failed)
        }
    }

    /// Moves a folder; where there is one already (a series that was pulled meanwhile), what it lacks counts as late.
    private func merge(_ from: URL, into target: URL, _ state: inout State) throws(IntakeRefusal) {
        let names = IntakeDisk.objects(in: from)
        func remember(_ name: String, in folder: URL) {
            state.places[String(name.dropLast(4))] = folder.appendingPathComponent(name).path
        }
        guard target.isExistingFolder else {
            try IntakeDisk.moveFolder(from, to: target)
            for name in names { remember(name, in: target) }
            return
        }
        let series = from.lastPathComponent
        let late = place("late", series)
        for name in names {
            let (file, there) = (from.appendingPathComponent(name), target.appendingPathComponent(name))
            if FileManager.default.fileExists(atPath: there.path) {
                switch DicomObject.compare(file, there) {
                case .same:
                    unlink(file.path)
                    remember(name, in: target)
                    continue
                case .unreadable: throw .incomparable
                case .other: break
                }
            }
            try IntakeDisk.makeFolder(late)
            guard try IntakeDisk.move(file, to: late.appendingPathComponent(name)) else { throw .incomparable }
            remember(name, in: late)
            state.apart[series, default: Apart()].add(late: 1, calling: "")
        }
        rmdir(from.path)
    }

    /// A series that was due has become so many cases, or none for a reason that stays.
    /// - Returns: whether it comes again at once, because images came late that it may have lacked.
    @discardableResult
    package func conclude(_ series: CompleteSeries, cases: Int, failure: String?, now: Date = Date()) -> Bool {
        let due = note("due", series.uid)
        if let failure, var note = SeriesNote.read(due) {
            note.failure = failure
            note.cases = cases
            // Without the note it is due still, and tried again.
            guard (try? note.write(to: self.note("failed", series.uid))) != nil else { return false }
        } else if failure == nil {
            // What a process that was killed while the series came again may have left.
            unlink(note("failed", series.uid).path)
        }
        unlink(due.path)
        WholeFile.syncFolder(due.deletingLastPathComponent())
        return failure != nil && comeAgainIfLate(series.uid, now: now)
    }

    /// Lets a series come again that became no case, if images came after it was complete that it may have lacked.
    /// - Returns: whether it comes again.
    @discardableResult
    func comeAgainIfLate(_ series: String, now: Date) -> Bool {
        guard var failed = failure(of: series) else { return false }
        let whole = whole(series, isCT: failed.isCT)
        // Other objects of the same UIDs are no help.
        let late = Set(IntakeDisk.objects(in: place("late", series))).subtracting(IntakeDisk.objects(in: whole))
        guard !late.isEmpty, whole.isExistingFolder, !isCase(series) else { return false }
        failed.lastArrival = now.timeIntervalSince1970
        return state.withLock { state in
            guard state.coming[series] == nil else { return false }
            return (try? comeAgain(series, failed, from: whole, &state)) != nil
        }
    }

    /// Opens a series again that became no case, together with what came late. What is known of it is written before the
    /// folder moves, so that a process that is killed here leaves the one or the other.
    func comeAgain(
        _ series: String, _ failed: SeriesNote, from whole: URL, _ state: inout State
    ) throws(IntakeRefusal) {
        let (place, late) = (place("series", series), place("late", series))
        var note = failed
        (note.failure, note.cases, note.given) = (nil, nil, nil)
        try keep(note, of: series)
        try IntakeDisk.moveFolder(whole, to: place)
        unlink(self.note("failed", series).path)
        for name in IntakeDisk.objects(in: late) {
            // What cannot be moved, or is another object of a UID that is there, stays where it is.
            _ = try? IntakeDisk.move(late.appendingPathComponent(name), to: place.appendingPathComponent(name))
        }
        unlink(told(late: series).path)
        rmdir(late.path)
        let names = IntakeDisk.objects(in: place)
        for name in names { state.places[String(name.dropLast(4))] = place.appendingPathComponent(name).path }
        state.coming[series] = Coming(
            note: note, instances: Set(names.map { String($0.dropLast(4)) }), cut: note.isUnreleased == true ? 0 : nil)
    }

    /// Whether a series has still to become cases.
    func isDue(_ uid: String) -> Bool { FileManager.default.fileExists(atPath: note("due", uid).path) }

    /// How long nothing came, as long as no association is open; `nil` while one is, or a series is incomplete.
    /// - Parameter waiting: series that are not waited for.
    package func idle(without waiting: Set<String> = [], now: Date = Date()) -> TimeInterval? {
        state.withLock { state in
            state.open.isEmpty && state.coming.keys.allSatisfy(waiting.contains)
                ? now.timeIntervalSince(state.lastArrival) : nil
        }
    }
}

extension SeriesTraits {
    /// What rules look at of a series.
    /// - Parameters:
    ///   - object: the one whose UID is the first of the series' in the order of texts: it stands for all, whatever files
    ///     are called and in whatever order they come.
    ///   - count: how many objects the series has.
    ///   - calling: the AE title that sent it; empty for files.
    package init(first object: DicomObject, count: Int, calling: String) {
        self.init()
        modality = object.modality
        bodyPart = object.bodyPart
        description = object.seriesDescription
        study = object.studyDescription
        `protocol` = object.protocolName
        kernel = object.kernel
        manufacturer = object.manufacturer
        site = object.institution
        station = object.station
        sliceThicknessMillimetres = object.sliceThicknessMillimetres
        callingTitle = calling
        imageCount = count
    }
}
