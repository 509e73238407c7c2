import Files
import Foundation
import TestSupport
import Testing

@testable import Exchange

/// What storage commitment answers for, and what becomes of objects that come late, twice or in pieces.
@Suite("Intake keeping")
struct IntakeKeepingTests {
    // Storage commitment.

    @Test("nobody is told that an object is kept which lies where it may be deleted")
    func ignored() throws {
        let site = try IntakeSite()
        _ = try site.settled(SmallObject.series(1), as: .ignored)
        #expect(site.vouch("1.2.1") == 0x0112)
        #expect(try site.take(SmallObject.series(2)[1]) == .ignored)
        #expect(site.vouch("1.2.2") == 0x0112)
        let next = try site.afterCrash()
        #expect(next.folder.vouch(sopClassUID: SmallObject().kind, sopInstanceUID: "1.2.1") == 0x0112)
    }

    @Test(
        "what somebody was told is kept is put where nothing is deleted, even if a rule ignores it",
        arguments: [true, false])
    func promised(wasDue: Bool) throws {
        let site = try IntakeSite()
        let object = SmallObject.series(1)[0]
        try site.take(object)
        var series = try #require(site.folder.complete(quiet: 20, now: site.start + 20).first)
        if wasDue { _ = try site.folder.settle(series, as: .due) }
        #expect(site.vouch("1.2.1") == 0)
        let next = try site.afterCrash()
        series = try #require(
            (next.folder.due() + next.folder.complete(quiet: 20, now: Date() + 100)).first)
        #expect(try next.folder.settle(series, as: .ignored).path == next.home.file("pacs/series/1.2").path)
        #expect(FileManager.default.fileExists(atPath: next.home.file("pacs/series/1.2/1.2.1.dcm").path))
        #expect(next.folder.vouch(sopClassUID: object.kind, sopInstanceUID: "1.2.1") == 0)
    }

    @Test("nobody is told that an object is kept under whose UID another came")
    func contested() throws {
        let site = try IntakeSite()
        var object = SmallObject.series(1)[0]
        try site.take(object)
        #expect(site.vouch("1.2.1") == 0)
        object.pixels = [9, 9]
        #expect(try site.take(object) == .conflict)
        #expect(site.vouch("1.2.1") == 0x0112)
        let next = try site.afterCrash()
        #expect(next.folder.vouch(sopClassUID: object.kind, sopInstanceUID: "1.2.1") == 0x0112)
    }

    @Test("an object of another class than asked for is not answered for, nor one that cannot be read")
    func classes() throws {
        let site = try IntakeSite()
        try site.take(SmallObject.series(1)[0])
        #expect(site.vouch("1.2.1", kind: "1.2.840.10008.5.1.4.1.1.4") == 0x0119)
        let place = site.home.file("intake/series/1.2/1.2.1.dcm")
        let data = try Data(contentsOf: place)
        try data.prefix(data.count - 2).write(to: place)
        #expect(site.vouch("1.2.1") == 0x0110)
        try FileManager.default.removeItem(at: place)
        #expect(site.vouch("1.2.1") == 0x0112)
    }

    @Test("names stay to be synchronised until the disk has them")
    func syncs() throws {
        let site = try IntakeSite()
        try site.take(SmallObject.series(1)[0])
        #expect(site.folder.state.withLock { $0.unsynced.count } == 1)
        site.folder.syncNames()
        #expect(site.folder.state.withLock { $0.unsynced.isEmpty })
    }

    // Coming late.

    @Test(
        "a series that fails, whose missing image came while it was due, comes again with it", arguments: [true, false])
    func lateWhileDue(isKilled: Bool) throws {
        let site = try IntakeSite()
        let all = SmallObject.series(3)
        let series = try site.settled(Array(all.prefix(2)), as: .due)
        #expect(try site.take(all[2], at: 30) == .late)
        var folder = site.folder
        var next: (home: TemporaryFolder, folder: IntakeFolder)?
        if isKilled {
            // As if the process had been killed between the two.
            var note = try #require(SeriesNote.read(folder.note("due", "1.2")))
            (note.failure, note.cases) = ("A slice is missing.", 0)
            try note.write(to: folder.note("failed", "1.2"))
            try FileManager.default.removeItem(at: folder.note("due", "1.2"))
            next = try site.afterCrash()
            folder = try #require(next?.folder)
        } else {
            #expect(folder.conclude(series, cases: 0, failure: "A slice is missing.", now: site.start + 40))
            #expect(site.complete(at: 59) == [] && site.complete(at: 60) == ["1.2"])
        }
        #expect(folder.failed().isEmpty && folder.lateCount("1.2") == 0)
        let again = try #require(folder.complete(quiet: 20, now: Date(timeIntervalSince1970: 4_000_000_000)).first)
        #expect(again.count == 3 && again.traits.callingTitle == "CT1")
        // Without anything new it does not come again, for ever.
        _ = try folder.settle(again, as: .due)
        #expect(!folder.conclude(again, cases: 0, failure: "A slice is missing."))
        #expect(folder.failed().count == 1)
        withExtendedLifetime(next) {}
    }

    @Test("what came late comes along when a failed series comes again, and nothing is overwritten")
    func lateBefore() throws {
        let site = try IntakeSite()
        let all = SmallObject.series(4)
        let series = try site.settled(Array(all.prefix(2)), as: .due)
        let late = site.home.file("intake/late/1.2")
        try FileManager.default.createDirectory(at: late, withIntermediateDirectories: true)
        // Another object under a UID that the series has.
        var other = all[0]
        other.pixels = [7, 7]
        try other.data.write(to: late.appendingPathComponent("1.2.1.dcm"))
        #expect(!site.folder.conclude(series, cases: 0, failure: "A slice is missing."))
        try all[2].data.write(to: late.appendingPathComponent("1.2.3.dcm"))
        #expect(try site.take(all[3]) == .new)
        #expect(site.folder.complete(quiet: 20, now: site.start + 20).first?.count == 4)
        #expect(try Data(contentsOf: site.home.file("intake/series/1.2/1.2.1.dcm")) == all[0].data)
        #expect(try Data(contentsOf: late.appendingPathComponent("1.2.1.dcm")) == other.data)
    }

    @Test("a name that something has is never taken over")
    func names() throws {
        let site = try IntakeSite()
        let all = SmallObject.series(2)
        try site.take(all[0])
        // Put there by somebody else: nobody here knows of it.
        var other = all[1]
        other.pixels = [7, 7]
        let place = site.home.file("intake/series/1.2/1.2.2.dcm")
        try other.data.write(to: place)
        #expect(try site.take(all[1]) == .conflict)
        #expect(try Data(contentsOf: place) == other.data)
        #expect(try site.take(other) == .known)
        let (from, to) = (site.home.file("from"), site.home.file("to"))
        try Data([1]).write(to: from)
        #expect(try IntakeDisk.move(from, to: to))
        try Data([2]).write(to: from)
        #expect(try !IntakeDisk.move(from, to: to))
        #expect(try Data(contentsOf: to) == Data([1]) && Data(contentsOf: from) == Data([2]))
    }

    @Test("an object that cannot be compared with that of its UID is refused for now, and is no conflict")
    func incomparable() throws {
        let site = try IntakeSite()
        let object = SmallObject.series(1)[0]
        try site.take(object)
        // A folder of the same name is what a disk's fault looks like: there, and not to be read.
        let place = site.home.file("intake/series/1.2/1.2.1.dcm")
        try FileManager.default.removeItem(at: place)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let refusal = #expect(throws: IntakeRefusal.self) { try site.take(object) }
        #expect(refusal?.status == 0xa700)
        #expect(!site.files.contains { $0.hasPrefix("intake/conflicts") })
    }

    @Test("an object that moved while it was compared is known, and no conflict")
    func movedMeanwhile() throws {
        let site = try IntakeSite()
        let object = SmallObject.series(1)[0]
        let series = try site.settled([object], as: .due)
        // Where it was before it was settled.
        site.folder.state.withLock { $0.places["1.2.1"] = site.home.file("intake/series/1.2/1.2.1.dcm").path }
        #expect(try site.take(object) == .late)
        site.folder.state.withLock { $0.places["1.2.1"] = site.home.file("pacs/series/1.2/1.2.1.dcm").path }
        #expect(try site.take(object) == .known)
        #expect(series.uid == "1.2" && site.folder.newlyApart()["1.2"]?.late == 1)
    }

    // Broken off.

    @Test("an association that was cut off leaves its series in doubt, until a later one is released")
    func cut() throws {
        let site = try IntakeSite()
        let all = SmallObject.series(3)
        try site.take(all[0], association: 4)
        try site.take(all[1], association: 5)
        site.folder.ended(association: 4, wasCut: true, now: site.start)
        // This one began before, so it makes up for nothing.
        site.folder.ended(association: 5, now: site.start)
        func isBrokenOff() -> Bool? { site.folder.complete(quiet: 20, now: site.start + 100).first?.isBrokenOff }
        #expect(isBrokenOff() == true)
        let next = try site.afterCrash()
        #expect(next.folder.complete(quiet: 20, now: Date() + 100).first?.isBrokenOff == true)
        try site.take(all[2], association: 6)
        site.folder.ended(association: 6, now: site.start)
        #expect(isBrokenOff() == false)
    }

    @Test("a process that is killed while images come leaves the series in doubt; one that was released is not")
    func killed() throws {
        let site = try IntakeSite()
        try site.take(SmallObject.series(1)[0], association: 4)
        try site.take(SmallObject.series(1, series: "1.7")[0], association: 5)
        site.folder.ended(association: 5, now: site.start)
        let next = try site.afterCrash()
        let series = next.folder.complete(quiet: 20, now: Date() + 100).sorted { $0.uid < $1.uid }
        #expect(series.map(\.isBrokenOff) == [true, false])
    }

    @Test("a series of which all came is in no doubt, whatever was cut off")
    func allThere() throws {
        let site = try IntakeSite()
        var object = SmallObject.series(1)[0]
        object.expected = 1
        try site.take(object, association: 4)
        site.folder.ended(association: 4, wasCut: true, now: site.start)
        let series = try #require(site.folder.complete(quiet: 20, now: site.start).first)
        #expect(series.isCounted && !series.isBrokenOff)
    }

    // In pieces.

    @Test("an image that is cut off within its pixels, wherever, is refused", arguments: [true, false])
    func truncated(isCompressed: Bool) throws {
        var object = SmallObject()
        object.pixels = [UInt8](repeating: 5, count: 20_000)
        object.isCompressed = isCompressed
        let data = object.data
        let pixels = data.count - 20_000
        for end in [pixels - 12, pixels, pixels + 1, pixels + 10_000, data.count - 2, data.count - 1] {
            let site = try IntakeSite()
            let refusal = #expect(throws: IntakeRefusal.self, "\(end) of \(data.count)") {
                try site.take(data.prefix(end))
            }
            #expect(refusal?.status == 0xc000)
            #expect(site.files == ["intake/arriving/1.part"])
        }
        #expect(try IntakeSite().take(data) == .new)
    }

    @Test(
        "what stands behind the pixels must be all there, and nests no deeper than before them",
        arguments: [true, false])
    func behindPixels(isCompressed: Bool) throws {
        var object = SmallObject()
        object.isCompressed = isCompressed
        // DataSetTrailingPadding.
        let padding = Data(
            [0xfc, 0xff, 0xfc, 0xff, 0x4f, 0x42, 0, 0, 100, 0, 0, 0] + [UInt8](repeating: 0, count: 100))
        let data = object.data + padding
        #expect(throws: IntakeRefusal.self) { try IntakeSite().take(data.dropLast(10)) }
        #expect(try IntakeSite().take(data) == .new)
        // A private sequence of sequences, without an end.
        let level: [UInt8] =
            [0xe1, 0x7f, 0x10, 0x10, 0x53, 0x51, 0, 0, 255, 255, 255, 255, 0xfe, 0xff, 0, 0xe0, 255, 255, 255, 255]
        let deep = Data((0..<200_000).flatMap { _ in level })
        let refusal = #expect(throws: IntakeRefusal.self) { try IntakeSite().take(object.data + deep) }
        #expect(refusal?.status == 0xc000)
    }

    @Test("sequences without a bottom are refused, whatever values hide them", arguments: ["pixels", "delimiters"])
    func bottomless(kind: String) throws {
        // A private value that looks like the head of the pixels, or at each level like the end of an item.
        let isAtEachLevel = kind == "delimiters"
        let tag: [UInt8] = isAtEachLevel ? [0xfe, 0xff, 0x0d, 0xe0] : [0xe0, 0x7f, 0x10, 0]
        let decoy: [UInt8] = [9, 0, 0x10, 0x10, 0x4f, 0x42, 0, 0, 8, 0, 0, 0] + tag + [0, 0, 0, 0]
        let level: [UInt8] =
            [0x40, 0, 0x75, 2, 0x53, 0x51, 0, 0, 255, 255, 255, 255, 0xfe, 0xff, 0, 0xe0, 255, 255, 255, 255]
        var object = SmallObject()
        object.hasPixels = false
        var data = object.data + (isAtEachLevel ? [] : decoy)
        for _ in 0..<100_000 { data += level + (isAtEachLevel ? decoy : []) }
        let refusal = #expect(throws: IntakeRefusal.self) { try IntakeSite().take(data) }
        #expect(refusal?.status == 0xc000)
    }

    @Test("a structure set has no pixels and is taken; a CT without any is refused")
    func withoutPixels() throws {
        var object = SmallObject()
        object.hasPixels = false
        let site = try IntakeSite()
        let refusal = #expect(throws: IntakeRefusal.self) { try site.take(object) }
        #expect(refusal?.description == "it is an image without its pixels")
        object.kind = "1.2.840.10008.5.1.4.1.1.481.3"
        #expect(try site.take(object) == .new)
    }
}
