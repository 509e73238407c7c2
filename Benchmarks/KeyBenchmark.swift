import Foundation

/// From a key to the screen: the review in a pseudo-terminal, scrolled at the rate at which a held key repeats.
///
/// A key is on the screen when the title names the slice and the line below has its position, which is drawn last, and
/// nothing has come for 2 ms after that; the time is that of the last byte.
enum KeyBenchmark {
    private static let keys = 300
    /// How often a held key repeats, ms.
    private static let period = 33.0

    static func run(_ table: inout ResultTable) throws {
        let process = try ReviewProcess()
        try whileTheReviewPredicts(process, &table)
        try process.register()
        try alone(process, &table)
        try besidePrediction(process, &table)
        table.note("wall time; 275 slices at 200×60, a key every \(Int(period)) ms")
        table.note("the load of the machine counts: \(loadAverage()) when it ended")
    }

    /// The case is opened for the first time: its slices are there, its masks are being predicted.
    private static func whileTheReviewPredicts(_ process: ReviewProcess, _ table: inout ResultTable) throws {
        let program = try process.review([process.series.url.path])
        defer { withExtendedLifetime(program) {} }
        // Until the network itself is at work; what it works on shows how far it is.
        guard try program.follow(atMost: 60_000, until: isPredicting) != nil else {
            throw BenchmarkFailure("nothing was predicted:\n\(program.screen.words)")
        }
        let samples = try type(on: program) { isPredicting($0) }
        add("while the review itself predicts", samples, &table)
        try program.quit("q")
    }

    private static func isPredicting(_ screen: TerminalScreen) -> Bool {
        place(screen).map { $0.count > 1 } == true && screen.text.contains("Esc stops")
    }

    private static func open(_ process: ReviewProcess) throws -> TerminalProgram {
        let program = try process.review([process.series.url.path] + ReviewProcess.baseline)
        guard try program.follow(atMost: 60_000, until: { $0.line(0).contains("● saved") }) != nil else {
            throw BenchmarkFailure("the case did not open:\n\(program.screen.words)")
        }
        // Scores and checks follow.
        try program.idle(3000)
        return program
    }

    private static func alone(_ process: ReviewProcess, _ table: inout ResultTable) throws {
        let program = try open(process)
        add("nothing beside it", try type(on: program) { _ in true }, &table)
        try program.quit("q")
    }

    private static func besidePrediction(_ process: ReviewProcess, _ table: inout ResultTable) throws {
        let program = try open(process)
        let out = try ScratchFolder()
        let prediction = try process.start("predict", process.series.url.path, "-o", out.url.path)
        defer {
            prediction.terminate()
            prediction.waitUntilExit()
        }
        // It reads first.
        try program.idle(2000)
        let samples = try type(on: program) { _ in prediction.isRunning }
        add("beside pleura predict", samples, &table)
        try program.quit("q")
    }

    /// Scrolls down, and up again at the end, while a condition holds.
    private static func type(
        on program: TerminalProgram, while condition: (TerminalScreen) -> Bool
    ) throws -> (wall: Samples, processor: Double) {
        var times: [Double] = []
        let start = program.drawingTime
        var step = 1
        while times.count < keys, condition(program.screen) {
            guard let (slice, count) = place(program.screen) else {
                throw BenchmarkFailure("there is no slice on the screen:\n\(program.screen.words)")
            }
            if slice + step > count - 10 { step = -1 } else if slice + step < 10 { step = 1 }
            let begun = Timing.monotonic()
            try program.send(step > 0 ? "j" : "k")
            let wanted = (slice + step, " z \(slice + step - 1) ")
            let end = try program.follow(atMost: 1000) { screen in
                place(screen)?.slice == wanted.0 && screen.line(screen.rows - 3).contains(wanted.1)
            }
            guard let end else { throw BenchmarkFailure("a key had no effect:\n\(program.screen.words)") }
            times.append(end - begun)
            try program.idle(begun + period - Timing.monotonic())
        }
        return (Samples(times), (program.drawingTime - start) / Double(max(1, times.count)))
    }

    /// The slice in the title of the image, from 1, and how many there are.
    private static func place(_ screen: TerminalScreen) -> (slice: Int, count: Int)? {
        let words = screen.line(1).split(separator: " ")
        guard let title = words.firstIndex(of: "axial"), title + 1 < words.count else { return nil }
        let numbers = words[title + 1].split(separator: "/").compactMap { Int($0) }
        return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
    }

    private static func add(
        _ name: String, _ found: (wall: Samples, processor: Double), _ table: inout ResultTable
    ) {
        let samples = found.wall
        table.add("\(name), \(samples.count) keys, median", samples.median, unit: "ms")
        table.add("– p95", samples.percentile(95), unit: "ms")
        table.add("– p99", samples.percentile(99), unit: "ms", target: .atMost(16))
        table.add("– CPU time of the thread that draws, a key", found.processor, unit: "ms", target: .atMost(6))
    }

    private static func loadAverage() -> String {
        let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
        return text.split(separator: " ").first.map(String.init) ?? "unknown"
    }
}
