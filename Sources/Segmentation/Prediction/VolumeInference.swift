import Models
import Networks
import Volumes

/// Asks a network on volumes about an image patch by patch, and blends its probabilities where patches overlap.
public struct VolumeInference {
    /// One way to ask about a patch.
    struct Variation {
        /// Whether the patch is mirrored left to right, and the answer back.
        var isMirrored = false
        /// Draws what dropout drops; `nil` without dropout.
        var seed: UInt64?
    }

    private let recipe: Recipe
    private let network: any SegmentationNetwork

    /// - Parameters:
    ///   - recipe: checked.
    ///   - network: one on volumes, built as the recipe says.
    public init(_ recipe: Recipe, network: any SegmentationNetwork) {
        precondition(recipe.network.kind.seesVolumes && network.configuration == recipe.network, "the recipe's network")
        self.recipe = recipe
        self.network = network
    }

    /// Tells of each slice of an image once, ascending: the probabilities of all classes, `[classes][rows][columns]`.
    /// - Parameters:
    ///   - size: of the image, rows and columns as the recipe has them.
    ///   - slice: one of its slices, normalised, `rows × columns`, columns fastest.
    ///   - isCancelled: asked before each patch.
    ///   - progress: told the share done, 0…1.
    /// - Throws: `CancellationError`; ``PredictionError``; what the network throws.
    public func probabilities(
        of size: GridSize, slice: (Int) -> [Float], isCancelled: () -> Bool, progress: (Double) -> Void = { _ in },
        finish: (_ z: Int, _ values: [Float]) throws -> Void
    ) throws {
        try probabilities(
            of: size, slice: slice, variations: [Variation()], isCancelled: isCancelled, progress: progress,
            finish: finish)
    }

    /// The same, each patch asked about in several ways, whose mean counts.
    func probabilities(
        of size: GridSize, slice: (Int) -> [Float], variations: [Variation], isCancelled: () -> Bool,
        progress: (Double) -> Void, finish: (_ z: Int, _ values: [Float]) throws -> Void
    ) throws {
        let patches = recipe.patches
        let blending = PatchBlending(
            layout: PatchLayout(.volumes, lengths: [patches.slices, patches.rows, patches.columns]),
            overlap: patches.overlap, patchWeights: .gaussian, classes: recipe.network.classes,
            border: .mirroredSlices)
        // Each patch has its own draws, or all would lose the same channels.
        var number: UInt64 = 0
        try blending.blend(size, slice: slice, isCancelled, progress) { patch in
            number += 1
            var sums = [Float](repeating: 0, count: recipe.network.classes * patch.values.count)
            for variation in variations {
                if isCancelled() { throw CancellationError() }
                let seed = variation.seed.map { ($0 &* 0x9e37_79b9) &+ number }
                try add(patch.values, isMirrored: variation.isMirrored, seed: seed, to: &sums)
            }
            let share = 1 / Float(variations.count)
            return variations.count == 1 ? sums : sums.map { $0 * share }
        } finish: { z, values in
            // False for what is no number as well.
            guard values.allSatisfy({ $0 >= -1e-4 && $0 <= 1 + 1e-4 }) else {
                throw PredictionError.notAProbability(slice: z)
            }
            try finish(z, values)
        }
    }

    /// Asks about a patch, mirrored or not, and adds the answer, turned back.
    private func add(_ patch: [Float], isMirrored: Bool, seed: UInt64?, to sums: inout [Float]) throws {
        let (preparation, size, count) = (recipe.preprocessing, recipe.patches, patch.count)
        var plain = patch
        if isMirrored { Self.reverseRows(&plain, columns: size.columns) }
        let values = [Float](unsafeUninitializedCapacity: preparation.windowCount * count) { values, filled in
            guard let base = values.baseAddress else { return }
            plain.withUnsafeBufferPointer { if let plain = $0.baseAddress { base.update(from: plain, count: count) } }
            preparation.fillSecondChannel(base, count: count)
            filled = preparation.windowCount * count
        }
        var answer = try network.probabilities(
            ImageBatch(
                count: 1, channels: preparation.windowCount, slices: size.slices, rows: size.rows,
                columns: size.columns, values: values), dropoutSeed: seed)
        guard answer.count == sums.count else {
            throw PredictionError.wrongAnswer(expected: sums.count, found: answer.count)
        }
        if isMirrored { Self.reverseRows(&answer, columns: size.columns) }
        let channels = isMirrored ? recipe.mirroredChannels : Array(0..<recipe.network.classes)
        for (channel, source) in channels.enumerated() {
            for i in 0..<count { sums[channel * count + i] += answer[source * count + i] }
        }
    }

    private static func reverseRows(_ values: inout [Float], columns: Int) {
        for start in stride(from: 0, to: values.count, by: columns) { values[start..<start + columns].reverse() }
    }

    /// The place of `0..<length` that a place before or beyond it shows, where the ends mirror and are not repeated.
    public static func mirrored(_ place: Int, of length: Int) -> Int {
        guard length > 1 else { return 0 }
        let period = 2 * (length - 1)
        let turned = ((place % period) + period) % period
        return turned < length ? turned : period - turned
    }
}
