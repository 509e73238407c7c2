import CaseStore
import Cases
import Editing
import Foundation
import Review
import SQLiteStore
import Screens
import SurfaceMetrics
import TerminalKit
import Volumes

/// A stroke of the brush from the first touch to a durable journal and a new screen, one after the other; the program
/// draws while it writes.
enum StrokeBenchmark {
    private static let strokes = 200

    static func run(_ table: inout ResultTable) throws {
        var state = try ReviewSample.state()
        let options = try ReviewSample.options(depth: .indexed, cells: .half)
        let folder = try ScratchFolder()
        var journal = try Journal(folder: folder.url, state: state)
        guard let active = state.active else { throw BenchmarkFailure("there is nothing to edit") }
        var live = try LiveSurfaceDice(reference: active.reference, test: active.mask, tolerances: [active.tolerance])
        var last = screen(state, options)
        var parts: [String: [Double]] = [:]
        for number in 0..<strokes {
            let start = PlanePoint(x: Double(150 + number * 37 % 200), y: Double(180 + number * 53 % 150))
            _ = reduce(&state, .goToSlice(60 + number * 7 % 150))
            let (reducing, effects) = Timing.wall {
                var effects = reduce(&state, .beginStroke(at: start, tool: number % 2 == 0 ? .brush : .erase))
                for step in 1...8 {
                    let point = PlanePoint(x: start.x + Double(step * 3), y: start.y + Double(step % 3))
                    effects += reduce(&state, .continueStroke(to: point))
                }
                return effects + reduce(&state, .endStroke)
            }
            let steps = effects.compactMap { effect in
                if case .journal(let entry, let sequence) = effect { (entry, sequence) } else { nil }
            }
            guard let (entry, sequence) = steps.first else { continue }
            let writing = try Timing.wall { try journal.append(entry, sequence: sequence) }.milliseconds
            let measuring = try Timing.wall {
                try live.apply(entry.patch)
                return (live.volumeScore(), live.sliceScores())
            }.milliseconds
            let (drawing, grid) = Timing.wall {
                let grid = screen(state, options)
                _ = GridDiff.runs(from: last, to: grid)
                return grid
            }
            last = grid
            parts["reduced", default: []].append(reducing)
            parts["written to the journal", default: []].append(writing)
            parts["measured", default: []].append(measuring)
            parts["drawn", default: []].append(drawing)
            parts["journalled and drawn", default: []].append(reducing + writing + drawing)
        }
        for name in ["reduced", "written to the journal", "drawn", "measured", "journalled and drawn"] {
            let times = Samples(parts[name] ?? [])
            let target = name.hasSuffix("and drawn") ? ResultTable.Target.atMost(16) : nil
            table.add("\(name), median", times.median, unit: "ms", target: target)
            table.add("\(name), p95", times.percentile(95), unit: "ms", target: target)
        }
        table.note("wall time of \(parts["reduced"]?.count ?? 0) strokes of 10 events, radius 6 mm, SQLite on a disk")
    }

    private static func screen(_ state: ReviewState, _ options: RenderOptions) -> CellGrid {
        ReviewScreen.render(state, options: options, columns: ReviewSample.columns, rows: ReviewSample.rows)
    }

    /// A review of the case in a store of its own.
    private struct Journal {
        private let store: SQLiteCaseStore
        private let lease: CaseLease
        private let session: SessionID

        init(folder: URL, state: ReviewState) throws {
            store = try SQLiteCaseStore(url: folder.appendingPathComponent("bench.sqlite"))
            guard let geometry = state.geometry else { throw BenchmarkFailure("the case has no image") }
            let record = CaseRecord(
                id: state.caseID, seriesUID: nil, source: folder.path, contentDigest: "bench", geometry: geometry,
                minimumHU: -1000, maximumHU: 1000, structures: state.structures.map(\.name), warnings: [])
            try store.register(record, by: "bench", now: Date())
            let masks = Dictionary(uniqueKeysWithValues: state.structures.map { ($0.name, $0.mask) })
            let prediction = try store.save(
                Prediction(model: .baseline, masks: masks, preprocessing: []), for: state.caseID, by: "bench",
                now: Date())
            lease = try store.openForWriting(
                state.caseID, reviewer: "bench", holder: "bench", now: Date(), duration: 3600)
            session = try store.beginSession(on: .prediction(prediction), lease: lease, now: Date())
        }

        mutating func append(_ entry: JournalEntry, sequence: Int) throws {
            try store.append(entry, sequence: sequence, to: session, lease: lease, now: Date())
        }
    }
}
