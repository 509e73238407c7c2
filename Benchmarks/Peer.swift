import Foundation

/// Other people's programs, run beside ours. Python packages live in environments that `peers/environment.sh` makes;
/// without network they are not available, which is no failure.
struct Peer {
    private static let peers = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("peers")
    private static let checkout = peers.deletingLastPathComponent().deletingLastPathComponent()
    private let python: String

    /// The packages of `Tests/oracles`, in the environment that the tests use: pydicom, SimpleITK, numpy.
    static func oracles() -> Peer? {
        make(".venv-oracles", requirements: checkout.appendingPathComponent("Tests/oracles/requirements.txt"))
    }

    /// DeepMind's surface-distance.
    static func surfaceDistance() -> Peer? {
        make(".venv-peers", requirements: peers.appendingPathComponent("requirements.txt"))
    }

    /// PyTorch and MONAI: some hundreds of megabytes.
    static func torch() -> Peer? {
        make(".venv-torch", requirements: peers.appendingPathComponent("requirements-torch.txt"))
    }

    /// Python with no packages.
    static let plain = Peer(python: "python3")

    private static func make(_ folder: String, requirements: URL) -> Peer? {
        let script = peers.appendingPathComponent("environment.sh").path
        let arguments = [script, checkout.appendingPathComponent(folder).path, requirements.path]
        guard let output = try? run("sh", arguments) else { return nil }
        let python = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return python.isEmpty ? nil : Peer(python: python)
    }

    /// Runs a script of `peers/` and decodes the JSON on its standard output.
    func run<T: Decodable>(_ script: String, _ arguments: [String], as type: T.Type = T.self) throws -> T {
        let path = Self.peers.appendingPathComponent(script).path
        return try JSONDecoder().decode(type, from: Self.run(python, [path] + arguments))
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchmarkFailure("\(program) \(arguments.first ?? "") ended with \(process.terminationStatus)")
        }
        return data
    }
}

/// Why a benchmark stopped.
struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
