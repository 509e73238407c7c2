import Foundation
import TestSupport
import Testing

/// Pull, review, push with a real archive, and what is said when it refuses, dies or is not there.
@Suite("Archive", .serialized, .enabled(if: Orthanc.isInstalled, "needs Debian's orthanc"))
struct ArchiveTests {
    /// A home whose settings name an archive.
    struct Site {
        let home: TemporaryFolder

        init() throws { home = try TemporaryFolder() }

        /// Runs the program with these settings.
        func run(_ settings: String, _ arguments: String...) throws -> ProgramResult {
            let folder = home.file("config/pleura")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(settings.utf8).write(to: folder.appendingPathComponent("config.toml"))
            return try pleura(arguments, home: home)
        }

        func json(_ result: ProgramResult) throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        }

        func series(_ result: ProgramResult) throws -> [String: Any] {
            try #require((try json(result)["series"] as? [[String: Any]])?.first, "\(result)")
        }

        /// What the worklist knows.
        func cases() throws -> Int {
            try pleura("doctor", home: home).output.split(separator: "\n")
                .first { $0.contains("store: ") }.flatMap { line in
                    line.split(separator: " ").compactMap { Int($0) }.first
                } ?? -1
        }

        func waiting() -> Int {
            let folder = home.file("pleura/pacs/incoming")
            return ((try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? [])
                .filter { $0.hasSuffix(".dcm") }.count
        }
    }

    @Test("a study is found, pulled, corrected, and its structures are seen at the archive", .timeLimit(.minutes(5)))
    func roundTrip() async throws {
        let archive = try Orthanc()
        try archive.send(SampleCases.dicom().appendingPathComponent("CT"))
        let site = try Site()
        let settings = archive.settings()
        #expect(try site.run(settings, "pull", "archive", "--echo").status == 0)
        let list = try site.json(
            site.run(settings, "pull", "archive", "--list", "--patient-id", "phantom-01", "--json"))
        let study = try #require((list["studies"] as? [[String: Any]])?.first)
        let listed = try #require((study["series"] as? [[String: Any]])?.first)
        #expect(listed["modality"] as? String == "CT" && listed["instances"] as? Int == 24)
        let uid = try #require(study["study_uid"] as? String)
        let pulled = try site.run(settings, "pull", "archive", "--study", uid, "--json")
        #expect(pulled.status == 0, "\(pulled)")
        let series = try site.series(pulled)
        let id = try #require(series["case"] as? String)
        #expect(id == listed["series_uid"] as? String)
        #expect(series["received"] as? Int == 24 && series["already_here"] as? Int == 0)
        // It is the image that the file import registers.
        let other = try TemporaryFolder()
        let imported = try pleuraJSON(
            "import", SampleCases.dicom().appendingPathComponent("CT").path, "--json", home: other)
        #expect((imported["cases"] as? [[String: Any]])?.first?["id"] as? String == id)
        let again = try site.series(site.run(settings, "pull", "archive", "--study", uid, "--json"))
        #expect(again["received"] as? Int == 0 && again["already_here"] as? Int == 24)

        let early = try site.run(settings, "push", "archive", id)
        #expect(early.status == 2 && early.errors.contains("no filed review"), "\(early)")
        let review = try ReviewRun([id], home: site.home, reviewer: "ana")
        try await review.seeOpen()
        try await review.go(to: 13)
        try await review.paint(slice: 13)
        try await review.accept()
        try await review.see("filed as corrected, revision 1")
        try await review.quit()

        let pushed = try site.run(settings, "push", "archive", id, "--commit", "--json")
        #expect(pushed.status == 0, "\(pushed)")
        let object = try site.json(pushed)
        #expect(object["commitment"] as? String == "committed", "\(pushed)")
        #expect(try archive.instances(of: "RTSTRUCT") == [try #require(object["sop_instance_uid"] as? String)])
        // The same correction is the same object.
        #expect(try site.run(settings, "push", "archive", id).status == 0)
        #expect(try archive.instances(of: "RTSTRUCT").count == 1)
        #expect(try site.run(settings, "push", "archive", id, "--format", "seg").status == 0)
        #expect(try archive.instances(of: "SEG").count == 1)
        let left = try FileManager.default.contentsOfDirectory(atPath: site.home.file("pleura/pacs").path)
        #expect(left.sorted() == ["incoming", "series"])
        // What lies at the archive has the masks that were filed.
        try expectSameMasks(at: archive, of: id, site)
    }

