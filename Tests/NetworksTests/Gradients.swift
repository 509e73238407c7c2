import CTorch

@testable import Networks

/// What only tests ask of the engine.
extension EngineNetwork {
    /// The gradient of the training loss by one tensor, row-major.
    func gradient(of tensor: Int, _ batch: EngineBatch, options: TrainingStepOptions) throws -> [Double] {
        var step = cStep(options)
        var values = [Double](repeating: 0, count: entries[tensor].count)
        let status = batch.withPointer {
            engine.functions.gradient(pointer, $0, &step, Int64(tensor), &values, Int64(values.count))
        }
        try engine.check(status, doing: "computing a gradient")
        return values
    }

    func nudge(_ tensor: Int, element: Int, by change: Double) throws {
        try engine.check(
            engine.functions.nudge(pointer, Int64(tensor), Int64(element), change), doing: "nudging")
    }

    /// How the loss changes with one element, by differences: exact to about six digits in double precision.
    func slope(
        _ tensor: Int, element: Int, _ batch: EngineBatch, options: TrainingStepOptions, step: Double = 1e-6
    ) throws -> Double {
        try nudge(tensor, element: element, by: step)
        let above = try loss(batch, options: options, asInTraining: true)
        try nudge(tensor, element: element, by: -2 * step)
        let below = try loss(batch, options: options, asInTraining: true)
        try nudge(tensor, element: element, by: step)
        return (above - below) / (2 * step)
    }
}

extension TorchNetwork {
    /// The gradient of the training loss by one tensor, row-major.
    func gradient(of tensor: Int, _ batch: TrainingBatch, options: TrainingStepOptions) throws -> [Double] {
        try network.gradient(of: tensor, checked(batch), options: options)
    }
}
