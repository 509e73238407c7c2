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
}

extension IntakeFolder {
    /// An association ended, however it did.
    package func ended(association: UInt64, now: Date = Date()) {
        syncNames()
        state.withLock { state in
            guard let studies = state.open.removeValue(forKey: association) else { return }
            // Quiet begins when nobody is at it any more.
            for (series, coming) in state.coming where studies.contains(coming.note.study) {
                state.coming[series]?.note.lastArrival = max(
                    coming.note.lastArrival, now.timeIntervalSince1970)
            }
        }
    }

    /// The series that are complete: the number that the sender stated is there, or nothing of their study came for so long
    /// and no association is open that brought some of it. Oldest first.
    package func complete(quiet: TimeInterval, now: Date = Date()) -> [CompleteSeries] {
        let found = state.withLock { state -> [(String, Coming, Bool)] in
            var newest: [String: Double] = [:]
            for coming in state.coming.values {
                newest[coming.note.study] = max(newest[coming.note.study] ?? 0, coming.note.lastArrival)
            }
            let busy = state.open.values.reduce(into: Set<String>()) { $0.formUnion($1) }
            return state.coming.compactMap { uid, coming in
                let isCounted = coming.note.expected.map { coming.instances.count >= $0 } ?? false
                let since = now.timeIntervalSince1970 - (newest[coming.note.study] ?? 0)
                let isQuiet = !busy.contains(coming.note.study) && since >= quiet
                return isCounted || isQuiet ? (uid, coming, isCounted) : nil
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
            guard name.hasSuffix(".json"), Self.isUID(uid), let note = SeriesNote.read(self.note("due", uid)),
                state.withLock({ $0.coming[uid] == nil })
            else { return nil }
            return described(uid, note, folder: whole(uid, isCT: note.isCT), isCounted: false)
        }
    }

    /// The series that became no case, with the reasons, by UID.
    package func failed() -> [(uid: String, reason: String)] {
        IntakeDisk.names(in: data.intake.appendingPathComponent("failed")).sorted().compactMap { name in
            let uid = String(name.dropLast(".json".count))
            guard Self.isUID(uid), let note = SeriesNote.read(note("failed", uid)), note.cases ?? 0 == 0 else {
                return nil
            }
            return note.failure.map { (uid, $0) }
        }
    }

    private func described(
        _ uid: String, _ note: SeriesNote, folder: URL, isCounted: Bool
    ) -> CompleteSeries? {
        let files = IntakeDisk.names(in: folder).filter { $0.hasSuffix(".dcm") }.sorted()
        guard let first = files.first,
            let object = try? DicomObject.read(folder.appendingPathComponent(first))
        else { return nil }
        var traits = SeriesTraits(object)
        traits.callingTitle = note.calling
        traits.imageCount = files.count
        return CompleteSeries(
            uid: uid, traits: traits, isCT: object.isCT, count: files.count, expected: note.expected,
            lastArrival: Date(timeIntervalSince1970: note.lastArrival), isCounted: isCounted)
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
    /// due still and is now to be put aside.
    /// - Returns: where it lies.
    /// - Throws: ``WorkError`` if the disk does not let it.
    package func settle(_ series: CompleteSeries, as settling: Settling) throws(WorkError) -> URL {
        let uid = series.uid
        let target = settling == .ignored ? place("ignored", uid) : whole(uid, isCT: series.isCT)
        // The rules may have changed while it was due. What a case was made of stays where it is.
        let isPutAside = settling == .ignored && isDue(uid) && !isCase(uid)
        let result = state.withLock { state -> Result<Void, IntakeRefusal> in
            do throws(IntakeRefusal) {
                guard let coming = state.coming[uid] else {
                    if isPutAside { try merge(whole(uid, isCT: series.isCT), into: target, &state) }
                    return .success(())
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
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        do throws(IntakeRefusal) {
            try result.get()
        } catch {
            throw WorkError("Series \(uid) cannot be moved to \(target.path): \(error.description).", .failed)
        }
        return target
    }

    /// Moves a folder; where there is one already (a series that was pulled meanwhile), what it lacks counts as late.
    private func merge(_ from: URL, into target: URL, _ state: inout State) throws(IntakeRefusal) {
        let names = IntakeDisk.names(in: from)
        guard target.isExistingFolder else {
            try IntakeDisk.move(from, to: target)
            for name in names {
                state.places[String(name.dropLast(4))] = target.appendingPathComponent(name).path
            }
            return
        }
        let late = place("late", from.lastPathComponent)
        for name in names {
            let (file, there) = (from.appendingPathComponent(name), target.appendingPathComponent(name))
            if DicomObject.isSame(file, there) {
                unlink(file.path)
            } else {
                try IntakeDisk.makeFolder(late)
                try IntakeDisk.move(file, to: late.appendingPathComponent(name))
            }
        }
        rmdir(from.path)
    }

    /// A series that was due has become so many cases, or none for a reason that stays.
    package func conclude(_ series: CompleteSeries, cases: Int, failure: String?) {
        let due = note("due", series.uid)
        if let failure, var note = SeriesNote.read(due) {
            note.failure = failure
            note.cases = cases
            // Without the note it is due still, and tried again.
            guard (try? note.write(to: self.note("failed", series.uid))) != nil else { return }
        } else if failure == nil {
            // What a process that was killed while the series came again may have left.
            unlink(note("failed", series.uid).path)
        }
        unlink(due.path)
        WholeFile.syncFolder(due.deletingLastPathComponent())
    }

    /// Whether a series has still to become cases.
    func isDue(_ uid: String) -> Bool { FileManager.default.fileExists(atPath: note("due", uid).path) }

    /// Whether an object of a UID is kept.
    package func keeps(_ instance: String) -> Bool {
        syncNames()
        guard let place = state.withLock({ $0.places[instance] }) else { return false }
        return FileManager.default.fileExists(atPath: place)
    }

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
    /// What rules look at of an object's series.
    package init(_ object: DicomObject) {
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
    }
}
