import CTorch

/// A network that lives in the engine, of whichever kind: its tensors by name, its steps and its predictions. Its
/// memory goes with the last reference to it.
final class EngineNetwork {
    let engine: TorchEngine
    let device: EngineDevice
    /// The tensors, in the engine's order.
    let entries: [TensorEntry]
    let pointer: OpaquePointer

    /// - Parameters:
    ///   - device: what was resolved, not `auto`.
    ///   - create: makes it, or returns `nil`.
    /// - Throws: ``EngineError``: a configuration that cannot be, no memory.
    init(
        _ entries: [TensorEntry], engine: TorchEngine, device: EngineDevice, create: () -> OpaquePointer?
    ) throws(EngineError) {
        guard let pointer = create() else {
            throw .failed(doing: "building a network", reason: engine.lastError)
        }
        self.engine = engine
        self.device = device
        self.entries = entries
        self.pointer = pointer
        precondition(Self.shapes(engine, pointer) == entries.map(\.shape), "engine and layout agree")
    }

    deinit { engine.functions.destroy(pointer) }

    private static func shapes(_ engine: TorchEngine, _ network: OpaquePointer) -> [[Int]] {
        (0..<engine.functions.tensor_count(network)).map { index in
            var shape = [Int64](repeating: 0, count: 5)
            let axes = engine.functions.tensor_shape(network, index, &shape)
            return shape.prefix(Int(axes)).map { Int($0) }
        }
    }

    /// Probabilities of a batch, `classes` for each pixel or voxel; with a seed, dropout drops as in training.
    /// - Throws: ``EngineError``.
    func probabilities(_ batch: EngineBatch, classes: Int, isMixed: Bool, dropoutSeed: UInt64?) throws -> [Float] {
        let count = batch.pixels * classes
        var how = ctorch_prediction(
            mixed_precision: isMixedUsed(isMixed) ? 1 : 0, uses_dropout: dropoutSeed == nil ? 0 : 1,
            seed: dropoutSeed ?? 0)
        var status = CTORCH_OK
        let result = [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
            status = batch.withPointer { batch in
                engine.functions.predict(pointer, batch, &how, buffer.baseAddress)
            }
            // On failure nothing may have been written; the array is thrown away below.
            if status != CTORCH_OK { buffer.initialize(repeating: 0) }
            initialised = count
        }
        try engine.check(status, doing: "predicting \(batch.described)")
        return result
    }

    /// One step of the optimiser.
    /// - Returns: the batch's loss before it, dropout on.
    /// - Throws: ``EngineError``; weights, running figures and optimiser are then as before.
    func trainStep(_ batch: EngineBatch, options: TrainingStepOptions) throws -> Float {
        try checkOptimiser(options.optimiser)
        var step = cStep(options)
        var loss = 0.0
        let status = batch.withPointer {
            engine.functions.train_step(pointer, $0, &step, &loss)
        }
        try engine.check(status, doing: "training on \(batch.described)", step: optimiserSteps + 1)
        return Float(loss)
    }

    /// The loss in double precision; `asInTraining` with dropout and batch norm as a step has them.
    /// - Throws: ``EngineError``.
    func loss(_ batch: EngineBatch, options: TrainingStepOptions, asInTraining: Bool) throws -> Double {
        var step = cStep(options)
        var loss = 0.0
        let status = batch.withPointer {
            engine.functions.loss(pointer, $0, &step, asInTraining ? 1 : 0, &loss)
        }
        try engine.check(status, doing: "computing the loss of \(batch.described)")
        return loss
    }

    /// Whether mixed precision is used when it is asked for.
    func isMixedUsed(_ isAskedFor: Bool) -> Bool {
        isAskedFor && (device == .cuda || TorchEngine.processorHasBFloat16)
    }
}
