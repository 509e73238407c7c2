import CTorch

/// Batches and options on their way into the engine.
extension UNet2D {
    func check(_ images: SliceBatch) throws(EngineError) {
        let multiple = configuration.sizeMultiple
        guard images.channels == configuration.inputChannels else {
            throw .unusable("slices of \(images.channels) channels for a network of \(configuration.inputChannels)")
        }
        guard images.count > 0, images.rows > 0, images.columns > 0, images.rows % multiple == 0,
            images.columns % multiple == 0
        else {
            throw .unusable("\(described(images)): rows and columns have to be multiples of \(multiple)")
        }
    }

    func check(_ batch: TrainingBatch) throws(EngineError) {
        try check(batch.images)
        let pixels = batch.images.count * batch.images.rows * batch.images.columns
        guard batch.targets.count == pixels * configuration.classes else {
            throw .unusable(
                "\(batch.targets.count) target values for \(pixels) pixels and \(configuration.classes) classes")
        }
        if let weights = batch.weights, weights.count != pixels {
            throw .unusable("\(weights.count) weights for \(pixels) pixels")
        }
        if let known = batch.known, known.count != batch.images.count * configuration.classes {
            throw .unusable(
                "\(known.count) known classes for \(batch.images.count) slices of \(configuration.classes)")
        }
        // Batch norm needs more than one value a channel at the bottom.
        let bottom = pixels / (configuration.sizeMultiple * configuration.sizeMultiple)
        guard !configuration.usesBatchNorm || bottom > 1 else {
            throw .unusable("\(described(batch.images)): batch norm cannot learn from one pixel at the bottom")
        }
    }

    func described(_ images: SliceBatch) -> String {
        "\(images.count) slices of \(images.columns)×\(images.rows)"
    }

    func withBatch(_ batch: TrainingBatch, _ body: (UnsafePointer<ctorch_batch>) -> ctorch_status) -> ctorch_status {
        withBatch(batch.images, targets: batch.targets, weights: batch.weights, known: batch.known, body)
    }

    func withBatch(
        _ images: SliceBatch, targets: [Float]? = nil, weights: [Float]? = nil, known: [Float]? = nil,
        _ body: (UnsafePointer<ctorch_batch>) -> ctorch_status
    ) -> ctorch_status {
        images.values.withUnsafeBufferPointer { values in
            withPointer(targets) { targets in
                withPointer(weights) { weights in
                    withPointer(known) { known in
                        var batch = ctorch_batch(
                            images: values.baseAddress, targets: targets, weights: weights, known: known,
                            count: Int64(images.count), rows: Int64(images.rows), columns: Int64(images.columns))
                        return body(&batch)
                    }
                }
            }
        }
    }

    private func withPointer(
        _ values: [Float]?, _ body: (UnsafePointer<Float>?) -> ctorch_status
    ) -> ctorch_status {
        guard let values else { return body(nil) }
        return values.withUnsafeBufferPointer { body($0.baseAddress) }
    }

    func cStep(_ options: TrainingStepOptions) -> ctorch_step {
        var step = ctorch_step()
        step.loss = Int32(options.loss.engineKind)
        step.learning_rate = options.learningRate
        step.seed = options.seed
        step.mixed_precision = isMixed(options.usesMixedPrecision) ? 1 : 0
        step.freeze_encoder = options.freezesEncoder ? 1 : 0
        switch options.optimiser {
        case .adam(let beta1, let beta2, let epsilon):
            step.optimiser = Int32(CTORCH_ADAM)
            (step.beta1, step.beta2, step.epsilon) = (beta1, beta2, epsilon)
        case .adamW(let weightDecay, let beta1, let beta2, let epsilon):
            step.optimiser = Int32(CTORCH_ADAMW)
            step.weight_decay = weightDecay
            (step.beta1, step.beta2, step.epsilon) = (beta1, beta2, epsilon)
        case .sgd(let momentum, let nesterov):
            step.optimiser = Int32(CTORCH_SGD)
            step.momentum = momentum
            step.nesterov = nesterov ? 1 : 0
        }
        return step
    }
}

extension SegmentationLoss {
    fileprivate var engineKind: UInt32 {
        switch self {
        case .softDice: UInt32(CTORCH_SOFT_DICE)
        case .softDiceAndCrossEntropy: UInt32(CTORCH_SOFT_DICE_AND_CROSS_ENTROPY)
        case .structureDiceAndCrossEntropy: UInt32(CTORCH_STRUCTURE_DICE_AND_CROSS_ENTROPY)
        }
    }
}

extension ctorch_unet {
    init(_ configuration: UNetConfiguration) {
        self.init()
        input_channels = Int32(configuration.inputChannels)
        classes = Int32(configuration.classes)
        filters = Int32(configuration.filters)
        levels = Int32(configuration.levels)
        batch_norm = configuration.usesBatchNorm ? 1 : 0
        spatial_dropout = configuration.dropoutKind == .spatial ? 1 : 0
        deconvolution = configuration.upsampling == .deconvolution ? 1 : 0
        softmax = configuration.outputActivation == .softmax ? 1 : 0
        batch_norm_momentum = configuration.batchNormMomentum
        batch_norm_epsilon = UNetConfiguration.batchNormEpsilon
        withUnsafeMutableBytes(of: &dropout_down) { bytes in
            let shares = bytes.bindMemory(to: Double.self)
            for level in 0...configuration.levels { shares[level] = configuration.dropout(ofLevelDown: level) }
        }
        withUnsafeMutableBytes(of: &dropout_up) { bytes in
            let shares = bytes.bindMemory(to: Double.self)
            for level in 0..<configuration.levels { shares[level] = configuration.dropout(ofLevelUp: level) }
        }
    }
}
