import CTorch
import Foundation

/// A network of Pleura's own as a TorchScript file, for other people's programs: PyTorch (`torch.jit.load`), libtorch and
/// what is built on them.
///
/// Its method `forward` takes `[count][channels][rows][columns]` of float32 as the recipe prepares it, on volumes
/// `[count][channels][slices][rows][columns]`, of any size that ``NetworkConfiguration/sizeMultiple`` divides, and gives
/// probabilities, with classes in place of channels. Preparing the image and what happens to probabilities is not in it.
/// Dropout is left out: it predicts. Its tensors have ``NetworkLayout``'s names, and no gradients unless they are asked for.
public struct TorchScriptModel: Sendable {
    /// The file.
    public let data: Data

    /// Writes a network.
    /// - Parameters:
    ///   - weights: the network's, in any order.
    ///   - metadata: text by key that is kept in the file; PyTorch reads it as extra files.
    ///   - engine: what compiles the program.
    /// - Throws: ``EngineError/unusable(_:)`` for a configuration that no network can have, or weights that are not its own;
    ///   ``EngineError`` for what libtorch says.
    public init(
        configuration: NetworkConfiguration, weights: [NamedTensor], metadata: [String: String] = [:],
        engine: TorchEngine
    ) throws(EngineError) {
        try configuration.validate()
        let layout = NetworkLayout(configuration)
        let tensors = try layout.ordered(weights)
        guard let writer = engine.functions.create_script_writer() else {
            throw .failed(doing: "beginning a TorchScript file", reason: engine.lastError)
        }
        defer { engine.functions.destroy_script_writer(writer) }
        for (entry, tensor) in zip(layout.entries, tensors) {
            var values = tensor.values
            let status = values.withUnsafeMutableBufferPointer { buffer in
                var given = ctorch_values()
                (given.values, given.count) = (buffer.baseAddress, Int64(buffer.count))
                given.setShape(entry.shape)
                return engine.functions.add_script_tensor(writer, entry.name, &given, entry.role.isLearned ? 1 : 0)
            }
            try engine.check(status, doing: "writing \(entry.name) as TorchScript")
        }
        for key in metadata.keys.sorted() {
            try engine.check(
                engine.functions.add_script_text(writer, key, metadata[key] ?? ""),
                doing: "writing \(key) into a TorchScript file")
        }
        var (bytes, count) = (UnsafeRawPointer?.none, Int64(0))
        try engine.check(
            engine.functions.write_script(writer, ForwardSource(configuration).text, &bytes, &count),
            doing: "writing a TorchScript file")
        data = bytes.map { Data(bytes: $0, count: Int(count)) } ?? Data()
    }
}

extension ctorch_values {
    /// - Parameter lengths: at most `CTORCH_MOST_AXES` of them.
    mutating func setShape(_ lengths: [Int]) {
        axes = Int32(lengths.count)
        withUnsafeMutableBytes(of: &shape) { bytes in
            let places = bytes.bindMemory(to: Int64.self)
            for (axis, length) in lengths.enumerated() { places[axis] = Int64(length) }
        }
    }
}