    private func expectSameMasks(at archive: Orthanc, of id: String, _ site: Site) throws {
        let (file, masks) = (site.home.file("rs.dcm"), site.home.file("masks"))
        #expect(try pleura("export", id, "--format", "rtstruct", "-o", file.path, home: site.home).status == 0)
        #expect(try pleura("export", id, "--format", "nifti", "-o", masks.path, home: site.home).status == 0)
        let report = try pleuraJSON("metrics", masks.path, file.path, "--json", home: site.home)
        let structures = try #require(report["structures"] as? [[String: Any]])
        #expect(structures.map { $0["volumetric_dice"] as? Double } == [1, 1])
    }

    @Test("a peer that breaks off in the midst leaves nothing registered, and the next pull fetches only the rest")
    func brokenOff() throws {
        let archive = try Orthanc()
        try archive.send(SampleCases.dicom().appendingPathComponent("CT"))
        let site = try Site()
        // The list comes whole (a few kB), the images (19 kB each) only in part.
        let proxy = try CuttingProxy(to: archive.port, after: 150_000)
        let broken = try site.run(
            archive.settings(port: proxy.port), "pull", "archive", "--patient-id", "phantom-01", "--json")
        #expect(broken.status == 1, "\(broken)")
        let series = try site.series(broken)
        #expect(series["case"] is NSNull)
        let reason = try #require(series["error"] as? String)
        #expect(reason.contains("is kept and not fetched twice"), "\(reason)")
        let kept = site.waiting()
        #expect((1..<24).contains(kept), "\(kept)")
        #expect(try site.cases() == 0)
        let whole = try site.series(
            site.run(archive.settings(), "pull", "archive", "--patient-id", "phantom-01", "--json"))
        #expect(whole["already_here"] as? Int == kept)
        #expect(whole["received"] as? Int == 24 - kept)
        #expect(try site.cases() == 1)
        // Killed outright, it is not there.
        archive.kill()
        let dead = try site.run(archive.settings(), "pull", "archive", "--patient-id", "phantom-01")
        #expect(dead.status == 1 && dead.errors.contains("nobody answers"), "\(dead)")
        #expect(dead.errors.split(separator: "\n").count == 1)
    }

