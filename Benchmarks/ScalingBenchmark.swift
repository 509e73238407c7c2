import SurfaceMetrics
import Volumes

/// How surface Dice grows with the number of slices, the size of an edit, and the tolerance.
enum ScalingBenchmark {
    static func run(_ table: inout ResultTable) throws {
        for slices in [50, 100, 200, 400, 800] {
            let pair = try LungPair(slices: slices)
            let full = try Timing.walls(5) {
                _ = try SurfaceMeasurement.measure(
                    reference: pair.reference, test: pair.test, tolerances: [2], contents: .scores)
            }
            table.add("\(slices) slices, full", full.median, unit: "ms")
            try strokes("\(slices) slices, 8 mm ball", pair, 2, 8, &table)
        }
        let pair = try LungPair()
        for radius in [2, 4, 8, 15, 25, 40] {
            try strokes("\(radius) mm ball, 2 mm tolerance", pair, 2, Millimetres(Double(radius)), &table)
        }
        for tolerance in [0.5, 1, 2, 3, 5, 10] {
            let full = try Timing.walls(5) {
                _ = try SurfaceMeasurement.measure(
                    reference: pair.reference, test: pair.test, tolerances: [Millimetres(tolerance)],
                    contents: .scores)
            }
            let name = ResultTable.number(tolerance)
            table.add("tolerance \(name) mm, full", full.median, unit: "ms")
            try strokes("tolerance \(name) mm, 8 mm ball", pair, Millimetres(tolerance), 8, &table)
        }
        table.note("live updates: 100 dabs each")
    }

    private static func strokes(
        _ name: String, _ pair: LungPair, _ tolerance: Millimetres, _ radius: Millimetres,
        _ table: inout ResultTable
    ) throws {
        var live = try LiveSurfaceDice(reference: pair.reference, test: pair.test, tolerances: [tolerance])
        let times = try SurfaceBenchmark.update(&live, try pair.dabs(100, radius: radius))
        table.add("\(name), live, median", times.median, unit: "ms")
        table.add("\(name), live, p95", times.percentile(95), unit: "ms")
    }
}
