import Dicom
import Foundation
import Volumes

/// Lists a tree of 20,000 DICOM files by their headers, and writes structure sets and segmentations.
enum ScanBenchmark {
    private struct Answer: Decodable {
        let series: [String: Int]
        let milliseconds: [Double]
    }

    private static let count = 20_000
    private static let runs = 3

    static func run(_ table: inout ResultTable) throws {
        let folder = try tree()
        let before = try scan(folder.url)
        let peer = Peer.oracles()
        let answer = try peer?.run("scan_tree.py", [folder.url.path, String(runs)], as: Answer.self)
        if let found = answer?.series, found != before.series {
            throw BenchmarkFailure("pydicom finds other series: \(found), ours \(before.series)")
        }
        let ours = Samples(before.milliseconds + (try scan(folder.url).milliseconds))
        table.add(
            "\(count) files / pydicom, stop_before_pixels", ours.median, unit: "ms",
            peer: answer.map { Samples($0.milliseconds).median }, target: .ratio(4))
        if answer == nil { table.note("peer not available") }
    }

    private static func scan(_ folder: URL) throws -> (series: [String: Int], milliseconds: [Double]) {
        var series: [String: Int] = [:]
        let times = try (0..<runs).map { _ in
            try Timing.wall {
                let found = try DicomFolder.scan(folder).series
                series = Dictionary(uniqueKeysWithValues: found.map { ($0.seriesUID, $0.files.count) })
            }.milliseconds
        }
        return (series, times)
    }

    /// Series of 250 small slices, a folder each: what a listing costs depends on headers, not on pixels.
    private static func tree() throws -> ScratchFolder {
        let folder = try ScratchFolder()
        let grid = try GridGeometry(
            size: GridSize(x: 32, y: 32, z: 250), spacing: Spacing(x: 1, y: 1, z: 1))
        let volume = Volume(geometry: grid, filledWith: -1000)
        for index in 0..<count / 250 {
            try CTSeriesWriter.write(
                volume, to: folder.url.appendingPathComponent("series-\(index)"),
                pseudonym: DicomPseudonym(patientName: "A^B", patientID: "A", date: "20200101", time: "120000"),
                seed: "scan \(index)")
        }
        return folder
    }
}
