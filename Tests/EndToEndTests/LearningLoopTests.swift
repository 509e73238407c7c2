import Foundation
import TestSupport
import Testing

/// From corrections to another model, by processes of the real program, with the smallest network there is.
@Suite(.serialized) struct LearningLoopTests {
    /// At a site whose patients the smallest network can find at all.
    private static let small = [
        "--site", "siteA", "--matrix", "48", "--slices", "16", "--old-hold-out", "0", "--threads", "1",
    ]

    private func jobs(_ home: TemporaryFolder) throws -> [[String: Any]] {
        try #require(try pleuraJSON("queue", "list", "--json", home: home)["jobs"] as? [[String: Any]])
    }

    /// What holds whenever a worker is killed: the log is whole, no model is half published, no correction is lost or
    /// in two jobs.
    private func expectInvariants(_ home: TemporaryFolder, corrections: Set<String>) throws {
        #expect(try pleura("audit", "verify", home: home).status == 0)
        let models = try #require(try pleuraJSON("models", "list", "--json", home: home)["models"] as? [[String: Any]])
        for model in models {
            // Reads the file and compares it with its digest.
            let name = try #require(model["name"] as? String)
            #expect(try pleura("models", "show", name, "--card", home: home).status == 0)
        }
        #expect(models.filter { $0["job"] as? Int == 1 }.count <= 1)
        let jobs = try jobs(home)
        #expect(jobs.count == 1)
        let keys = try #require(jobs.first?["corrections"] as? [[String: Any]])
        #expect(keys.count == corrections.count && Set(keys.compactMap { $0["case"] as? String }) == corrections)
    }

