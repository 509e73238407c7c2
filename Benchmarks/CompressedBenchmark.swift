import Dicom
import Foundation
import Volumes

/// Reads a series of 100 files of 512 × 512 that pydicom has compressed, against pydicom with pylibjpeg on both cores.
enum CompressedBenchmark {
    private struct Made: Decodable {
        let bytes: Int
    }

    private struct Answer: Decodable {
        let sum: Int
        let milliseconds: [Double]
    }

    private static let runs = 3

    static func run(_ table: inout ResultTable) throws {
        guard let peer = Peer.oracles() else {
            table.note("peer not available, and nothing to compress with")
            return
        }
        let plain = try Sample.series(of: 100)
        for (name, syntax) in [("JPEG 2000", "1.2.840.10008.1.2.4.90"), ("JPEG-LS", "1.2.840.10008.1.2.4.80")] {
            let folder = try ScratchFolder()
            let made = try peer.run(
                "compressed_series.py", ["write", plain.url.path, folder.url.path, syntax], as: Made.self)
            let before = try load(folder.url)
            let answer = try peer.run(
                "compressed_series.py", ["read", folder.url.path, String(runs)], as: Answer.self)
            guard before.sum == answer.sum else {
                throw BenchmarkFailure("\(name): pydicom's sum is \(answer.sum), ours \(before.sum)")
            }
            let ours = Samples(before.milliseconds + (try load(folder.url).milliseconds))
            table.add(
                "100 slices of \(name) / pydicom + pylibjpeg, 2 processes", ours.median, unit: "ms",
                peer: Samples(answer.milliseconds).median, target: .ratio(1))
            table.note("\(name): \(made.bytes / 100 / 1024) KiB a slice")
        }
    }

    private static func load(_ folder: URL) throws -> (sum: Int, milliseconds: [Double]) {
        var sum = 0
        let times = try (0..<runs).map { _ in
            try Timing.wall {
                let volume = try DicomFolder.load(folder).image.volume
                sum = volume.slices.reduce(0) { $0 + $1.values.reduce(0) { $0 + Int($1) } }
            }.milliseconds
        }
        return (sum, times)
    }
}
