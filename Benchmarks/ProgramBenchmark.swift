import Foundation

/// Runs `pleura review` in a terminal of 200 × 60 in 256 colours.
enum ProgramBenchmark {
    private struct Answer: Decodable {
        let firstSlice: Double
        let frames: [Double]?

        enum CodingKeys: String, CodingKey {
            case firstSlice = "first_slice"
            case frames
        }
    }

    static func run(_ table: inout ResultTable) throws {
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("pleura")
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            table.note("not measured: \(program.path) is not there; build it with: make build")
            return
        }
        var folders: [(count: Int, folder: ScratchFolder)] = []
        for count in [275, 1100] { folders.append((count, try Sample.series(of: count))) }
        for (count, folder) in folders {
            let answers = try (0..<7).map { _ in try start(program, folder, keys: 0) }
            table.add(
                "start to first of \(count) slices on screen", Samples(answers.map(\.firstSlice)).median, unit: "ms",
                target: .atMost(150))
        }
        let scrolling = Samples(try start(program, folders[0].folder, keys: 200).frames ?? [])
        table.add("CPU of a frame, scrolling, median", scrolling.median, unit: "ms", target: .atMost(8))
        table.add("CPU of a frame, scrolling, p95", scrolling.percentile(95), unit: "ms", target: .atMost(8))
        table.note("medians of 7 starts with an empty store; a frame is a key, drawing, and ncurses with its output")
    }

    private static func start(_ program: URL, _ series: ScratchFolder, keys: Int) throws -> Answer {
        let home = try ScratchFolder()
        return try Peer.plain.run("program.py", [program.path, series.url.path, home.url.path, String(keys)])
    }
}
