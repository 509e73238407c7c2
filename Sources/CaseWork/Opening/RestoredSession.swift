import CaseStore
import Cases
import Foundation

/// A review that was put aside and is its case's unfinished review again.
package struct RestoredSession {
    /// Its new number.
    package let session: SessionID
    /// How many of its steps are sound.
    package let steps: Int

    /// Brings a review back. An unfinished review that the case has now is put aside in turn.
    /// - Parameters:
    ///   - number: the session's, as it is listed.
    ///   - reviewer: who does it.
    /// - Throws: ``CaseStoreError`` for a session that is none of the case's or not put aside, and while somebody else has
    ///   the case open.
    package init(_ number: Int64, of id: CaseID, by reviewer: String, in store: any CaseStoring) throws {
        let lease = try Self.lease(of: id, reviewer, store)
        defer { try? store.release(lease) }
        session = try store.restore(SessionID(rawValue: number), lease: lease, now: Date())
        steps = try store.loadSession(session).replayed().review.length
    }

    /// The right to write to the case; one whose holder has crashed is taken over at once.
    private static func lease(of id: CaseID, _ reviewer: String, _ store: any CaseStoring) throws -> CaseLease {
        func take(replacing gone: String?) throws -> CaseLease {
            try store.openForWriting(
                id, reviewer: reviewer, holder: LeaseHolder(ofThisProcessAs: UUID().uuidString).description,
                replacing: gone, now: Date(), duration: 60)
        }
        do {
            return try take(replacing: nil)
        } catch CaseStoreError.leased(let id, let other, let holder, let until) {
            guard LeaseHolder(holder)?.isGone == true else {
                throw CaseStoreError.leased(id, reviewer: other, holder: holder, until: until)
            }
            return try take(replacing: holder)
        }
    }
}
