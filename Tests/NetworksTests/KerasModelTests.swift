import Foundation
import TestSupport
import Testing

@testable import Networks

/// Networks that keras-unet built, with what Keras made of an input; see Tests/oracles/make_keras_resources.py.
struct KerasGolden: Decodable {
    struct Network: Decodable {
        let name: String
        let dropouts: [Double]
        let parameters: Int
        let count: Int
        let input: [Float]
        let output: [Float]
        let options: Options
    }
    struct Options: Decodable {
        let inputShape: [Int]

        private enum CodingKeys: String, CodingKey {
            case inputShape = "input_shape"
        }
    }
    struct Count: Decodable {
        let filters: Int
        let levels: Int
        let norm: Bool
        let upsampling: NetworkConfiguration.Upsampling
        let parameters: Int
        let learned: Int
    }
    let networks: [Network]
    let counts: [Count]

    static func url(_ name: String) throws -> URL {
        let url = Bundle.module.url(forResource: "Resources", withExtension: nil)?
            .appendingPathComponent("Keras/\(name)")
        return try #require(url)
    }

    static func load() throws -> KerasGolden {
        try JSONDecoder().decode(KerasGolden.self, from: Data(contentsOf: url("golden.json")))
    }

    func network(_ name: String) throws -> Network { try #require(networks.first { $0.name == name }) }
}

@Suite("keras-unet's networks are ours")
struct KerasModelTests {
    @Test(
        "an imported network computes what Keras computes",
        arguments: [
            ("deconv.h5", "deconv"), ("deconv-keras2.h5", "deconv"), ("deconv.weights.h5", "deconv"),
            ("simple.h5", "simple"), ("simple-norm.h5", "simple-norm"), ("deconv-plain.h5", "deconv-plain"),
        ])
    func forwardPass(file: String, name: String) throws {
        let golden = try KerasGolden.load().network(name)
        let model = try KerasModel(contentsOf: KerasGolden.url(file))
        let engine = try TorchEngine.load(threads: 1)
        let net = try TorchNetwork(configuration: model.configuration, weights: model.tensors, engine: engine)
        let shape = golden.options.inputShape
        let images = ImageBatch(
            count: golden.count, channels: shape[2], rows: shape[0], columns: shape[1], values: golden.input)
        let ours = try net.probabilities(images, dropoutSeed: nil)
        #expect(ours.count == golden.output.count)
        let exact = try TorchNetwork(empty: model.configuration, engine: engine, device: .cpu, doublePrecision: true)
        try exact.setWeights(model.tensors)
        let truth = try exact.probabilities(images, dropoutSeed: nil)
        func error(of values: [Float]) -> Float { zip(values, truth).map { abs($0 - $1) }.max() ?? 1 }
        // Keras computed in float32; in double precision its weights come to the same but for that, and ours is as good.
        #expect(error(of: golden.output) < 1e-5)
        #expect(error(of: ours) < error(of: golden.output) + 1e-6)
        #expect(net.layout.parameterCount == golden.parameters)
        // The comparison means something only if the output is not flat.
        #expect((golden.output.max() ?? 0) - (golden.output.min() ?? 0) > 0.2)
    }

    @Test("what weights do not tell comes from Keras's description")
    func description() throws {
        let simple = try KerasModel(contentsOf: KerasGolden.url("simple.h5")).configuration
        #expect(simple.outputActivation == .softmax)
        #expect(simple.dropoutKind == .standard)
        #expect(simple.usesDropoutOnUpsampling)
        #expect(simple.upsampling == .simple)
        #expect(!simple.usesBatchNorm)
        let dropouts =
            (0...simple.levels).map { simple.dropout(ofLevelDown: $0) }
            + (0..<simple.levels).reversed().map { simple.dropout(ofLevelUp: $0) }
        let theirs = try KerasGolden.load().network("simple").dropouts
        #expect(zip(dropouts, theirs).allSatisfy { abs($0 - $1) < 1e-12 } && dropouts.count == theirs.count)
        let deconv = try KerasModel(contentsOf: KerasGolden.url("deconv.h5")).configuration
        var expected = NetworkConfiguration()
        expected.filters = 2
        expected.levels = 2
        #expect(deconv == expected)
    }

    @Test("parameters are as many as Keras counts")
    func parameterCounts() throws {
        let counts = try KerasGolden.load().counts
        #expect(counts.count == 16)
        for count in counts {
            var configuration = NetworkConfiguration()
            configuration.filters = count.filters
            configuration.levels = count.levels
            configuration.usesBatchNorm = count.norm
            configuration.upsampling = count.upsampling
            let layout = NetworkLayout(configuration)
            #expect(layout.parameterCount == count.parameters)
            #expect(layout.learnedParameterCount == count.learned)
        }
    }

    @Test("16 filters and 4 levels, counted by hand")
    func countedByHand() {
        // A convolution has 9·in·out values, batch norm 4·out, a transposed convolution 4·in·out + out.
        func block(_ from: Int, _ to: Int) -> Int { 9 * from * to + 4 * to + 9 * to * to + 4 * to }
        func enlarging(_ from: Int, _ to: Int) -> Int { 4 * from * to + to }
        let down = block(1, 16) + block(16, 32) + block(32, 64) + block(64, 128)
        let bottom = block(128, 256)
        var up = 0
        for filters in [128, 64, 32, 16] { up += enlarging(2 * filters, filters) + block(2 * filters, filters) }
        let all = down + bottom + up + 16 + 1
        #expect(all == 1_945_233)
        #expect(NetworkLayout(NetworkConfiguration()).parameterCount == all)
    }

    @Test("what is no keras-unet network is refused with the file's name")
    func refusals() throws {
        let folder = try TemporaryFolder()
        let text = folder.file("text.h5")
        try Data("no HDF5".utf8).write(to: text)
        #expect(throws: EngineError.self) { try KerasModel(contentsOf: text) }
        #expect(throws: EngineError.self) { try KerasModel(contentsOf: folder.file("absent.h5")) }
        // Cut off in the middle.
        let whole = try Data(contentsOf: KerasGolden.url("deconv.h5"))
        let cut = folder.file("cut.h5")
        try whole.prefix(whole.count / 2).write(to: cut)
        #expect(throws: EngineError.self) { try KerasModel(contentsOf: cut) }
        let message = #expect(throws: EngineError.self) { try KerasModel(contentsOf: folder.file("absent.h5")) }
        #expect(message?.description.contains("absent.h5") == true)
    }
}
