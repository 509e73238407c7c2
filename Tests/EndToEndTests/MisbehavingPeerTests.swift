import Foundation
import TestSupport
import Testing

/// Pulling from archives that keep to the protocol, except in one way (Tests/oracles/misbehaving_peer.py).
@Suite("Misbehaving peers")
struct MisbehavingPeerTests {
    private struct Pulled {
        let site: ArchiveTests.Site
        let result: ProgramResult

        var series: [String: Any] {
            get throws { try site.series(result) }
        }

        /// What lies below the folder of pulled series, by the files' names.
        func files(_ place: String) -> [String] {
            let folder = site.home.file("pleura/pacs/\(place)")
            return ((try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? [])
                .filter { $0.hasSuffix(".dcm") }
        }
    }

    /// How images are fetched: by C-GET, or by C-MOVE.
    private static let ways = ["get", "move"]

    /// Pulls the sample's 24 slices from such a peer, once or twice into the same home.
    private func pull(
        _ mode: String, by way: String, timeout: Int = 20, into site: ArchiveTests.Site? = nil
    ) throws -> Pulled {
        let ours = try Orthanc.freePort()
        let folder = try SampleCases.dicom().appendingPathComponent("CT")
        let (peer, port) = try PythonOracle("misbehaving_peer.py").serve([mode, folder.path, String(ours)])
        defer { withExtendedLifetime(peer) {} }
        let site = try site ?? ArchiveTests.Site()
        let settings = """
            reviewer = "ana"
            [nodes.archive]
            ae_title = "ARCHIVE"
            host = "127.0.0.1"
            port = \(port)
            timeout_s = \(timeout)
            listen_port = \(ours)
            retrieve = "\(way)"

            """
        let result = try site.run(settings, "pull", "archive", "--patient-id", "phantom-01", "--json")
        return Pulled(site: site, result: result)
    }

    @Test(
        "one that does as it is asked is pulled from, as are those whose faults change nothing",
        arguments: [
            "honest", "other-series", "bad-uid", "unlisted", "no-lists",
        ], ways)
    func harmless(mode: String, way: String) throws {
        let pulled = try pull(mode, by: way)
        #expect(pulled.result.status == 0, "\(pulled.result)")
        let series = try pulled.series
        #expect(series["received"] as? Int == 24 && series["case"] is String, "\(series)")
        #expect(try pulled.site.cases() == 1)
        // What was not asked for is nowhere below the home, and nothing was written outside its folder.
        let names = (try FileManager.default.subpathsOfDirectory(atPath: pulled.site.home.url.path))
        #expect(!names.contains { $0.contains("1.2.3.4.5") || $0.contains("evil") }, "\(names)")
        #expect(pulled.files("incoming").isEmpty)
        #expect(pulled.files("series").filter { !$0.hasSuffix("1.2.3.4.6.dcm") }.count == 24)
    }

    @Test("images under another UID than they were announced by are not taken", arguments: ways)
    func otherName(way: String) throws {
        let pulled = try pull("other-name", by: way)
        #expect(pulled.result.status == 1, "\(pulled.result)")
        #expect(try pulled.series["error"] is String && pulled.series["case"] is NSNull)
        #expect(pulled.files("incoming").isEmpty && pulled.files("series").isEmpty)
        #expect(try pulled.site.cases() == 0)
    }

    @Test(
        "fewer images than the peer lists are no series; what came is kept, and the rest is fetched later",
        arguments: ways)
    func fewer(way: String) throws {
        let pulled = try pull("fewer", by: way)
        #expect(pulled.result.status == 1, "\(pulled.result)")
        let reason = try #require(try pulled.series["error"] as? String)
        #expect(reason.contains("sent only 23 of the 24 images"), "\(reason)")
        #expect(reason.contains("Nothing was registered; what came is kept"), "\(reason)")
        // What is said of it names nobody.
        #expect(!(pulled.result.output + pulled.result.errors).uppercased().contains("PHANTOM"))
        #expect(try pulled.series["case"] is NSNull)
        #expect(try pulled.series["received"] as? Int == 23 && pulled.series["instances"] as? Int == 24)
        #expect(pulled.files("incoming").count == 23 && pulled.files("series").isEmpty)
        #expect(try pulled.site.cases() == 0)
        let later = try pull("honest", by: way, into: pulled.site)
        #expect(try later.series["received"] as? Int == 1 && later.series["already_here"] as? Int == 23)
        #expect(try later.site.cases() == 1)
    }

    @Test("an image that is nested without a bottom is not taken, and crashes nobody", arguments: ways)
    func nested(way: String) throws {
        let pulled = try pull("nested", by: way)
        #expect(pulled.result.status == 1, "\(pulled.result)")
        let reason = try #require(try pulled.series["error"] as? String)
        #expect(reason.contains("1 that came are damaged or cut off"), "\(reason)")
        #expect(pulled.files("incoming").count == 23 && pulled.files("series").isEmpty)
        #expect(try pulled.site.cases() == 0)
    }

    @Test("one that refuses to send is quoted, and nothing is registered", arguments: ways)
    func refuses(way: String) throws {
        let pulled = try pull("refuses", by: way)
        #expect(pulled.result.status == 1, "\(pulled.result)")
        let reason = try #require(try pulled.series["error"] as? String)
        #expect(reason.contains("out of resources"), "\(reason)")
        #expect(pulled.files("series").isEmpty)
        #expect(try pulled.site.cases() == 0)
    }

    @Test(
        "one that aborts or falls silent in the midst leaves nothing registered; the rest is fetched later",
        arguments: [
            "aborts", "stalls",
        ], ways)
    func midst(mode: String, way: String) throws {
        let pulled = try pull(mode, by: way, timeout: 2)
        #expect(pulled.result.status == 1, "\(pulled.result)")
        let reason = try #require(try pulled.series["error"] as? String)
        #expect(reason.contains("is kept and not fetched twice"), "\(reason)")
        #expect(try pulled.series["received"] as? Int == 5 && pulled.series["instances"] as? Int == 24)
        #expect(pulled.files("incoming").count == 5 && pulled.files("series").isEmpty)
        #expect(try pulled.site.cases() == 0)
        let later = try pull("honest", by: way, into: pulled.site)
        #expect(try later.series["received"] as? Int == 19 && later.series["already_here"] as? Int == 5)
        #expect(try later.site.cases() == 1)
    }
}
