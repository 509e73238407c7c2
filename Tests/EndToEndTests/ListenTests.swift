import Foundation
import TestSupport
import Testing

/// Receiving from real senders (DCMTK's) and from a folder, up to the worklist.
@Suite("Listening", .serialized)
struct ListenTests {
    private func cases(home: TemporaryFolder) throws -> Int {
        try pleura("doctor", home: home).output.split(separator: "\n")
            .first { $0.contains("store: ") }.flatMap { line in
                line.split(separator: " ").compactMap { Int($0) }.first
            } ?? -1
    }

    @Test("a series that is sent is on the worklist with its prediction; sent again, nothing changes")
    func sent() throws {
        let home = try TemporaryFolder()
        let listening = try Listening(["--quiet", "4", "--once-quiet", "5"], home: home)
        #expect(try listening.tool("echoscu", []).status == 0)
        #expect(try listening.send().status == 0)
        #expect(listening.end() == 0, "\(listening.said)")
        #expect(listening.said.contains("CT1: 24 objects received"), "\(listening.said)")
        #expect(listening.files("pacs/series").count == 24 && listening.files("intake").isEmpty)
        #expect(try cases(home: home) == 1)
        // It is the image that the file import registers, to the bit.
        let id = try #require(listening.files("pacs/series").first?.split(separator: "/").first)
        let other = try TemporaryFolder()
        let path = try SampleCases.dicom().appendingPathComponent("CT").path
        let imported = try pleuraJSON("import", path, "--json", home: other)
        #expect((imported["cases"] as? [[String: Any]])?.first?["id"] as? String == String(id))
        #expect(try pleura("import", path, home: home).status == 0, "the same content under the same id")
        // What is said names nobody.
        #expect(!listening.said.uppercased().contains("PHANTOM"), "\(listening.said)")
        let again = try Listening(["--quiet", "4", "--once-quiet", "5"], home: home)
        #expect(try again.send().status == 0)
        #expect(again.end() == 0)
        #expect(again.files("pacs/series").count == 24 && again.files("intake").isEmpty, "\(again.said)")
        #expect(try cases(home: home) == 1)
        let audit = try pleura("audit", "verify", home: home)
        #expect(audit.status == 0, "\(audit)")
    }

    @Test("rules decide, and a folder that is watched does the same for files")
    func watched() throws {
        let home = try TemporaryFolder()
        let inbox = home.file("inbox")
        try FileManager.default.createDirectory(at: inbox, withIntermediateDirectories: true)
        let rules = home.file("rules.toml")
        try Data(
            """
            [[rule]]
            name = "chests"
            modality = "CT"
            structures = "Lung_L"
            reader = "ben"
            """.utf8
        ).write(to: rules)
        #expect(try pleura("rules", "check", rules.path, home: home).status == 0)
        let source = try SampleCases.dicom()
        try FileManager.default.copyItem(at: source, to: inbox.appendingPathComponent("Smith^John"))
        let explained = try pleuraJSON("rules", "explain", source.path, "--rules", rules.path, "--json", home: home)
        let series = try #require(explained["series"] as? [[String: Any]])
        #expect(Set(series.compactMap { $0["modality"] as? String }) == ["CT", "RTSTRUCT"])
        let result = try pleura(
            "listen", "--no-network", "--watch", inbox.path, "--quiet", "3", "--once-quiet", "3", "--rules", rules.path,
            "--model",
            "baseline-threshold", home: home)
        #expect(result.status == 0, "\(result)")
        #expect(result.errors.contains("watched folder: 25 objects taken"), "\(result)")
        #expect(result.errors.contains("RTSTRUCT becomes no case") && result.errors.contains("rule “chests”"))
        #expect(!result.errors.contains("Smith"), "\(result)")
        #expect(try cases(home: home) == 1)
        let left = try FileManager.default.subpathsOfDirectory(atPath: inbox.path).filter { $0.hasSuffix(".dcm") }
        #expect(left.count == 25)
    }

