import TestSupport
import Testing

@testable import Networks

/// A prediction without dropout takes other ways through memory than training does; it has to come to the same.
@Suite("Predicting with a U-Net")
struct UNetPredictionTests {
    /// Some configuration, whose dropout drops nothing, so that a prediction with it computes as training does.
    private func drawn(_ random: inout SeededGenerator) -> NetworkConfiguration {
        SmallNet.configuration {
            $0.dropout = 0
            $0.dropoutChangePerLevel = 0
            $0.filters = Int.random(in: 1...9, using: &random)
            $0.levels = Int.random(in: 1...3, using: &random)
            $0.classes = Int.random(in: 1...4, using: &random)
            $0.inputChannels = Int.random(in: 1...3, using: &random)
            $0.usesBatchNorm = Bool.random(using: &random)
            $0.upsampling = Bool.random(using: &random) ? .deconvolution : .simple
            $0.outputActivation = $0.classes > 1 && Bool.random(using: &random) ? .softmax : .sigmoid
        }
    }

    /// All weights drawn anew, those too that begin as 0 or 1; variances are positive.
    private func shaken(_ net: TorchNetwork, _ random: inout SeededGenerator) throws {
        let weights = try net.weights().map { tensor in
            let spread: ClosedRange<Float> = tensor.name.hasSuffix("running_var") ? 0.5...2 : -0.7...0.7
            return NamedTensor(
                name: tensor.name, shape: tensor.shape,
                values: tensor.values.map { _ in Float.random(in: spread, using: &random) })
        }
        try net.setWeights(weights)
    }

    private func images(
        _ size: (rows: Int, columns: Int), channels: Int = 1, _ random: inout SeededGenerator
    ) -> ImageBatch {
        let count = Int.random(in: 1...5, using: &random)
        return ImageBatch(
            count: count, channels: channels, rows: size.rows, columns: size.columns,
            values: (0..<count * channels * size.rows * size.columns).map { _ in
                Float.random(in: -1...1, using: &random)
            })
    }

    @Test("any network predicts as it computes when it is trained", arguments: 0..<40)
    func sameAsTraining(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let configuration = drawn(&random)
        let engine = try TorchEngine.load(threads: 1)
        let net = try TorchNetwork(configuration: configuration, seed: 1, engine: engine)
        try shaken(net, &random)
        let exact = try TorchNetwork(empty: configuration, engine: engine, device: .cpu, doublePrecision: true)
        try exact.setWeights(try net.weights())
        let unit = 1 << configuration.levels
        let size = (unit * Int.random(in: 1...5, using: &random), unit * Int.random(in: 1...5, using: &random))
        let slices = images(size, channels: configuration.inputChannels, &random)
        let plain = try net.probabilities(slices, dropoutSeed: nil)
        let trained = try net.probabilities(slices, dropoutSeed: 1)
        let truth = try exact.probabilities(slices, dropoutSeed: nil)
        #expect(plain.count == slices.count * configuration.classes * size.0 * size.1)
        func error(of values: [Float]) -> Float { zip(values, truth).map { abs($0 - $1) }.max() ?? 1 }
        // Weights as large as these make rounding errors grow; with either way they are as large.
        #expect(error(of: plain) < 2e-6 + 4 * error(of: trained), "\(error(of: trained)), \(configuration)")
    }

    @Test("what was learned, or set, since the last prediction counts in the next")
    func afterChanges() throws {
        let net = try SmallNet.make { $0.dropout = 0 }
        let batch = DiscBatch.make(count: 2, size: 16, seed: 3)
        var last = try net.probabilities(batch.images, dropoutSeed: nil)
        for step in 0..<3 {
            _ = try net.trainStep(batch, options: SmallNet.options { $0.seed = UInt64(step) })
            let next = try net.probabilities(batch.images, dropoutSeed: nil)
            let fresh = try SmallNet.make { $0.dropout = 0 }
            try fresh.setWeights(try net.weights())
            #expect(try next != last && fresh.probabilities(batch.images, dropoutSeed: nil) == next)
            last = next
        }
    }

    @Test("a value that is no number stays one, and stays in its slice")
    func noNumber() throws {
        let net = try SmallNet.make { $0.dropout = 0 }
        for isMixed in [false, true] {
            net.predictsInMixedPrecision = isMixed
            var values = DiscBatch.make(count: 2, size: 16, seed: 3).images.values
            func predicted() throws -> [Float] {
                try net.probabilities(ImageBatch(count: 2, rows: 16, columns: 16, values: values), dropoutSeed: nil)
            }
            let plain = try predicted()
            values[5 * 16 + 5] = .nan
            let marred = try predicted()
            #expect(marred[5 * 16 + 5].isNaN)
            #expect(Array(marred[256...]) == Array(plain[256...]))
        }
    }
}
