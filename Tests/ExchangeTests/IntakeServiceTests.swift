import CaseWork
import DicomNetwork
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Exchange

/// The loop around the intake: when it works, when it waits, and what it says.
@Suite("Intake service")
struct IntakeServiceTests {
    /// What was said, and when.
    private final class Log: Sendable {
        private let lines = Mutex<[(line: String, at: Date)]>([])

        var all: [String] { lines.withLock { $0.map(\.line) } }
        func add(_ line: String) { lines.withLock { $0.append((line, Date())) } }
        func time(of text: String) -> Date? { lines.withLock { $0.first { $0.line.contains(text) }?.at } }
    }

    private func service(_ site: SeriesSite, _ log: Log, quiet: Double = 1, isStopped: Bool = false) -> IntakeService {
        IntakeService(
            site.folder, pace: .init(quiet: quiet, endsAfter: isStopped ? nil : 1), say: { log.add($0) },
            isStopped: { isStopped })
    }

    /// A structure set, which becomes no case.
    private func take(
        _ site: SeriesSite, _ instance: String, series: String = "1.2", pixels: [UInt8] = [1, 2], now: Date = Date()
    ) throws -> IntakeFolder.Filed {
        var object = SmallObject(series: series, instance: instance, modality: "RTSTRUCT", pixels: pixels)
        object.kind = "1.2.840.10008.5.1.4.1.1.481.3"
        let file = site.folder.arriving.appendingPathComponent("one.part")
        try object.data.write(to: file)
        return try site.folder.take(file, calling: "CT1", now: now)
    }

    @Test("a study is complete when it was quiet for as long as was asked, however soon the end is to come")
    func quiet() throws {
        let (site, log) = (try SeriesSite(), Log())
        let begin = Date()
        #expect(try take(site, "1.2.1", now: begin) == .new)
        #expect(try service(site, log, quiet: 3).run(nil, watching: nil, site.intake()))
        #expect(site.said.contains { $0.contains("its study is quiet") }, "\(site.said)")
        #expect(Date().timeIntervalSince(begin) >= 3)
        #expect(FileManager.default.fileExists(atPath: site.home.file("pacs/objects/1.2/1.2.1.dcm").path))
    }

    @Test("a series that waits is not tried again at once, and the end does not wait for it")
    func pause() throws {
        let (site, log) = (try SeriesSite(), Log())
        site.refusal = WorkError("The disk is full.", .failed)
        try site.send()
        #expect(try !service(site, log).run(nil, watching: nil, site.intake()))
        #expect(site.asked.count == 1 && site.folder.due().count == 1)
    }

    @Test("a series that came to a case after all leaves nothing to complain of")
    func mended() throws {
        let (site, log) = (try SeriesSite(), Log())
        try site.send(skipping: [7])
        let series = try #require(site.folder.complete(quiet: 1).first)
        _ = try site.folder.settle(series, as: .due)
        try site.send(only: [7])
        #expect(try service(site, log).run(nil, watching: nil, site.intake()))
        #expect(site.said.contains { $0.contains("became no case") }, "\(site.said)")
        #expect(try site.item().model == .baseline)
    }

    @Test("who calls again and again is told of once, and in the end how often")
    func muted() throws {
        let (site, log) = (try SeriesSite(), Log())
        let service = service(site, log, isStopped: true)
        for number in 1...3 {
            service.hear(.refused(UInt64(number), calling: "CT9", reason: "it is not known"))
        }
        service.hear(.refused(4, calling: "CT9", reason: "it is too loud"))
        #expect(log.all == ["CT9: refused: it is not known", "CT9: refused: it is too loud"])
        #expect(try service.run(nil, watching: nil, site.intake()))
        #expect(log.all.count == 3 && log.all.last == "CT9: refused: it is not known (and 2 more like it)")
    }

