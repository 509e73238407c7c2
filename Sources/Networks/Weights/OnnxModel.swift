import Foundation

/// A U-Net as an ONNX file, for other people's programs: ONNX Runtime, OpenVINO, TensorRT and what reads with them.
///
/// The graph takes `image`, `[count][channels][rows][columns]` of float32 as the recipe prepares it, any number of slices
/// of any size that the network halves, and gives `probabilities`, `[count][classes][rows][columns]`. Preparing the image
/// and what happens to probabilities is not in it. Dropout is left out: the graph predicts.
/// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
public struct OnnxModel: Sendable {
    /// The version of the operators, of 2021: Conv, Relu, BatchNormalization, MaxPool, ConvTranspose, Resize, Concat,
    /// Softmax and Sigmoid.
    public static let operatorSet = 17
    /// The version of the file format that goes with it.
    static let fileVersion = 8
    /// The graph's input and output.
    public static let input = "image"
    /// What the graph gives.
    public static let output = "probabilities"

    /// The file.
    public let data: Data

    /// Writes a network.
    /// - Parameters:
    ///   - weights: the network's, in any order.
    ///   - name: what the graph is called.
    ///   - metadata: text by key that is kept in the file.
    /// - Throws: ``EngineError/unusable(_:)`` for a configuration that no network can have, a network on volumes, or weights
    ///   that are not its own.
    public init(
        configuration: NetworkConfiguration, weights: [NamedTensor], name: String, metadata: [String: String] = [:]
    ) throws(EngineError) {
        try configuration.validate()
        guard !configuration.kind.seesVolumes else {
            throw .unusable("a \(configuration.kind.described) is not written as ONNX, only networks on slices are")
        }
        var graph = Graph()
        for tensor in try NetworkLayout(configuration).ordered(weights) { graph.add(tensor) }
        graph.addNetwork(configuration)

        var model = ProtobufMessage()
        model.add(1, Self.fileVersion)
        model.add(2, "Pleura")
        model.add(7, graph.message(name: name, configuration))
        var operators = ProtobufMessage()
        operators.add(2, Self.operatorSet)
        model.add(8, operators)
        for key in metadata.keys.sorted() {
            var entry = ProtobufMessage()
            entry.add(1, key)
            entry.add(2, metadata[key] ?? "")
            model.add(14, entry)
        }
        data = model.data
    }
}

/// An ONNX graph that is being put together.
private struct Graph {
    private var nodes: [ProtobufMessage] = []
    private var tensors: [ProtobufMessage] = []

    /// A setting of a node.
    enum Attribute {
        case number(String, Float)
        case whole(String, Int)
        case wholes(String, [Int])
        case text(String, String)
    }

    /// ONNX's number for float32.
    private static let float32 = 1

