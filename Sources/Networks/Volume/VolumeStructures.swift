import CTorch

/// Configurations on their way into the engine.
extension ctorch_volume {
    init(_ configuration: VolumeNetworkConfiguration) {
        self.init()
        kind = Int32(configuration.kind == .vNet ? CTORCH_VNET : CTORCH_UNET_3D)
        kernel = Int32(configuration.kernelWidth)
        folds = configuration.foldsBlocks ? 1 : 0
        withUnsafeMutableBytes(of: &convolutions) { bytes in
            let counts = bytes.bindMemory(to: Int32.self)
            for (level, count) in configuration.convolutions.prefix(counts.count).enumerated() {
                counts[level] = Int32(count)
            }
        }
        common.input_channels = Int32(configuration.inputChannels)
        common.classes = Int32(configuration.classes)
        common.filters = Int32(configuration.filters)
        common.levels = Int32(configuration.levels)
        common.batch_norm = configuration.usesBatchNorm ? 1 : 0
        common.spatial_dropout = configuration.dropoutKind == .spatial ? 1 : 0
        common.deconvolution = configuration.upsampling == .deconvolution ? 1 : 0
        common.softmax = configuration.outputActivation == .softmax ? 1 : 0
        common.batch_norm_momentum = configuration.batchNormMomentum
        common.batch_norm_epsilon = UNetConfiguration.batchNormEpsilon
        common.setDropout(
            down: (0...configuration.levels).map(configuration.dropout(ofLevelDown:)),
            up: (0..<configuration.levels).map(configuration.dropout(ofLevelUp:)))
    }
}
