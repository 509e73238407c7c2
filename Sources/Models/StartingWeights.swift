import Cases
import Networks

extension ModelFile {
    /// Weights that a network of another recipe can start from, so that it begins by saying what this model says: the
    /// model's own where both networks are the same; where the recipe adds a second window to this model's only one,
    /// the same with weights of 0 for the new channel.
    /// - Returns: `nil` if the recipe has other structures, another first window or another network.
    public func startingWeights(for recipe: Recipe) -> [NamedTensor]? {
        let own = header.recipe
        guard own.structures == recipe.structures else { return nil }
        if own.network == recipe.network { return weights }
        let (before, after) = (own.preprocessing, recipe.preprocessing)
        guard before.channelCount == 1, after.channelCount == 2, before.windowLow == after.windowLow,
            before.windowHigh == after.windowHigh, before.normalisation == after.normalisation
        else { return nil }
        var widened = own.network
        widened.inputChannels = 2
        guard widened == recipe.network, let first = UNetLayout(widened).entries.first?.name else { return nil }
        return weights.map { tensor in
            guard tensor.name == first, tensor.shape.count == 4, tensor.shape[1] == 1 else { return tensor }
            // [filters][1][3][3]: each filter's new channel follows its first.
            let kernel = tensor.shape[2] * tensor.shape[3]
            let values = stride(from: 0, to: tensor.values.count, by: kernel).flatMap { start in
                tensor.values[start..<start + kernel] + [Float](repeating: 0, count: kernel)
            }
            return NamedTensor(
                name: tensor.name, shape: [tensor.shape[0], 2, tensor.shape[2], tensor.shape[3]], values: values)
        }
    }
}
