import Cases
import Commands
import Dispatch
import Editing
import Foundation
import MemoryStore
import Review
import Synchronization
import TestSupport
import Testing
import Volumes

@testable import CaseWork

/// Who answers prompts is found once a case is on the screen, and asked by its session.
@Suite("Prompts of a session")
struct PromptSessionTests {
    private let imaged: ImagedCase
    private let work = BackgroundWork()
    private let closing = CaseClosing()

    init() throws { imaged = try ImagedCase() }

    /// A session of the case, and the news it posts.
    private func session(_ find: (@Sendable () throws -> (any PromptAnswering)?)?) -> (CaseSession, NewsLog) {
        let log = NewsLog()
        let session = CaseSession(
            source: imaged.source, store: imaged.store,
            options: imaged.options { $0.promptAnswering = find }, work: work, closing: closing,
            post: log.take)
        return (session, log)
    }

    /// What marking voxel (6, 2) of slice 1 asks for.
    private func task() throws -> RegionTask {
        let mask = try #require(imaged.masks[.lungLeft])
        var marks = Scribbles(geometry: mask.geometry)
        marks.begin()
        marks.mark(asInside: true) { $0[VoxelIndex(x: 6, y: 2, z: 1)] = $1 }
        return RegionTask(
            operation: .refine(Refinement(prompts: marks)), scope: .range(1...1),
            targets: [RegionTask.Target(mask: mask)],
            image: PartialVolume(Volume(geometry: mask.geometry, filledWith: 0)))
    }

    @Test("whoever is found is told of once the case is there, has answered once by then, and answers from then on")
    func asked() throws {
        let answerer = FakeAnswerer()
        let threads = Mutex<[Bool]>([])
        let (session, log) = session {
            threads.withLock { $0.append(Thread.isMainThread) }
            return answerer
        }
        defer { closing.leave(session) { _ in } }
        let ready = try #require(log.wait { if case .answererReady = $0 { true } else { false } })
        #expect(ready.last == .answererReady("refine@1") && ready.contains(.answererComing))
        let opened = ready.firstIndex { if case .opened = $0 { true } else { false } }
        #expect(try #require(opened) < ready.count - 1)
        #expect(threads.withLock { $0 } == [false])
        // The first answer takes longest: it is one that nobody waits for.
        #expect(answerer.questions.count == 1 && answerer.questions[0].guide == nil)
        let task = try task()
        session.perform(.workOut(id: 7, task))
        let answered = try #require(log.wait { if case .worked(.done) = $0 { true } else { false } })
        #expect(answered.last == .worked(.done(id: 7, try task.perform(answering: FakeAnswerer()))))
        #expect(answerer.questions.count == 2 && answerer.questions[1].newest[6, 2])
        #expect(work.wait(milliseconds: 60_000))
    }

    @Test("where nobody is found, nobody is asked")
    func nobody() throws {
        for find in [nil, { @Sendable () -> (any PromptAnswering)? in nil }] {
            let (session, log) = session(find)
            defer { closing.leave(session) { _ in } }
            #expect(log.wait { if case .opened = $0 { true } else { false } } != nil)
            // The session does one after the other, so that whoever is looked for is looked for by then.
            _ = session.openedCaseID
            #expect(work.wait(milliseconds: 60_000))
            let task = try task()
            session.perform(.workOut(id: 1, task))
            // The review asks nobody where there is nobody; who does all the same is told so.
            let answered = try #require(log.wait { if case .worked(.failed) = $0 { true } else { false } })
            let error = #expect(throws: RegionError.self) { try task.perform() }
            #expect(answered.last == error.map { .worked(.failed(id: 1, $0)) })
            #expect(!answered.contains { if case .answererReady = $0 { true } else { false } })
            closing.leave(session) { _ in }
            #expect(closing.wait(milliseconds: 60_000))
        }
    }

    @Test("why somebody who is installed cannot answer is told") func damaged() throws {
        let (session, log) = session { throw WorkError("refine@1 is damaged") }
        defer { closing.leave(session) { _ in } }
        let said = ReviewNews.show(
            StatusMessage("marks are answered by image edges: refine@1 is damaged", kind: .warning))
        let news = try #require(log.wait { $0 == said })
        #expect(news.contains(.answererMissing))
    }

    @Test("who only looks at a case looks for nobody")
    func reading() throws {
        _ = try imaged.store.openForWriting(
            imaged.record.id, reviewer: "ben", holder: "host/1", now: Date(), duration: 600)
        let isAsked = Atomic<Bool>(false)
        let log = NewsLog()
        let other = CaseSession(
            source: imaged.source, store: imaged.store,
            options: imaged.options {
                $0.promptAnswering = {
                    isAsked.store(true, ordering: .relaxed)
                    return FakeAnswerer()
                }
            }, work: work, closing: closing, post: log.take)
        let news = try #require(log.wait { if case .opened = $0 { true } else { false } })
        guard case .opened(let review)? = news.last else { return }
        #expect(review.readOnly != nil)
        _ = other.openedCaseID
        #expect(work.wait(milliseconds: 60_000) && !isAsked.load(ordering: .relaxed))
        _ = other.close()
    }

    @Test("a further question takes the place of the one before, which is given up")
    func replaced() throws {
        let slow = SlowAnswerer()
        let (session, log) = session { slow }
        defer { closing.leave(session) { _ in } }
        #expect(log.wait { if case .answererReady = $0 { true } else { false } } != nil)
        let task = try task()
        slow.hold()
        session.perform(.workOut(id: 1, task))
        slow.waitUntilAsked()
        session.perform(.workOut(id: 2, task))
        slow.letGo()
        let news = try #require(log.wait { if case .worked(.done) = $0 { true } else { false } })
        let first = news.contains { if case .worked(.done(id: 1, _)) = $0 { true } else { false } }
        #expect(!first && news.contains(.worked(.failed(id: 1, .cancelled))))
        // Stopped, it says so and gives nothing.
        slow.hold()
        session.perform(.workOut(id: 3, task))
        slow.waitUntilAsked()
        session.perform(.stopWork(id: 3))
        slow.letGo()
        #expect(log.wait { $0 == .worked(.failed(id: 3, .cancelled)) } != nil)
    }
}

/// The news of a session, in order.
private final class NewsLog: Sendable {
    private let news = Mutex<[ReviewNews]>([])

    func take(_ news: ReviewNews) { self.news.withLock { $0.append(news) } }

    /// Waits for news of a kind.
    /// - Returns: all until then, that last; `nil` if it has not come within a minute.
    func wait(_ isWanted: (ReviewNews) -> Bool) -> [ReviewNews]? {
        for _ in 0..<6000 {
            let all = news.withLock { $0 }
            if let index = all.firstIndex(where: isWanted) { return Array(all[...index]) }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return nil
    }
}

/// Somebody who answers when the test lets them.
private final class SlowAnswerer: PromptAnswering {
    let name = "slow@1"
    private let isHeld = Atomic<Bool>(false)
    private let asked = DispatchSemaphore(value: 0)
    private let released = DispatchSemaphore(value: 0)

    func answer(_ question: PromptQuestion) -> PromptAnswer {
        if isHeld.exchange(false, ordering: .acquiringAndReleasing) {
            asked.signal()
            _ = released.wait(timeout: .now() + 60)
        }
        return PromptAnswer(mask: question.mask, certainty: 1)
    }

    /// The next answer waits.
    func hold() { isHeld.store(true, ordering: .releasing) }
    func waitUntilAsked() { _ = asked.wait(timeout: .now() + 60) }
    func letGo() { released.signal() }
}
