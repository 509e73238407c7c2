import Foundation

/// Runs the Python programs in `Tests/oracles`, which say what other people's packages make of a file.
///
/// The packages live in `.venv-oracles` of the checkout, which the first test that needs it makes from
/// `Tests/oracles/requirements.txt` (about 100 MB, once); a lock keeps tests and test processes from doing it twice.
public struct PythonOracle: Sendable {
    /// Why an oracle gave no answer.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    private let script: URL
    private let python: URL

    /// The oracle of a name such as `nifti_oracle.py`; makes the environment if need be.
    public init(_ name: String) throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        script = tests.appendingPathComponent("oracles/\(name)")
        let folder = tests.deletingLastPathComponent().appendingPathComponent(".venv-oracles")
        python = folder.appendingPathComponent("venv/bin/python")
        try Self.prepare(folder, requirements: tests.appendingPathComponent("oracles/requirements.txt"))
    }

    /// Runs the oracle and decodes the JSON on its standard output.
    public func run<T: Decodable>(_ arguments: [String], as type: T.Type = T.self) throws -> T {
        let output = try Self.run(python, [script.path] + arguments)
        do { return try JSONDecoder().decode(type, from: output) } catch {
            throw Failure(description: "\(script.lastPathComponent) gave no JSON of the kind asked for: \(error)")
        }
    }

    /// Starts an oracle that serves until its standard input is closed, which happens when the process is let go of.
    /// - Returns: the process and the first line that it says.
    public func serve(_ arguments: [String]) throws -> (process: Server, says: String) {
        let server = Server()
        server.process.executableURL = python
        server.process.arguments = [script.path] + arguments
        let output = Pipe()
        server.process.standardInput = server.input
        server.process.standardOutput = output
        server.process.standardError = FileHandle.nullDevice
        try server.process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard !line.isEmpty else { throw Failure(description: "\(script.lastPathComponent) ended without a word") }
        return (server, line.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// An oracle that serves; ends with its last owner.
    public final class Server {
        fileprivate let process = Process()
        fileprivate let input = Pipe()

        deinit {
            input.fileHandleForWriting.closeFile()
            process.terminate()
        }
    }

    private static func prepare(_ folder: URL, requirements: URL) throws {
        let wanted = try Data(contentsOf: requirements)
        // Of several tests that make it at once, all but one may be told that it is there; what counts is the lock.
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let lock = open(folder.appendingPathComponent("lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
            throw Failure(description: "cannot lock \(folder.path): \(String(cString: strerror(errno)))")
        }
        defer { close(lock) }
        // A copy of the requirements, written last, says that the environment is whole and of these versions.
        let marker = folder.appendingPathComponent("installed.txt")
        if (try? Data(contentsOf: marker)) == wanted { return }
        try? FileManager.default.removeItem(at: marker)
        let venv = folder.appendingPathComponent("venv")
        let env = URL(fileURLWithPath: "/usr/bin/env")
        do {
            _ = try run(env, ["python3", "-m", "venv", "--clear", venv.path])
            _ = try run(
                venv.appendingPathComponent("bin/python"),
                [
                    "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps", "-r",
                    requirements.path,
                ])
        } catch {
            throw Failure(
                description: "The Python packages that tests compare with could not be installed into \(venv.path). "
                    + "They need python3 (3.11 or newer) with venv and a package index. \(error)")
        }
        try wanted.write(to: marker, options: .atomic)
    }

    private static func run(_ program: URL, _ arguments: [String]) throws -> Data {
        let folder = try TemporaryFolder()
        // Files rather than pipes, which stall when one of two fills up unread.
        let output = folder.file("output")
        let errors = folder.file("errors")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            throw Failure(
                description: "\(program.lastPathComponent) \(arguments.prefix(3).joined(separator: " ")) failed with "
                    + "\(process.terminationStatus): \(text.suffix(2000))")
        }
        return try Data(contentsOf: output)
    }
}
