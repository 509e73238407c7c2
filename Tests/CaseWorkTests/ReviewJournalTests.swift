import CaseStore
import Cases
import Foundation
import Review
import Testing
import Volumes

@testable import CaseWork

@Suite("The journal of a review") struct ReviewJournalTests {
    @Test("a step that cannot be written stays in line and is written when the store is back")
    func retry() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        reviewed.store.failWrites(of: .journal, with: ReviewedCase.busy)
        journal.append(try reviewed.step(1), sequence: 1)
        reviewed.settle(journal)
        #expect(reviewed.waitForNews { if case .journalFailed = $0 { true } else { false } })
        #expect(try reviewed.stepsOnDisk() == 0)
        reviewed.store.failWrites(of: .journal, with: nil)
        #expect(reviewed.waitForNews { if case .journalled(through: 1) = $0 { true } else { false } })
        #expect(try reviewed.stepsOnDisk() == 1)
        #expect(journal.close() == 0)
    }

    @Test("nothing behind a step that waits is written before it; what waits is written in one go")
    func order() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        reviewed.store.failWrites(of: .journal, with: ReviewedCase.busy)
        for number in 1...3 { journal.append(try reviewed.step(number), sequence: number) }
        reviewed.settle(journal)
        #expect(try reviewed.stepsOnDisk() == 0)
        reviewed.store.failWrites(of: .journal, with: nil)
        #expect(reviewed.waitForNews { if case .journalled(through: 3) = $0 { true } else { false } })
        let session = try #require(try reviewed.store.openSession(of: reviewed.record.id))
        let (review, damage) = try reviewed.store.loadSession(session.id).replayed()
        #expect(damage == nil)
        #expect(try review.standing.map(\.patch) == (1...3).map { try reviewed.step($0).patch })
        let journalled = reviewed.news.withLock { news in
            news.compactMap { if case .journalled(let last) = $0 { last } else { nil } }
        }
        #expect(journalled == [3])
        #expect(journal.close() == 0)
    }

    @Test("an edit of two structures is written by one call")
    func together() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        journal.append([try reviewed.step(1), try reviewed.step(2)], through: 2)
        reviewed.settle(journal)
        #expect(try reviewed.stepsOnDisk() == 2)
        #expect(reviewed.count(.journal) == 1)
        #expect(journal.close() == 0)
    }

    @Test("nothing is filed while a step is in line")
    func filingWaits() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        reviewed.store.failWrites(of: .journal, with: ReviewedCase.busy)
        journal.append(try reviewed.step(1), sequence: 1)
        journal.file(reviewed.request(sequence: 1))
        reviewed.settle(journal)
        #expect(
            reviewed.news.withLock { $0.contains { $0 == .filingFailed("steps are not on disk yet") } })
        #expect(reviewed.count(.corrections) == 0)
        #expect(try reviewed.store.newestCorrection(of: reviewed.record.id) == nil)
        #expect(throws: WorkError.self) { try journal.restore(SessionID(rawValue: 1)) }
        // The one that began.
        #expect(reviewed.count(.sessions) == 1)
        #expect(journal.close() == 1)
    }

    @Test("a lost lease closes the journal: nothing is written any more, and what was in line is told")
    func lostLease() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        reviewed.store.failWrites(of: .journal, with: .leaseLost(reviewed.record.id, takenBy: "ben"))
        journal.append(try reviewed.step(1), sequence: 1)
        reviewed.settle(journal)
        #expect(reviewed.waitForNews { if case .leaseLost = $0 { true } else { false } })
        reviewed.store.failWrites(of: .journal, with: nil)
        journal.append(try reviewed.step(2), sequence: 2)
        reviewed.settle(journal)
        Thread.sleep(forTimeInterval: 0.2)
        reviewed.settle(journal)
        #expect(reviewed.count(.journal) == 1)
        #expect(try reviewed.stepsOnDisk() == 0)
        #expect(journal.close() == 2)
    }

    @Test(
        "whatever says that the session is another's closes the journal",
        arguments: [
            CaseStoreError.sessionClosed(SessionID(rawValue: 1), .filed),
            CaseStoreError.journalMoved(SessionID(rawValue: 1), expected: 1, found: 2),
        ])
    func lostSession(_ error: CaseStoreError) throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        reviewed.store.failWrites(of: .journal, with: error)
        journal.append(try reviewed.step(1), sequence: 1)
        reviewed.settle(journal)
        #expect(reviewed.waitForNews { if case .leaseLost = $0 { true } else { false } })
        #expect(journal.close() == 1)
        #expect(reviewed.count(.journal) == 1)
    }

    @Test("closing says how many steps were lost, and gives the case back")
    func closing() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        journal.append(try reviewed.step(1), sequence: 1)
        reviewed.settle(journal)
        reviewed.store.failWrites(of: .journal, with: .noSpace(path: "/store", operation: "writing"))
        for number in 2...3 { journal.append(try reviewed.step(number), sequence: number) }
        #expect(journal.close() == 2)
        #expect(try reviewed.stepsOnDisk() == 1)
        // Anybody may have the case now.
        let next = try reviewed.store.openForWriting(
            reviewed.record.id, reviewer: "ben", holder: "host/2", now: Date(), duration: 60)
        #expect(next.reviewer == "ben")
    }

    @Test("where the review stands is written by the same call as the step, never before it")
    func progressWithStep() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        reviewed.store.failWrites(of: .journal, with: ReviewedCase.busy)
        journal.append(try reviewed.step(1), sequence: 1)
        reviewed.settle(journal)
        // The session has begun, but its step waits: what was seen of its masks waits as well.
        journal.save(ReviewProgress(slice: 3, seenSlices: [1, 3], activeSeconds: 12.5))
        reviewed.settle(journal)
        #expect(reviewed.count(.sessions) == 1 && reviewed.count(.sessionStates) == 0)
        reviewed.store.failWrites(of: .journal, with: nil)
        #expect(reviewed.waitForNews { if case .journalled(through: 1) = $0 { true } else { false } })
        #expect(journal.close() == 0)
        #expect(reviewed.count(.sessionStates) == 0)
        let session = try #require(try reviewed.store.openSession(of: reviewed.record.id))
        let state = try reviewed.store.loadSession(session.id).state
        #expect(state.currentSlice == 3 && state.seenSlices == [1, 3] && state.activeSeconds == 12.5)
    }

    /// A decision between two readings, say, and the step that makes it: with either alone the slice would be called
    /// decided and hold the other reader's contours.
    @Test("what belongs to a step is not written before it, nor without it")
    func stagedWithStep() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        journal.append(try reviewed.step(1), sequence: 1)
        reviewed.settle(journal)
        reviewed.store.failWrites(of: .journal, with: ReviewedCase.busy)
        var progress = ReviewProgress(slice: 2, seenSlices: [2], activeSeconds: 1)
        progress.choices = [2: .second]
        journal.stage(progress)
        journal.append(try reviewed.step(2), sequence: 2)
        reviewed.settle(journal)
        let session = try #require(try reviewed.store.openSession(of: reviewed.record.id))
        #expect(reviewed.count(.sessionStates) == 0 && session.journalLength == 1)
        #expect(LeftView(json: try reviewed.store.loadSession(session.id).state.view).choices.isEmpty)
        reviewed.store.failWrites(of: .journal, with: nil)
        #expect(reviewed.waitForNews { if case .journalled(through: 2) = $0 { true } else { false } })
        #expect(LeftView(json: try reviewed.store.loadSession(session.id).state.view).choices == progress.choices)
        #expect(reviewed.count(.sessionStates) == 0)
        #expect(journal.close() == 0)
    }

    @Test("looking at a case begins no review; its first step does, and keeps where one stood")
    func looking() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        journal.save(ReviewProgress(slice: 3, seenSlices: [1, 3], activeSeconds: 12.5))
        reviewed.settle(journal)
        #expect(reviewed.count(.sessions) == 0 && reviewed.count(.sessionStates) == 0)
        journal.append(try reviewed.step(1), sequence: 1)
        #expect(journal.close() == 0)
        let session = try #require(try reviewed.store.openSession(of: reviewed.record.id))
        #expect(try reviewed.store.loadSession(session.id).state.currentSlice == 3)
        #expect(reviewed.count(.journal) == 1 && reviewed.count(.sessionStates) == 0)
    }

    @Test("where the review stands is kept until it can be written, at the latest at the end")
    func progressIsKept() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        journal.append(try reviewed.step(1), sequence: 1)
        reviewed.settle(journal)
        reviewed.store.failWrites(of: .sessionStates, with: ReviewedCase.busy)
        journal.save(ReviewProgress(slice: 3, seenSlices: [1, 3], activeSeconds: 12.5))
        reviewed.settle(journal)
        reviewed.store.failWrites(of: .sessionStates, with: nil)
        #expect(journal.close() == 0)
        let session = try #require(try reviewed.store.openSession(of: reviewed.record.id))
        #expect(try reviewed.store.loadSession(session.id).state.seenSlices == [1, 3])
    }

    @Test("deciding between two readings begins a review, also without a step")
    func deciding() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        var progress = ReviewProgress(slice: 2, seenSlices: [2], activeSeconds: 1)
        progress.choices = [2: try #require(ReaderChoice.allCases.first)]
        journal.save(progress)
        #expect(journal.close() == 0)
        let session = try #require(try reviewed.store.openSession(of: reviewed.record.id))
        let state = try reviewed.store.loadSession(session.id).state
        #expect(LeftView(json: state.view).choices == progress.choices)
    }

    @Test("a filed review is the base of the next step's")
    func filing() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        journal.append(try reviewed.step(1), sequence: 1)
        journal.file(reviewed.request(sequence: 1))
        reviewed.settle(journal)
        #expect(reviewed.news.withLock { $0.contains { $0 == .filed(.corrected, revision: 1) } })
        let correction = try reviewed.store.correction(CorrectionKey(caseID: reviewed.record.id, revision: 1))
        #expect(correction.reviewer == "ana" && correction.slicesSeen == [0, 1, 2, 3])
        #expect(try reviewed.store.openSession(of: reviewed.record.id) == nil)
        journal.append(try reviewed.step(2), sequence: 1)
        reviewed.settle(journal)
        #expect(try reviewed.store.openSession(of: reviewed.record.id)?.startsFrom == 1)
        #expect(journal.close() == 0)
    }

    @Test("where two persons are needed, a filed review waits for the second")
    func approval() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal(needsApproval: true)
        journal.file(reviewed.request(sequence: 0))
        reviewed.settle(journal)
        #expect(
            reviewed.news.withLock { Array($0) } == [
                .approvalChanged(.awaiting(author: "ana", isMine: true)), .filed(.accepted, revision: 1),
            ])
        let key = CorrectionKey(caseID: reviewed.record.id, revision: 1)
        #expect(try reviewed.store.approval(of: key)?.verdict == .requested)
        #expect(journal.close() == 0)
    }

    @Test("a review that was put aside is gone on with behind everything in line")
    func restoring() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        journal.append(try reviewed.step(1), sequence: 1)
        journal.abandonSession()
        reviewed.settle(journal)
        let aside = try #require(try reviewed.store.putAsideSessions(of: reviewed.record.id).first)
        let loaded = try journal.restore(aside.session.id)
        #expect(loaded.session.id != aside.session.id)
        #expect(try loaded.replayed().review.standing.map(\.patch) == [reviewed.step(1).patch])
        journal.append(try reviewed.step(2), sequence: 2)
        #expect(journal.close() == 0)
        #expect(try reviewed.stepsOnDisk() == 2)
    }
}
