import Foundation
import Testing

@testable import Networks

/// Networks that PyTorch's own layers were put together to, with what they made of an input; see
/// Tests/oracles/make_volume_network_resources.py.
private struct VolumeGolden: Decodable {
    let name: String
    let kind: NetworkConfiguration.Kind
    let channels: Int?
    let filters: Int
    let levels: Int
    let convolutions: [Int]?
    let width: Int
    let norm: Bool?
    let folds: Bool?
    let simple: Bool?
    let softmax: Bool?
    /// Slices, rows, columns.
    let size: [Int]
    let classes: Int
    let parameters: Int
    /// Every seventh, in float32's seven digits.
    let probabilities: [Double]
    let loss: Double
    /// Of each tensor the sum of squares, and a sum that knows the order.
    let gradients: [String: [Double]]

    static func load() throws -> [VolumeGolden] {
        let folder = Bundle.module.url(forResource: "Resources", withExtension: nil)
        let url = try #require(folder).appendingPathComponent("volume-networks.json")
        return try JSONDecoder().decode([VolumeGolden].self, from: Data(contentsOf: url))
    }

    var configuration: NetworkConfiguration {
        var configuration = NetworkConfiguration(kind)
        configuration.inputChannels = channels ?? 1
        configuration.classes = classes
        configuration.filters = filters
        configuration.levels = levels
        configuration.convolutions = convolutions ?? []
        configuration.kernelWidth = width
        configuration.usesBatchNorm = norm ?? false
        configuration.foldsBlocks = folds ?? false
        configuration.upsampling = simple == true ? .simple : .deconvolution
        configuration.outputActivation = softmax == true ? .softmax : .sigmoid
        return configuration
    }

    /// How the network is built, as the oracle says it.
    func description() throws -> String {
        let folder = Bundle.module.url(forResource: "Resources", withExtension: nil)
        let url = try #require(folder).appendingPathComponent("volume-networks.json")
        let all = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [[String: Any]]
        var own = try #require(all?.first { $0["name"] as? String == name })
        for key in ["probabilities", "gradients"] { own[key] = nil }
        return String(decoding: try JSONSerialization.data(withJSONObject: own), as: UTF8.self)
    }

    /// Numbers in -1/2…1/2, as the oracle has them.
    static func values(_ count: Int, stream: Int) -> [Float] {
        (0..<count).map { index in
            var state = index * 2_654_435_761 + stream * 40_503 + 12_345
            state = ((state ^ (state >> 13)) &* 1_274_126_177) & 0xFFFF_FFFF
            return Float((state ^ (state >> 16)) & 0xFF_FFFF) / 0x1p24 - 0.5
        }
    }

    /// The weights, by the oracle's formula.
    func weights(_ layout: NetworkLayout) -> [NamedTensor] {
        layout.entries.sorted { $0.name < $1.name }.enumerated().map { stream, entry in
            var values = Self.values(entry.count, stream: stream)
            switch entry.role {
            case .kernel, .enlargingKernel, .linearKernel:
                let fanIn = Float(entry.shape.dropFirst().reduce(1, *))
                var scale: Float = 1
                while scale * scale * fanIn > 24 { scale /= 2 }
                for index in values.indices { values[index] *= scale }
            case .scale, .runningVariance: for index in values.indices { values[index] += 1 }
            case .bias, .slope, .runningMean: break
            }
            return NamedTensor(name: entry.name, shape: entry.shape, values: values)
        }
    }

    var batch: TrainingBatch {
        let voxels = size.reduce(1, *)
        let count = 2 * (channels ?? 1) * voxels
        let volumes = ImageBatch(
            count: 2, channels: channels ?? 1, slices: size[0], rows: size[1], columns: size[2],
            values: Self.values(count, stream: 1000).map { 4 * $0 })
        var targets = [Float](repeating: 0, count: 2 * classes * voxels)
        for (index, value) in Self.values(2 * voxels, stream: 1001).enumerated() {
            let (volume, voxel) = (index / voxels, index % voxels)
            if classes == 1 {
                targets[index] = value > 0 ? 1 : 0
            } else {
                targets[(volume * classes + Int((value + 0.5) * Float(classes))) * voxels + voxel] = 1
            }
        }
        return TrainingBatch(images: volumes, targets: targets)
    }
}

