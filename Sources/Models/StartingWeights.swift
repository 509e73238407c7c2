import Cases
import Networks

extension ModelFile {
    /// Weights that a network of another recipe can start from, so that it begins by saying what this model says: the
    /// model's own where both networks are the same. Where the recipe adds a second window to this model's only one, the
    /// new channel has weights of 0; where it has other structures, those that both have keep their output, and new ones
    /// begin with an output of 0, from which training moves them.
    /// - Returns: `nil` if the recipe has no structure of the model's, another first window or another network.
    public func startingWeights(for recipe: Recipe) -> [NamedTensor]? {
        let own = header.recipe
        if own.structures == recipe.structures, own.network == recipe.network { return weights }
        guard !Set(own.structures).isDisjoint(with: recipe.structures) else { return nil }
        let addsWindow = own.preprocessing.channelCount < recipe.preprocessing.channelCount
        if addsWindow {
            let (before, after) = (own.preprocessing, recipe.preprocessing)
            guard before.windowLow == after.windowLow, before.windowHigh == after.windowHigh,
                before.normalisation == after.normalisation
            else { return nil }
        }
        var grown = own.network
        grown.inputChannels = addsWindow ? recipe.network.inputChannels : grown.inputChannels
        grown.classes = recipe.network.classes
        grown.outputActivation = recipe.network.outputActivation
        let layout = UNetLayout(grown)
        guard grown == recipe.network, let first = layout.entries.first?.name else { return nil }
        let outputs = Self.outputs(from: own, to: recipe)
        return weights.map { tensor in
            if tensor.name == first, addsWindow { return tensor.withSecondInput() }
            return tensor.name.hasPrefix("head.") ? tensor.withOutputs(outputs) : tensor
        }
    }

    /// For each output channel of a network of `recipe` the channel of `own` that it starts from.
    private static func outputs(from own: Recipe, to recipe: Recipe) -> [Int?] {
        let structures = recipe.structures.map { name in
            own.structures.firstIndex(of: name).map { $0 + own.firstStructureChannel }
        }
        guard recipe.firstStructureChannel > 0 else { return structures }
        // Without a background of its own, a sigmoid's output is measured against 0, as a softmax's against this channel.
        return [own.firstStructureChannel > 0 ? 0 : nil] + structures
    }
}

extension NamedTensor {
    /// A convolution's kernel `[filters][1][height][width]` with a second input channel of weight 0.
    fileprivate func withSecondInput() -> NamedTensor {
        guard shape.count == 4, shape[1] == 1 else { return self }
        // Each filter's new channel follows its first.
        let kernel = shape[2] * shape[3]
        let widened = stride(from: 0, to: values.count, by: kernel).flatMap { start in
            values[start..<start + kernel] + [Float](repeating: 0, count: kernel)
        }
        return NamedTensor(name: name, shape: [shape[0], 2, shape[2], shape[3]], values: widened)
    }

    /// A tensor whose slowest axis is the output channel, with other channels: `channels[i]` is the present one that
    /// becomes channel `i`, `nil` for one of zeros.
    fileprivate func withOutputs(_ channels: [Int?]) -> NamedTensor {
        guard let present = shape.first, present > 0 else { return self }
        let row = values.count / present
        let rows = channels.flatMap { channel in
            channel.map { Array(values[$0 * row..<($0 + 1) * row]) } ?? [Float](repeating: 0, count: row)
        }
        return NamedTensor(name: name, shape: [channels.count] + shape.dropFirst(), values: rows)
    }
}
