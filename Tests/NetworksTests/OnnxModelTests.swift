import Foundation
import TestSupport
import Testing

@testable import Networks

@Suite("Networks as ONNX files")
struct OnnxModelTests {
    @Test("messages are encoded as Protocol Buffers documents it")
    func encoding() {
        var inner = ProtobufMessage()
        // The documentation's own examples: 150 in field 1, "testing" in field 2.
        inner.add(1, 150)
        #expect(Array(inner.data) == [0x08, 0x96, 0x01])
        var text = ProtobufMessage()
        text.add(2, "testing")
        #expect(Array(text.data) == [0x12, 0x07] + Array("testing".utf8))
        var outer = ProtobufMessage()
        outer.add(3, inner)
        outer.add(20, 1)
        outer.add(2, Float(1))
        outer.add(1, -1)
        #expect(
            Array(outer.data)
                == [0x1a, 0x03, 0x08, 0x96, 0x01, 0xa0, 0x01, 0x01, 0x15, 0, 0, 0x80, 0x3f, 0x08]
                + [UInt8](repeating: 0xff, count: 9) + [0x01])
    }

    private struct Answer: Decodable {
        let operators: [String]
        let operatorSet: Int
        let metadata: [String: String]
        let shape: [Int]
        let values: [Double]
    }

    /// ONNX Runtime computes what our engine does, for every way to build a network.
    @Test(
        "ONNX Runtime says the same",
        arguments: [
            (NetworkConfiguration.Upsampling.deconvolution, NetworkConfiguration.OutputActivation.softmax, true),
            (.deconvolution, .sigmoid, false), (.simple, .softmax, false), (.simple, .sigmoid, true),
        ])
    func oracle(
        upsampling: NetworkConfiguration.Upsampling, activation: NetworkConfiguration.OutputActivation, norm: Bool
    ) throws {
        var random = SeededGenerator(seed: 5)
        let configuration = SmallNet.configuration {
            $0.inputChannels = 2
            $0.classes = 3
            $0.levels = 3
            $0.usesBatchNorm = norm
            $0.upsampling = upsampling
            $0.outputActivation = activation
        }
        let net = try TorchNetwork(configuration: configuration, seed: 1, engine: TorchEngine.load(threads: 1))
        // Figures of batch norm, biases and scales that are not 0 and 1.
        try net.setWeights(
            try net.weights().map { tensor in
                let spread: ClosedRange<Float> = tensor.name.hasSuffix("running_var") ? 0.5...2 : -0.25...0.25
                return NamedTensor(
                    name: tensor.name, shape: tensor.shape,
                    values: tensor.values.map { _ in Float.random(in: spread, using: &random) })
            })
        let (rows, columns, count) = (24, 40, 3)
        let values = (0..<count * 2 * rows * columns).map { _ in Float.random(in: -1...1, using: &random) }
        let ours = try net.probabilities(
            ImageBatch(count: count, channels: 2, rows: rows, columns: columns, values: values), dropoutSeed: nil)

        let folder = try TemporaryFolder()
        let (model, input) = (folder.file("model.onnx"), folder.file("input.safetensors"))
        try OnnxModel(
            configuration: configuration, weights: try net.weights().reversed(), name: "small@1",
            metadata: ["recipe": "{\"ü\": 1}", "name": "small@1"]
        ).data.write(to: model)
        try SafetensorsFile(tensors: [NamedTensor(name: "image", shape: [count, 2, rows, columns], values: values)])
            .write(to: input)
        let answer = try PythonOracle("onnx_oracle.py").run([model.path, input.path], as: Answer.self)
        #expect(answer.operatorSet == OnnxModel.operatorSet)
        #expect(answer.metadata == ["recipe": "{\"ü\": 1}", "name": "small@1"])
        #expect(answer.shape == [count, 3, rows, columns])
        let worst = zip(ours, answer.values).map { abs(Double($0) - $1) }.max() ?? 1
        #expect(worst < 1e-5)
        #expect(answer.values.count == ours.count && Set(ours).count > 100)
        #expect(answer.operators.contains("BatchNormalization") == norm)
        #expect(answer.operators.filter { $0 == "MaxPool" }.count == 3)
    }

    @Test("weights that are not the network's are refused")
    func otherWeights() throws {
        let net = try SmallNet.make()
        let weights = try net.weights()
        let configuration = net.configuration
        #expect(throws: EngineError.self) {
            try OnnxModel(configuration: configuration, weights: Array(weights.dropLast()), name: "a")
        }
        var wider = configuration
        wider.inputChannels = 2
        let error = #expect(throws: EngineError.self) {
            try OnnxModel(configuration: wider, weights: weights, name: "a")
        }
        #expect(error?.description.contains("down0.conv1.weight") == true)
        wider.levels = 0
        #expect(throws: EngineError.self) { try OnnxModel(configuration: wider, weights: weights, name: "a") }
    }
}
