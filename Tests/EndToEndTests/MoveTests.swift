import Foundation
import TestSupport
import Testing

/// Pulling from nodes that send to a port of ours (C-MOVE): Orthanc and DCMTK's dcmqrscp.
@Suite("Pulling by C-MOVE", .serialized, .enabled(if: Orthanc.isInstalled, "needs Debian's orthanc"))
struct MoveTests {
    private typealias Site = ArchiveTests.Site

    /// An archive that holds the sample's CT.
    private func archive(secrets: Orthanc.Secrets? = nil) throws -> Orthanc {
        let archive = try Orthanc(secrets: secrets, sendsSecured: secrets != nil)
        try archive.send(SampleCases.dicom().appendingPathComponent("CT"))
        return archive
    }

    @Test("a series that the node sends is the one that is fetched, byte for byte; a second pull finds it there")
    func moved() throws {
        let archive = try archive()
        let (moving, fetching) = (try Site(), try Site())
        let pulled = try moving.run(
            archive.settings(), "pull", "archive", "--move", "--patient-id", "phantom-01", "--json")
        #expect(pulled.status == 0, "\(pulled)")
        let series = try moving.series(pulled)
        #expect(series["received"] as? Int == 24 && series["already_here"] as? Int == 0)
        let id = try #require(series["case"] as? String)
        let fetched = try fetching.run(archive.settings(), "pull", "archive", "--patient-id", "phantom-01", "--json")
        #expect(try fetching.series(fetched)["case"] as? String == id)
        let folders = [moving, fetching].map { $0.home.file("pleura/pacs/series/\(id)") }
        let names = try FileManager.default.contentsOfDirectory(atPath: folders[0].path).sorted()
        #expect(names.count == 24)
        for name in names {
            // The meta group says who wrote the file; the data set behind it is the same.
            let sets = try folders.map { try Self.dataSet($0.appendingPathComponent(name)) }
            #expect(sets[0] == sets[1] && sets[0].count > 1000, "\(name)")
        }
        let again = try moving.series(
            moving.run(
                archive.settings(extra: "retrieve = \"move\""), "pull", "archive", "--patient-id", "phantom-01",
                "--json"))
        #expect(again["received"] as? Int == 0 && again["already_here"] as? Int == 24)
        let left = try FileManager.default.contentsOfDirectory(atPath: moving.home.file("pleura/pacs/incoming").path)
        #expect(left.filter { !$0.hasSuffix(".lock") }.isEmpty, "\(left)")
    }

    /// A file behind its preamble and meta group, whose length the group states first.
    private static func dataSet(_ file: URL) throws -> Data {
        let bytes = try Data(contentsOf: file)
        let length = bytes[140..<144].reversed().reduce(0) { $0 << 8 | Int($1) }
        return bytes.dropFirst(144 + length)
    }

    @Test("what a pull that broke off left out is what the node is asked to send")
    func resumed() throws {
        let archive = try archive()
        let site = try Site()
        let proxy = try CuttingProxy(to: archive.port, after: 150_000)
        let broken = try site.run(
            archive.settings(port: proxy.port), "pull", "archive", "--patient-id", "phantom-01", "--json")
        #expect(broken.status == 1, "\(broken)")
        let kept = site.waiting()
        #expect((1..<24).contains(kept), "\(kept)")
        // What a pull that was killed left behind goes.
        let uid = try #require(try site.series(broken)["series_uid"] as? String)
        let rest = site.home.file("pleura/pacs/incoming/\(uid).receiving")
        try FileManager.default.createDirectory(at: rest, withIntermediateDirectories: true)
        try Data("half".utf8).write(to: rest.appendingPathComponent("1"))
        let whole = try site.series(
            site.run(archive.settings(), "pull", "archive", "--move", "--patient-id", "phantom-01", "--json"))
        #expect(whole["already_here"] as? Int == kept)
        #expect(whole["received"] as? Int == 24 - kept, "\(whole)")
        #expect(try site.cases() == 1)
        #expect(!FileManager.default.fileExists(atPath: rest.path))
    }

