import Foundation
import Testing

@testable import Networks

@Suite("The U-Net learns")
struct UNetTrainingTests {
    @Test("a small network learns a disc, and its probabilities show it")
    func learnsDisc() throws {
        let engine = try TorchEngine.load(threads: 1)
        var configuration = NetworkConfiguration()
        configuration.filters = 8
        configuration.levels = 2
        configuration.dropout = 0.1
        configuration.batchNormMomentum = 0.8
        let net = try TorchNetwork(configuration: configuration, seed: 7, engine: engine)
        let batch = DiscBatch.make(count: 4, size: 32, seed: 3)
        var options = TrainingStepOptions()
        options.learningRate = 0.01
        var losses: [Float] = []
        for step in 0..<60 {
            options.seed = UInt64(step)
            losses.append(try net.trainStep(batch, options: options))
        }
        #expect(losses[0] > 0.4)
        #expect((losses.last ?? 1) < 0.1)
        let p = try net.probabilities(batch.images, dropoutSeed: nil)
        let wrong = zip(p, batch.targets).filter { ($0 > 0.5) != ($1 > 0.5) }.count
        #expect(wrong < p.count / 50)
    }

    private func trained(
        _ net: TorchNetwork, steps: Int, mixed: Bool = false, freezes: Bool = false, loss: SegmentationLoss = .softDice
    ) throws -> [Float] {
        let batch = DiscBatch.make(count: 2, size: 16, seed: 3, classes: net.configuration.classes)
        var options = TrainingStepOptions()
        options.learningRate = 0.01
        options.usesMixedPrecision = mixed
        options.freezesEncoder = freezes
        options.loss = loss
        return try (0..<steps).map { step in
            options.seed = UInt64(step)
            return try net.trainStep(batch, options: options)
        }
    }

