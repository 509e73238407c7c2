import CaseWork
import Foundation
import TestSupport
import Testing

@testable import Archive

/// Pulling from archives that do not do what they say.
@Suite struct SeriesPullTests {
    /// A series of six images, and where it is pulled to.
    private struct Site {
        let archive = MemoryArchive()
        let folder: TemporaryFolder
        static let series = "1.2.3"
        static let images = (1...6).map { "1.2.3.\($0)" }

        init(_ change: (inout MemoryArchive.Manners) -> Void = { _ in }) throws {
            folder = try TemporaryFolder()
            archive.add(images: Self.images, of: Self.series)
            archive.add(images: ["9.9"], of: "another")
            var manners = archive.manners
            change(&manners)
            archive.manners = manners
        }

        var pull: SeriesPull {
            SeriesPull(from: archive, studyUID: "1.2", seriesUID: Self.series, folder: folder.url)
        }

        func names(_ place: String) -> [String] {
            let names = try? FileManager.default.contentsOfDirectory(
                atPath: folder.file("\(place)/\(Self.series)").path)
            return (names ?? []).sorted()
        }

        static var all: [String] { images.map { "\($0).dcm" } }
    }

    /// Pulls, and says what came of it; an error is kept.
    private func pull(_ site: Site) -> (counts: [Int], progress: [Int], result: Result<URL, any Error>) {
        var outcome = SeriesPull.Outcome()
        var progress: [Int] = []
        let result = Result { try site.pull.run(&outcome) { done, _ in progress.append(done) } }
        return ([outcome.instances, outcome.received, outcome.present], progress, result)
    }

    @Test func aSeriesThatIsThereAsAWholeGetsItsPlace() throws {
        let site = try Site()
        let first = pull(site)
        #expect(try first.result.get().path == site.folder.file("series/\(Site.series)").path)
        #expect(first.counts == [6, 6, 0] && first.progress == [1, 2, 3, 4, 5, 6])
        #expect(site.names("series") == Site.all && site.names("incoming") == [])
        #expect(site.archive.asked == [[]], "it is asked for as a whole")
        // Again, nothing is asked for.
        let again = pull(site)
        #expect(try again.result.get().lastPathComponent == Site.series)
        #expect(again.counts == [6, 0, 6] && site.archive.asked.count == 1)
    }

    @Test(arguments: 0...5)
    func whatCameBeforeTheArchiveLeftIsKeptAndNotAskedForAgain(_ count: Int) throws {
        let site = try Site { $0.leavesAfter = count }
        let broken = pull(site)
        #expect(throws: ArchiveError(.failed, "Node memory: the connection ended.")) { try broken.result.get() }
        #expect(broken.counts == [6, count, 0])
        #expect(site.names("incoming").count == count && site.names("series") == [])
        let second = pull(site)
        #expect(throws: Never.self) { try second.result.get() }
        #expect(second.counts == [6, 6 - count, count] && site.names("series") == Site.all)
        #expect(site.archive.sent == 6, "nothing was sent twice")
        #expect(site.archive.asked.last == (count == 0 ? [] : Array(Site.images[count...])))
    }

