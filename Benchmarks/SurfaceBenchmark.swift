import Foundation
import SurfaceMetrics
import Volumes

/// Surface Dice of two lung-like masks of 512 × 512 × 300: from scratch, after strokes, and what it takes in memory.
enum SurfaceBenchmark {
    private struct Answer: Decodable {
        let milliseconds: [Double]
        let surfaceDice: Double

        enum CodingKeys: String, CodingKey {
            case milliseconds
            case surfaceDice = "surface_dice"
        }
    }

    static func run(_ table: inout ResultTable) throws {
        let pair = try LungPair()
        try full(pair, &table)
        for tolerances: [Millimetres] in [[2], [1, 2, 3, 5]] {
            let limit = tolerances.count == 1 ? 0.2 : 1
            try strokes(pair, tolerances, limit, &table)
        }
        try wholeSlices(pair, &table)
        let distances = try Timing.walls(7) {
            _ = try SurfaceMeasurement.distances(reference: pair.reference, test: pair.test)
        }
        table.add("exact distances (HD95, averages)", distances.median, unit: "ms", target: .atMost(300))
    }

    private static func full(_ pair: LungPair, _ table: inout ResultTable) throws {
        func measure() throws -> SurfaceReport {
            try SurfaceMeasurement.measure(
                reference: pair.reference, test: pair.test, tolerances: [2], contents: .scores)
        }
        let report = try measure()
        let ours = try Timing.walls(15) { _ = try measure() }
        let surfaceDice = report.agreements[0].surfaceDice ?? .nan
        // MONAI sums areas in single precision.
        let peers: [(name: String, peer: Peer?, script: String, precision: Double, target: Double)] = [
            ("DeepMind", Peer.surfaceDistance(), "surface_dice.py", 1e-12, 200),
            ("MONAI, use_subvoxels", Peer.torch(), "surface_dice_monai.py", 1e-6, 100),
        ]
        for (name, peer, script, precision, target) in peers {
            let answer = try peer.map { try ask($0, script, pair) }
            if let answer, abs(answer.surfaceDice - surfaceDice) > precision {
                throw BenchmarkFailure("\(name) has \(answer.surfaceDice), ours is \(surfaceDice)")
            }
            table.add(
                "full, one tolerance / \(name)", ours.median, unit: "ms",
                peer: answer.map { Samples($0.milliseconds).best }, target: .ratio(target))
            if answer == nil { table.note("\(name) not available") }
        }
        table.note("\(report.reference.surfelCount) and \(report.test.surfelCount) surfels; medians, the peers' best")
    }

    private static func ask(_ peer: Peer, _ script: String, _ pair: LungPair) throws -> Answer {
        let folder = try ScratchFolder()
        let files = try [("reference", pair.reference), ("test", pair.test)].map { name, mask in
            let file = folder.url.appendingPathComponent(name)
            try LungPair.packed(mask).write(to: file)
            return file.path
        }
        let (size, spacing) = (pair.test.geometry.size, pair.test.geometry.spacing)
        let numbers = [size.x, size.y, size.z].map(String.init) + [spacing.x, spacing.y, spacing.z].map { "\($0)" }
        return try peer.run(script, files + numbers + ["2", "2"])
    }

    private static func strokes(
        _ pair: LungPair, _ tolerances: [Millimetres], _ limit: Double, _ table: inout ResultTable
    ) throws {
        var live = try LiveSurfaceDice(reference: pair.reference, test: pair.test, tolerances: tolerances)
        let voxels = Double(pair.test.geometry.size.voxelCount)
        let times = try update(&live, try pair.dabs(400, radius: 8))
        let name = tolerances.count == 1 ? "1 tolerance" : "\(tolerances.count) tolerances"
        table.add("8 mm ball, \(name), median", times.median, unit: "ms")
        table.add("8 mm ball, \(name), p95", times.percentile(95), unit: "ms", target: .atMost(limit))
        table.add(
            "live state, \(name)", Double(live.byteCount) / voxels, unit: "B/voxel",
            target: .atMost(1))
        let full = try SurfaceMeasurement.measure(
            reference: pair.reference, test: live.mask(.test), tolerances: tolerances, contents: .scores)
        for index in tolerances.indices
        where live.volumeScore(tolerance: index).value != full.agreements[index].surfaceDice {
            throw BenchmarkFailure("the live score at \(tolerances[index].value) mm is not the full one")
        }
    }

    /// Applies the patches one by one, asking for every score of the volume after each.
    static func update(_ live: inout LiveSurfaceDice, _ patches: [MaskPatch]) throws -> Samples {
        var times: [Double] = []
        for patch in patches {
            times.append(
                try Timing.wall {
                    try live.apply(patch)
                    for index in live.tolerances.indices { _ = live.volumeScore(tolerance: index) }
                }.milliseconds)
        }
        return Samples(times)
    }

    private static func wholeSlices(_ pair: LungPair, _ table: inout ResultTable) throws {
        var live = try LiveSurfaceDice(reference: pair.reference, test: pair.test, tolerances: [2])
        var mask = pair.test
        let depth = mask.geometry.size.z
        let patches = (0..<60).map { number in
            let z = depth / 4 + number / 2 * 7 % (depth / 2)
            // A slice from elsewhere, then back again.
            let other = number % 2 == 0 ? mask.slices[(z + depth / 8) % depth] : pair.test.slices[z]
            let patch = MaskPatch(replacing: z, of: mask, with: other)
            mask[slice: z] = other
            return patch
        }
        let times = try update(&live, patches)
        table.add("whole slice replaced, median", times.median, unit: "ms")
        table.add("whole slice replaced, p95", times.percentile(95), unit: "ms", target: .atMost(5))
    }
}
