import Cases
import Foundation
import Volumes

/// Names a prediction by its content: SHA-256 in hexadecimal over the case, the model, the preprocessing and the
/// masks.
public struct PredictionID: Hashable, Sendable, Codable, RawRepresentable, CustomStringConvertible {
    /// 64 hexadecimal digits.
    public let rawValue: String

    /// Wraps an id.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The first twelve digits, enough for people.
    public var description: String { String(rawValue.prefix(12)) }
}

/// Names a review session of the store.
public struct SessionID: Hashable, Sendable, Codable, RawRepresentable, CustomStringConvertible {
    /// A number given by the store, never used twice.
    public let rawValue: Int64

    /// Wraps an id.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// The number as text.
    public var description: String { String(rawValue) }
}

/// Whether a review session can still be written to.
public enum SessionStatus: String, Hashable, Sendable, Codable {
    /// It can.
    case open
    /// It ended in a correction.
    case filed
    /// The reviewer started over; its journal is kept.
    case abandoned
}

/// What a review session begins with.
public enum SessionBase: Hashable, Sendable {
    /// The masks of a prediction.
    case prediction(PredictionID)
    /// The masks of an earlier correction; the reference stays the prediction which that correction was made on.
    case correction(revision: Int)
}

/// A review session without its journal.
public struct ReviewSession: Hashable, Sendable {
    /// The key.
    public let id: SessionID
    /// The case.
    public let caseID: CaseID
    /// The reference: what the masks are measured against.
    public let prediction: PredictionID
    /// The correction whose masks it began with, or `nil` if it began with the prediction's.
    public let startsFrom: Int?
    /// Who began it.
    public let reviewer: String
    /// When it was begun.
    public let begunAt: Date
    /// Whether it can still be written to.
    public let status: SessionStatus
    /// How many steps were written; the next has this number plus one.
    public let journalLength: Int

    /// A value from its parts, as a store reads it.
    package init(
        id: SessionID, caseID: CaseID, prediction: PredictionID, startsFrom: Int?, reviewer: String, begunAt: Date,
        status: SessionStatus, journalLength: Int
    ) {
        self.id = id
        self.caseID = caseID
        self.prediction = prediction
        self.startsFrom = startsFrom
        self.reviewer = reviewer
        self.begunAt = begunAt
        self.status = status
        self.journalLength = journalLength
    }
}

/// A review that was put aside without a result; its journal is kept.
public struct PutAsideSession: Hashable, Sendable {
    /// The session.
    public let session: ReviewSession
    /// When it was put aside.
    public let putAsideAt: Date
    /// How many edits stand at its end.
    public let edits: Int
    /// The slices they were made on, from 0, in order.
    public let slices: [Int]

    /// A value from its parts, as a store reads it.
    package init(session: ReviewSession, putAsideAt: Date, edits: Int, slices: [Int]) {
        self.session = session
        self.putAsideAt = putAsideAt
        self.edits = edits
        self.slices = slices
    }
}

/// What is saved along with a session so that it resumes where it was left. Not part of the correction's truth.
public struct SessionState: Hashable, Sendable, Codable {
    /// The slice on screen; `nil` before one was chosen.
    public var currentSlice: Int?
    /// The slices that were on screen.
    public var seenSlices: Set<Int>
    /// Time with the case in seconds, pauses left out.
    public var activeSeconds: Double
    /// View settings, JSON of the caller's own form.
    public var view: String

    /// A state from its parts.
    public init(currentSlice: Int? = nil, seenSlices: Set<Int> = [], activeSeconds: Double = 0, view: String = "{}") {
        self.currentSlice = currentSlice
        self.seenSlices = seenSlices
        self.activeSeconds = activeSeconds
        self.view = view
    }
}

/// From where on a journal cannot be used.
public struct JournalDamage: Hashable, Sendable, CustomStringConvertible {
    /// The first step that cannot be used, from 1. All before it are sound.
    public let firstDamaged: Int
    /// What is wrong with it.
    public let reason: String
    /// How many steps had been written.
    public let writtenLength: Int

    /// A damage from its parts.
    public init(firstDamaged: Int, reason: String, writtenLength: Int) {
        self.firstDamaged = firstDamaged
        self.reason = reason
        self.writtenLength = writtenLength
    }

    /// For people and messages.
    public var description: String { "from step \(firstDamaged) of \(writtenLength) on: \(reason)" }
}

/// A review session as it is read back, ready to be resumed.
public struct LoadedSession: Hashable, Sendable {
    /// The session.
    public let session: ReviewSession
    /// The case's grid.
    public let geometry: GridGeometry
    /// The reference.
    public let reference: Prediction
    /// The masks before the first step.
    public let base: [StructureName: Mask]
    /// The sound steps in order, from number 1.
    public let entries: [JournalEntry]
    /// When each of ``entries`` was written.
    public let times: [Date]
    /// What is wrong with the steps behind ``entries``; `nil` if every step is sound. They are kept in the store.
    public let damage: JournalDamage?
    /// Where the review was left; the default if it was never saved or ``stateDamage`` says why it is lost.
    public let state: SessionState
    /// Why the state could not be read.
    public let stateDamage: String?

    /// A value from its parts, as a store reads it.
    package init(
        session: ReviewSession, geometry: GridGeometry, reference: Prediction, base: [StructureName: Mask],
        entries: [JournalEntry], times: [Date], damage: JournalDamage?, state: SessionState, stateDamage: String?
    ) {
        self.session = session
        self.geometry = geometry
        self.reference = reference
        self.base = base
        self.entries = entries
        self.times = times
        self.damage = damage
        self.state = state
        self.stateDamage = stateDamage
    }

    /// The review after its sound steps, and what is wrong with the first step that is not: in the store's journal,
    /// or in what it leads to.
    /// - Complexity: O(steps).
    public func replayed() throws(CaseStoreError) -> (review: ReplayedSession, damage: JournalDamage?) {
        var review: ReplayedSession
        do { review = try ReplayedSession(geometry: geometry, base: base) } catch {
            throw .damaged(what: "base of session \(session.id)", reason: error.description)
        }
        guard let failure = review.apply(entries) else { return (review, damage) }
        let found = JournalDamage(
            firstDamaged: failure.sequence, reason: failure.description, writtenLength: session.journalLength)
        return (review, found)
    }
}
