import Foundation
import Networks

/// A network small enough to be worked out by hand: logistic regression on each pixel's value, one weight and one
/// bias a class, trained by gradient descent with momentum on mean cross-entropy. Its loss is the mean square error.
final class PixelClassifier: TrainableNetwork {
    let configuration: NetworkConfiguration
    private(set) var weight: [Float]
    private(set) var bias: [Float]
    private var velocity: [Float]
    /// The batches it was trained on, for tests that look at their order.
    private(set) var seen: [TrainingBatch] = []
    private(set) var seeds: [UInt64] = []
    private(set) var rates: [Double] = []

    init(classes: Int) {
        var configuration = NetworkConfiguration()
        configuration.classes = classes
        self.configuration = configuration
        weight = (0..<classes).map { 0.5 + 0.25 * Float($0) }
        bias = [Float](repeating: 0, count: classes)
        velocity = [Float](repeating: 0, count: 2 * classes)
    }

    func probabilities(_ images: ImageBatch, dropoutSeed: UInt64?) throws -> [Float] {
        let count = images.rows * images.columns
        var result: [Float] = []
        for slice in 0..<images.count {
            for c in weight.indices {
                result += images.values[slice * count..<(slice + 1) * count].map {
                    1 / (1 + exp(-(weight[c] * $0 + bias[c])))
                }
            }
        }
        return result
    }

    func loss(_ batch: TrainingBatch, options: TrainingStepOptions) throws -> Float {
        let p = try probabilities(batch.images, dropoutSeed: nil)
        return zip(p, batch.targets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Float(p.count)
    }

    func trainStep(_ batch: TrainingBatch, options: TrainingStepOptions) throws -> Float {
        seen.append(batch)
        seeds.append(options.seed)
        rates.append(options.learningRate)
        let before = try loss(batch, options: options)
        let p = try probabilities(batch.images, dropoutSeed: nil)
        let (count, classes) = (batch.images.rows * batch.images.columns, weight.count)
        var gradient = [Float](repeating: 0, count: 2 * classes)
        for slice in 0..<batch.images.count {
            for c in 0..<classes {
                for i in 0..<count {
                    let place = (slice * classes + c) * count + i
                    let share = batch.weights?[slice * count + i] ?? 1
                    let error = share * (p[place] - batch.targets[place])
                    gradient[c] += error * batch.images.values[slice * count + i] / Float(count * batch.images.count)
                    gradient[classes + c] += error / Float(count * batch.images.count)
                }
            }
        }
        for i in velocity.indices { velocity[i] = 0.9 * velocity[i] + gradient[i] }
        for c in 0..<classes {
            weight[c] -= Float(options.learningRate) * velocity[c]
            bias[c] -= Float(options.learningRate) * velocity[classes + c]
        }
        return before
    }

    func weights() throws -> [NamedTensor] {
        [
            NamedTensor(name: "weight", shape: [weight.count], values: weight),
            NamedTensor(name: "bias", shape: [bias.count], values: bias),
        ]
    }

    func setWeights(_ tensors: [NamedTensor]) throws {
        for tensor in tensors {
            if tensor.name == "weight" { weight = tensor.values } else { bias = tensor.values }
        }
    }

    func optimiserState() throws -> [NamedTensor] {
        [NamedTensor(name: "velocity", shape: [velocity.count], values: velocity)]
    }

    func setOptimiserState(_ tensors: [NamedTensor]) throws { velocity = tensors[0].values }
}