    @Test func killedWorkersAreReplacedAndTheJobEndsOnce() throws {
        let home = try TemporaryFolder()
        let made = try pleura(
            ["rehearse", home.file("pleura").path, "--only-prepare", "--cases", "2", "--hold-out", "3"] + Self.small,
            home: home)
        #expect(made.status == 0, "\(made.errors)")
        let waiting = try jobs(home)
        #expect(waiting.map { $0["state"] as? String } == ["queued"])
        let corrections = Set(
            (waiting.first?["corrections"] as? [[String: Any]] ?? []).compactMap { $0["case"] as? String })
        #expect(corrections.count == 2)
        // Queued corrections are not counted twice.
        let dry = try pleura("queue", "add", "--dry-run", home: home)
        #expect(dry.status == 2 && dry.output.contains("job 1 has it"))

        let program = try pleuraBinary().path
        var random = SeededGenerator(seed: 20)
        // In the foreground timeout waits for what it kills, which is then known to have ended.
        var unfinished = 0
        for _ in 0..<30 {
            let seconds = Double.random(in: 0.05...1.2, using: &random)
            _ = try runProgram(
                URL(fileURLWithPath: "/usr/bin/timeout"),
                [
                    "--foreground", "-s", "KILL", "\(seconds)", program, "worker", "--once", "--threads", "1",
                    "--beside-others",
                ],
                environment: cleanEnvironment(home: home.url))
            try expectInvariants(home, corrections: corrections)
            let state = try jobs(home).first?["state"] as? String
            if ["queued", "leased", "training", "evaluating"].contains(state) { unfinished += 1 }
            // A job over which ten workers are lost is taken for what kills them, until somebody says otherwise.
            if state == "failed" { #expect(try pleura("queue", "retry", "1", home: home).status == 0) }
        }
        // Or most were killed when there was nothing to do any more.
        #expect(unfinished > 10, "\(unfinished)")
        // Two at once: one job is worked on by one of them.
        let both = try runProgram(
            URL(fileURLWithPath: "/bin/sh"),
            ["-c", "for i in 1 2; do \"$0\" worker --once --threads 1 --beside-others & done; wait", program],
            environment: cleanEnvironment(home: home.url))
        #expect(both.status == 0, "\(both.errors)")
        try expectInvariants(home, corrections: corrections)
        let ended = try #require(try jobs(home).first)
        let state = try #require(ended["state"] as? String)
        #expect(["promoted", "held"].contains(state), "\(ended)")
        let models = try #require(try pleuraJSON("models", "list", "--json", home: home)["models"] as? [[String: Any]])
        #expect(models.map { $0["name"] as? String } == ["smoke@1", "smoke@2"])
        #expect(models.last?["parent"] as? String == "smoke@1")
        #expect((models.last?["evaluation"] as? [String: Any])?["passes"] as? Bool == (state == "promoted"))
        // The job is done: a worker finds nothing, and the job cannot be cancelled any more.
        #expect(try pleura("worker", "--once", "--beside-others", home: home).status == 0)
        #expect(try pleura("queue", "cancel", "1", home: home).status != 0)

        try exchangeModels(home, held: state == "held")
    }

    /// Promotion by a person, rolling back, and models that go out and come in.
    private func exchangeModels(_ home: TemporaryFolder, held: Bool) throws {
        if held {
            #expect(try pleura("models", "promote", "smoke@2", home: home).status == 1)
            #expect(try pleura("models", "promote", "smoke@2", "--reason", "looked at it", home: home).status == 0)
        }
        #expect(try pleuraJSON("models", "rollback", "--json", home: home)["model"] as? String == "smoke@1")
        let out = home.file("out").path
        #expect(try pleura("models", "export", "smoke@2", "-o", out, home: home).status == 0)
        let file = "\(out)/smoke@2.safetensors"
        let network = home.file("smoke.onnx")
        let exported = try pleuraJSON(
            "models", "export", "smoke@2", "--format", "onnx", "-o", network.path, "--json", home: home)
        let digest = try #require(exported["digest"] as? String)
        func beside(_ file: String) throws -> String { try String(contentsOfFile: file + ".sha256", encoding: .utf8) }
        #expect(try beside(network.path) == "\(digest)  smoke.onnx\n")
        #expect(try !beside(file).contains(digest), "the copy's own")
        #expect(try pleura("models", "export", "smoke@2", "--format", "h5", "-o", out, home: home).status == 2)
        #expect(try String(contentsOfFile: "\(out)/smoke@2.md", encoding: .utf8).hasPrefix("# smoke@2"))
        let other = try TemporaryFolder()
        #expect(try pleura("models", "import", file, "--name", "guest", home: other).status == 0)
        // No version of it was put in use, so nothing predicts with it unasked.
        let listed = try pleuraJSON("models", "list", "--json", home: other)
        #expect((listed["models"] as? [[String: Any]])?.first?["state"] as? String == "never in use")
        // Another byte, another digest, no model at all.
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        bytes[bytes.count - 1] ^= 1
        let broken = home.file("broken.safetensors").path
        try bytes.write(to: URL(fileURLWithPath: broken))
        try FileManager.default.copyItem(atPath: file + ".sha256", toPath: broken + ".sha256")
        #expect(try pleura("models", "import", broken, home: other).status == 2)
        #expect(try pleura("models", "import", file, "--digest", "00", home: other).status == 2)
        let text = home.file("text.safetensors").path
        try Data("no model".utf8).write(to: URL(fileURLWithPath: text))
        #expect(try pleura("models", "import", text, home: other).status == 2)
        #expect((try pleuraJSON("models", "list", "--json", home: other)["models"] as? [Any])?.count == 1)
    }

    @Test func thePagesNumbersAreTheStores() throws {
        let home = try TemporaryFolder()
        let run = try pleura(
            ["rehearse", home.file("pleura").path, "--cases", "2", "--hold-out", "3", "--roll-back"] + Self.small,
            home: home)
        #expect(run.status == 0, "\(run.errors)")
        let page = try String(contentsOf: home.file("pleura/report.html"), encoding: .utf8)
        let shown = try pleuraJSON("queue", "show", "1", "--json", home: home)
        let replay = try #require(shown["replay"] as? [[String: Any]])
        #expect(replay.count == 2)
        // The means of the replay in the store, in the page's table, to its four digits.
        let table = try #require(page.range(of: "<table id=\"replay-1\">"))
        let rows = page[table.upperBound...].prefix { $0 != "\u{0}" }.components(separatedBy: "</table>")[0]
        for item in replay {
            let structures = try #require(item["structures"] as? [[String: Any]])
            for key in ["surface_dice_before", "surface_dice_after"] {
                let values = structures.compactMap { ($0[key] as? NSNumber)?.doubleValue }
                let mean = values.reduce(0, +) / Double(values.count)
                // Empty masks would make every number here agree with every other.
                #expect(mean > 0, "\(key)")
                #expect(rows.contains(">\(String(format: "%.4f", mean))</td>"), "\(mean)")
            }
        }
        #expect(page.contains("data:image/bmp;base64,Qk0") && page.contains("<svg"))
        let start = try #require(page.range(of: "id=\"numbers\">"))
        let json = page[start.upperBound...].components(separatedBy: "</script>")[0]
        let numbers = try #require(
            try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(numbers["rolledBackTo"] as? String == "smoke@1")
        let models = try pleuraJSON("models", "show", "smoke", "--json", home: home)
        #expect(models["name"] as? String == "smoke@1" && models["in_use"] as? Bool == true)
        // Begun again it finds everything done, and it is not mixed up with another rehearsal.
        let again = try pleura(
            ["rehearse", home.file("pleura").path, "--cases", "2", "--hold-out", "3", "--roll-back"] + Self.small,
            home: home)
        #expect(again.status == 0 && again.output == run.output, "\(again)")
        #expect(try String(contentsOf: home.file("pleura/report.html"), encoding: .utf8) == page)
        #expect(try jobs(home).count == 1)
        let other = try pleura(
            ["rehearse", home.file("pleura").path, "--cases", "3", "--hold-out", "3"] + Self.small, home: home)
        #expect(other.status == 2 && other.errors.contains("other options"), "\(other)")
        // Nobody's patient is named in what the worker says.
        let log = try String(contentsOf: home.file("pleura/jobs/1/log.txt"), encoding: .utf8)
        #expect(!log.contains("siteA-case") && !log.contains("/phantoms/"))
    }

    @Test(arguments: ["priority", "random"]) func roundsTakeTheirCasesFromAWorklist(order: String) throws {
        let home = try TemporaryFolder()
        let run = try pleura(
            [
                "rehearse", home.file("pleura").path, "--worklist", "4", "--order", order, "--cases", "2", "--rounds",
                "2", "--hold-out", "1",
            ] + Self.small, home: home)
        #expect(run.status == 0, "\(run.errors)")
        let report = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: home.file("pleura/report.json"))) as? [String: Any])
        let rounds = try #require(report["rounds"] as? [[String: Any]]).compactMap { $0["cases"] as? [String] }
        #expect(rounds.map(\.count) == [2, 2])
        let names = ["siteA-case-1", "siteA-case-2", "siteB-case-3", "siteC-case-4"]
        #expect(rounds.joined().sorted() == names)
        // Each was predicted and corrected, whatever the order.
        #expect(Set(try corrections(home: home).compactMap { $0["case"] as? String }).count == 5)
        if order == "random" { #expect(rounds.map { $0.sorted() } != [Array(names[..<2]), Array(names[2...])]) }
    }

    @Test func aServiceUnitIsWritten() throws {
        let home = try TemporaryFolder()
        var environment = cleanEnvironment(home: home.url)
        environment["XDG_CONFIG_HOME"] = home.file("config").path
        let run = try runProgram(pleuraBinary(), ["worker", "--install-service"], environment: environment)
        #expect(run.status == 0, "\(run.errors)")
        let unit = try String(
            contentsOf: home.file("config/systemd/user/pleura-worker.service"), encoding: .utf8)
        #expect(unit.contains(" worker --home \"\(home.file("pleura").path)\"") && unit.contains("Nice=19"))
    }
}
