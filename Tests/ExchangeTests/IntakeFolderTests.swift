import CaseWork
import Files
import Foundation
import TestSupport
import Testing

@testable import Exchange

/// What is filed where, whatever comes in whatever order, and what is left of it after a crash.
@Suite("Intake folder")
struct IntakeFolderTests {
    private typealias Site = IntakeSite

    private func objects(_ count: Int, series: String = "1.2", study: String = "1.1") -> [SmallObject] {
        SmallObject.series(count, series: series, study: study)
    }

    @Test("objects lie by series and UID, and are complete when their study has been quiet")
    func quiet() throws {
        let site = try Site()
        for object in objects(3) { #expect(try site.take(object, at: 1) == .new) }
        #expect(try site.take(objects(1, series: "1.7")[0], at: 15) == .new)
        #expect(
            site.files == [
                "intake/notes/1.2.json", "intake/notes/1.7.json", "intake/series/1.2/1.2.1.dcm",
                "intake/series/1.2/1.2.2.dcm", "intake/series/1.2/1.2.3.dcm", "intake/series/1.7/1.7.1.dcm",
            ])
        // The study, not the series, has to be quiet.
        #expect(site.complete(at: 34) == [])
        #expect(site.complete(at: 35) == ["1.2", "1.7"])
        let series = try #require(site.folder.complete(quiet: 20, now: site.start + 35).first)
        #expect(series.count == 3 && series.isCT && !series.isCounted)
        #expect(series.traits.callingTitle == "CT1" && series.traits.imageCount == 3)
        #expect(series.traits.description == "Chest" && series.traits.modality == "CT")
    }

    @Test("other studies keep nobody waiting")
    func otherStudy() throws {
        let site = try Site()
        try site.take(objects(1)[0], at: 0)
        try site.take(objects(1, series: "5.2", study: "5.1")[0], at: 19)
        #expect(site.complete(at: 20) == ["1.2"])
    }

    @Test("an open association keeps its study open; quiet begins when it ends")
    func association() throws {
        let site = try Site()
        try site.take(objects(1)[0], at: 0, association: 4)
        #expect(site.complete(at: 1000) == [])
        site.folder.ended(association: 4, now: site.start + 1000)
        #expect(site.complete(at: 1019) == [])
        #expect(site.complete(at: 1020) == ["1.2"])
    }

    @Test("images that are sent again keep their series and its study open")
    func sentAgain() throws {
        let site = try Site()
        let object = objects(1)[0]
        try site.take(object, at: 0)
        #expect(try site.take(object, at: 15, association: 4) == .known)
        #expect(site.complete(at: 1000) == [])
        site.folder.ended(association: 4, now: site.start + 16)
        #expect(site.complete(at: 35) == [] && site.complete(at: 36) == ["1.2"])
    }

    @Test("the number that the sender states completes a series as soon as its association has ended")
    func counted() throws {
        let site = try Site()
        var all = objects(3)
        for index in all.indices { all[index].expected = 3 }
        try site.take(all[0], association: 4)
        try site.take(all[1], association: 4)
        #expect(site.complete(at: 0) == [])
        try site.take(all[2], association: 4)
        #expect(site.complete(at: 0) == [], "more of it may be on its way")
        site.folder.ended(association: 4, now: site.start)
        let series = site.folder.complete(quiet: 20, now: site.start)
        #expect(series.map(\.uid) == ["1.2"] && series[0].isCounted)
    }

    @Test("a number that grows is noted on the disk, for the process after this one")
    func growingCount() throws {
        let site = try Site()
        var all = objects(2)
        (all[0].expected, all[1].expected) = (3, 5)
        for object in all { try site.take(object) }
        #expect(SeriesNote.read(site.folder.note("notes", "1.2"))?.expected == 5)
        #expect(site.folder.complete(quiet: 20, now: site.start + 20).first?.expected == 5)
    }

    @Test("a duplicate is harmless, whatever its meta group and its lengths are")
    func duplicates() throws {
        let site = try Site()
        var object = objects(1)[0]
        try site.take(object)
        let before = site.files
        #expect(try site.take(object) == .known)
        object.sender = "OTHER"
        #expect(try site.take(object) == .known)
        object.hasDefinedLength = false
        #expect(try site.take(object) == .known)
        #expect(site.files == before)
    }

    @Test("another object of the same UID lies apart, once, and nothing is overwritten", arguments: [true, false])
    func conflict(hasDefinedLength: Bool) throws {
        let site = try Site()
        var object = objects(1)[0]
        try site.take(object)
        let place = site.home.file("intake/series/1.2/1.2.1.dcm")
        let before = try Data(contentsOf: place)
        object.pixels = [1, 2, 3, 5]
        object.hasDefinedLength = hasDefinedLength
        #expect(try site.take(object) == .conflict)
        #expect(try site.take(object) == .conflict)
        #expect(try Data(contentsOf: place) == before)
        let apart = site.files.filter { $0.hasPrefix("intake/conflicts/") }
        #expect(apart.count == 1 && apart[0].hasPrefix("intake/conflicts/1.2/1.2.1-"), "\(site.files)")
        #expect(try Data(contentsOf: site.home.file(apart[0])) == object.data)
    }

