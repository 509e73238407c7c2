import Foundation

/// What a finished program said.
public struct ProgramResult: Sendable {
    public var status: Int32
    public var output: String
    public var errors: String
}

/// Why a program could not be started.
public struct SpawnFailure: Error {
    public var program: String
    public var errorNumber: Int32
}

/// Runs a program to its end with nothing on standard input; a status of 128 + n stands for death by signal n.
///
/// By posix_spawn and not Foundation's Process, which on Linux waits for a descriptor that a daemon (tmux's server)
/// inherits and holds. For the same reason outputs go through files. The child starts with every signal unblocked
/// and at its default: Swift's worker threads block them, and a blocked SIGWINCH would be inherited.
@discardableResult
public func runProgram(
    _ executable: URL, _ arguments: [String], environment: [String: String]? = nil
) throws -> ProgramResult {
    let temporary = try TemporaryFolder()
    let output = temporary.file("out")
    let errors = temporary.file("err")

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output.path, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors.path, O_WRONLY | O_CREAT, 0o600)
    // Swift's Glibc module hides closefrom; closing what is not open does no harm.
    for descriptor: Int32 in 3..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let variables = environment ?? ProcessInfo.processInfo.environment
    var words = ([executable.path] + arguments).map { strdup($0) } + [nil]
    var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + settings { free(text) } }

    var process = pid_t()
    let failure = posix_spawn(&process, executable.path, &actions, &attributes, &words, &settings)
    guard failure == 0 else { throw SpawnFailure(program: executable.path, errorNumber: failure) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1 && errno == EINTR {}
    let signal = status & 0x7f
    return ProgramResult(
        status: signal == 0 ? (status >> 8) & 0xff : 128 + signal,
        output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
        errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
}

/// The program under test: `PLEURA_BINARY`, or the one that lies beside the running tests, built with them.
public func pleuraBinary() throws -> URL {
    let environment = ProcessInfo.processInfo.environment
    if let path = environment["PLEURA_BINARY"] { return URL(fileURLWithPath: path) }
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("pleura")
}

/// The folder that holds Package.swift, `sample-data`, `themes` and `keymaps`.
public func repositoryRoot() -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}

/// An environment in which a program meets nothing of the machine that runs the test: UTF-8, its own home and data.
public func cleanEnvironment(home: URL, adding extra: [String: String] = [:]) -> [String: String] {
    let inherited = ProcessInfo.processInfo.environment
    var environment = [
        "PATH": inherited["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
        "HOME": home.path,
        "XDG_DATA_HOME": home.appendingPathComponent("data").path,
        "XDG_CONFIG_HOME": home.appendingPathComponent("config").path,
        "PLEURA_HOME": home.appendingPathComponent("pleura").path,
        // Tests name the model they need: the shipped one changes with every release.
        "PLEURA_MODELS": "",
        "SHELL": "/bin/sh",
        "USER": "reader",
        "LC_ALL": "C.UTF-8",
    ]
    // Where the loader finds Swift's own libraries on machines that need telling.
    if let libraries = inherited["LD_LIBRARY_PATH"] { environment["LD_LIBRARY_PATH"] = libraries }
    return environment.merging(extra) { _, given in given }
}
