import Foundation
import TestSupport
import Testing

/// A real archive (Debian's Orthanc) on free ports, in a folder that goes with it.
final class Orthanc {
    static let isInstalled = ["/usr/sbin/Orthanc", "/usr/bin/Orthanc"].contains {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Files of a secured connection, made for the test.
    struct Secrets {
        let folder: TemporaryFolder
        var ours: String { folder.file("ours.pem").path }
        var theirs: String { folder.file("theirs.pem").path }
        var key: String { folder.file("ours.key").path }

        init() throws {
            folder = try TemporaryFolder()
            for name in ["ours", "theirs"] {
                let made = try runProgram(
                    URL(fileURLWithPath: "/usr/bin/openssl"),
                    [
                        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-keyout",
                        folder.file("\(name).key").path, "-out", folder.file("\(name).pem").path,
                    ])
                try #require(made.status == 0, "\(made)")
            }
        }
    }

    let port: Int
    let reportPort: Int
    private let rest: Int
    private let folder = try? TemporaryFolder()
    private let process = Process()

    /// - Parameter sendsSecured: whether it connects to us over TLS, too.
    init(secrets: Secrets? = nil, sendsSecured: Bool = false) throws {
        let folder = try #require(folder)
        (port, rest, reportPort) = (try Self.freePort(), try Self.freePort(), try Self.freePort())
        var settings: [String: Any] = [
            "StorageDirectory": folder.url.path, "IndexDirectory": folder.url.path, "HttpPort": rest,
            "DicomPort": port, "DicomAet": "ARCHIVE", "DicomCheckCalledAet": true, "RemoteAccessAllowed": false,
            "AuthenticationEnabled": false, "DicomAlwaysAllowEcho": false, "DicomAlwaysAllowStore": false,
            "DicomModalities": [
                "pleura": ["AET": "PLEURA", "Host": "127.0.0.1", "Port": reportPort, "UseDicomTls": sendsSecured]
            ],
            "Plugins": [String](),
        ]
        if let secrets {
            settings["DicomTlsEnabled"] = true
            settings["DicomTlsPrivateKey"] = secrets.folder.file("theirs.key").path
            settings["DicomTlsCertificate"] = secrets.theirs
            settings["DicomTlsTrustedCertificates"] = secrets.ours
            settings["DicomTlsRemoteCertificateRequired"] = true
        }
        let file = folder.file("orthanc.json")
        try JSONSerialization.data(withJSONObject: settings).write(to: file)
        process.executableURL = URL(
            fileURLWithPath: FileManager.default.isExecutableFile(atPath: "/usr/sbin/Orthanc")
                ? "/usr/sbin/Orthanc" : "/usr/bin/Orthanc")
        process.arguments = [file.path]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<300 {
            if (try? ask("/system", as: [String: AnyJSON].self)) != nil { return }
            usleep(100_000)
        }
        throw Unexpected("Orthanc does not answer")
    }

    deinit { kill() }

    /// Ends it at once, as a power cut would.
    func kill() {
        guard process.isRunning else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The settings of a node at this archive.
    func settings(port: Int? = nil, title: String = "ARCHIVE", secrets: Secrets? = nil, extra: String = "") -> String {
        var text = """
            reviewer = "ana"
            [nodes.archive]
            ae_title = "\(title)"
            host = "127.0.0.1"
            port = \(port ?? self.port)
            timeout_s = 20
            listen_port = \(reportPort)
            \(extra)

            """
        if let secrets {
            text += "tls = true\ntls_key = \"\(secrets.key)\"\ntls_certificate = \"\(secrets.ours)\"\n"
            text += "tls_trusted = \"\(secrets.theirs)\"\n"
        }
        return text
    }

    func send(_ folder: URL) throws { _ = try run("post", folder.path) }

    /// The UIDs of the archive's structure sets.
    func instances(of modality: String) throws -> [String] {
        try ask("/series?expand", as: [Series].self).filter { $0.tags["Modality"] == modality }
            .flatMap { series in
                try series.instances.map { try ask("/instances/\($0)", as: Instance.self).tags["SOPInstanceUID"] ?? "" }
            }
    }

    /// Sends all it has to a node on its report port, and has the node vouch for all of it.
    /// - Returns: what its report came to: `Success`, `Failure` or, without a report, `Pending`.
    func pushAndCommit() throws -> String {
        try run("commit", "pleura").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private struct Series: Decodable {
        let tags: [String: String]
        let instances: [String]
        enum CodingKeys: String, CodingKey {
            case tags = "MainDicomTags"
            case instances = "Instances"
        }
    }

    private struct Instance: Decodable {
        let tags: [String: String]
        enum CodingKeys: String, CodingKey { case tags = "MainDicomTags" }
    }

    struct AnyJSON: Decodable { init(from decoder: any Decoder) throws {} }

    private func ask<T: Decodable>(_ path: String, as type: T.Type) throws -> T {
        try JSONDecoder().decode(type, from: Data(try run("get", path).utf8))
    }

    private func run(_ verb: String, _ what: String) throws -> String {
        let script = repositoryRoot().appendingPathComponent("Tests/oracles/archive_rest.py").path
        let result = try runProgram(
            URL(fileURLWithPath: "/usr/bin/env"), ["python3", script, "http://127.0.0.1:\(rest)", verb, what])
        guard result.status == 0 else { throw Unexpected("REST \(verb) \(what): \(result.errors.suffix(300))") }
        return result.output
    }

    static func freePort() throws -> Int {
        let held = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(held) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(held, $0, length) == 0 && getsockname(held, $0, &length) == 0
            }
        }
        try #require(isBound)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// A connection to an archive that breaks after so many bytes from it.
final class CuttingProxy {
    let port: Int
    private let process = Process()
    private let input = Pipe()

    init(to target: Int, after bytes: Int) throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", repositoryRoot().appendingPathComponent("Tests/oracles/archive_proxy.py").path, String(target),
            String(bytes),
        ]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    deinit { process.terminate() }
}
