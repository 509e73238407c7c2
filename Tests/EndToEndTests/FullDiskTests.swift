import Foundation
import TestSupport
import Testing

/// Disks that are full or may not be written: the program says so, and nothing is lost. The disk is a tmpfs in a mount
/// namespace of the test's own; where the system allows none, these tests are left out.
@Suite("Full disks", .serialized, .enabled(if: SmallDisk.isAvailable))
struct FullDiskTests {
    @Test("a worker on a full disk loses nothing and works when there is space; a disk that is read-only is named")
    func worker() throws {
        let home = try TemporaryFolder()
        let made = try pleura(
            "rehearse", home.file("pleura").path, "--only-prepare", "--site", "siteA", "--cases", "2", "--hold-out",
            "3", "--matrix", "48", "--slices", "16", "--old-hold-out", "0", "--threads", "1", home: home)
        #expect(made.status == 0, "\(made.errors)")
        let run = try SmallDisk.run(
            megabytes: 12, copyOf: home.file("pleura"), home: home,
            """
            fill
            step full "$pleura" worker --once --threads 1 --beside-others
            step add "$pleura" queue add
            free_again
            # Space for the store and for slices, not for checkpoints and models.
            fill_but 400
            step scarce "$pleura" worker --once --threads 1 --beside-others
            free_again
            # The job waits thirty seconds before it is tried again.
            work() {
                for attempt in $(seq 90); do
                    "$pleura" worker --once --threads 1 --beside-others || return 1
                    "$pleura" queue list --json | grep -q '"state" *: *"queued"' || return 0
                    sleep 1
                done
                return 2
            }
            step freed work
            step intact "$pleura" audit verify
            "$pleura" queue list --json >&3
            mount -o remount,ro "$PLEURA_HOME"
            step reading "$pleura" queue add
            """)
        for step in ["full", "add"] {
            #expect(run[step]?.status == 1 && run[step]?.said.contains("No space") == true, "\(run)")
        }
        // The job goes back to the queue with the reason, is neither lost nor half published, and ends once there is
        // space.
        #expect(run["scarce"]?.said.contains("No space") == true, "\(run)")
        #expect(run["freed"]?.status == 0 && run["intact"]?.status == 0, "\(run)")
        let jobs = try #require(
            try JSONSerialization.jsonObject(with: Data(run.document.utf8)) as? [String: Any])["jobs"]
        let states = (jobs as? [[String: Any]] ?? []).compactMap { $0["state"] as? String }
        #expect(states.count == 1 && ["promoted", "held"].contains(states[0]), "\(run)")
        #expect(run["reading"]?.status == 1 && run["reading"]?.said.contains("cannot be written") == true, "\(run)")
    }
}

/// A disk of a few megabytes with a data folder on it.
enum SmallDisk {
    struct Run: CustomStringConvertible {
        struct Step {
            let status: Int
            let said: String
        }

        var steps: [(name: String, step: Step)]
        /// What was written to descriptor 3.
        let document: String

        subscript(name: String) -> Step? { steps.first { $0.name == name }?.step }
        var description: String {
            steps.map { "\($0.name) → \($0.step.status): \($0.step.said)" }.joined(separator: "\n")
        }
    }

    /// Whether this system lets a test mount a disk of its own.
    static let isAvailable: Bool = {
        let folder = try? TemporaryFolder()
        guard let path = folder?.url.path else { return false }
        let tried = try? runProgram(
            URL(fileURLWithPath: "/usr/bin/unshare"), ["-rm", "mount", "-t", "tmpfs", "none", path])
        return tried?.status == 0
    }()

    /// Runs a script with a copy of a data folder on such a disk as PLEURA_HOME. `step NAME COMMAND…` notes what a
    /// command said; `fill` fills the disk, `fill_but KIB` all but so much, `free_again` frees it.
    static func run(megabytes: Int, copyOf data: URL, home: TemporaryFolder, _ script: String) throws -> Run {
        let disk = home.file("disk")
        try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
        let document = home.file("document")
        let head = """
            exec 2>&1 3>"$4"
            export PLEURA_HOME="$1" pleura="$3"
            mount -t tmpfs -o size=\(megabytes)m none "$1" && cp -r "$2/." "$1" || exit 99
            fill() { head -c 1000000000 /dev/zero >"$PLEURA_HOME/filler" 2>/dev/null; }
            fill_but() {
                left=$(df -k --output=avail "$PLEURA_HOME" | tail -n 1)
                head -c $(((left - $1) * 1024)) /dev/zero >"$PLEURA_HOME/filler"
            }
            free_again() { rm "$PLEURA_HOME/filler"; }
            step() { name=$1; shift; echo "=== $name"; "$@"; echo "=== $name $?"; }
            """
        let result = try runProgram(
            URL(fileURLWithPath: "/usr/bin/unshare"),
            [
                "-rm", "sh", "-c", "\(head)\n\(script)", "sh", disk.path, data.path, try pleuraBinary().path,
                document.path,
            ], environment: cleanEnvironment(home: home.url))
        var steps: [(String, Run.Step)] = []
        var said: [Substring] = []
        for line in result.output.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.first != "===" {
                said.append(line)
            } else if words.count == 2 {
                said = []
            } else if let status = Int(words[2]) {
                steps.append((String(words[1]), Run.Step(status: status, said: said.joined(separator: "\n"))))
            }
        }
        guard result.status == 0 else { throw Unexpected("\(result)") }
        return Run(steps: steps, document: (try? String(contentsOf: document, encoding: .utf8)) ?? "")
    }
}
