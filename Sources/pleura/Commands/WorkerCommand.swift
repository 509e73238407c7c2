import ArgumentParser
import Foundation
import Glibc
import JobWork

/// Fine-tunes in the background.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Take fine-tuning jobs from the queue, at low priority.",
        discussion: """
            Works until it is stopped: Ctrl-C or SIGTERM writes a checkpoint and gives the job back; a worker that was \
            killed is replaced by the next, which goes on from the last checkpoint. Jobs are queued by hand (pleura \
            queue add), after as many new corrections as [queue] after_corrections says in config.toml (10; 0 never), \
            and at the time of day of [queue] at. After a promotion it predicts unreviewed cases anew.
            """)

    @Flag(help: "Stop when nothing is left to do.") var once = false
    @Flag(help: "Write a systemd user unit that starts the worker, and say how to enable it.") var installService =
        false
    @Flag(help: "Run even if another worker is running on this machine.") var besideOthers = false
    @Option(help: "Threads of the processor; otherwise all.") var threads: Int?
    @OptionGroup var home: HomeOption

    func run() throws {
        if let threads, !(1...1024).contains(threads) { throw ProgramError("--threads is 1…1024, not \(threads).") }
        if installService {
            try ServiceUnit(home: home.location, executable: Program.executable).install()
            return
        }
        // The terminal it was started from may go.
        signal(SIGHUP, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        umask(0o077)
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
        let lock = besideOthers ? nil : try WorkerLock(for: try home.folder())
        defer { withExtendedLifetime(lock) {} }
        let stop = StopSignal()
        try Program.current().worker(
            store: try home.store(), home: try home.folder(), threads: threads, isStopped: { stop.isSet }
        ).run(once: once)
    }
}

/// The worker as a service of the user's own systemd.
struct ServiceUnit {
    let home: URL
    let executable: URL

    /// The unit's text (systemd.service(5)). Blanks and signs in paths are quoted as systemd wants them.
    var text: String {
        """
        [Unit]
        Description=Pleura: fine-tuning from corrections

        [Service]
        ExecStart=\(Self.quoted(executable.path)) worker --home \(Self.quoted(home.path))
        Nice=19
        CPUSchedulingPolicy=idle
        Restart=on-failure
        RestartSec=30
        KillSignal=SIGTERM
        TimeoutStopSec=120

        [Install]
        WantedBy=default.target

        """
    }

    private static func quoted(_ path: String) -> String {
        let escaped = path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("%", with: "%%")
            .replacing("$", with: "$$")
        return "\"\(escaped)\""
    }

    /// Writes the unit.
    func install() throws(ProgramError) {
        let environment = ProcessInfo.processInfo.environment
        let config =
            environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
            ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".config")
        let folder = config.appendingPathComponent("systemd/user")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw ProgramError("\(folder.path) cannot be made.", .failed)
        }
        let file = folder.appendingPathComponent("pleura-worker.service")
        try Output.write(Data(text.utf8), to: file.path)
        print("The unit is \(file.path)")
        print(
            "Start it now and at every login: systemctl --user daemon-reload && systemctl --user enable --now pleura-worker"
        )
    }
}
