import Foundation

/// A network that keras-unet built and Keras saved, as ours.
public struct KerasModel: Sendable {
    /// How it is built, read off the shapes of its weights. Dropout, which leaves no trace in them, and the output's
    /// activation come from Keras's own description where the file has it, else from what the caller supposes.
    public let configuration: NetworkConfiguration
    /// Its weights, as ``TorchNetwork/setWeights(_:)`` takes them.
    public let tensors: [NamedTensor]

    /// Reads an `.h5` or `.weights.h5` file.
    /// - Parameter supposed: What the file does not say.
    /// - Throws: ``EngineError/foreignTensors(_:)`` naming the file and what is no keras-unet network in it.
    public init(contentsOf url: URL, supposed: NetworkConfiguration = NetworkConfiguration()) throws(EngineError) {
        let file: KerasWeights
        do {
            file = try KerasWeights(contentsOf: url)
        } catch {
            throw .foreignTensors(error.description)
        }
        func fail(_ reason: String) -> EngineError { .foreignTensors("\(url.path): \(reason)") }
        guard var configuration = Self.configuration(of: file.arrays, supposed: supposed) else {
            throw fail("its layers are not those of keras-unet's custom_unet")
        }
        if let text = file.modelConfiguration { KerasDescription(text)?.complete(&configuration) }
        let entries = NetworkLayout(configuration).entries
        guard entries.count == file.arrays.count else {
            throw fail("\(file.arrays.count) arrays, such a network has \(entries.count)")
        }
        var tensors: [NamedTensor] = []
        for (entry, array) in zip(entries, file.arrays) {
            guard let tensor = Self.tensor(entry, from: array) else {
                throw fail("\(array.path) is \(array.shape), which does not fit \(entry.name) \(entry.shape)")
            }
            tensors.append(tensor)
        }
        self.configuration = configuration
        self.tensors = tensors
    }

    /// What shapes tell.
    private static func configuration(
        of arrays: [KerasWeights.Array], supposed: NetworkConfiguration
    ) -> NetworkConfiguration? {
        let kernels = arrays.map(\.shape).filter { $0.count == 4 }
        let threes = kernels.filter { $0[0] == 3 && $0[1] == 3 }
        let transposed = kernels.filter { $0[0] == 2 && $0[1] == 2 }
        guard let first = threes.first, let last = kernels.last, last[0] == 1, last[1] == 1, threes.count % 4 == 2
        else { return nil }
        var result = supposed
        result.inputChannels = first[2]
        result.filters = first[3]
        result.levels = (threes.count - 2) / 4
        result.classes = last[3]
        result.upsampling = transposed.isEmpty ? .simple : .deconvolution
        // A convolution is followed by four figures of batch norm or by one bias.
        result.usesBatchNorm = arrays.prefix { $0.shape.count != 4 || $0 == arrays[0] }.count == 5
        if result.classes == 1 { result.outputActivation = .sigmoid }
        guard (try? result.validate()) != nil else { return nil }
        return result
    }

    /// Keras has rows, columns, in, out – transposed convolutions rows, columns, out, in – and we out, in, rows,
    /// columns, or in, out, rows, columns: both times the last two axes come first, the other way round.
    private static func tensor(_ entry: TensorEntry, from array: KerasWeights.Array) -> NamedTensor? {
        guard entry.shape.count == 4 else {
            guard entry.shape == array.shape else { return nil }
            return NamedTensor(name: entry.name, shape: entry.shape, values: array.values)
        }
        let (a, b, rows, columns) = (entry.shape[0], entry.shape[1], entry.shape[2], entry.shape[3])
        guard array.shape == [rows, columns, b, a] else { return nil }
        var values = [Float](repeating: 0, count: array.values.count)
        for place in 0..<(rows * columns) {
            for inner in 0..<b {
                for outer in 0..<a {
                    values[(outer * b + inner) * rows * columns + place] =
                        array.values[(place * b + inner) * a + outer]
                }
            }
        }
        return NamedTensor(name: entry.name, shape: entry.shape, values: values)
    }
}

/// The part of Keras's JSON that weights do not tell.
private struct KerasDescription: Decodable {
    private struct Layer: Decodable {
        struct Config: Decodable {
            var rate: Double?
            var activation: String?
            var momentum: Double?
        }
        let className: String
        let config: Config

        private enum CodingKeys: String, CodingKey {
            case className = "class_name"
            case config
        }
    }
    private struct Network: Decodable { let layers: [Layer] }
    private let config: Network

    init?(_ text: String) {
        guard let found = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else { return nil }
        self = found
    }

    func complete(_ configuration: inout NetworkConfiguration) {
        let layers = config.layers
        if let last = layers.last(where: { $0.className == "Conv2D" })?.config.activation,
            let activation = NetworkConfiguration.OutputActivation(rawValue: last)
        {
            configuration.outputActivation = activation
        }
        if let momentum = layers.first(where: { $0.className == "BatchNormalization" })?.config.momentum {
            configuration.batchNormMomentum = momentum
        }
        let drops = layers.filter { $0.className == "SpatialDropout2D" || $0.className == "Dropout" }
        let rates = drops.compactMap(\.config.rate)
        configuration.dropout = rates.first ?? 0
        guard let first = drops.first else { return }
        configuration.dropoutKind = first.className == "SpatialDropout2D" ? .spatial : .standard
        configuration.usesDropoutOnUpsampling = rates.count > configuration.levels + 1
        configuration.dropoutChangePerLevel = rates.count > 1 ? rates[1] - rates[0] : 0
    }
}
