import PatientView
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
                table.add("\(name): draw + diff", Samples(comparing).median, unit: "ms", target: .atMost(6))
            }
        }
        try planes(state, &table)
        try stroke(state, &table)
        table.note("CPU time, medians of 120 frames; without what ncurses adds")
    }

    /// The same with other planes: each frame moves along the plane's normal, or with three of them along z.
    private static func planes(_ start: ReviewState, _ table: inout ResultTable) throws {
        let options = try ReviewSample.options(depth: .indexed, cells: .half)
        let views: [(name: String, plane: ViewPlane, layout: PaneLayout)] = [
            ("coronal", .coronal, .one), ("sagittal", .sagittal, .one), ("three planes", .axial, .three),
        ]
        for view in views {
            var state = start
            _ = reduce(&state, .slide(60))
            _ = reduce(&state, .choosePlane(view.plane))
            _ = reduce(&state, .setLayout(view.layout))
            guard state.view.shownLayout == view.layout else {
                throw BenchmarkFailure("there is no room for the planes")
            }
            var times: [Double] = []
            // With what the program keeps from the last frame.
            var memory = FrameMemory()
            for _ in 0..<60 {
                _ = reduce(&state, .moveSlices(1))
                times.append(
                    Timing.cpu {
                        ReviewScreen.render(
                            state, options: options, columns: ReviewSample.columns, rows: ReviewSample.rows,
                            memory: &memory)
                    }.milliseconds)
            }
            table.add("\(view.name), half, 256: draw", Samples(times).median, unit: "ms", target: .atMost(6))
        }
    }

    /// Touch after touch of the brush on one slice, as the program draws them.
    private static func stroke(_ start: ReviewState, _ table: inout ResultTable) throws {
        let options = try ReviewSample.options(depth: .indexed, cells: .half)
        var state = start
        var memory = FrameMemory()
        var last: CellGrid?
        var times: [Double] = []
        _ = reduce(&state, .slide(100))
        for touch in 0..<60 {
            _ = reduce(&state, .dab(tool: touch % 2 == 0 ? .brush : .erase, x: 150 + touch * 3, y: 200, z: nil))
            let (time, grid) = Timing.cpu {
                let grid = ReviewScreen.render(
                    state, options: options, columns: ReviewSample.columns, rows: ReviewSample.rows, memory: &memory)
                _ = GridDiff.runs(from: last, to: grid)
                return grid
            }
            times.append(time)
            last = grid
        }
        table.add("brush, half, 256: draw + diff", Samples(times).median, unit: "ms", target: .atMost(1))
    }
}
