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
            let file = try ServiceUnit(home: home.location, executable: Program.executable).install()
            print("The unit is \(file.path)")
            print(
                "Start it now and at every login: systemctl --user daemon-reload && systemctl --user enable --now pleura-worker"
            )
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
