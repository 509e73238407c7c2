import Review
import Screens
import TerminalKit

/// Draws 200 × 60 cells of a 512 × 512 slice with three masks, the next slice each time, and finds what changed.
enum FrameBenchmark {
    static func run(_ table: inout ResultTable) throws {
        var state = try ReviewSample.state()
        for depth in [ColourDepth.indexed, .direct] {
            for cells in [CellMode.half, .quadrant, .sextant] {
                let options = try ReviewSample.options(depth: depth, cells: cells)
                var last: CellGrid?
                var drawing: [Double] = []
                var comparing: [Double] = []
                for frame in 0..<120 {
                    _ = reduce(&state, .goToSlice(60 + frame))
                    let (render, grid) = Timing.cpu {
                        ReviewScreen.render(
                            state, options: options, columns: ReviewSample.columns, rows: ReviewSample.rows)
                    }
                    let (diff, runs) = Timing.cpu { GridDiff.runs(from: last, to: grid) }
                    guard !runs.isEmpty else { throw BenchmarkFailure("two slices look the same") }
                    drawing.append(render)
                    comparing.append(render + diff)
                    last = grid
                }
                let name = "\(cells.rawValue), \(depth.rawValue)"
                table.add("\(name): draw", Samples(drawing).median, unit: "ms")
                table.add("\(name): draw + diff", Samples(comparing).median, unit: "ms", target: .atMost(8))
            }
        }
        table.note("CPU time, medians of 120 frames; without what ncurses adds")
    }
}
