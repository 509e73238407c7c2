import CTorch
import Foundation

/// A network that somebody else trained and exported as TorchScript (`torch.jit.trace` or `torch.jit.script`), run by
/// libtorch. It predicts and cannot be trained.
///
/// It is a program, and is run as one: take it only from whom you would take a program. It lives in the engine until the
/// last reference to it goes, and one thread at a time may use it. On the processor, the same input and thread count give
/// the same bits.
public final class TorchScriptNetwork: PatchNetwork {
    private let engine: TorchEngine
    private let script: OpaquePointer

    /// A network from the bytes of its file.
    /// - Throws: ``EngineError/unusable(_:)`` for a file of another kind, saying which; ``EngineError`` for what libtorch
    ///   says of a damaged one, or of one that needs a newer libtorch.
    public init(_ file: Data, engine: TorchEngine, device: EngineDevice = .cpu) throws(EngineError) {
        if let why = TorchScriptFile.whyNot(file) { throw .unusable(why) }
        let isCUDA = try engine.resolve(device) == .cuda
        let loaded = file.withUnsafeBytes { bytes in
            engine.functions.load_script(bytes.baseAddress, Int64(bytes.count), isCUDA ? 1 : 0)
        }
        guard let loaded else { throw .failed(doing: "loading the TorchScript network", reason: engine.lastError) }
        self.engine = engine
        script = loaded
    }

    deinit { engine.functions.destroy_script(script) }

    /// What the network says of an input; see ``PatchNetwork/answer(to:atMost:)``.
    /// - Throws: ``EngineError``.
    public func answer(to input: ShapedValues, atMost most: Int) throws -> ShapedValues {
        var answer = ctorch_values()
        var status = CTORCH_OK
        var given = input.values
        let values = [Float](unsafeUninitializedCapacity: most) { room, count in
            given.withUnsafeMutableBufferPointer { given in
                var question = ctorch_values()
                (question.values, question.count) = (given.baseAddress, Int64(given.count))
                question.setShape(input.shape)
                (answer.values, answer.count) = (room.baseAddress, Int64(most))
                status = engine.functions.run_script(script, &question, &answer)
            }
            // Only what was written counts.
            count = status == CTORCH_OK ? Int(answer.count) : 0
        }
        let size = input.shape.map(String.init).joined(separator: "×")
        try engine.check(status, doing: "asking the TorchScript network about an input of \(size)")
        let shape = withUnsafeBytes(of: &answer.shape) { bytes in
            bytes.bindMemory(to: Int64.self).prefix(Int(answer.axes)).map { Int($0) }
        }
        return ShapedValues(shape: shape, values: values)
    }
}
