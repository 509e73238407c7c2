import CTorch

/// Options and configurations on their way into the engine.
extension EngineNetwork {
    func cStep(_ options: TrainingStepOptions) -> ctorch_step {
        var step = ctorch_step()
        step.loss = Int32(options.loss.engineKind)
        step.learning_rate = options.learningRate
        step.seed = options.seed
        step.mixed_precision = isMixedUsed(options.usesMixedPrecision) ? 1 : 0
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
    init(_ configuration: NetworkConfiguration) {
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
        batch_norm_epsilon = NetworkConfiguration.batchNormEpsilon
        setDropout(
            down: (0...configuration.levels).map(configuration.dropout(ofLevelDown:)),
            up: (0..<configuration.levels).map(configuration.dropout(ofLevelUp:)))
    }

    /// - Parameters:
    ///   - down: the share of each level, the bottom last.
    ///   - up: the share of each level.
    private mutating func setDropout(down: [Double], up: [Double]) {
        withUnsafeMutableBytes(of: &dropout_down) { bytes in
            let shares = bytes.bindMemory(to: Double.self)
            for (level, share) in down.enumerated() { shares[level] = share }
        }
        withUnsafeMutableBytes(of: &dropout_up) { bytes in
            let shares = bytes.bindMemory(to: Double.self)
            for (level, share) in up.enumerated() { shares[level] = share }
        }
    }
}

extension ctorch_volume {
    init(_ configuration: NetworkConfiguration) {
        self.init()
        kind = Int32(configuration.kind == .vNet ? CTORCH_VNET : CTORCH_UNET_3D)
        kernel = Int32(configuration.kernelWidth)
        folds = configuration.foldsBlocks ? 1 : 0
        common = ctorch_unet(configuration)
        withUnsafeMutableBytes(of: &convolutions) { bytes in
            let counts = bytes.bindMemory(to: Int32.self)
            for (level, count) in configuration.convolutions.prefix(counts.count).enumerated() {
                counts[level] = Int32(count)
            }
        }
    }
}