    mutating func add(_ tensor: NamedTensor) {
        var message = ProtobufMessage()
        for size in tensor.shape { message.add(1, size) }
        message.add(2, Self.float32)
        message.add(8, tensor.name)
        var bytes = Data(capacity: 4 * tensor.values.count)
        for value in tensor.values {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        message.add(9, bytes)
        tensors.append(message)
    }

    /// Adds a node; its output has its name.
    @discardableResult
    mutating func add(_ kind: String, _ name: String, of inputs: [String], _ attributes: [Attribute] = []) -> String {
        var node = ProtobufMessage()
        for input in inputs { node.add(1, input) }
        node.add(2, name)
        node.add(3, name)
        node.add(4, kind)
        for attribute in attributes { node.add(5, Self.message(attribute)) }
        nodes.append(node)
        return name
    }

    private static func message(_ attribute: Attribute) -> ProtobufMessage {
        var message = ProtobufMessage()
        switch attribute {
        case .number(let name, let value):
            message.add(1, name)
            message.add(2, value)
            message.add(20, 1)
        case .whole(let name, let value):
            message.add(1, name)
            message.add(3, value)
            message.add(20, 2)
        case .text(let name, let value):
            message.add(1, name)
            message.add(4, value)
            message.add(20, 3)
        case .wholes(let name, let values):
            message.add(1, name)
            for value in values { message.add(8, value) }
            message.add(20, 7)
        }
        return message
    }

    /// The layers of a U-Net, from ``OnnxModel/input`` to ``OnnxModel/output``.
    mutating func addNetwork(_ configuration: NetworkConfiguration) {
        var x = OnnxModel.input
        var skips: [String] = []
        for level in 0..<configuration.levels {
            x = block("down\(level)", of: x, configuration)
            skips.append(x)
            x = add(
                "MaxPool", "down\(level).pool", of: [x],
                [.wholes("kernel_shape", [2, 2]), .wholes("strides", [2, 2])])
        }
        x = block("mid", of: x, configuration)
        if configuration.upsampling == .simple {
            add(NamedTensor(name: "up.scales", shape: [4], values: [1, 1, 2, 2]))
        }
        for level in (0..<configuration.levels).reversed() {
            x = enlarged("up\(level)", x, configuration)
            x = add("Concat", "up\(level).joined", of: [x, skips[level]], [.whole("axis", 1)])
            x = block("up\(level)", of: x, configuration)
        }
        x = add("Conv", "head", of: [x, "head.weight", "head.bias"], [.wholes("kernel_shape", [1, 1])])
        switch configuration.outputActivation {
        case .softmax: add("Softmax", OnnxModel.output, of: [x], [.whole("axis", 1)])
        case .sigmoid: add("Sigmoid", OnnxModel.output, of: [x])
        }
    }

    private mutating func enlarged(_ name: String, _ x: String, _ configuration: NetworkConfiguration) -> String {
        guard configuration.upsampling == .deconvolution else {
            // No region of interest; the nearest pixel, so that each becomes four.
            return add(
                "Resize", "\(name).enlarged", of: [x, "", "up.scales"],
                [
                    .text("mode", "nearest"), .text("coordinate_transformation_mode", "asymmetric"),
                    .text("nearest_mode", "floor"),
                ])
        }
        return add(
            "ConvTranspose", "\(name).enlarged", of: [x, "\(name).tconv.weight", "\(name).tconv.bias"],
            [.wholes("kernel_shape", [2, 2]), .wholes("strides", [2, 2])])
    }

    private mutating func block(_ name: String, of input: String, _ configuration: NetworkConfiguration) -> String {
        var x = input
        for half in 1...2 {
            let layer = "\(name).conv\(half)"
            let bias = configuration.usesBatchNorm ? [] : ["\(layer).bias"]
            x = add(
                "Conv", layer, of: [x, "\(layer).weight"] + bias,
                [.wholes("kernel_shape", [3, 3]), .wholes("pads", [1, 1, 1, 1])])
            x = add("Relu", "\(layer).relu", of: [x])
            guard configuration.usesBatchNorm else { continue }
            let norm = "\(name).bn\(half)"
            x = add(
                "BatchNormalization", norm,
                of: [x] + ["weight", "bias", "running_mean", "running_var"].map { "\(norm).\($0)" },
                [.number("epsilon", Float(NetworkConfiguration.batchNormEpsilon))])
        }
        return x
    }

    func message(name: String, _ configuration: NetworkConfiguration) -> ProtobufMessage {
        var graph = ProtobufMessage()
        for node in nodes { graph.add(1, node) }
        graph.add(2, name)
        for tensor in tensors { graph.add(5, tensor) }
        graph.add(11, Self.value(OnnxModel.input, channels: configuration.inputChannels))
        graph.add(12, Self.value(OnnxModel.output, channels: configuration.classes))
        return graph
    }

    /// What goes in or comes out: any number of slices, rows and columns.
    private static func value(_ name: String, channels: Int) -> ProtobufMessage {
        func dimension(_ field: Int, _ set: (inout ProtobufMessage, Int) -> Void) -> ProtobufMessage {
            var message = ProtobufMessage()
            set(&message, field)
            return message
        }
        var shape = ProtobufMessage()
        shape.add(1, dimension(2) { $0.add($1, "count") })
        shape.add(1, dimension(1) { $0.add($1, channels) })
        shape.add(1, dimension(2) { $0.add($1, "rows") })
        shape.add(1, dimension(2) { $0.add($1, "columns") })
        var tensor = ProtobufMessage()
        tensor.add(1, float32)
        tensor.add(2, shape)
        var type = ProtobufMessage()
        type.add(1, tensor)
        var value = ProtobufMessage()
        value.add(1, name)
        value.add(2, type)
        return value
    }
}