    @Test("what is put apart is named by series, with numbers, and again when the next process begins")
    func apart() throws {
        let (site, log) = (try SeriesSite(), Log())
        for series in ["1.2", "1.7"] {
            _ = try take(site, "\(series).1", series: series, now: Date(timeIntervalSince1970: 1000))
            #expect(try site.process() == .kept)
        }
        for instance in ["1.2.2", "1.2.3"] { #expect(try take(site, instance) == .late) }
        #expect(try take(site, "1.7.2", series: "1.7") == .late)
        #expect(try take(site, "1.7.1", series: "1.7", pixels: [8, 8]) == .conflict)
        #expect(try service(site, log, isStopped: true).run(nil, watching: nil, site.intake()))
        let intake = site.home.file("intake").path
        #expect(
            Set(log.all) == [
                "series 1.2: 2 objects from earlier in \(intake)/late/1.2, part of no case",
                "series 1.7: 1 object from earlier in \(intake)/late/1.7, part of no case",
                "series 1.7: 1 object from earlier in \(intake)/conflicts/1.7, part of no case",
                "series 1.2: 2 images came after it was complete, the last from CT1; they lie in \(intake)/late/1.2 and "
                    + "are part of no case",
                "series 1.7: 1 image came after it was complete, the last from CT1; it lies in \(intake)/late/1.7 and is "
                    + "part of no case",
                "series 1.7: 1 object came under UIDs that others have, the last from CT1; it lies in "
                    + "\(intake)/conflicts/1.7 and is part of no case",
            ])
    }

    @Test("an association that was cut off is no end of a series, and storage commitment is answered by class")
    func answers() throws {
        let (site, log) = (try SeriesSite(), Log())
        let service = service(site, log)
        try site.send(association: 3)
        service.hear(.cut(3, calling: "CT1", objects: 5, reason: "it broke off"))
        let series = try #require(site.folder.complete(quiet: 0).first)
        #expect(series.isBrokenOff)
        let file = try #require(
            try FileManager.default.contentsOfDirectory(atPath: site.folder.place("series", series.uid).path).first)
        let instance = String(file.dropLast(4))
        #expect(service.vouch(sopClassUID: SmallObject().kind, sopInstanceUID: instance) == 0)
        #expect(service.vouch(sopClassUID: "1.2.3", sopInstanceUID: instance) == 0x0119)
        #expect(service.vouch(sopClassUID: "1.2.3", sopInstanceUID: "1.2.3") == 0x0112)
    }
}

/// The systemd unit.
@Suite("Listen unit")
struct ListenUnitTests {
    private func unit(_ user: String?, _ change: (inout ListenUnit.Options) -> Void = { _ in }) -> String {
        var options = ListenUnit.Options()
        change(&options)
        return ListenUnit(
            home: URL(fileURLWithPath: "/srv/50% data"), executable: URL(fileURLWithPath: "/usr/bin/pleura"),
            options: options, user: user
        ).text
    }

    @Test("a unit of the system's runs under its account, which writes its data folder alone")
    func system() {
        let text = unit("pleura") { $0.watch = "/in box" }
        let lines = text.split(separator: "\n").map(String.init)
        for line in [
            "ExecStart=/usr/bin/pleura listen --home \"/srv/50%% data\" --watch \"/in box\"", "User=pleura",
            "ProtectSystem=strict", "ReadWritePaths=\"/srv/50%% data\"", "BindPaths=\"/srv/50%% data\"",
            "BindReadOnlyPaths=\"/in box\"", "CapabilityBoundingSet=", "NoNewPrivileges=yes",
            "After=network-online.target", "WantedBy=multi-user.target",
        ] {
            #expect(lines.contains(line), "\(line): \(text)")
        }
    }

    @Test("a unit of the user's own has what needs no root")
    func own() {
        let text = unit(nil)
        #expect(text.contains("WantedBy=default.target") && text.contains("NoNewPrivileges=yes"))
        for word in ["User=", "ProtectSystem", "BindPaths", "network-online"] { #expect(!text.contains(word)) }
    }

    @Test("every option is in it, and paths do not depend on where it was written")
    func options() throws {
        let here = FileManager.default.currentDirectoryPath
        let text = unit(nil) {
            ($0.port, $0.aeTitle, $0.watch, $0.rules) = ("104", "OURS", "inbox", "../rules.toml")
            ($0.model, $0.quiet, $0.device, $0.mc) = ("models/own.safetensors", "7", "cuda", 5)
            ($0.noNetwork, $0.tta) = (true, true)
        }
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("ExecStart=") })
        let above = URL(fileURLWithPath: here).deletingLastPathComponent().appendingPathComponent("rules.toml").path
        let words = [
            "--port 104 --ae-title OURS --watch \(here)/inbox --rules \(above)",
            "--model \(here)/models/own.safetensors --quiet 7 --device cuda --mc 5 --no-network --tta",
        ]
        #expect(line.hasSuffix(words.joined(separator: " ")), "\(line)")
        // The name of an installed model is no path.
        #expect(unit(nil) { $0.model = "thorax@3" }.contains("--model \"thorax@3\""))
        #expect(!unit(nil).contains("--device") && !unit(nil).contains("--mc"))
    }
}
