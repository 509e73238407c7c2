import Cases
import Foundation
import Volumes

/// One step of a journal as it is kept: with its patch in bytes, its author, and a hash that covers the step before.
package struct JournalStep: Sendable {
    /// Whose journal.
    package let session: SessionID
    /// The step's number, from 1.
    package let sequence: Int
    /// The step.
    package let entry: JournalEntry
    /// Its patch in bytes.
    package let patch: [UInt8]
    /// Who made it.
    package let reviewer: String
    /// When, milliseconds since 1970.
    package let writtenAt: Int64

    /// A step from its parts.
    package init(
        session: SessionID, sequence: Int, entry: JournalEntry, patch: [UInt8], reviewer: String, writtenAt: Int64
    ) {
        self.session = session
        self.sequence = sequence
        self.entry = entry
        self.patch = patch
        self.reviewer = reviewer
        self.writtenAt = writtenAt
    }

    /// The same step in another journal.
    package func moved(to session: SessionID) -> JournalStep {
        JournalStep(
            session: session, sequence: sequence, entry: entry, patch: patch, reviewer: reviewer, writtenAt: writtenAt)
    }

    /// SHA-256 over all of it and the hash of the step before, which is empty for the first.
    /// A whole edit keeps the form that all steps had before parts were kept.
    package func hash(behind previous: String) -> String {
        let part = entry.part.map { [String($0.number), String($0.count)] } ?? []
        return Canonical.hash(
            [
                part.isEmpty ? "pleura-journal-1" : "pleura-journal-2", session.description, String(sequence),
                entry.kind.rawValue,
                entry.structure.rawValue, entry.name, String(entry.slice), String(entry.digestAfter, radix: 16),
                reviewer, String(writtenAt), previous,
            ] + part, blobs: [patch])
    }
}

/// Reads a journal up to its end or its first step that cannot be used. Each step's hash covers all of it and the hash
/// before, so that a step that is changed, missing, moved or of another session is found.
package struct JournalReader {
    private let session: ReviewSession
    private var hash = ""
    /// The sound steps so far.
    package private(set) var entries: [JournalEntry] = []
    /// When each of them was written.
    package private(set) var times: [Date] = []

    /// A reader of a session's journal that has read nothing.
    package init(_ session: ReviewSession) { self.session = session }

    /// What is wrong with the next step.
    package func damage(_ reason: String) -> JournalDamage {
        JournalDamage(firstDamaged: entries.count + 1, reason: reason, writtenLength: session.journalLength)
    }

    /// Reads the next step, or says why it cannot be used.
    /// - Parameter stored: the hash that was kept with it.
    package mutating func read(_ step: JournalStep, hash stored: String) -> JournalDamage? {
        guard step.sequence == entries.count + 1 else { return damage("the step is missing") }
        hash = step.hash(behind: hash)
        guard stored == hash else { return damage("its hash does not match") }
        entries.append(step.entry)
        times.append(StoredTime.decode(step.writtenAt))
        return nil
    }

    /// Compares what was read with what the session says of its journal.
    /// - Parameter last: the hash that the session keeps of its last step.
    package mutating func end(hash last: String) -> JournalDamage? {
        if entries.count > session.journalLength {
            entries.removeLast(entries.count - max(0, session.journalLength))
            times.removeLast(times.count - entries.count)
            return damage("steps were added from outside")
        }
        guard entries.count == session.journalLength else { return damage("the step is missing") }
        guard hash == last else { return damage("the journal's last hash does not match") }
        return nil
    }
}

/// What may be written to a journal, and what a journal comes to.
package enum JournalRules {
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` for a step that changes nothing or another grid.
    package static func require(_ entries: [JournalEntry], on size: GridSize) throws(CaseStoreError) {
        for entry in entries {
            guard !entry.patch.isEmpty else { throw .invalid(what: "step", reason: "it changes nothing") }
            guard entry.patch.size == size else {
                throw .invalid(what: "step", reason: "it is for a grid of another size")
            }
        }
    }

    /// Whether steps from this number on would be the journal's last, so that they may be there already: the call
    /// before was in doubt and is being repeated.
    package static func mayBeWritten(_ count: Int, from sequence: Int, length: Int) -> Bool {
        sequence >= 1 && sequence + count - 1 == length && count > 0
    }

    /// - Throws: ``CaseStoreError/journalMoved(_:expected:found:)`` unless this is the next step's number.
    package static func requireNext(
        _ sequence: Int, behind length: Int, of session: SessionID
    ) throws(CaseStoreError) {
        guard sequence == length + 1 else {
            throw .journalMoved(session, expected: sequence - 1, found: length)
        }
    }

    /// - Throws: ``CaseStoreError/sessionClosed(_:_:)`` unless the session is its case's and can be written to.
    package static func requireOpen(_ session: ReviewSession, of id: CaseID) throws(CaseStoreError) {
        guard session.caseID == id else { throw .noSuchSession(session.id) }
        guard session.status == .open else { throw .sessionClosed(session.id, session.status) }
    }

    /// The slices of the edits that stand at the end of a journal, one an edit; parts of one edit count once.
    package static func standingEdits(_ steps: some Sequence<StepOutline>) -> [Int] {
        var (done, undone): ([StepOutline], [StepOutline]) = ([], [])
        for step in steps {
            switch step.kind {
            case .edit:
                done.append(step)
                undone = []
            case .undo: if let step = done.popLast() { undone.append(step) }
            case .redo: if let step = undone.popLast() { done.append(step) }
            }
        }
        return done.filter(\.beginsEdit).map(\.slice)
    }
}

/// A step without its voxels, which may be damaged while the rest can be read.
package struct StepOutline: Sendable {
    /// What kind of step.
    package let kind: JournalEntry.Kind
    /// The slice on which it was made.
    package let slice: Int
    /// Whether it is a whole edit or the first part of one.
    package let beginsEdit: Bool

    /// An outline from a step's parts.
    /// - Parameter part: the number of the part; `nil` for a whole edit, and for steps that have it in their name.
    package init(kind: JournalEntry.Kind, name: String, slice: Int, part: Int?) {
        self.kind = kind
        self.slice = slice
        beginsEdit = (part ?? EditPart.named(in: name)?.part.number ?? 1) == 1
    }
}

extension LoadedSession {
    /// The masks that a session begins with.
    /// - Parameter correction: the one it goes on from; `nil` if it goes on from the prediction.
    package static func base(
        _ reference: Prediction, _ correction: Correction?, on geometry: GridGeometry
    ) -> [StructureName: Mask] {
        guard let correction else { return reference.masks }
        // A correction holds every structure that has a voxel, so one it lacks was emptied.
        return reference.masks.mapValues { _ in Mask(geometry: geometry) }.merging(correction.masks) { $1 }
    }

    /// The review after the first `count` steps may be gone on with.
    /// - Returns: the damage behind them, if there is any.
    /// - Throws: ``CaseStoreError/journalDamaged(_:_:)`` if fewer steps are sound.
    package func requireSound(_ count: Int) throws(CaseStoreError) -> JournalDamage? {
        let (review, damage) = try replayed()
        guard (0...review.length).contains(count) else {
            throw .journalDamaged(
                session.id,
                damage
                    ?? JournalDamage(
                        firstDamaged: review.length + 1, reason: "there is no such step", writtenLength: review.length))
        }
        return damage
    }
}

extension CaseStoreError {
    /// What is wrong with a step that could not be read.
    package var reasonOfDamage: String {
        if case .damaged(let what, let reason) = self { "\(what): \(reason)" } else { description }
    }
}
