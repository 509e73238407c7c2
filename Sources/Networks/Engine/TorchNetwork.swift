import CTorch

/// A network on slices or on volumes, run by libtorch.
///
/// Its tensors live in the engine until the last reference to it goes. One thread at a time may use it. On the
/// processor, the same weights, batch, options and thread count give the same bits; on CUDA nearly so.
public final class TorchNetwork: TrainableNetwork {
    /// How it is built.
    public let configuration: NetworkConfiguration
    /// Whether ``probabilities(_:dropoutSeed:)`` computes in bfloat16 where there is hardware for it: probabilities good
    /// to about two digits, faster on slices. On volumes it takes less memory, but libtorch 1.13 on a processor with
    /// AVX-512 and without AMX takes half as long again as with float32. Off by default.
    public var predictsInMixedPrecision = false
    /// What its tensors are called.
    public let layout: NetworkLayout

    let network: EngineNetwork

    /// Where it computes: `cpu` or `cuda`.
    public var device: EngineDevice { network.device }

    /// A network with the first weights that belong to `seed`.
    /// - Throws: ``EngineError``: a configuration that cannot be, no such device, no memory.
    public convenience init(
        configuration: NetworkConfiguration, seed: UInt64, engine: TorchEngine, device: EngineDevice = .cpu
    ) throws {
        try self.init(empty: configuration, engine: engine, device: device)
        try setWeights(TensorInitialiser.tensors(of: layout.entries, seed: seed))
    }

    /// A network with given weights, as ``weights()`` gives them.
    /// - Throws: ``EngineError``: also if the weights are another network's.
    public convenience init(
        configuration: NetworkConfiguration, weights: [NamedTensor], engine: TorchEngine, device: EngineDevice = .cpu
    ) throws {
        try self.init(empty: configuration, engine: engine, device: device)
        try setWeights(weights)
    }

    /// A network whose tensors are all 0; in double precision for tests of gradients.
    init(
        empty configuration: NetworkConfiguration, engine: TorchEngine, device: EngineDevice,
        doublePrecision: Bool = false
    ) throws(EngineError) {
        try configuration.validate()
        let device = try engine.resolve(device)
        self.configuration = configuration
        layout = NetworkLayout(configuration)
        network = try EngineNetwork(layout.entries, engine: engine, device: device) {
            guard configuration.kind.seesVolumes else {
                var unet = ctorch_unet(configuration)
                unet.device = device == .cuda ? 1 : 0
                unet.double_precision = doublePrecision ? 1 : 0
                return engine.functions.create(&unet)
            }
            var volume = ctorch_volume(configuration)
            volume.common.device = device == .cuda ? 1 : 0
            volume.common.double_precision = doublePrecision ? 1 : 0
            return engine.functions.create_volume(&volume)
        }
    }

    /// Probabilities, laid out as ``SegmentationNetwork`` says; with a seed, dropout drops as in training. Images of a
    /// batch do not see each other.
    /// - Throws: ``EngineError``.
    public func probabilities(_ images: ImageBatch, dropoutSeed: UInt64?) throws -> [Float] {
        let batch = engineBatch(images)
        try check(batch, channels: images.channels)
        return try network.probabilities(
            batch, classes: configuration.classes, isMixed: predictsInMixedPrecision, dropoutSeed: dropoutSeed)
    }

    /// One step of the optimiser.
    /// - Returns: the batch's loss before it, dropout on.
    /// - Throws: ``EngineError``; weights, running figures and optimiser are then as before.
    public func trainStep(_ batch: TrainingBatch, options: TrainingStepOptions) throws -> Float {
        try network.trainStep(checked(batch), options: options)
    }

    /// The loss without learning from it: dropout off, batch norm by its running figures.
    /// - Throws: ``EngineError``.
    public func loss(_ batch: TrainingBatch, options: TrainingStepOptions) throws -> Float {
        Float(try loss(batch, options: options, asInTraining: false))
    }

    /// The loss in double precision; `asInTraining` with dropout and batch norm as a step has them.
    func loss(_ batch: TrainingBatch, options: TrainingStepOptions, asInTraining: Bool) throws -> Double {
        try network.loss(checked(batch), options: options, asInTraining: asInTraining)
    }

    /// All tensors of ``layout``, in its order.
    public func weights() throws -> [NamedTensor] { try network.weights() }

    /// Sets all tensors, or throws ``EngineError/foreignTensors(_:)`` and sets none. The optimiser keeps its state.
    public func setWeights(_ tensors: [NamedTensor]) throws { try network.setWeights(tensors) }

    /// Steps the optimiser has made.
    public var optimiserSteps: Int { network.optimiserSteps }

    /// Step count and moments, by name; with the weights, all that training goes on from.
    public func optimiserState() throws -> [NamedTensor] { try network.optimiserState() }

    /// Takes up what ``optimiserState()`` gave, or throws ``EngineError/foreignTensors(_:)`` and leaves all as it was.
    public func setOptimiserState(_ tensors: [NamedTensor]) throws { try network.setOptimiserState(tensors) }

    /// Images as the engine takes them.
    func engineBatch(_ images: ImageBatch) -> EngineBatch {
        EngineBatch(
            images: images.values, count: images.count, slices: images.slices ?? 0, rows: images.rows,
            columns: images.columns)
    }

    /// A batch as the engine takes it, if it suits the network.
    func checked(_ batch: TrainingBatch) throws(EngineError) -> EngineBatch {
        var checked = engineBatch(batch.images)
        (checked.targets, checked.weights, checked.known) = (batch.targets, batch.weights, batch.known)
        try check(checked, channels: batch.images.channels)
        try checked.checkTruth(
            classes: configuration.classes, multiple: configuration.sizeMultiple,
            usesBatchNorm: configuration.usesBatchNorm)
        return checked
    }

    private func check(_ batch: EngineBatch, channels: Int) throws(EngineError) {
        guard (batch.slices > 0) == configuration.kind.seesVolumes else {
            throw .unusable("\(batch.described) for a \(configuration.kind.described)")
        }
        try batch.check(channels: channels, of: configuration.inputChannels, multiple: configuration.sizeMultiple)
    }
}