    @Test("every kind of network learns", arguments: 0..<4)
    func kinds(kind: Int) throws {
        let net = try SmallNet.make {
            $0.dropout = 0.05
            $0.usesBatchNorm = kind != 1
            $0.upsampling = kind == 2 ? .simple : .deconvolution
            $0.dropoutKind = kind == 0 ? .standard : .spatial
            $0.dropoutChangePerLevel = 0.02
            $0.usesDropoutOnUpsampling = kind == 3
            $0.classes = kind == 3 ? 3 : 1
            $0.outputActivation = kind == 3 ? .softmax : .sigmoid
        }
        let losses = try trained(net, steps: 30, loss: kind == 2 ? .softDiceAndCrossEntropy : .softDice)
        let early = losses.prefix(5).reduce(0, +)
        #expect(losses.suffix(5).reduce(0, +) < 0.8 * early)
        let p = try net.probabilities(
            DiscBatch.make(count: 1, size: 16, seed: 3, classes: 1).images, dropoutSeed: nil)
        #expect(p.allSatisfy { (0...1).contains($0) })
        if kind == 3 {
            for pixel in 0..<256 { #expect(abs(p[pixel] + p[256 + pixel] + p[512 + pixel] - 1) < 1e-5) }
        }
    }

    @Test("mixed precision learns as well, and keeps float32 weights")
    func mixedPrecision() throws {
        let plain = try trained(SmallNet.make { $0.dropout = 0 }, steps: 30)
        let mixed = try trained(SmallNet.make { $0.dropout = 0 }, steps: 30, mixed: true)
        #expect(abs(plain[0] - mixed[0]) < 0.02)
        #expect(abs(plain[29] - mixed[29]) < 0.1)
        #expect(mixed[29] < 0.7 * mixed[0])
        #expect(TorchEngine.processorHasBFloat16 == (plain != mixed))
        let net = try SmallNet.make()
        let batch = DiscBatch.make(count: 1, size: 16, seed: 3)
        let exact = try net.probabilities(batch.images, dropoutSeed: nil)
        net.predictsInMixedPrecision = true
        let rough = try net.probabilities(batch.images, dropoutSeed: nil)
        #expect(zip(exact, rough).allSatisfy { abs($0 - $1) < 0.05 })
    }

    @Test("a frozen way down stays, bit by bit, and the rest learns")
    func frozen() throws {
        let net = try SmallNet.make()
        let before = try net.weights()
        _ = try trained(net, steps: 3, freezes: true)
        for (old, new) in zip(before, try net.weights()) {
            #expect((old == new) == old.name.hasPrefix("down"), "\(old.name)")
        }
        // Unfrozen again, all of it learns.
        _ = try trained(net, steps: 1)
        for (old, new) in zip(before, try net.weights()) { #expect(old != new, "\(old.name)") }
        #expect(try net.optimiserState().count == 1 + 2 * net.layout.entries.filter(\.role.isLearned).count)
    }

    @Test("the seed decides the first weights and what is dropped")
    func seeds() throws {
        #expect(try SmallNet.make(seed: 4).weights() == SmallNet.make(seed: 4).weights())
        #expect(try SmallNet.make(seed: 4).weights() != SmallNet.make(seed: 5).weights())
        for kind in NetworkConfiguration.DropoutKind.allCases {
            let net = try SmallNet.make { $0.dropoutKind = kind }
            let images = DiscBatch.make(count: 3, size: 16, seed: 1).images
            let plain = try net.probabilities(images, dropoutSeed: nil)
            #expect(try net.probabilities(images, dropoutSeed: nil) == plain)
            let dropped = try net.probabilities(images, dropoutSeed: 8)
            #expect(try net.probabilities(images, dropoutSeed: 8) == dropped)
            #expect(try net.probabilities(images, dropoutSeed: 9) != dropped)
            #expect(dropped != plain)
        }
        #expect(try trained(SmallNet.make(), steps: 4) == trained(SmallNet.make(), steps: 4))
    }

    @Test("slices do not see each other when predicting")
    func independentSlices() throws {
        let net = try SmallNet.make()
        let images = DiscBatch.make(count: 3, size: 16, seed: 1).images
        let together = try net.probabilities(images, dropoutSeed: nil)
        for slice in 0..<3 {
            let one = ImageBatch(
                count: 1, rows: 16, columns: 16, values: Array(images.values[(slice * 256)..<((slice + 1) * 256)]))
            #expect(
                try net.probabilities(one, dropoutSeed: nil) == Array(together[(slice * 256)..<((slice + 1) * 256)]))
        }
    }

    @Test("first weights have He's and Glorot's spread")
    func initialisation() throws {
        let tensors = TensorInitialiser.tensors(of: NetworkLayout(NetworkConfiguration()).entries, seed: 1)
        func spread(_ name: String) throws -> (mean: Double, deviation: Double, largest: Double) {
            let values = try #require(tensors.first { $0.name == name }).values.map(Double.init)
            let mean = values.reduce(0, +) / Double(values.count)
            let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
            return (mean, square.squareRoot(), values.map(abs).max() ?? 0)
        }
        // he_normal: variance 2 / (9 · 128), cut at two of the uncut deviations.
        let he = (2.0 / 1152).squareRoot()
        let kernel = try spread("mid.conv1.weight")
        #expect(abs(kernel.deviation / he - 1) < 0.01)
        #expect(abs(kernel.mean) < he / 100)
        #expect(kernel.largest <= 2 * he / 0.8796 && kernel.largest > 1.95 * he / 0.8796)
        // glorot_uniform: ±√(6 / ((256 + 128) · 4)).
        let limit = (6.0 / 1536).squareRoot()
        let enlarging = try spread("up3.tconv.weight")
        #expect(enlarging.largest <= limit && enlarging.largest > 0.99 * limit)
        #expect(abs(enlarging.deviation / (limit / 3.0.squareRoot()) - 1) < 0.01)
    }
}