    @Test(
        "what has no valid UIDs names no file and is refused, and nothing of it is left but its own file",
        arguments: ["../../../evil", "", "1.2/..", "..", ".", String(repeating: "1", count: 65), "1.2\\3", "a"])
    func badUIDs(uid: String) throws {
        for path in [\SmallObject.instance, \.series, \.study, \.kind] {
            let site = try Site()
            var object = SmallObject()
            object[keyPath: path] = uid
            let refusal = #expect(throws: IntakeRefusal.self) { try site.take(object) }
            #expect(refusal?.status == 0xc000)
            #expect(site.files == ["intake/arriving/1.part"])
        }
    }

    @Test("garbage, what is cut off and what is another than announced is refused")
    func refusals() throws {
        let site = try Site()
        #expect(throws: IntakeRefusal.self) { try site.take(Data("Dear colleague".utf8)) }
        #expect(throws: IntakeRefusal.self) { try site.take(Data()) }
        #expect(throws: IntakeRefusal.self) { try site.take(SmallObject().data.prefix(200)) }
        let refusal = #expect(throws: IntakeRefusal.self) { try site.take(SmallObject(), announced: "1.4") }
        #expect(refusal?.status == 0xa900)
        #expect(try site.take(SmallObject(), announced: "1.3") == .new)
    }

