import CaseWork
import Foundation

/// `pleura listen` as a service of systemd: the system's own, where root installs it, or the user's.
package struct ListenUnit {
    private let home: URL
    private let executable: URL
    private let options: [String]
    private let user: String?
    private let watched: String?

    /// The service of a data folder.
    /// - Parameters:
    ///   - options: further words of the command line.
    ///   - watched: a folder that it reads.
    ///   - user: the account it runs under as a service of the system; `nil` for a service of the user's own.
    package init(home: URL, executable: URL, options: [String], watched: String?, user: String?) {
        self.home = home
        self.executable = executable
        self.options = options
        self.user = user
        self.watched = watched
    }

    /// The unit's text (systemd.service(5), systemd.exec(5)).
    package var text: String {
        let words = [executable.path, "listen", "--home", home.path] + options
        var service = [
            "ExecStart=\(words.map(Self.quoted).joined(separator: " "))",
            "Restart=on-failure", "RestartSec=10", "KillSignal=SIGTERM", "TimeoutStopSec=180", "UMask=0077",
            "NoNewPrivileges=yes", "LockPersonality=yes", "RestrictRealtime=yes", "RestrictSUIDSGID=yes",
            "SystemCallArchitectures=native", "LimitNOFILE=4096",
        ]
        if let user {
            service += [
                "User=\(user)", "CapabilityBoundingSet=", "AmbientCapabilities=", "ProtectSystem=strict",
                "ReadWritePaths=\(Self.quoted(home.path))", "ProtectHome=tmpfs",
                "BindPaths=\(Self.quoted(home.path))", "PrivateTmp=yes", "PrivateDevices=yes", "ProtectProc=invisible",
                "ProtectClock=yes", "ProtectHostname=yes", "ProtectControlGroups=yes",
                "ProtectKernelLogs=yes", "ProtectKernelModules=yes", "ProtectKernelTunables=yes",
                "RestrictAddressFamilies=AF_INET AF_UNIX", "RestrictNamespaces=yes", "RemoveIPC=yes",
                "SystemCallFilter=@system-service", "SystemCallFilter=~@privileged", "SystemCallErrorNumber=EPERM",
            ]
            if let watched { service.append("BindReadOnlyPaths=\(Self.quoted(watched))") }
        }
        return """
            [Unit]
            Description=Pleura: images that arrive by themselves
            \(user == nil ? "" : "After=network-online.target\nWants=network-online.target\n")
            [Service]
            \(service.joined(separator: "\n"))

            [Install]
            WantedBy=\(user == nil ? "default.target" : "multi-user.target")

            """
    }

    /// A word as systemd takes it: in quotes, with its own signs doubled.
    private static func quoted(_ word: String) -> String {
        let escaped = word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("%", with: "%%")
            .replacing("$", with: "$$")
        let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-=".contains($0)) }
        return isPlain ? word : "\"\(escaped)\""
    }

    /// Where the unit belongs.
    package var url: URL {
        guard user == nil else { return URL(fileURLWithPath: "/etc/systemd/system/pleura-listen.service") }
        let environment = ProcessInfo.processInfo.environment
        let config =
            environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
            ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".config")
        return config.appendingPathComponent("systemd/user/pleura-listen.service")
    }

    /// Writes the unit.
    /// - Returns: what there is to tell, line by line.
    /// - Throws: ``WorkError`` if it cannot be written.
    package func install() throws(WorkError) -> [String] {
        let folder = url.deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw WorkError("\(folder.path) cannot be made.", .failed)
        }
        try ResultFile.write(Data(text.utf8), to: url.path)
        let control = user == nil ? "systemctl --user" : "systemctl"
        return [
            "The unit is \(url.path)",
            "Start it now and at every start: \(control) daemon-reload && \(control) enable --now pleura-listen",
        ]
    }
}
