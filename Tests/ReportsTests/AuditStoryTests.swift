import CaseStore
import Cases
import Foundation
import MemoryStore
import TestSupport
import Testing
import Volumes

@testable import Reports

@Suite("A case's story in the log") struct AuditStorySubjectTests {
    private func record(_ id: String) throws -> CaseRecord {
        CaseRecord(
            id: CaseID(rawValue: id), seriesUID: nil, source: "/nowhere/\(id)", contentDigest: id,
            geometry: try GridGeometry(size: GridSize(x: 4, y: 4, z: 2), spacing: Spacing(x: 1, y: 1, z: 1)),
            minimumHU: 0, maximumHU: 1, structures: [], warnings: [])
    }

    @Test("a case whose id only begins like another's is another")
    func ids() throws {
        let folder = try TemporaryFolder()
        let store = MemoryCaseStore(folder: folder.url, account: "ana")
        for id in ["1.2", "1.2 low", "1.25"] { try store.register(try record(id), by: "ana", now: Date()) }
        try store.assign(CaseID(rawValue: "1.2"), to: "ben", by: "ana", now: Date())
        try store.assign(CaseID(rawValue: "1.2 low"), to: "eva", by: "ana", now: Date())
        let all = try AuditStory.rows(of: store, after: 0)
        #expect(all.map(\.subject) == ["case 1.2", "case 1.2 low", "case 1.25", "case 1.2", "case 1.2 low"])
        let story = try AuditStory(of: CaseID(rawValue: "1.2"), all, store)
        #expect(story.rows.map(\.subject) == ["case 1.2", "case 1.2"])
        #expect(story.lines.count == 3 && story.lines[0] == "case 1.2")
        #expect(story.lines[2].hasSuffix("ana  assigned it  (to: ben)"))
    }

    @Test("a review's session is told of by its number alone")
    func sessions() throws {
        let folder = try TemporaryFolder()
        let store = MemoryCaseStore(folder: folder.url, account: "ana")
        let record = try record("1.2")
        try store.register(record, by: "ana", now: Date())
        let prediction = try store.save(
            Prediction(model: .baseline, masks: [.lungLeft: Mask(geometry: record.geometry)], preprocessing: []),
            for: record.id, by: "ana", now: Date())
        let lease = try store.openForWriting(record.id, reviewer: "ana", holder: "host/1", now: Date(), duration: 60)
        let session = try store.beginSession(on: .prediction(prediction), lease: lease, now: Date())
        let story = try AuditStory(of: record.id, AuditStory.rows(of: store, after: 0), store)
        #expect(story.rows.last?.subject == "case 1.2 session \(session)")
        #expect(story.lines.last?.contains("ana  began a review  session \(session)") == true)
    }
}
