import Foundation
import Networks

/// The engine: training steps and predictions of keras-unet's network, against the same network in PyTorch.
enum EngineBenchmark {
    private struct Answer: Decodable {
        let torch: String
        let forwardDifference: Double
        let losses: [Double]
        let weightsDifference: Double
        let step: Double
        let stepBFloat16: Double
        let slice: Double
        let sliceBFloat16: Double

        enum CodingKeys: String, CodingKey {
            case torch, losses, step, slice
            case forwardDifference = "forward_difference"
            case weightsDifference = "weights_difference"
            case stepBFloat16 = "step_bfloat16"
            case sliceBFloat16 = "slice_bfloat16"
        }
    }

    private static let count = 8
    private static let size = 256

    static func run(_ table: inout ResultTable) throws {
        let loading = try Timing.wall { try TorchEngine.load() }
        let engine = loading.value
        table.add("loading the engine", loading.milliseconds, unit: "ms")
        var configuration = NetworkConfiguration()
        configuration.classes = 2
        // PyTorch draws other numbers, and to drop costs next to nothing.
        configuration.dropout = 0
        let batch = discs(classes: configuration.classes)
        let first = try TorchNetwork(configuration: configuration, seed: 1, engine: engine)

        var file = SafetensorsFile(
            metadata: [
                "filters": "\(configuration.filters)", "levels": "\(configuration.levels)",
                "classes": "\(configuration.classes)", "learning_rate": "0.001",
            ], tensors: try first.weights())
        let shape = [count, configuration.classes, size, size]
        file.tensors += [
            NamedTensor(name: "bench.input", shape: [count, 1, size, size], values: batch.images.values),
            NamedTensor(name: "bench.target", shape: shape, values: batch.targets),
            NamedTensor(
                name: "bench.output", shape: shape, values: try first.probabilities(batch.images, dropoutSeed: nil)),
        ]
        var options = TrainingStepOptions()
        let losses = try (0..<3).map { _ in try first.trainStep(batch, options: options) }
        file.tensors += try first.weights().map {
            NamedTensor(name: "bench.after.\($0.name)", shape: $0.shape, values: $0.values)
        }
        let scratch = try ScratchFolder()
        let path = scratch.url.appendingPathComponent("network.safetensors")
        try file.write(to: path)
        let answer = try Peer.torch()?.run("unet.py", [path.path, "\(engine.threads)"], as: Answer.self)

        for mixed in [false, true] where !mixed || TorchEngine.processorHasBFloat16 {
            let net = try TorchNetwork(configuration: configuration, seed: 1, engine: engine)
            options.usesMixedPrecision = mixed
            net.predictsInMixedPrecision = mixed
            let kind = mixed ? "bfloat16" : "float32"
            let step = try Timing.walls(4) { _ = try net.trainStep(batch, options: options) }
            table.add(
                "training step, \(count) slices of \(size)², 16 filters, \(kind)", step.best, unit: "ms",
                peer: mixed ? answer?.stepBFloat16 : answer?.step, target: .ratio(1))
            let slice = try Timing.walls(4) { _ = try net.probabilities(batch.images, dropoutSeed: nil) }
            table.add(
                "prediction, a slice of \(size)², \(kind)", slice.best / Double(count), unit: "ms",
                peer: mixed ? answer?.sliceBFloat16 : answer?.slice, target: .ratio(1))
        }
        guard let answer else {
            table.note("PyTorch could not be installed; nothing was compared.")
            return
        }
        table.note("peer: PyTorch \(answer.torch), \(engine.threads) threads, the faster of both memory formats")
        let apart = zip(losses, answer.losses).map { abs(Double($0) - $1) }
        table.note(
            "differences: probabilities \(answer.forwardDifference), losses of three steps \(apart), "
                + "weights after them \(answer.weightsDifference)")
        // The first loss is of a batch's own mean and spread, which libtorch 1.13 sums in float32, one value after another:
        // from double precision it is up to 3e-5 away, PyTorch 2 with channels last 4e-6. Adam's first steps go by the
        // sign of a gradient, however small: weights whose gradient is 0 but for rounding go either way.
        guard answer.forwardDifference < 1e-5, apart.count == 3, apart[0] < 1e-4, apart[2] < 5e-3 else {
            throw BenchmarkFailure("PyTorch computes something else")
        }
    }

    /// Two discs a slice, one a class, on a pattern that repeats itself only slowly.
    private static func discs(classes: Int) -> TrainingBatch {
        let pixels = size * size
        var values = [Float](repeating: 0, count: count * pixels)
        var targets = [Float](repeating: 0, count: count * classes * pixels)
        for slice in 0..<count {
            for pixel in 0..<pixels {
                let noise = Float((slice * pixels + pixel) &* 7919 % 1013) / 2026
                values[slice * pixels + pixel] = noise
                for label in 0..<classes {
                    let x = Float(pixel % size) - Float(size * (label + 1)) / Float(classes + 1)
                    let y = Float(pixel / size - size / 2 + 4 * slice)
                    guard x * x + y * y < Float(pixels) / 50 else { continue }
                    values[slice * pixels + pixel] += 0.5
                    targets[(slice * classes + label) * pixels + pixel] = 1
                }
            }
        }
        let images = ImageBatch(count: count, rows: size, columns: size, values: values)
        return TrainingBatch(images: images, targets: targets)
    }
}
