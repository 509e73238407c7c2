import Foundation
import TestSupport
import Testing

/// A day in a department: images arrive, somebody corrects them, and what was approved goes back.
@Suite("A day", .serialized, .enabled(if: Orthanc.isInstalled, "needs Debian's orthanc"))
struct DayTests {
    private static let rules = """
        [[rule]]
        name = "scouts"
        description = "*scout*"
        ignore = true

        [[rule]]
        name = "chests"
        modality = "CT"
        reader = "ana"
        deliver_to = "archive"
        deliver = ["rtstruct", "sr"]
        """

    /// One slice of the sample as a series of its own, of another description.
    private func scout(in folder: URL) throws -> URL {
        let source = try SampleCases.dicom().appendingPathComponent("CT")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: source.path).sorted().first)
        let file = folder.appendingPathComponent("scout.dcm")
        try FileManager.default.copyItem(at: source.appendingPathComponent(name), to: file)
        let changed = try runProgram(
            URL(fileURLWithPath: "/usr/bin/dcmodify"),
            ["-nb", "-gse", "-gin", "-i", "(0008,103E)=Chest scout", file.path])
        try #require(changed.status == 0, "\(changed)")
        return file
    }

    @Test(
        "a scanner sends two patients, one is corrected, and its structure set and report are at the archive",
        .timeLimit(.minutes(10)))
    func day() async throws {
        let archive = try Orthanc()
        let home = try TemporaryFolder()
        let patients = [try SampleCases.dicom(), try SampleCases.dicom(patientSeed: "23")]
        for patient in patients { try archive.send(patient.appendingPathComponent("CT")) }
        let config = home.file("config/pleura")
        try FileManager.default.createDirectory(at: config, withIntermediateDirectories: true)
        try Data(Self.rules.utf8).write(to: config.appendingPathComponent("rules.toml"))
        let node = archive.settings().replacingOccurrences(of: "reviewer = \"ana\"\n", with: "")
        let listening = try Listening(["--quiet", "2"], home: home, settings: node + "[deliver]\nwait_s = 0\n")
        #expect(listening.said.contains("2 rules, all well"), "\(listening.said)")

        // The scanner: two patients, a scout, and contours of somebody's.
        for patient in patients {
            #expect(try listening.send(["+sd", "+r", patient.appendingPathComponent("CT").path]).status == 0)
        }
        #expect(try listening.send([scout(in: home.url).path]).status == 0)
        #expect(try listening.send([patients[0].appendingPathComponent("RTSTRUCT.dcm").path]).status == 0)
        try listening.wait(for: "RTSTRUCT becomes no case")
        try listening.wait(for: ": ignored")
        for _ in 0..<1200 where listening.said.components(separatedBy: ": on the worklist ").count < 3 {
            usleep(100_000)
        }
        let ids = listening.said.split(separator: "\n").filter { $0.contains(": on the worklist ") }
            .compactMap { $0.split(separator: " ").dropFirst().first?.dropLast() }.map(String.init)
        try #require(Set(ids).count == 2, "\(listening.said)")

        // Somebody reads: one case is corrected, the other is still to do.
        let review = try ReviewRun([ids[0]], home: home, reviewer: "ana")
        try await review.seeOpen()
        try await review.see("baseline-threshold")
        try await review.go(to: 13)
        try await review.paint(slice: 13)
        try await review.accept()
        try await review.see("filed as corrected, revision 1")
        try await review.quit()
        try listening.wait(for: "sent: case \(ids[0]) revision 1 as rtstruct to archive")
        try listening.wait(for: "sent: case \(ids[0]) revision 1 as sr to archive")
        #expect(try archive.instances(of: "RTSTRUCT").count == 1)
        #expect(try archive.instances(of: "SEG").count == 1 && archive.instances(of: "SR").count == 1)
        #expect(!listening.said.contains("sent: case \(ids[1])"))
        // Nobody's name was said, and what was done is in the log.
        #expect(!listening.said.uppercased().contains("PHANTOM"), "\(listening.said)")
        let log = try pleura("audit", "show", ids[0], home: home)
        #expect(log.output.contains("said where its corrections go") && log.output.contains("sent the correction"))
        try expectIntactLog(home: home)
        #expect(listening.signal(SIGTERM) == 0, "\(listening.said)")

        // Elsewhere the same images come by C-MOVE, and are the same case.
        let site = try ArchiveTests.Site()
        let list = try site.json(
            site.run(archive.settings(), "pull", "archive", "--list", "--patient-id", "phantom-01", "--json"))
        let studies = try #require(list["studies"] as? [[String: Any]]).compactMap { $0["study_uid"] as? String }
        var moved: Set<String> = []
        for study in studies {
            let pulled = try site.run(archive.settings(), "pull", "archive", "--move", "--study", study, "--json")
            #expect(pulled.status == 0, "\(pulled)")
            moved.insert(try #require(try site.series(pulled)["case"] as? String))
        }
        #expect(moved == Set(ids))
    }

    @Test("a rule that sends to a node nobody described is refused before anything is received")
    func unknownNode() throws {
        let home = try TemporaryFolder()
        let rules = home.file("rules.toml")
        try Data(Self.rules.utf8).write(to: rules)
        for command in [["rules", "check", rules.path], ["listen", "--port", "0", "--rules", rules.path]] {
            let result = try pleura(command, home: home)
            #expect(result.status == 2, "\(result)")
            #expect(result.errors.contains("rule “chests”: deliver_to: archive is not in [nodes.NAME]"), "\(result)")
        }
    }
}
