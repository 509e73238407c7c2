import CaseWork
import Foundation

/// `pleura listen` as a service of systemd: the system's own, where root installs it, or the user's.
package struct ListenUnit {
    /// The options of `pleura listen` that go into the unit, as they were given.
    package struct Options: Hashable, Sendable {
        /// See `pleura listen --help`; `nil` where it was not given.
        package var port, aeTitle, watch, rules, model, quiet: String?
        /// See `pleura listen --help`.
        package var noNetwork = false, tta = false
        /// See `pleura listen --help`, with its defaults.
        package var device = "auto", mc = 0

        /// None.
        package init() {}

        /// The words of the command line. The service runs in another folder: paths are whole.
        fileprivate var words: [String] {
            // A model of a name that is installed is no path.
            let model = model.map { $0.contains("/") || $0.hasSuffix(".safetensors") ? ListenUnit.whole($0) : $0 }
            let values = [
                ("port", port), ("ae-title", aeTitle), ("watch", watch.map(ListenUnit.whole)),
                ("rules", rules.map(ListenUnit.whole)), ("model", model), ("quiet", quiet),
                ("device", device == "auto" ? nil : device), ("mc", mc == 0 ? nil : String(mc)),
            ]
            return values.flatMap { name, value in value.map { ["--\(name)", $0] } ?? [] }
                + (noNetwork ? ["--no-network"] : []) + (tta ? ["--tta"] : [])
        }
    }

    private let home: URL
    private let executable: URL
    private let options: Options
    private let user: String?

    /// The service of a data folder.
    /// - Parameter user: the account it runs under as a service of the system; `nil` for a service of the user's own.
    package init(home: URL, executable: URL, options: Options, user: String?) {
        self.home = URL(fileURLWithPath: Self.whole(home.path))
        self.executable = executable
        self.options = options
        self.user = user
    }

    private static func whole(_ path: String) -> String {
        path.hasPrefix("/")
            ? path
            : URL(fileURLWithPath: FileManager.default.currentDirectoryPath).appendingPathComponent(path)
                .standardizedFileURL.path
    }

    /// The unit's text (systemd.service(5), systemd.exec(5)).
    package var text: String {
        let words = [executable.path, "listen", "--home", home.path] + options.words
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
            if let watched = options.watch {
                service.append("BindReadOnlyPaths=\(Self.quoted(Self.whole(watched)))")
            }
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
