import Foundation

/// The program itself, with a data folder of its own and a series of 275 slices.
final class ReviewProcess {
    /// The masks are the baseline's, which are there in a moment.
    static let baseline = ["--model", "baseline-threshold"]

    /// The series, a DICOM folder.
    let series: ScratchFolder
    private let home: ScratchFolder
    private let program: URL

    init() throws {
        series = try Sample.series(of: 275)
        home = try ScratchFolder()
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        program = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("pleura")
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw BenchmarkFailure("\(program.path) is not there: make build")
        }
        // Whoever has reviewed before is no longer told of keys, and asked nothing.
        let config = home.url.appendingPathComponent("config/pleura")
        try FileManager.default.createDirectory(at: config, withIntermediateDirectories: true)
        try Data("reviewer = \"bench\"\n".utf8).write(to: config.appendingPathComponent("config.toml"))
    }

    private var environment: [String: String] {
        let own = ProcessInfo.processInfo.environment
        var variables = [
            "HOME": home.url.path, "XDG_CONFIG_HOME": home.url.appendingPathComponent("config").path,
            "PLEURA_HOME": home.url.appendingPathComponent("data").path, "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8", "PATH": own["PATH"] ?? "/usr/bin:/bin",
        ]
        for name in ["LD_LIBRARY_PATH", "PLEURA_LIBTORCH", "PLEURA_TORCH_SHIM", "PLEURA_MODELS"] {
            variables[name] = own[name]
        }
        return variables
    }

    /// Starts `pleura review` in a terminal of the size that frames are measured at.
    func review(_ arguments: [String]) throws -> TerminalProgram {
        try TerminalProgram(
            program, ["review"] + arguments, environment: environment, columns: ReviewSample.columns,
            rows: ReviewSample.rows)
    }

    /// Starts the program without a terminal; its output goes nowhere.
    func start(_ arguments: String...) throws -> Process {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = environment
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Opens the series with the baseline, waits until its scores are there, and leaves again: it is in the store now.
    func register() throws {
        let program = try review([series.url.path] + Self.baseline)
        guard try program.follow(atMost: 120_000, until: { $0.line(0).contains("● saved") }) != nil else {
            throw BenchmarkFailure("the case did not open:\n\(program.screen.words)")
        }
        try program.quit("q")
    }
}
