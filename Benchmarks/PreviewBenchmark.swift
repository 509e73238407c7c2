import Dicom

/// Reads one slice ahead of the others: listing the folder and reading a file of it.
enum PreviewBenchmark {
    static func run(_ table: inout ResultTable) throws {
        for count in [275, 1100] {
            let folder = try Sample.series(of: count)
            let times = try Timing.walls(21) {
                guard try DicomFolder.preview(folder.url) != nil else { throw BenchmarkFailure("no slice was found") }
            }
            table.add("first of \(count) slices", times.median, unit: "ms", target: .atMost(150))
        }
        table.note("medians of 21 runs; reading alone, without starting the program and drawing")
    }
}
