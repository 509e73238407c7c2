import Cases
import Foundation
import MemoryStore
import Review
import Synchronization
import Testing
import Volumes

@testable import CaseWork

/// What happens behind the screen when a case is left, with a store that answers when the test lets it.
@Suite("Cases that were left")
struct CaseClosingTests {
    private let imaged: ImagedCase
    private let store: MemoryCaseStore
    private let work = BackgroundWork()
    private let closing = CaseClosing()

    init() throws {
        imaged = try ImagedCase()
        store = imaged.store
    }

    /// A session of the case, and the news it posts.
    private func session() -> (CaseSession, News) {
        let news = News()
        let session = CaseSession(
            source: imaged.source, store: store, options: imaged.options(), work: work, closing: closing,
            post: news.take)
        return (session, news)
    }

    /// A stroke of one voxel on slice 1.
    private func stroke() throws -> JournalEntry {
        let before = try #require(imaged.masks[.lungLeft])
        var after = before
        after[VoxelIndex(x: 6, y: 2, z: 1)] = true
        let patch = try MaskPatch(from: before, to: after)
        return JournalEntry(
            kind: .edit, structure: .lungLeft, name: "brush", slice: 1, patch: patch,
            digestAfter: after.digest(ofSlicesTouchedBy: patch))
    }

    @Test("leaving does not wait for the store, and the next opening waits for every edit")
    func leaving() throws {
        let (first, opened) = session()
        #expect(opened.waitForOpening() != nil)
        store.holdWrites(of: .journal)
        first.perform(.journal(try stroke(), sequence: 1))
        closing.leave(first) { _ in Issue.record("no edit is lost") }
        // The edit waits for the store, so that this line was reached without it.
        #expect(!closing.wait(milliseconds: 0) && closing.lostSteps == 0)
        let (second, reopened) = session()
        #expect(!reopened.isOpened)
        store.letGo(.journal)
        let review = try #require(reopened.waitForOpening())
        #expect(review.left?.history.done.map(\.name) == ["brush"] && review.readOnly == nil)
        closing.leave(second) { _ in Issue.record("no edit is lost") }
        #expect(closing.wait(milliseconds: 60_000) && closing.lostSteps == 0)
    }

    @Test("an edit that cannot be written is told when its case has been left, and counted")
    func losing() throws {
        let (session, opened) = session()
        #expect(opened.waitForOpening() != nil)
        store.failWrites(of: .journal, with: ReviewedCase.busy)
        session.perform(.journal(try stroke(), sequence: 1))
        let told = Mutex<[Int]>([])
        closing.leave(session) { lost in told.withLock { $0.append(lost) } }
        #expect(closing.wait(milliseconds: 60_000))
        #expect(told.withLock { $0 } == [1] && closing.lostSteps == 1)
    }

    @Test("an edit made as soon as the masks are shown is written, however early the case is left")
    func earlyEdit() throws {
        for round in 1...20 {
            let imaged = try ImagedCase()
            let store = imaged.store
            let entry = try stroke()
            let box = Mutex<CaseSession?>(nil)
            let left = DispatchSemaphore(value: 0)
            let (closing, started) = (CaseClosing(), DispatchSemaphore(value: 0))
            let session = CaseSession(
                source: imaged.source, store: store, options: imaged.options(), work: work, closing: closing
            ) { news in
                guard case .opened = news else { return }
                // On the opener's own thread, before it has come back: earlier than any user.
                started.wait()
                if let session = box.withLock({ $0 }) {
                    session.perform(.journal(entry, sequence: 1))
                    closing.leave(session) { _ in }
                }
                left.signal()
            }
            box.withLock { $0 = session }
            started.signal()
            left.wait()
            #expect(closing.wait(milliseconds: 60_000))
            #expect(try imaged.store.openSession(of: imaged.record.id)?.journalLength == 1, "round \(round)")
            box.withLock { $0 = nil }
        }
    }
}

/// What a session posts.
private final class News: Sendable {
    private let reviews = Mutex<[OpenedReview]>([])

    func take(_ news: ReviewNews) {
        if case .opened(let review) = news { reviews.withLock { $0.append(review) } }
    }

    var isOpened: Bool { reviews.withLock { !$0.isEmpty } }

    /// Waits until the case is open.
    /// - Returns: the review; `nil` if it is not open within a minute.
    func waitForOpening() -> OpenedReview? {
        for _ in 0..<6000 {
            if let review = reviews.withLock({ $0.last }) { return review }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return nil
    }
}