    @Test("what is odd about an image is said, with its case")
    func notes() throws {
        let home = try TemporaryFolder()
        let inbox = home.file("inbox")
        try FileManager.default.copyItem(at: SampleCases.dicom().appendingPathComponent("CT"), to: inbox)
        // Every slice has a frame of reference of its own.
        for (index, name) in try FileManager.default.contentsOfDirectory(atPath: inbox.path).sorted().enumerated() {
            let file = inbox.appendingPathComponent(name)
            var data = try Data(contentsOf: file)
            let tag = try #require(data.range(of: Data([0x20, 0, 0x52, 0])))
            let value = tag.upperBound + 4
            // Explicit VR: UI and two bytes of length; implicit: four bytes of length.
            let isExplicit = data[tag.upperBound] == UInt8(ascii: "U")
            let length = Int(data[isExplicit ? value - 2 : value - 4])
            let end = data[value..<value + length].lastIndex { (0x30...0x39).contains($0) } ?? value
            (data[end - 1], data[end]) = (UInt8(0x30 + index / 10), UInt8(0x30 + index % 10))
            try data.write(to: file)
        }
        let result = try pleura(
            "listen", "--no-network", "--watch", inbox.path, "--quiet", "2", "--once-quiet", "3", "--model",
            "baseline-threshold", home: home)
        #expect(result.status == 0, "\(result)")
        let notes = result.errors.split(separator: "\n").filter { $0.contains(": note: ") }
        #expect(
            notes.contains { $0.hasPrefix("case ") && $0.contains("different frame-of-reference UIDs") }, "\(result)")
    }

    @Test("a file that was left out is said, and so is a series that became no case, then and later")
    func leftOut() throws {
        let input = try NotesTests.Awkward()
        // Two slices that nobody can read any more, and one that is missing in the midst.
        let slices = try NotesTests.Awkward.slices(of: input.patient)
        try FileManager.default.removeItem(at: slices[11])
        let result = try pleura(
            "listen", "--no-network", "--watch", input.image, "--quiet", "3", "--once-quiet", "3", "--model",
            "baseline-threshold",
            home: input.home)
        #expect(result.status == 1, "\(result)")
        #expect(result.errors.contains("2 files not taken"), "\(result)")
        #expect(result.errors.contains("became no case."), "\(result)")
        let again = try pleura(
            "listen", "--no-network", "--watch", input.image, "--quiet", "3", "--once-quiet", "3", "--model",
            "baseline-threshold",
            home: input.home)
        #expect(again.errors.contains("received earlier, became no case."), "\(again)")
    }

    @Test("fifty senders at once lose nothing")
    func manyAtOnce() throws {
        let home = try TemporaryFolder()
        let listening = try Listening(home: home)
        let folder = try SampleCases.dicom().appendingPathComponent("CT")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let statuses = Statuses()
        let senders = (0..<50).map { index in
            Thread {
                // Each slice by two or three senders at the same time.
                let file = folder.appendingPathComponent(files[index % files.count]).path
                statuses.add((try? listening.send([file], from: "CT\(index)").status) ?? -1)
            }
        }
        for sender in senders { sender.start() }
        for _ in 0..<1200 where statuses.all.count < 50 { usleep(100_000) }
        #expect(statuses.all == [Int32](repeating: 0, count: 50), "\(listening.said)")
        #expect(listening.files("intake/series").count == files.count)
        #expect(listening.files("intake/conflicts").isEmpty)
        #expect(listening.signal(SIGTERM) == 0, "\(listening.said)")
    }

    @Test("killed in the midst, it has whole objects only; started again, it goes on")
    func killed() throws {
        let home = try TemporaryFolder()
        var listening = try Listening(home: home)
        let folder = try SampleCases.dicom().appendingPathComponent("CT")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .map { folder.appendingPathComponent($0).path }
        #expect(try listening.send(Array(files.prefix(10))).status == 0)
        // Half of an object is on its way when it dies.
        let half = try listening.connection()
        half.send(RawConnection.request())
        #expect(half.receive().first == 2)
        half.send(RawConnection.store("1.2.3.4"))
        half.send(RawConnection.data([UInt8](repeating: 7, count: 1000), isLast: false))
        listening.signal(SIGKILL)
        #expect(listening.files("intake/series").count == 10)
        listening = try Listening(["--quiet", "4", "--once-quiet", "5"], home: home)
        #expect(try listening.send().status == 0)
        #expect(listening.end() == 0, "\(listening.said)")
        #expect(listening.files("pacs/series").count == 24 && listening.files("intake").isEmpty)
        let parts = try FileManager.default.contentsOfDirectory(atPath: home.file("pleura/intake/arriving").path)
        #expect(parts.isEmpty)
        #expect(try cases(home: home) == 1)
    }

    @Test("a full disk is told to the sender, and nothing half is left", .enabled(if: SmallDisk.isAvailable))
    func fullDisk() throws {
        let home = try TemporaryFolder()
        let folder = try SampleCases.dicom().appendingPathComponent("CT").path
        let data = home.file("empty")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        let run = try SmallDisk.run(
            megabytes: 6, copyOf: data, home: home,
            """
            log="$PLEURA_HOME/../listen.log"
            "$pleura" listen --port 0 --model baseline-threshold --quiet 500 2>"$log" & listening=$!
            for attempt in $(seq 100); do grep -q "listening on" "$log" && break; sleep 0.1; done
            port=$(sed -n 's/listening on port //p' "$log")
            send() { storescu -v -aec PLEURA 127.0.0.1 "$port" +sd +r "\(folder)"; }
            fill_but 100
            step full send
            parts() { ls "$PLEURA_HOME/intake/arriving" | wc -l; }
            step parts parts
            free_again
            step freed send
            slices() { find "$PLEURA_HOME/intake/series" -name '*.dcm' | wc -l; }
            step slices slices
            kill $listening; wait $listening
            """)
        #expect(run["full"]?.status != 0 && run["full"]?.said.contains("OutOfResources") == true, "\(run)")
        #expect(run["parts"]?.said == "0" && run["freed"]?.status == 0 && run["slices"]?.said == "24", "\(run)")
    }

    @Test(
        "a real archive sends, asks for storage commitment, and is called back with the report",
        .enabled(if: Orthanc.isInstalled, "needs Debian's orthanc"))
    func commitment() throws {
        let home = try TemporaryFolder()
        let archive = try Orthanc()
        try archive.send(SampleCases.dicom().appendingPathComponent("CT"))
        let listening = try Listening(
            ["--quiet", "500"], home: home,
            settings: """
                [nodes.archive]
                ae_title = "ARCHIVE"
                host = "127.0.0.1"
                port = \(archive.port)

                """, port: archive.reportPort)
        #expect(try archive.pushAndCommit() == "Success", "\(listening.said)")
        #expect(listening.files("intake/series").count == 24)
        #expect(listening.signal(SIGTERM) == 0, "\(listening.said)")
    }

    @Test("with TLS, senders have to show a certificate that is trusted, and nobody gets in without")
    func secured() throws {
        let home = try TemporaryFolder()
        let secrets = try Orthanc.Secrets()
        let listening = try Listening(
            ["--quiet", "500"], home: home,
            settings: """
                [listen]
                timeout_s = 5
                tls = true
                tls_key = "\(secrets.folder.file("theirs.key").path)"
                tls_certificate = "\(secrets.theirs)"
                tls_trusted = "\(secrets.ours)"

                """)
        func echo(_ arguments: [String]) throws -> Int32 { try listening.tool("echoscu", arguments).status }
        #expect(try echo([]) != 0, "in the clear")
        #expect(try echo(["+tla", "+cf", secrets.theirs]) != 0, "without a certificate")
        let stranger = ["+tls", secrets.folder.file("theirs.key").path, secrets.theirs, "+cf", secrets.theirs]
        #expect(try echo(stranger) != 0, "with one that is not trusted")
        let known = ["+tls", secrets.key, secrets.ours, "+cf", secrets.theirs]
        #expect(try echo(known) == 0, "\(listening.said)")
        let folder = try SampleCases.dicom().appendingPathComponent("CT").path
        #expect(try listening.tool("storescu", known + ["+sd", "+r", folder]).status == 0)
        #expect(listening.files("intake/series").count == 24)
        #expect(listening.signal(SIGTERM) == 0, "\(listening.said)")
    }

    @Test("mistakes with models are found before anything is listened to")
    func modelMistakes() throws {
        let home = try TemporaryFolder()
        let rules = home.file("rules.toml")
        try Data("[[rule]]\nname = \"chests\"\nmodel = \"refine@2\"\n".utf8).write(to: rules)
        let models = home.file("pleura/models")
        try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: repositoryRoot().appendingPathComponent("models/refine.safetensors"),
            to: models.appendingPathComponent("refine.safetensors"))
        let checked = try pleura("rules", "check", rules.path, home: home)
        #expect(checked.status == 2 && checked.errors.contains("answers prompts"), "\(checked)")
        for (words, why) in [
            (["--device", "xyz"], "--device is auto, cpu or cuda"), (["--mc", "5000"], "--mc is 0…1000"),
            (["--model", "nothing@1"], "No model nothing@1"), (["--model", "refine@2"], "answers prompts"),
            (["--rules", rules.path], "answers prompts"),
        ] {
            // It ends by itself, where it does not notice.
            let result = try pleura(["listen", "--port", "0", "--quiet", "1", "--once-quiet", "1"] + words, home: home)
            #expect(result.status == 2 && result.errors.contains(why), "\(words): \(result)")
            #expect(!result.errors.contains("listening on port"), "\(result)")
        }
    }

    @Test("a unit for systemd holds the command and its limits")
    func unit() throws {
        let home = try TemporaryFolder()
        let printed = try pleura("listen", "--print-service", "--port", "104", "--watch", "/in box", home: home)
        #expect(printed.status == 0)
        #expect(printed.output.contains(" --port 104 --watch \"/in box\""), "\(printed)")
        #expect(printed.output.contains("NoNewPrivileges=yes"))
        let more = try pleura(
            "listen", "--print-service", "--device", "cpu", "--tta", "--mc", "3", "--rules", "rules.toml", home: home)
        #expect(more.output.contains("/rules.toml --device cpu --mc 3 --tta"), "\(more)")
        #expect(!more.output.contains("--rules rules.toml"))
        let ending = try pleura("listen", "--print-service", "--once-quiet", "5", home: home)
        #expect(ending.status == 2 && ending.errors.contains("Leave --once-quiet away"), "\(ending)")
        #expect(!FileManager.default.fileExists(atPath: home.file("config/systemd").path))
    }
}

/// What threads report.
final class Statuses: @unchecked Sendable {
    private let lock = NSLock()
    private var found: [Int32] = []

    var all: [Int32] { lock.withLock { found } }
    func add(_ status: Int32) { lock.withLock { found.append(status) } }
}
