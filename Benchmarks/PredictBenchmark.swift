import Cases
import Foundation
import Models
import Networks
import Phantoms
import Segmentation
import Settings
import Volumes

/// Segments whole series with the shipped model, and watches the memory that a long series takes.
///
/// A network of random weights would not do: it makes noise of the whole volume, whose millions of components and holes
/// take minutes to clean.
enum PredictBenchmark {
    static func run(_ table: inout ResultTable) throws {
        let program = URL(fileURLWithPath: "/proc/self/exe")
        let models = try ResourceFolder.find(executable: program).url.appendingPathComponent("models")
        guard let shipped = ModelCatalogue(folders: [models]).preferred() else {
            throw BenchmarkFailure("no model in \(models.path)")
        }
        let file = try ModelFile(contentsOf: shipped.url)
        let recipe = file.header.recipe
        let network = try TorchNetwork(
            configuration: recipe.network, weights: file.weights, engine: try TorchEngine.load())
        let segmenter = try ModelSegmenter(name: file.header.name, recipe: recipe, network: network)

        let phantom = try ThoraxPhantom.generate(PhantomSpecification(seed: 1, patient: 1, slices: 133))
        let volume = phantom.volume
        let prepared = try PreprocessedVolume(volume, recipe.preprocessing)
        let (rows, columns) = (recipe.preprocessing.rows, recipe.preprocessing.columns)
        let slice = ImageBatch(
            count: 1, channels: recipe.preprocessing.channelCount, rows: rows, columns: columns,
            values: prepared.channels(around: prepared.sliceCount / 2))
        let inference = try Timing.walls(15) { _ = try network.probabilities(slice, dropoutSeed: nil) }
        table.add(
            "a slice of \(columns)×\(rows) through the network", inference.median, unit: "ms", target: .atMost(60))
        let count = PredictionOptions().slicesTogether
        let batch = ImageBatch(
            count: count, channels: recipe.preprocessing.channelCount, rows: rows, columns: columns,
            values: (0..<count).flatMap { prepared.channels(around: prepared.sliceCount / 2 + $0) })
        let together = try Timing.walls(5) { _ = try network.probabilities(batch, dropoutSeed: nil) }
        table.add(
            "– one of \(count) together, as a prediction asks", together.median / Double(count), unit: "ms",
            target: .atMost(60))
        let body = try Timing.walls(5) { _ = try PreprocessingRecord(volume, recipe.preprocessing) }
        table.add("finding the body on 133 slices", body.median, unit: "ms")
        let slices = Timing.walls(5) { for z in 0..<prepared.sliceCount { _ = prepared.slice(z) } }
        table.add("resampling them to \(prepared.sliceCount) slices of the network", slices.median, unit: "ms")
        let whole = try Timing.walls(3) { _ = try segmenter.segment(volume) }
        table.add("512×512×133 as a whole", whole.median, unit: "ms", target: .atMost(12_000))

        let long = try longSeries(of: volume)
        // Starts the count of the most memory anew (proc(5)).
        try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
        let time = try Timing.walls(1) { _ = try segmenter.segment(long) }
        table.add("512×512×800 at 1 mm as a whole", time.median, unit: "ms")
        table.add("most memory in it, the series included", peakMegabytes(), unit: "MB", target: .atMost(2048))
        table.note("medians of 15, 5, 5, 5, 3 and 1 runs")
    }

    /// 800 slices of 1 mm, each with memory of its own.
    private static func longSeries(of volume: Volume) throws -> Volume {
        let size = volume.geometry.size
        let grid = try GridGeometry(
            size: GridSize(x: size.x, y: size.y, z: 800),
            spacing: Spacing(x: volume.geometry.spacing.x, y: volume.geometry.spacing.y, z: 1),
            origin: volume.geometry.origin, direction: volume.geometry.direction)
        let slices = try (0..<800).map { z in
            try VolumeSlice(
                width: size.x, height: size.y, values: volume.slices[z * size.z / 800].values.map { $0 &+ 1 })
        }
        return try Volume(geometry: grid, slices: slices)
    }

    private static func peakMegabytes() -> Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return line.split(separator: " ").compactMap { Double($0) }.first.map { $0 / 1024 } ?? .nan
    }
}
