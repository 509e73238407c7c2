import Foundation
import TestSupport
import Testing

@testable import Networks

/// Pleura's own networks as TorchScript files, run as somebody else's are.
@Suite struct TorchScriptModelTests {
    /// Every way to build a network that its program has to tell apart.
    private static let configurations: [NetworkConfiguration] = {
        var all: [NetworkConfiguration] = []
        for (upsampling, output, norm) in [
            (NetworkConfiguration.Upsampling.deconvolution, NetworkConfiguration.OutputActivation.softmax, true),
            (.deconvolution, .sigmoid, false), (.simple, .softmax, false), (.simple, .sigmoid, true),
        ] {
            func change(_ configuration: inout NetworkConfiguration) {
                (configuration.inputChannels, configuration.classes) = (2, 3)
                (configuration.usesBatchNorm, configuration.upsampling) = (norm, upsampling)
                configuration.outputActivation = output
            }
            all.append(SmallNet.configuration(change))
            all.append(SmallVolumeNet.configuration(.uNet3D, change))
            all.append(
                SmallVolumeNet.configuration(.uNet3D, folds: true) {
                    change(&$0); $0.kernelWidth = 5
                })
        }
        // What a V-Net's first stage begins with: one channel, as many as its filters, or some of them, which are repeated.
        for (channels, filters, folds, norm) in [
            (1, 4, false, true), (3, 4, false, false), (4, 4, false, true), (1, 8, true, false), (2, 24, true, true),
        ] {
            all.append(
                SmallVolumeNet.configuration(.vNet, folds: folds) {
                    ($0.inputChannels, $0.filters, $0.usesBatchNorm) = (channels, filters, norm)
                    ($0.levels, $0.convolutions, $0.classes) = (2, [2, 1, 3], 2)
                    $0.kernelWidth = norm ? 5 : 3
                    $0.outputActivation = norm ? .softmax : .sigmoid
                })
        }
        return all
    }()

    /// A network with figures of batch norm, biases, slopes and scales of all sizes.
    private func network(_ configuration: NetworkConfiguration) throws -> TorchNetwork {
        var random = SeededGenerator(seed: 5)
        let net = try TorchNetwork(configuration: configuration, seed: 1, engine: TorchEngine.load(threads: 1))
        try net.setWeights(
            try net.weights().map { tensor in
                let spread: ClosedRange<Float> = tensor.name.hasSuffix("running_var") ? 0.5...2 : -0.25...0.25
                return NamedTensor(
                    name: tensor.name, shape: tensor.shape,
                    values: tensor.values.map { _ in Float.random(in: spread, using: &random) })
            })
        return net
    }

    private func file(_ net: TorchNetwork, _ metadata: [String: String] = [:]) throws -> Data {
        try TorchScriptModel(
            configuration: net.configuration, weights: try net.weights().reversed(), metadata: metadata,
            engine: try TorchEngine.load(threads: 1)
        ).data
    }

    @Test(arguments: configurations.indices) func itSaysWhatTheNetworkSays(index: Int) throws {
        let configuration = Self.configurations[index]
        let net = try network(configuration)
        let script = try TorchScriptNetwork(try file(net), engine: try TorchEngine.load(threads: 1))
        var random = SeededGenerator(seed: 6)
        let (multiple, classes) = (configuration.sizeMultiple, configuration.classes)
        for (count, lengths) in [(1, [2, 1, 3]), (2, [1, 3, 2])] {
            let spatial = lengths.suffix(configuration.kind.seesVolumes ? 3 : 2).map { $0 * multiple }
            let shape = [count, configuration.inputChannels] + spatial
            let values = (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &random) }
            let images = ImageBatch(
                count: count, channels: configuration.inputChannels, slices: spatial.dropLast(2).first,
                rows: spatial[spatial.count - 2], columns: spatial[spatial.count - 1], values: values)
            let ours = try net.probabilities(images, dropoutSeed: nil)
            let answer = try script.answer(to: ShapedValues(shape: shape, values: values), atMost: ours.count)
            #expect(answer.shape == [count, classes] + spatial)
            let worst = zip(ours, answer.values).map { abs($0 - $1) }.max() ?? 1
            #expect(worst < 1e-5 && answer.values.count == ours.count, "\(configuration): \(worst)")
            let spread = (ours.max() ?? 0) - (ours.min() ?? 0)
            #expect(Set(ours).count > 30 && spread > 0.02, "answers that could not differ")
        }
    }

    @Test func imagesOfOtherSizesAreRefusedInItsOwnWords() throws {
        for (configuration, shape, words) in [
            (SmallNet.configuration(), [1, 1, 8, 10], "rows and columns have to be multiples of 4"),
            (SmallNet.configuration(), [1, 8, 8], "4 axes are expected"),
            (
                SmallVolumeNet.configuration(.vNet, folds: true), [1, 1, 4, 4, 6],
                "slices, rows and columns have to be multiples of 4"
            ),
        ] {
            let script = try TorchScriptNetwork(
                try file(try network(configuration)), engine: try TorchEngine.load(threads: 1))
            let input = ShapedValues(shape: shape, values: [Float](repeating: 0, count: shape.reduce(1, *)))
            let error = #expect(throws: EngineError.self) { try script.answer(to: input, atMost: 10_000) }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
    }

    @Test func theFileHoldsTheTextsAndTheSameNetworkIsTheSameFile() throws {
        let net = try network(SmallNet.configuration())
        let data = try file(net, ["recipe": "{\"ü\": 1}", "name": "small@1"])
        #expect(TorchScriptFile.whyNot(data) == nil)
        // Archives of PyTorch are not compressed.
        for text in ["extra/recipe", "{\"ü\": 1}", "extra/name", "small@1"] {
            #expect(data.range(of: Data(text.utf8)) != nil, "\(text)")
        }
        #expect(try file(net, ["name": "small@1", "recipe": "{\"ü\": 1}"]) == data)
    }

    @Test func weightsThatAreNotTheNetworksAreRefused() throws {
        let net = try network(SmallNet.configuration())
        let engine = try TorchEngine.load(threads: 1)
        let weights = try net.weights()
        var wider = net.configuration
        wider.inputChannels = 2
        let error = #expect(throws: EngineError.self) {
            try TorchScriptModel(configuration: wider, weights: weights, engine: engine)
        }
        #expect(error?.description.contains("down0.conv1.weight") == true)
        #expect(throws: EngineError.self) {
            try TorchScriptModel(configuration: net.configuration, weights: Array(weights.dropLast()), engine: engine)
        }
        wider.levels = 0
        #expect(throws: EngineError.self) {
            try TorchScriptModel(configuration: wider, weights: weights, engine: engine)
        }
    }
}
