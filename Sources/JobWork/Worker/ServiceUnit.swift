import CaseWork
import Foundation

/// The worker as a service of the user's own systemd.
package struct ServiceUnit {
    /// The data folder that is worked for.
    let home: URL
    /// The program's own file.
    let executable: URL

    /// The service of a data folder.
    package init(home: URL, executable: URL) {
        self.home = home
        self.executable = executable
    }

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
    /// - Returns: where it is.
    package func install() throws(WorkError) -> URL {
        let environment = ProcessInfo.processInfo.environment
        let config =
            environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
            ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".config")
        let folder = config.appendingPathComponent("systemd/user")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw WorkError("\(folder.path) cannot be made.", .failed)
        }
        let file = folder.appendingPathComponent("pleura-worker.service")
        try ResultFile.write(Data(text.utf8), to: file.path)
        return file
    }
}