    @Test("a settled series is where pulled ones are; what comes then is late, or known, and changes nothing")
    func settled() throws {
        let site = try Site()
        let all = objects(4)
        for object in all.prefix(3) { try site.take(object) }
        let series = try #require(site.folder.complete(quiet: 20, now: site.start + 20).first)
        #expect(try site.folder.settle(series, as: .due).path == site.home.file("pacs/series/1.2").path)
        #expect(site.folder.due().map(\.uid) == ["1.2"])
        #expect(site.folder.due().first?.traits.callingTitle == "CT1")
        #expect(try site.take(all[0]) == .known)
        #expect(try site.take(all[3]) == .late)
        #expect(try site.take(all[3]) == .known)
        site.folder.conclude(series, cases: 1, failure: nil)
        #expect(site.folder.due().isEmpty && site.complete(at: 1000).isEmpty)
        #expect(
            site.files == [
                "intake/late/1.2/1.2.4.dcm", "pacs/series/1.2/1.2.1.dcm", "pacs/series/1.2/1.2.2.dcm",
                "pacs/series/1.2/1.2.3.dcm",
            ])
        #expect(site.vouch("1.2.4") == 0 && site.vouch("1.2.1") == 0 && site.vouch("1.2.5") == 0x0112)
    }

    @Test("a series that became no case comes again with the image that it lacked")
    func reopened() throws {
        let site = try Site()
        let all = objects(3)
        for object in all.prefix(2) { try site.take(object) }
        let series = try #require(site.folder.complete(quiet: 20, now: site.start + 20).first)
        _ = try site.folder.settle(series, as: .due)
        site.folder.conclude(series, cases: 0, failure: "A slice is missing.")
        #expect(site.folder.failed().map(\.reason) == ["A slice is missing."])
        #expect(site.folder.due().isEmpty)
        #expect(try site.take(all[2], at: 100) == .new)
        #expect(site.folder.failed().isEmpty)
        let note = SeriesNote.read(site.folder.note("notes", "1.2"))
        #expect(note?.study == "1.1" && note?.calling == "CT1" && note?.failure == nil && note?.cases == nil)
        #expect(site.complete(at: 119) == [] && site.complete(at: 120) == ["1.2"])
        #expect(site.folder.complete(quiet: 20, now: site.start + 120).first?.count == 3)
        #expect(site.vouch("1.2.1") == 0)
    }

    @Test("an ignored series stays ignored, and is no case")
    func ignored() throws {
        let site = try Site()
        let all = objects(2)
        try site.take(all[0])
        let series = try #require(site.folder.complete(quiet: 20, now: site.start + 20).first)
        _ = try site.folder.settle(series, as: .ignored)
        #expect(try site.take(all[1]) == .ignored)
        #expect(site.files == ["intake/ignored/1.2/1.2.1.dcm", "intake/ignored/1.2/1.2.2.dcm"])
        #expect(site.folder.due().isEmpty && site.complete(at: 1000).isEmpty)
    }

    @Test("a series that was due when the rules changed is put aside, and due no more")
    func ruledOut() throws {
        let site = try Site()
        try site.take(objects(1)[0])
        let series = try #require(site.folder.complete(quiet: 20, now: site.start + 20).first)
        _ = try site.folder.settle(series, as: .due)
        #expect(site.folder.isDue("1.2"))
        _ = try site.folder.settle(series, as: .ignored)
        site.folder.conclude(series, cases: 0, failure: nil)
        #expect(!site.folder.isDue("1.2") && site.vouch("1.2.1") == 0x0112)
        #expect(site.files == ["intake/ignored/1.2/1.2.1.dcm"])
    }

    @Test("a series that was pulled meanwhile is not changed; what differs from it is late")
    func pulledMeanwhile() throws {
        let site = try Site()
        var all = objects(3)
        for object in all { try site.take(object) }
        let pulled = site.home.file("pacs/series/1.2")
        try FileManager.default.createDirectory(at: pulled, withIntermediateDirectories: true)
        all[1].pixels = [0, 0, 0, 0]
        for object in all.prefix(2) {
            try object.data.write(to: pulled.appendingPathComponent("\(object.instance).dcm"))
        }
        let series = try #require(site.folder.complete(quiet: 20, now: site.start + 20).first)
        _ = try site.folder.settle(series, as: .due)
        #expect(try Data(contentsOf: pulled.appendingPathComponent("1.2.2.dcm")) == all[1].data)
        #expect(
            site.files.filter { !$0.hasSuffix(".json") } == [
                "intake/late/1.2/1.2.2.dcm", "intake/late/1.2/1.2.3.dcm", "pacs/series/1.2/1.2.1.dcm",
                "pacs/series/1.2/1.2.2.dcm",
            ])
        // Each is answered for where it lies now, and known when it comes again.
        for instance in ["1.2.1", "1.2.2", "1.2.3"] { #expect(site.vouch(instance) == 0) }
        for object in objects(3) { #expect(try site.take(object) == .known) }
    }

    @Test("one process at a time uses it; another finds everything again, and nothing half received")
    func restart() throws {
        let home = try TemporaryFolder()
        let first = try Site()
        try first.take(objects(2)[0])
        try Data([1]).write(to: first.folder.arriving.appendingPathComponent("half.part"))
        #expect(throws: WorkError.self) { try IntakeFolder(DataFolder(first.home.url)) }
        // A copy is what another process finds after this one was killed.
        try FileManager.default.removeItem(at: home.url)
        try FileManager.default.copyItem(at: first.home.url, to: home.url)
        let second = try IntakeFolder(DataFolder(home.url))
        #expect(try FileManager.default.contentsOfDirectory(atPath: second.arriving.path).isEmpty)
        #expect(second.vouch(sopClassUID: SmallObject().kind, sopInstanceUID: "1.2.1") == 0)
        // The time when nobody listened was not quiet.
        #expect(second.complete(quiet: 20, now: Date()).isEmpty)
        #expect(second.complete(quiet: 20, now: Date() + 30).map(\.uid) == ["1.2"])
        let series = second.complete(quiet: 20, now: Date(timeIntervalSince1970: 4_000_000_000))
        #expect(series.map(\.uid) == ["1.2"] && series.first?.traits.callingTitle == "CT1")
    }

    @Test("a process that is killed between a series' note and its move, or after it, leaves it due")
    func dueAgain() throws {
        let site = try Site()
        try site.take(objects(1)[0])
        let series = try #require(site.folder.complete(quiet: 20, now: site.start + 20).first)
        // Between the two: the note is written, the folder not moved.
        try FileManager.default.copyItem(
            at: site.home.file("intake/notes/1.2.json"), to: site.home.file("intake/due/1.2.json"))
        #expect(site.folder.due().isEmpty && site.complete(at: 20) == ["1.2"])
        _ = try site.folder.settle(series, as: .due)
        // After it: another process finds it due.
        let copy = try TemporaryFolder()
        try FileManager.default.removeItem(at: copy.url)
        try FileManager.default.copyItem(at: site.home.url, to: copy.url)
        #expect(try IntakeFolder(DataFolder(copy.url)).due().map(\.uid) == ["1.2"])
    }

    @Test("fifty at once, each object twice: every one is there once")
    func manyAtOnce() throws {
        let site = try Site()
        let all = objects(100)
        let folder = site.folder
        let outcomes = Outcomes()
        DispatchQueue.concurrentPerform(iterations: 200) { index in
            let file = folder.arriving.appendingPathComponent("\(index).part")
            try? all[index % 100].data.write(to: file)
            outcomes.add(try? folder.take(file, association: UInt64(index), now: Date()))
        }
        #expect(outcomes.count(of: .new) == 100 && outcomes.count(of: .known) == 100)
        #expect(site.files.filter { $0.hasSuffix(".dcm") }.count == 100)
        #expect(!site.files.contains { $0.hasSuffix(".part") })
    }
}

/// What threads report.
private final class Outcomes: @unchecked Sendable {
    private let lock = NSLock()
    private var all: [IntakeFolder.Filed?] = []

    func add(_ outcome: IntakeFolder.Filed?) { lock.withLock { all.append(outcome) } }
    func count(of outcome: IntakeFolder.Filed) -> Int { lock.withLock { all.filter { $0 == outcome }.count } }
}
