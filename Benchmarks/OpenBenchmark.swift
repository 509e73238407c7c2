import Dicom
import Foundation
import Volumes

/// Reads a series of 275 files of 512 × 512, uncompressed and in the page cache.
enum OpenBenchmark {
    private struct Answer: Decodable {
        let sums: [String: Int]
        let milliseconds: [String: [Double]]
    }

    private static let runs = 9

    static func run(_ table: inout ResultTable) throws {
        let folder = try Sample.series(of: 275)
        let volume = try DicomFolder.load(folder.url).image.volume
        let sum = volume.slices.reduce(0) { $0 + $1.values.reduce(0) { $0 + Int($1) } }
        let before = try load(folder.url)
        let peer = Peer.oracles()
        let answer = try peer?.run("open_series.py", [folder.url.path, String(runs)], as: Answer.self)
        for (name, theirs) in answer?.sums ?? [:] where theirs != sum {
            throw BenchmarkFailure("\(name) reads other values: their sum is \(theirs), ours \(sum)")
        }
        // Ours before and after theirs, so that a machine that grows busy or quiet favours no one.
        let ours = Samples(before + (try load(folder.url)))
        func median(_ name: String) -> Double? { answer?.milliseconds[name].map { Samples($0).median } }
        func add(_ name: String, _ peer: String, _ target: Double?) {
            table.add(
                name, ours.median, unit: "ms", peer: median(peer), target: target.map { .ratio($0) })
        }
        add("275 slices / pydicom + numpy", "pydicom", 1.5)
        add("275 slices / pydicom, frombuffer", "frombuffer", nil)
        add("275 slices / SimpleITK", "simpleitk", 2.5)
        table.note("medians of \(2 * runs) and \(runs) runs; our best \(ResultTable.number(ours.best)) ms")
        if answer == nil { table.note("peer not available") }
    }

    private static func load(_ folder: URL) throws -> [Double] {
        try (0..<runs).map { _ in try Timing.wall { _ = try DicomFolder.load(folder) }.milliseconds }
    }
}
