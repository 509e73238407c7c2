import CTorch

/// A U-Net on slices, run by libtorch.
///
/// Its tensors live in the engine until the last reference to it goes. One thread at a time may use it. On the
/// processor, the same weights, batch, options and thread count give the same bits; on CUDA nearly so.
public final class UNet2D: TrainableNetwork {
    /// How it is built.
    public let configuration: UNetConfiguration
    /// Where it computes: `cpu` or `cuda`.
    public let device: EngineDevice
    /// Whether ``probabilities(_:dropoutSeed:)`` computes in bfloat16 where there is hardware for it: faster, and
    /// probabilities good to about two digits. Off by default.
    public var predictsInMixedPrecision = false
    /// What its tensors are called.
    public let layout: UNetLayout

    let engine: TorchEngine
    let network: OpaquePointer

    /// A network with the first weights that belong to `seed`.
    /// - Throws: ``EngineError``: a configuration that cannot be, no such device, no memory.
    public convenience init(
        configuration: UNetConfiguration, seed: UInt64, engine: TorchEngine, device: EngineDevice = .cpu
    ) throws {
        try self.init(empty: configuration, engine: engine, device: device)
        try setWeights(UNetInitialiser.tensors(of: layout, seed: seed))
    }

    /// A network with given weights, as ``weights()`` gives them.
    public convenience init(
        configuration: UNetConfiguration, weights: [NamedTensor], engine: TorchEngine, device: EngineDevice = .cpu
    ) throws {
        try self.init(empty: configuration, engine: engine, device: device)
        try setWeights(weights)
    }

    /// A network whose tensors are all 0; in double precision for tests of gradients.
    init(
        empty configuration: UNetConfiguration, engine: TorchEngine, device: EngineDevice, doublePrecision: Bool = false
    ) throws(EngineError) {
        try configuration.validate()
        let device = try engine.resolve(device)
        var unet = ctorch_unet(configuration)
        unet.device = device == .cuda ? 1 : 0
        unet.double_precision = doublePrecision ? 1 : 0
        guard let network = engine.functions.create(&unet) else {
            throw .failed(doing: "building a network", reason: engine.lastError)
        }
        self.configuration = configuration
        self.device = device
        self.engine = engine
        self.network = network
        layout = UNetLayout(configuration)
        precondition(Self.shapes(engine, network) == layout.entries.map(\.shape), "engine and layout agree")
    }

    deinit { engine.functions.destroy(network) }

    private static func shapes(_ engine: TorchEngine, _ network: OpaquePointer) -> [[Int]] {
        (0..<engine.functions.tensor_count(network)).map { index in
            var shape = [Int64](repeating: 0, count: 4)
            let axes = engine.functions.tensor_shape(network, index, &shape)
            return shape.prefix(Int(axes)).map { Int($0) }
        }
    }

    /// Probabilities, `[count][classes][rows][columns]`; with a seed, dropout drops as in training.
    /// - Throws: ``EngineError``.
    public func probabilities(_ images: SliceBatch, dropoutSeed: UInt64?) throws -> [Float] {
        try check(images)
        let count = images.count * configuration.classes * images.rows * images.columns
        var how = ctorch_prediction(
            mixed_precision: isMixed(predictsInMixedPrecision) ? 1 : 0, uses_dropout: dropoutSeed == nil ? 0 : 1,
            seed: dropoutSeed ?? 0)
        var status = CTORCH_OK
        let result = [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
            status = withBatch(images) { batch in
                engine.functions.predict(network, batch, &how, buffer.baseAddress)
            }
            // On failure nothing may have been written; the array is thrown away below.
            if status != CTORCH_OK { buffer.initialize(repeating: 0) }
            initialised = count
        }
        try engine.check(status, doing: "predicting \(described(images))")
        return result
    }

    /// One step of the optimiser.
    /// - Returns: the batch's loss before it, dropout on.
    /// - Throws: ``EngineError``; weights, running figures and optimiser are then as before.
    public func trainStep(_ batch: TrainingBatch, options: TrainingStepOptions) throws -> Float {
        try check(batch)
        try checkOptimiser(options.optimiser)
        var step = cStep(options)
        var loss = 0.0
        let status = withBatch(batch) {
            engine.functions.train_step(network, $0, &step, &loss)
        }
        try engine.check(status, doing: "training on \(described(batch.images))", step: optimiserSteps + 1)
        return Float(loss)
    }

    /// The loss without learning from it: dropout off, batch norm by its running figures.
    /// - Throws: ``EngineError``.
    public func loss(_ batch: TrainingBatch, options: TrainingStepOptions) throws -> Float {
        Float(try loss(batch, options: options, asInTraining: false))
    }

    /// The loss in double precision; `asInTraining` with dropout and batch norm as a step has them.
    func loss(_ batch: TrainingBatch, options: TrainingStepOptions, asInTraining: Bool) throws -> Double {
        try check(batch)
        var step = cStep(options)
        var loss = 0.0
        let status = withBatch(batch) {
            engine.functions.loss(network, $0, &step, asInTraining ? 1 : 0, &loss)
        }
        try engine.check(status, doing: "computing the loss of \(described(batch.images))")
        return loss
    }

    /// Whether mixed precision is used when it is asked for.
    func isMixed(_ isAskedFor: Bool) -> Bool {
        isAskedFor && (device == .cuda || TorchEngine.processorHasBFloat16)
    }
}
