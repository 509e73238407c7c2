import Cases
import Networks

extension ModelFile {
    /// Weights that a network of another recipe can start from, so that it begins by saying what this model says: the
    /// model's own where both networks are the same. Where the recipe adds a second window or neighbouring slices, the
    /// new channels have weights of 0; where it has other structures, those that both have keep their output, and new
    /// ones begin with an output of 0, from which training moves them.
    /// - Returns: `nil` if the recipe has no structure of the model's, lacks a channel of the model's, or has another
    ///   first window or another network, if either is somebody else's network, or if one answers prompts and the other
    ///   segments. Models that answer prompts answer for any structure: theirs may differ.
    public func startingWeights(for recipe: Recipe) -> [NamedTensor]? {
        let own = header.recipe
        guard own.torchScript == nil, recipe.torchScript == nil else { return nil }
        guard (own.prompts == nil) == (recipe.prompts == nil) else { return nil }
        let (before, after) = (own.preprocessing, recipe.preprocessing)
        let addsChannels = before.inputPlaces != after.inputPlaces
        guard recipe.prompts != nil || !Set(own.structures).isDisjoint(with: recipe.structures) else { return nil }
        if addsChannels {
            guard before.windowLow == after.windowLow, before.windowHigh == after.windowHigh,
                before.normalisation == after.normalisation, Set(before.inputPlaces).isSubset(of: after.inputPlaces)
            else { return nil }
        }
        var grown = own.network
        grown.inputChannels = recipe.network.inputChannels
        grown.classes = recipe.network.classes
        grown.outputActivation = recipe.network.outputActivation
        // What has no weights may differ.
        grown.dropout = recipe.network.dropout
        grown.dropoutChangePerLevel = recipe.network.dropoutChangePerLevel
        grown.dropoutKind = recipe.network.dropoutKind
        grown.usesDropoutOnUpsampling = recipe.network.usesDropoutOnUpsampling
        grown.batchNormMomentum = recipe.network.batchNormMomentum
        let layout = NetworkLayout(grown)
        // A folded block's channels are another matter than a voxel's, and a V-Net carries its input on beside the kernel.
        let sameEnds = !addsChannels && own.structures == recipe.structures && own.network.classes == grown.classes
        guard !grown.foldsBlocks || sameEnds, grown.kind != .vNet || !addsChannels else { return nil }
        guard grown == recipe.network, let first = layout.entries.first?.name else { return nil }
        // Behind the windows of a network that answers prompts come its other channels, which stay where they are.
        if recipe.prompts != nil { return addsChannels ? nil : weights }
        let outputs = Self.outputs(from: own, to: recipe)
        let inputs = after.inputPlaces.map { before.inputPlaces.firstIndex(of: $0) }
        return weights.map { tensor in
            if tensor.name == first, addsChannels { return tensor.withInputs(inputs) }
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

/// What an input channel shows: a slice, relative to the one that is segmented, in the first or the second window.
private struct InputPlace: Hashable {
    let sliceOffset: Int
    let window: Int
}

extension PreprocessingRecipe {
    /// What each input channel shows.
    fileprivate var inputPlaces: [InputPlace] {
        sliceOffsets.flatMap { offset in (0..<windowCount).map { InputPlace(sliceOffset: offset, window: $0) } }
    }
}

extension NamedTensor {
    /// A convolution's kernel `[filters][inputs]…` with other input channels: `channels[i]` is the present
    /// one that becomes channel `i`, `nil` for one of zeros.
    fileprivate func withInputs(_ channels: [Int?]) -> NamedTensor {
        guard shape.count >= 4 else { return self }
        let kernel = shape.dropFirst(2).reduce(1, *)
        var widened: [Float] = []
        for filter in 0..<shape[0] {
            for channel in channels {
                let start = channel.map { (filter * shape[1] + $0) * kernel }
                widened += start.map { values[$0..<$0 + kernel] } ?? Array(repeating: 0, count: kernel)[...]
            }
        }
        return NamedTensor(name: name, shape: [shape[0], channels.count] + shape.dropFirst(2), values: widened)
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
