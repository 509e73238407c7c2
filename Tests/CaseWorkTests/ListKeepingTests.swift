import CaseStore
import Cases
import Dispatch
import Foundation
import MemoryStore
import Review
import Synchronization
import Testing
import Volumes

@testable import CaseWork

/// The list of structures on its way to the store, and whoever reads it meanwhile.
@Suite("The list of structures and the store") struct ListKeepingTests {
    private let ptv = StructureName(rawValue: "PTV")

    private func listing(_ names: StructureName...) -> StructureListing {
        StructureListing(names.map { .init(name: $0, isAdded: $0 == ptv) })
    }

    private func told(_ reviewed: ReviewedCase) -> [ReviewNews] {
        reviewed.news.withLock { news in
            news.filter {
                switch $0 {
                case .structuresKept, .structuresNotKept: true
                default: false
                }
            }
        }
    }

    @Test("a list that waited for a step is written behind it")
    func behindSteps() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        let held = DispatchSemaphore(value: 0)
        journal.afterwards { held.wait() }
        journal.keep(listing(ptv, .lungLeft))
        journal.append(try reviewed.step(1), sequence: 1)
        reviewed.store.holdWrites(of: .journal)
        held.signal()
        for _ in 0..<1000 where reviewed.count(.journal) == 0 { Thread.sleep(forTimeInterval: 0.01) }
        // The list's turn has come while the first step is being written, and now there is another in line.
        journal.append(try reviewed.step(2), sequence: 2)
        reviewed.store.letGo(.journal)
        reviewed.settle(journal)
        #expect(try reviewed.store.structureListing(of: reviewed.record.id) == listing(ptv, .lungLeft))
        #expect(try reviewed.stepsOnDisk() == 2 && journal.unwrittenListing == nil)
        #expect(told(reviewed) == [.structuresKept(through: 1)])
        #expect(journal.close() == 0)
    }

    @Test("a list that the store will not take is told of once and not tried again; the next one is")
    func invalid() throws {
        let reviewed = try ReviewedCase()
        let journal = reviewed.journal()
        reviewed.store.failWrites(of: .structureLists, with: .invalid(what: "list of structures", reason: "it is odd"))
        journal.keep(listing(ptv))
        reviewed.settle(journal)
        Thread.sleep(forTimeInterval: 0.2)
        journal.append(try reviewed.step(1), sequence: 1)
        reviewed.settle(journal)
        #expect(reviewed.count(.structureLists) == 1)
        let news = told(reviewed)
        #expect(news.count == 1)
        guard case .structuresNotKept(let reason)? = news.first else {
            Issue.record("\(news)")
            return
        }
        #expect(reason.hasPrefix("the list of structures is not on disk: ") && reason.contains("it is odd"))
        reviewed.store.failWrites(of: .structureLists, with: nil)
        journal.keep(listing(.lungLeft, ptv))
        reviewed.settle(journal)
        #expect(told(reviewed).last == .structuresKept(through: 2))
        #expect(journal.close() == 0)
        let other = try ReviewedCase()
        let second = other.journal()
        second.keep(listing(ptv, ptv))
        #expect(second.close() == 1, "what was never written is told of at the end")
    }

    /// A session of a case, and what it posts.
    private func session(_ imaged: ImagedCase) -> (CaseSession, CaseClosing) {
        let closing = CaseClosing()
        let session = CaseSession(
            source: imaged.source, store: imaged.store, options: imaged.options(), work: BackgroundWork(),
            closing: closing
        ) { news in imaged.news.withLock { $0.append(news) } }
        return (session, closing)
    }

    /// Waits until so many reviews were opened.
    private func wait(for count: Int, _ imaged: ImagedCase) -> OpenedReview? {
        for _ in 0..<3000 {
            let opened = imaged.news.withLock { $0.count { if case .opened = $0 { true } else { false } } }
            if opened == count { return imaged.opened }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return nil
    }

    @Test("a case is reopened with the list as it is on the screen, written or not")
    func reopened() throws {
        let imaged = try ImagedCase()
        try imaged.file(.accepted)
        let (session, _) = session(imaged)
        #expect(wait(for: 1, imaged)?.structures.map(\.name) == [.lungLeft])
        imaged.store.failWrites(of: .structureLists, with: ReviewedCase.busy)
        session.perform(.keepStructures(listing(ptv, .lungLeft)))
        session.perform(.reopen)
        #expect(try #require(wait(for: 2, imaged)).structures.map(\.name) == [ptv, .lungLeft])
        imaged.store.failWrites(of: .structureLists, with: nil)
        #expect(session.close() == 0)
        #expect(try imaged.store.structureListing(of: imaged.record.id) == listing(ptv, .lungLeft))
    }

    @Test("a review that was put aside comes back with the list as it is on the screen, written or not")
    func restored() throws {
        let imaged = try ImagedCase()
        let (session, _) = session(imaged)
        #expect(wait(for: 1, imaged) != nil)
        let before = try #require(imaged.masks[.lungLeft])
        let after = Mask(geometry: imaged.record.geometry) { $0.x < 4 }
        let patch = try MaskPatch(from: before, to: after)
        let entry = JournalEntry(
            kind: .edit, structure: .lungLeft, name: "brush", slice: 0, patch: patch,
            digestAfter: after.digest(ofSlicesTouchedBy: patch))
        session.perform(.journal(entry, sequence: 1))
        session.perform(.resolveLeftReview(resume: false))
        let done = DispatchSemaphore(value: 0)
        session.afterwards { done.signal() }
        done.wait()
        let aside = try #require(try imaged.store.putAsideSessions(of: imaged.record.id).first)
        imaged.store.failWrites(of: .structureLists, with: ReviewedCase.busy)
        session.perform(.keepStructures(listing(ptv, .lungLeft)))
        session.perform(.restoreSession(aside.session.id.rawValue))
        let review = try #require(wait(for: 2, imaged))
        #expect(review.structures.map(\.name) == [ptv, .lungLeft] && review.left?.listed == [ptv, .lungLeft])
        imaged.store.failWrites(of: .structureLists, with: nil)
        #expect(session.close() == 0)
    }
}
