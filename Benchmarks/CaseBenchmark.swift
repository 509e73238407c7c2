import Foundation

/// Opens a case that is in the store: a series of 275 slices with masks that were predicted before.
enum CaseBenchmark {
    private static let runs = 9

    static func run(_ table: inout ResultTable) throws {
        let process = try ReviewProcess()
        try process.register()
        var fromList: [Double] = []
        var fromShell: [Double] = []
        for _ in 0..<runs {
            let list = try process.review(ReviewProcess.baseline)
            guard
                try list.follow(atMost: 10_000, until: { $0.line(0).contains("worklist") && $0.text.contains("275") })
                    != nil
            else { throw BenchmarkFailure("there is no worklist:\n\(list.screen.words)") }
            fromList.append(try time(list) { try list.send("\r") })
            try list.quit("q")
            var program: TerminalProgram?
            let begun = Timing.monotonic()
            program = try process.review([process.series.url.path] + ReviewProcess.baseline)
            if let program {
                fromShell.append(try time(program, since: begun) {})
                try program.quit("q")
            }
        }
        table.add(
            "275 slices, from Enter in the worklist until it can be edited, median", Samples(fromList).median,
            unit: "ms", target: .atMost(300))
        table.add("– the slowest of \(runs)", Samples(fromList).percentile(100), unit: "ms")
        table.add("– from the shell, start of the program included, median", Samples(fromShell).median, unit: "ms")
        table.note("wall time until masks and “saved” are on the screen, 200×60; files in memory")
    }

    private static func time(
        _ program: TerminalProgram, since start: Double? = nil, _ begin: () throws -> Void
    ) throws -> Double {
        let begun = start ?? Timing.monotonic()
        try begin()
        let end = try program.follow(atMost: 20_000) { $0.line(0).contains("● saved") && $0.text.contains("Lung_L") }
        guard let end else { throw BenchmarkFailure("the case did not open:\n\(program.screen.words)") }
        return end - begun
    }
}