    @Test func aSeriesOfWhichLessComesThanIsListedIsNoSeries() throws {
        let site = try Site {
            $0.withheld = ["1.2.3.4"]
            $0.remark = "1 of 6 failed"
        }
        let less = pull(site)
        let error = #expect(throws: WorkError.self) { try less.result.get() }
        #expect(
            error?.description == "Node memory sent only 5 of the 6 images of series 1.2.3: 1 of 6 failed. Nothing was "
                + "registered; what came is kept for the next pull.")
        #expect(error?.cause == .failed && less.counts == [6, 5, 0])
        #expect(site.names("series") == [] && site.names("incoming").count == 5)
        #expect(site.archive.asked == [[], ["1.2.3.4"], ["1.2.3.4"]], "as a list, then by itself")
        site.archive.manners = MemoryArchive.Manners()
        let rest = pull(site)
        #expect(throws: Never.self) { try rest.result.get() }
        #expect(rest.counts == [6, 1, 5] && site.names("series") == Site.all)
    }

    @Test func imagesThatAreListedAndSentTwiceAreOne() throws {
        let site = try Site { $0.repeats = 2 }
        let found = pull(site)
        #expect(throws: Never.self) { try found.result.get() }
        #expect(found.counts == [6, 6, 0] && found.progress == [1, 2, 3, 4, 5, 6])
        #expect(site.names("series") == Site.all && site.archive.sent == 12)
    }

    @Test func anArchiveThatKnowsNoListsIsAskedOneByOne() throws {
        let site = try Site { $0.knowsLists = false }
        let found = pull(site)
        #expect(throws: Never.self) { try found.result.get() }
        #expect(site.names("series") == Site.all)
        #expect(site.archive.asked == [[], Site.images] + Site.images.map { [$0] })
    }

    @Test func whatGrewAtTheArchiveIsNotMixedWithWhatWasPulled() throws {
        let site = try Site()
        _ = pull(site)
        site.archive.add(images: ["1.2.3.7"], of: Site.series)
        let grown = pull(site)
        let error = #expect(throws: WorkError.self) { try grown.result.get() }
        #expect(error?.description.contains("has more images at the node than when it was pulled") == true)
        #expect(error?.cause == .input && site.names("series") == Site.all && site.archive.asked.count == 1)
    }

    @Test func whatIsNoCTOrNamesNoFileIsNotAskedFor() throws {
        let site = try Site()
        let bad = ["../../etc/passwd", "", "1.2/3", "...", "1" + String(repeating: ".1", count: 32)]
        site.archive.add(images: bad, of: Site.series)
        site.archive.manners.withheld = Set(bad)
        site.archive.add(images: ["1.2.3.99"], of: Site.series, sopClass: "1.2.840.10008.5.1.4.1.1.7")
        #expect(pull(site).counts[0] == 6)
        let none = SeriesPull(from: site.archive, studyUID: "1.2", seriesUID: "5.5", folder: site.folder.url)
        var outcome = SeriesPull.Outcome()
        let error = #expect(throws: WorkError.self) { try none.run(&outcome) { _, _ in } }
        #expect(error?.description == "Node memory lists no CT images in series 5.5.")
    }

    @Test func twoPullsOfOneSeriesDoNotMeet() throws {
        let site = try Site()
        let incoming = site.folder.file("incoming")
        try FileManager.default.createDirectory(at: incoming, withIntermediateDirectories: true)
        let file = open(incoming.appendingPathComponent("\(Site.series).lock").path, O_RDWR | O_CREAT, 0o600)
        defer { close(file) }
        #expect(flock(file, LOCK_EX | LOCK_NB) == 0)
        let error = #expect(throws: WorkError.self) { try pull(site).result.get() }
        #expect(error?.description == "Series 1.2.3 is being pulled by another process.")
        #expect(flock(file, LOCK_UN) == 0)
        #expect(throws: Never.self) { try pull(site).result.get() }
    }
}

@Suite struct StudiesTests {
    @Test func oneStudyIsMeantOrTheListIsGiven() throws {
        let archive = MemoryArchive()
        let none = #expect(throws: WorkError.self) { try Studies.only(ArchiveQuery(.study), at: archive) }
        #expect(none?.description == "Node memory has no study that matches.")
        archive.add(study: "1.5", date: "20260202")
        archive.add(study: "../x")
        #expect(try Studies.only(ArchiveQuery(.study), at: archive).studyUID == "1.5")
        archive.add(study: "1.9", date: "20260101")
        let two = #expect(throws: WorkError.self) { try Studies.only(ArchiveQuery(.study), at: archive) }
        #expect(two?.description == "2 studies match; say which with --study:\n  1.9  20260101\n  1.5  20260202")
    }

    @Test func onlyCTIsPulled() throws {
        let archive = MemoryArchive()
        func reason(_ only: String?) -> String? {
            do {
                _ = try Studies.ctSeries(of: "1", only: only, at: archive)
                return nil
            } catch { return "\(error)" }
        }
        #expect(reason(nil) == "The study has no CT series.")
        for (uid, modality) in [("1.4", "CT"), ("1.2", "MR"), ("1.3", "CT"), ("a/b", "CT")] {
            archive.add(series: uid, modality: modality)
        }
        #expect(try Studies.ctSeries(of: "1", at: archive).map(\.seriesUID) == ["1.3", "1.4"])
        #expect(try Studies.ctSeries(of: "1", only: "1.4", at: archive).map(\.seriesUID) == ["1.4"])
        #expect(reason("1.2") == "Series 1.2 is of modality MR, not CT.")
        #expect(reason("1.7") == "The study has no such series.")
    }
}