@Suite("Networks on volumes are PyTorch's")
struct VolumeParityTests {
    @Test("probabilities, loss, gradients and the number of parameters", arguments: 0..<5)
    func sameAsPyTorch(index: Int) throws {
        let all = try VolumeGolden.load()
        #expect(all.count == 5)
        let golden = all[index]
        let engine = try TorchEngine.load(threads: 1)
        let exact = try TorchNetwork(
            empty: golden.configuration, engine: engine, device: .cpu, doublePrecision: true)
        try exact.setWeights(golden.weights(exact.layout))
        let plain = try TorchNetwork(
            configuration: golden.configuration, weights: exact.weights(), engine: engine)
        #expect(plain.layout.parameterCount == golden.parameters)
        let batch = golden.batch
        let options = SmallNet.options { $0.loss = .softDiceAndCrossEntropy }
        // Double precision agrees to the digits that were written; single to those that training in it has.
        for (net, tolerance) in [(exact, 2e-7), (plain, 2e-5)] {
            let p = try net.probabilities(batch.images, dropoutSeed: nil)
            let some = stride(from: 0, to: p.count, by: 7).map { Double(p[$0]) }
            #expect(some.count == golden.probabilities.count)
            let difference = zip(some, golden.probabilities).map { abs($0 - $1) }.max() ?? 1
            #expect(difference < tolerance, "\(golden.name): \(difference)")
            let loss = try net.loss(batch, options: options, asInTraining: true)
            #expect(abs(loss - golden.loss) < tolerance, "\(golden.name)")
            let checked = try net.checked(batch)
            let learned = net.layout.entries.enumerated().filter { $0.element.role.isLearned }
            #expect(learned.count == golden.gradients.count)
            for (index, entry) in learned {
                let expected = try #require(golden.gradients[entry.name])
                let gradient = try net.network.gradient(of: index, checked, options: options)
                let squares = gradient.reduce(0) { $0 + $1 * $1 }
                let ordered = zip(gradient, VolumeGolden.values(gradient.count, stream: 1002))
                    .reduce(0) { $0 + $1.0 * Double($1.1) }
                let size = expected[0].squareRoot()
                #expect(abs(squares.squareRoot() - size) < 100 * tolerance * size + 1e-9, "\(entry.name)")
                #expect(abs(ordered - expected[1]) < 100 * tolerance * size + 1e-9, "\(entry.name)")
            }
        }
    }

    /// For the oracle's `--check`, which reads these files by hand.
    @Test(
        "networks that have learned are written for PyTorch to check, where PLEURA_PARITY_FOLDER names a folder",
        .enabled(if: ProcessInfo.processInfo.environment["PLEURA_PARITY_FOLDER"] != nil), arguments: 0..<5)
    func written(index: Int) throws {
        let golden = try VolumeGolden.load()[index]
        let folder = try #require(ProcessInfo.processInfo.environment["PLEURA_PARITY_FOLDER"])
        let net = try TorchNetwork(
            configuration: golden.configuration, seed: UInt64(index), engine: TorchEngine.load(threads: 1))
        let batch = golden.batch
        for step in 0..<3 {
            _ = try net.trainStep(
                batch,
                options: SmallNet.options {
                    $0.seed = UInt64(step)
                    $0.learningRate = 0.01
                })
        }
        let shape = [2, batch.images.channels] + golden.size
        let sides = [
            NamedTensor(name: "input", shape: shape, values: batch.images.values),
            NamedTensor(
                name: "output", shape: [2, golden.classes] + golden.size,
                values: try net.probabilities(batch.images, dropoutSeed: nil)),
        ]
        var file = SafetensorsFile(tensors: try net.weights() + sides)
        file.metadata["case"] = try golden.description()
        let url = URL(fileURLWithPath: folder).appendingPathComponent("volume-network-\(index).safetensors")
        try file.encoded(as: .float32).write(to: url)
    }
}