    /// The CT of the sample, each file through something.
    private func slices(into folder: URL, _ take: (URL, URL) throws -> Void) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let source = try SampleCases.dicom().appendingPathComponent("CT")
        let names = try FileManager.default.contentsOfDirectory(atPath: source.path).sorted()
        for name in names { try take(source.appendingPathComponent(name), folder.appendingPathComponent(name)) }
    }

    /// The review screen of a series that was pulled.
    private func picture(of id: String, _ site: Site) throws -> String {
        let folder = site.home.file("pleura/pacs/series/\(id)")
        let file = site.home.file("screen.svg")
        let drawn = try pleura("render", folder.path, "--size", "200x60", "--output", file.path, home: site.home)
        #expect(drawn.status == 0, "\(drawn)")
        return try String(contentsOf: file, encoding: .utf8)
    }

    @Test("a series that has grown since it was pulled is refused, and what was pulled stays")
    func grown() throws {
        let archive = try Orthanc()
        let site = try Site()
        var taken = 0
        try slices(into: site.home.file("half")) { file, copy in
            taken += 1
            if taken <= 12 { try FileManager.default.copyItem(at: file, to: copy) }
        }
        try archive.send(site.home.file("half"))
        let first = try site.series(
            site.run(archive.settings(), "pull", "archive", "--patient-id", "phantom-01", "--json"))
        let id = try #require(first["case"] as? String)
        try archive.send(SampleCases.dicom().appendingPathComponent("CT"))
        let later = try site.run(archive.settings(), "pull", "archive", "--patient-id", "phantom-01", "--json")
        #expect(later.status == 2, "\(later)")
        let reason = try #require(try site.series(later)["error"] as? String)
        #expect(reason.contains("has more images at the node than when it was pulled"), "\(reason)")
        #expect(try site.cases() == 1)
        #expect(try site.series(later)["case"] is NSNull)
        #expect(try picture(of: id, site).count > 1000)
    }

    @Test("compressed images come as they are, and show the same")
    func compressed() throws {
        var pictures: [String] = []
        for program in ["/bin/cp", "/usr/bin/dcmcjpls"] {
            let archive = try Orthanc()
            let site = try Site()
            try slices(into: site.home.file("images")) { file, copy in
                let copied = try runProgram(URL(fileURLWithPath: program), [file.path, copy.path])
                #expect(copied.status == 0, "\(copied)")
            }
            try archive.send(site.home.file("images"))
            let pulled = try site.series(
                site.run(archive.settings(), "pull", "archive", "--patient-id", "phantom-01", "--json"))
            #expect(pulled["received"] as? Int == 24, "\(pulled)")
            let id = try #require(pulled["case"] as? String)
            pictures.append(try picture(of: id, site))
        }
        #expect(pictures[0].count > 1000 && pictures[0] == pictures[1])
    }

    @Test("wrong AE titles, unknown nodes, no match and several matches are refused with the reason")
    func refusals() throws {
        let archive = try Orthanc()
        try archive.send(SampleCases.dicom().appendingPathComponent("CT"))
        let site = try Site()
        let wrong = try site.run(archive.settings(title: "NOBODY"), "pull", "archive", "--echo")
        #expect(wrong.status == 1 && wrong.errors.contains("does not go by the AE title NOBODY"), "\(wrong)")
        let stranger = try site.run(
            archive.settings(extra: "our_ae_title = \"STRANGER\""), "pull", "archive", "--echo")
        #expect(stranger.status == 1, "\(stranger)")
        let unknown = try site.run(archive.settings(), "pull", "other", "--echo")
        #expect(unknown.status == 2 && unknown.errors.contains("There are archive"), "\(unknown)")
        let none = try site.run(archive.settings(), "pull", "archive", "--accession", "4711")
        #expect(none.status == 2 && none.errors.contains("no study that matches"), "\(none)")
        let wild = try site.run(archive.settings(), "pull", "archive", "--patient-id", "*")
        #expect(wild.status == 2 && wild.errors.contains("exactly"), "\(wild)")
        let open = try site.run(archive.settings(), "pull", "archive")
        #expect(open.status == 2 && open.errors.contains("which study"), "\(open)")
        #expect(try site.cases() == 0)
    }

    @Test("over TLS, with certificates on both sides; without them nothing is sent in the clear")
    func secured() throws {
        let secrets = try Orthanc.Secrets()
        let archive = try Orthanc(secrets: secrets)
        try archive.send(SampleCases.dicom().appendingPathComponent("CT"))
        let site = try Site()
        let pulled = try site.run(
            archive.settings(secrets: secrets), "pull", "archive", "--patient-id", "phantom-01", "--json")
        #expect(pulled.status == 0, "\(pulled)")
        #expect(try site.series(pulled)["received"] as? Int == 24)
        let plain = try site.run(archive.settings(extra: ""), "pull", "archive", "--echo")
        #expect(plain.status == 1, "\(plain)")
        let strangers = try Orthanc.Secrets()
        let others = try site.run(archive.settings(secrets: strangers), "pull", "archive", "--echo")
        #expect(others.status == 1 && others.errors.contains("secured connection"), "\(others)")
    }
}
