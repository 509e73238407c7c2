@testable import Networks

/// Networks small enough for a test.
enum SmallNet {
    static func configuration(_ change: (inout NetworkConfiguration) -> Void = { _ in }) -> NetworkConfiguration {
        var configuration = NetworkConfiguration()
        configuration.filters = 4
        configuration.levels = 2
        configuration.dropout = 0.25
        configuration.batchNormMomentum = 0.8
        change(&configuration)
        return configuration
    }

    static func make(
        seed: UInt64 = 1, _ change: (inout NetworkConfiguration) -> Void = { _ in }
    ) throws -> TorchNetwork {
        try TorchNetwork(configuration: configuration(change), seed: seed, engine: TorchEngine.load(threads: 1))
    }

    static func options(_ change: (inout TrainingStepOptions) -> Void = { _ in }) -> TrainingStepOptions {
        var options = TrainingStepOptions()
        change(&options)
        return options
    }
}