    @Test("a node that cannot reach us, or calls by another AE title, is named with what to do; nothing is registered")
    func refusals() throws {
        let archive = try archive()
        let site = try Site()
        let elsewhere = archive.settings().replacingOccurrences(
            of: "listen_port = \(archive.reportPort)", with: "listen_port = \(try Orthanc.freePort())")
        let unreached = try site.run(elsewhere, "pull", "archive", "--move", "--patient-id", "phantom-01")
        #expect(unreached.status == 1, "\(unreached)")
        #expect(unreached.errors.contains("it did not call port"), "\(unreached)")
        let other = try site.run(
            archive.settings(extra: "sends_as = \"OTHER\""), "pull", "archive", "--move", "--patient-id",
            "phantom-01")
        #expect(other.status == 1, "\(other)")
        #expect(other.errors.contains("an association of ARCHIVE was refused"), "\(other)")
        let unknown = archive.settings(extra: "our_ae_title = \"STRANGER\"")
        let stranger = try site.run(unknown, "pull", "archive", "--move", "--patient-id", "phantom-01")
        #expect(stranger.status == 1, "\(stranger)")
        let portless = archive.settings().replacingOccurrences(
            of: "listen_port = \(archive.reportPort)\n", with: "")
        let nowhere = try site.run(portless, "pull", "archive", "--move", "--patient-id", "phantom-01")
        #expect(nowhere.status == 1 && nowhere.errors.contains("needs listen_port"), "\(nowhere)")
        #expect(try site.cases() == 0)
        for result in [unreached, other, stranger, nowhere] { #expect(!result.errors.contains("phantom-01")) }
    }

    @Test("over TLS both ways")
    func secured() throws {
        let secrets = try Orthanc.Secrets()
        let archive = try archive(secrets: secrets)
        let site = try Site()
        let pulled = try site.run(
            archive.settings(secrets: secrets), "pull", "archive", "--move", "--patient-id", "phantom-01", "--json")
        #expect(pulled.status == 0, "\(pulled)")
        #expect(try site.series(pulled)["received"] as? Int == 24)
    }

    @Test("from a second program: DCMTK's server")
    func secondServer() throws {
        let server = try QueryServer()
        let site = try Site()
        #expect(try server.send(SampleCases.dicom().appendingPathComponent("CT")).status == 0)
        let pulled = try site.run(server.settings, "pull", "archive", "--patient-id", "phantom-01", "--json")
        #expect(pulled.status == 0, "\(pulled)")
        #expect(try site.series(pulled)["received"] as? Int == 24)
    }
}

/// DCMTK's archive on a free port, which ends with it.
private final class QueryServer {
    private let folder: TemporaryFolder
    private let port: Int
    private let process = Process()
    let settings: String

    init() throws {
        folder = try TemporaryFolder()
        port = try Orthanc.freePort()
        let ours = try Orthanc.freePort()
        settings = """
            reviewer = "ana"
            [nodes.archive]
            ae_title = "ARCHIVE"
            host = "127.0.0.1"
            port = \(port)
            listen_port = \(ours)
            retrieve = "move"

            """
        let data = folder.file("data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        let text = """
            NetworkTCPPort = \(port)
            MaxPDUSize = 16384
            MaxAssociations = 16
            HostTable BEGIN
            pleura = (PLEURA, 127.0.0.1, \(ours))
            HostTable END
            VendorTable BEGIN
            VendorTable END
            AETable BEGIN
            ARCHIVE \(data.path) RW (200, 1024mb) ANY
            AETable END

            """
        let file = folder.file("dcmqrscp.cfg")
        try Data(text.utf8).write(to: file)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/dcmqrscp")
        process.arguments = ["-c", file.path]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<100 {
            if try tool("echoscu", []).status == 0 { return }
            usleep(100_000)
        }
        throw Unexpected("dcmqrscp does not answer")
    }

    deinit {
        // It does not end on SIGTERM while it waits for callers.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private func tool(_ name: String, _ arguments: [String]) throws -> ProgramResult {
        try runProgram(
            URL(fileURLWithPath: "/usr/bin/\(name)"),
            ["-aet", "PLEURA", "-aec", "ARCHIVE", "127.0.0.1", String(port)] + arguments)
    }

    func send(_ folder: URL) throws -> ProgramResult {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return try tool("storescu", names.map { folder.appendingPathComponent($0).path })
    }
}
