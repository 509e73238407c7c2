import Foundation
import TestSupport
import Testing

/// Corrections that go to an archive by themselves, and what is said and done when they cannot.
@Suite("Delivering", .serialized, .enabled(if: Orthanc.isInstalled, "needs Debian's orthanc"))
struct DeliverTests {
    private typealias Site = ArchiveTests.Site

    private static let wish = """
        [deliver]
        node = "archive"
        forms = "rtstruct; sr"
        since = "2020-01-01"
        wait_s = 0
        """

    /// A case from an archive, with a correction of it.
    private func corrected(at archive: Orthanc, _ site: Site, _ settings: String = "") async throws -> String {
        let pulled = try site.run(archive.settings(), "pull", "archive", "--patient-id", "phantom-01", "--json")
        let id = try #require(try site.series(pulled)["case"] as? String)
        let review = try ReviewRun([id], home: site.home, reviewer: "ana", settings: settings)
        try await review.seeOpen()
        try await review.go(to: 13)
        try await review.paint(slice: 13)
        try await review.accept()
        try await review.see("filed as corrected, revision 1")
        try await review.quit()
        return id
    }

    private func waiting(_ site: Site, _ settings: String) throws -> [[String: Any]] {
        let list = try site.json(site.run(settings, "deliver", "--list", "--json"))
        return try #require(list["waiting"] as? [[String: Any]])
    }

    @Test("a correction is sent once, as structure set and report, and the worklist says so", .timeLimit(.minutes(5)))
    func sent() async throws {
        let archive = try Orthanc()
        try archive.send(SampleCases.dicom().appendingPathComponent("CT"))
        let site = try Site()
        let id = try await corrected(at: archive, site)
        // Nobody asked for it; asked for from tomorrow on; and asked for.
        #expect(try waiting(site, archive.settings()).isEmpty)
        let later = archive.settings() + Self.wish.replacingOccurrences(of: "2020-01-01", with: "2999-01-01")
        #expect(try waiting(site, later).isEmpty)
        let settings = archive.settings() + Self.wish
        let due = try waiting(site, settings)
        #expect(due.map { $0["format"] as? String } == ["rtstruct", "sr"], "\(due)")
        #expect(due.allSatisfy { $0["case"] as? String == id && $0["error"] is NSNull && $0["attempts"] as? Int == 0 })

        let result = try site.run(settings, "deliver", "--json")
        #expect(result.status == 0, "\(result)")
        let report = try site.json(result)
        let sent = try #require(report["sent"] as? [[String: Any]])
        #expect(sent.count == 2 && (report["failed"] as? [Any])?.isEmpty == true && report["waiting"] as? Int == 0)
        // What was odd about the review reaches whoever sends it, too.
        #expect(result.errors.contains("neither on screen nor changed"), "\(result)")
        #expect(try archive.instances(of: "RTSTRUCT") == [sent[0]["sop_instance_uid"] as? String])
        #expect(try archive.instances(of: "SR") == [sent[1]["sop_instance_uid"] as? String])
        // The report refers to a segmentation, which is there with it.
        #expect(try archive.instances(of: "SEG").count == 1)
        #expect(try waiting(site, settings).isEmpty)
        let again = try site.run(settings, "deliver")
        #expect(again.status == 0 && again.output.contains("Nothing is to be sent."), "\(again)")
        let list = try ReviewRun([], home: site.home, reviewer: "ana")
        try await list.see("corrected", "sent to archive (rtstruct, sr)")
        try await list.quit()
        let log = try pleura("audit", "show", home: site.home)
        #expect(log.output.contains("correction.sent"), "\(log)")
        try expectIntactLog(home: site.home)
    }

    @Test("what could not be sent is kept with its reason, is seen on the worklist, and goes when the archive is back")
    func unreachable() async throws {
        let archive = try Orthanc()
        try archive.send(SampleCases.dicom().appendingPathComponent("CT"))
        let site = try Site()
        let id = try await corrected(at: archive, site)
        let closed = archive.settings(port: try Orthanc.freePort()) + Self.wish
        let failed = try site.run(closed, "deliver")
        #expect(failed.status == 1, "\(failed)")
        #expect(
            failed.output.contains(
                "not sent: case \(id) revision 1 as rtstruct to archive: Node archive: nobody answers"))
        // Whom nobody reaches is called once.
        #expect(failed.output.contains("1 to be sent later"), "\(failed)")
        #expect(try site.run(closed, "deliver").status == 1)
        let due = try waiting(site, closed)
        #expect(due.map { $0["attempts"] as? Int } == [2, 0], "\(due)")
        #expect((due.first?["error"] as? String)?.contains("nobody answers") == true)
        let list = try ReviewRun([], home: site.home, reviewer: "ana")
        try await list.see("›!", "not sent to archive as rtstruct, tried 2 times: Node archive: nobody answers")
        try await list.quit()
        let well = try site.run(archive.settings() + Self.wish, "deliver")
        #expect(
            well.status == 0 && well.output.contains("sent: case \(id) revision 1 as rtstruct to archive"), "\(well)")
        #expect(try archive.instances(of: "RTSTRUCT").count == 1)
    }

    @Test("what waits for a second person, or is under review again, goes nowhere; what was approved goes")
    func secondPerson() async throws {
        let archive = try Orthanc()
        try archive.send(SampleCases.dicom().appendingPathComponent("CT"))
        let site = try Site()
        let settings = archive.settings() + Self.wish
        let id = try await corrected(at: archive, site, "two_person = true")
        #expect(try waiting(site, settings).isEmpty)
        #expect(try site.run(settings, "deliver").output.contains("Nothing is to be sent."))
        let second = try ReviewRun([id], home: site.home, reviewer: "ben", settings: "two_person = true")
        try await second.see("filed by ana; :approve it")
        try second.press("a")
        try await second.see("Approve the correction by ana?")
        try second.press("y")
        try await second.see("approved")
        try await second.quit()
        #expect(try waiting(site, settings).count == 2)
        // Opened again and changed, it is no more what its reviewer stands for.
        let review = try ReviewRun([id], home: site.home, reviewer: "ana", settings: "two_person = true")
        try await review.see("✓ corrected r1")
        try await review.command("reopen")
        try await review.seeScore("below 1, as filed") { $0 < 1 }
        try await review.go(to: 15)
        try await review.paint(slice: 15)
        try await review.quit()
        #expect(try waiting(site, settings).isEmpty)
        #expect(try archive.instances(of: "RTSTRUCT").isEmpty)
    }
}
