import Cases
import Dispatch
import Foundation
import Models
import Networks
import Volumes

/// Segments whole volumes with a network: prepares slices as the recipe says, asks the network, brings probabilities
/// back to the volume's own grid and makes masks of them.
///
/// Besides the volume, memory holds the probabilities on the network's grid (two bytes a voxel and structure) and a
/// few slices: some 0.9 GB for 512×512×800 through a network that sees all of it, 0.1 GB through the shipped one. For
/// somebody else's network it is what ``PatchInference`` blends instead: four bytes a class and voxel of as many slices as
/// a patch has.
public struct ModelSegmenter {
    /// The model's name.
    public let name: ModelName
    /// How the model was made.
    public let recipe: Recipe
    /// SHA-256 of the recipe, which every prediction names.
    public let recipeDigest: String
    private let network: Network
    /// A second network that sees the image in its own way.
    private let second: (recipe: Recipe, network: Network)?

    private enum Network {
        /// One that sees slices, as the recipe's `[network]` says.
        case slices(any SegmentationNetwork)
        /// One that sees volumes, as the recipe's `[network]` and `[patches]` say.
        case volumes(VolumeInference)
        /// Somebody else's, as the recipe's `[torchscript]` says.
        case patches(PatchInference)
    }

    /// A segmenter from a network and its recipe.
    /// - Parameter second: a second network with its recipe, whose probabilities count as the first recipe says
    ///   (``Models/PostprocessingRecipe/secondNetworkShares``).
    /// - Throws: ``RecipeError``; ``PredictionError/otherNetwork`` if a network's configuration is not its recipe's.
    public init(
        name: ModelName, recipe: Recipe, network: any SegmentationNetwork,
        second: (recipe: Recipe, network: any SegmentationNetwork)? = nil
    ) throws {
        try self.init(
            name, recipe, try Self.network(network, of: recipe),
            second: try second.map { ($0.recipe, try Self.network($0.network, of: $0.recipe)) })
    }

    private static func network(
        _ network: any SegmentationNetwork, of recipe: Recipe
    ) throws(PredictionError) -> Network {
        guard recipe.prompts == nil else { throw .answersPrompts }
        guard recipe.torchScript == nil, network.configuration == recipe.network else { throw .otherNetwork }
        return recipe.network.kind.seesVolumes
            ? .volumes(VolumeInference(recipe, network: network)) : .slices(network)
    }

    /// A segmenter from somebody else's network and its recipe.
    /// - Throws: ``RecipeError``; ``PredictionError/otherNetwork`` if the recipe is not for such a network.
    public init(name: ModelName, recipe: Recipe, network: any PatchNetwork) throws {
        guard let script = recipe.torchScript else { throw PredictionError.otherNetwork }
        try self.init(name, recipe, .patches(PatchInference(recipe, script, network: network)))
    }

    private init(
        _ name: ModelName, _ recipe: Recipe, _ network: Network, second: (recipe: Recipe, network: Network)? = nil
    ) throws {
        try recipe.check()
        try second?.recipe.check()
        self.second = second
        self.name = name
        self.recipe = recipe
        recipeDigest = try recipe.digest
        self.network = network
    }

    /// Asks somebody else's network about an empty patch, to see whether it runs and answers as the recipe says; does
    /// nothing for a network of Pleura's own, which is built as its recipe says.
    /// - Throws: ``PredictionError``; what the network throws.
    public func tryOut() throws {
        if case .patches(let inference) = network { try inference.tryOut() }
    }

    /// A prediction with what it was made of.
    public struct Outcome: Sendable {
        /// The masks on the volume's own grid, with uncertainty.
        public let prediction: Prediction
        /// The probabilities on the network's grid.
        public let probabilities: StructureProbabilities
    }

    /// Proposes the recipe's structures on the volume's own grid.
    /// - Parameters:
    ///   - isCancelled: asked between slices, also from other threads; a yes ends the work with `CancellationError`.
    ///   - progress: told the share done, 0…1 and never falling, and the name of the step.
    /// - Throws: `CancellationError`; ``PredictionError``; ``Volumes/VolumesError``; what the network throws.
    public func segment(
        _ volume: Volume, options: PredictionOptions = PredictionOptions(),
        isCancelled: @Sendable () -> Bool = { false },
        progress: (_ fraction: Double, _ step: String) -> Void = { _, _ in }
    ) throws -> Outcome {
        if recipe.torchScript != nil, options.dropoutSamples > 0 { throw PredictionError.noDropout }
        progress(0, "preparing")
        let prepared = try PreprocessedVolume(volume, recipe.preprocessing)
        let part = second == nil ? 0.83 : 0.415
        let own = try ask(network, recipe, prepared, options, isCancelled) {
            progress(0.02 + part * $0, "segmenting")
        }.smoothedAlongSlices(by: recipe.postprocessing.sliceSmoothing)
        let probabilities = try withSecond(own, volume, options, isCancelled) {
            progress(0.02 + part + part * $0, "segmenting by the second network")
        }
        progress(0.85, "back to the image's grid")
        let back = try NativeMasks(probabilities, recipe.postprocessing, isCancelled)
        if isCancelled() { throw CancellationError() }
        let cleaned = try withLumens(clean(back.masks, of: volume, isCancelled, progress), of: volume)
        let notes =
            prepared.record.summary + options.summary(canMirror: canMirror(recipe)) + secondSummary
            + recipe.postprocessing.summary + cleaned.notes
        progress(1, "done")
        return Outcome(
            prediction: Prediction(
                model: name, recipeDigest: recipeDigest,
                masks: Dictionary(uniqueKeysWithValues: zip(recipe.structures, cleaned.masks)), preprocessing: notes,
                notes: cleaned.warnings,
                uncertainty: PredictionUncertainty(
                    map: try probabilities.uncertainty(),
                    sliceScores: back.sliceScores(disagreement: cleaned.disagreement))),
            probabilities: probabilities)
    }

    /// Masks by the recipe's rules, and what was found on the way.
    private struct Cleaned {
        /// One a structure.
        var masks: [Mask]
        /// For the record.
        var notes: [String] = []
        /// For whoever looks at the masks.
        var warnings: [String] = []
        /// Where the threshold answers otherwise than the network, if it was asked.
        var disagreement: Mask?
    }

    private func clean(
        _ masks: [Mask], of volume: Volume, _ isCancelled: () -> Bool, _ progress: (Double, String) -> Void
    ) throws -> Cleaned {
        let rules = recipe.postprocessing
        guard rules.excludesAirways || rules.combinesWithThreshold else {
            progress(0.93, "components and holes")
            return Cleaned(masks: try rules.cleaned(masks, names: recipe.structures))
        }
        guard rules.combinesWithThreshold else {
            progress(0.89, "airways")
            let airways = try WideAirways(of: volume)
            if isCancelled() { throw CancellationError() }
            progress(0.96, "components and holes")
            return Cleaned(masks: try clean(masks, by: rules, outside: airways), notes: airways.notes)
        }
        progress(0.87, "second opinion of the threshold")
        let second = try BaselineSegmenter().proposal(volume, isCancelled: isCancelled)
        progress(0.96, "components and holes")
        let combined = try ThresholdCombination(
            of: volume, network: clean(masks, by: rules, outside: second.airways), names: recipe.structures,
            threshold: second.prediction.masks)
        // Crumbs and holes that came of it; a second large piece of the threshold's is lung that a network need not see.
        var last = rules
        last.keptComponents = 0
        return Cleaned(
            masks: try clean(combined.masks, by: last, outside: second.airways),
            notes: second.airways.notes + combined.notes, warnings: combined.warnings,
            disagreement: combined.disagreement)
    }

    /// Bounds what is the lumen of an airway by its air.
    private func withLumens(_ cleaned: Cleaned, of volume: Volume) throws(VolumesError) -> Cleaned {
        var result = cleaned
        for name in recipe.postprocessing.airLumens {
            guard let place = recipe.structures.firstIndex(of: name) else { continue }
            var others = Mask(geometry: volume.geometry)
            for (i, mask) in result.masks.enumerated() where i != place { others = try others.union(mask) }
            let lumen = try AirwayLumen(
                of: volume, network: result.masks[place], beside: others, name: name.rawValue)
            result.masks[place] = lumen.mask
            result.notes += lumen.notes
        }
        return result
    }

    private func clean(
        _ masks: [Mask], by rules: PostprocessingRecipe, outside airways: WideAirways
    ) throws(VolumesError) -> [Mask] {
        guard rules.excludesAirways else { return try rules.cleaned(masks, names: recipe.structures) }
        return try rules.cleaned(masks, names: recipe.structures, outside: airways.mask)
    }

    private func canMirror(_ recipe: Recipe) -> Bool { recipe.postprocessing.mirrorsForTTA && recipe.canBeMirrored }

    /// For the record.
    private var secondSummary: [String] {
        guard let recipe = second?.recipe else { return [] }
        let spacing = recipe.preprocessing.spacing
        let shares = secondShares.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return [
            "put together with a second network (\(recipe.name), \(recipe.network.kind.described), "
                + "\(spacing.x)×\(spacing.y)×\(spacing.z) mm), whose share is: \(shares)"
        ]
    }

    /// How much the second network counts for each of its structures.
    private var secondShares: [StructureName: Double] {
        guard let second else { return [:] }
        let shares = recipe.postprocessing.secondNetworkShares
        let all = recipe.structures.enumerated().map { ($1, shares.isEmpty ? 0.5 : shares[$0]) }
        return Dictionary(uniqueKeysWithValues: all.filter { second.recipe.structures.contains($0.0) })
    }

    /// Puts the second network's probabilities to the first's. Dropout is drawn in the first alone.
    private func withSecond(
        _ own: StructureProbabilities, _ volume: Volume, _ options: PredictionOptions, _ isCancelled: () -> Bool,
        _ progress: (Double) -> Void
    ) throws -> StructureProbabilities {
        guard let second else { return own }
        var plain = options
        plain.dropoutSamples = 0
        let prepared = try PreprocessedVolume(volume, second.recipe.preprocessing)
        let others = try ask(second.network, second.recipe, prepared, plain, isCancelled, progress)
            .smoothedAlongSlices(by: second.recipe.postprocessing.sliceSmoothing)
        return try own.mixed(with: others, shares: secondShares)
    }

    private func ask(
        _ network: Network, _ recipe: Recipe, _ prepared: PreprocessedVolume, _ options: PredictionOptions,
        _ isCancelled: () -> Bool, _ progress: (Double) -> Void
    ) throws -> StructureProbabilities {
        switch network {
        case .slices(let network): try ask(network, recipe, prepared, options, isCancelled, progress)
        case .volumes(let inference): try ask(inference, recipe, prepared, options, isCancelled, progress)
        case .patches(let inference): try inference.probabilities(of: prepared, isCancelled, progress)
        }
    }

    /// The ways in which a network is asked about the same thing.
    private func variations(_ options: PredictionOptions, _ recipe: Recipe) -> [VolumeInference.Variation] {
        (options.mirrors && canMirror(recipe) ? [false, true] : [false]).flatMap { mirrored in
            options.dropoutSamples == 0
                ? [.init(isMirrored: mirrored)]
                : (0..<options.dropoutSamples).map { .init(isMirrored: mirrored, seed: options.seed &+ UInt64($0)) }
        }
    }

    /// Probabilities of all slices by a network on volumes.
    private func ask(
        _ inference: VolumeInference, _ recipe: Recipe, _ prepared: PreprocessedVolume,
        _ options: PredictionOptions, _ isCancelled: () -> Bool, _ progress: (Double) -> Void
    ) throws -> StructureProbabilities {
        let grid = prepared.record.grid
        let area = grid.size.x * grid.size.y
        var fields = recipe.structures.map { _ in UnitField(geometry: grid) }
        try inference.probabilities(
            of: grid.size, slice: prepared.slice, variations: variations(options, recipe), isCancelled: isCancelled,
            progress: progress
        ) { z, values in
            for structure in fields.indices {
                let start = (structure + recipe.firstStructureChannel) * area
                try fields[structure].set(slice: z, to: Array(values[start..<start + area]))
            }
        }
        return StructureProbabilities(record: prepared.record, structures: recipe.structures, fields: fields)
    }

    /// Probabilities of all slices.
    private func ask(
        _ network: any SegmentationNetwork, _ recipe: Recipe, _ prepared: PreprocessedVolume,
        _ options: PredictionOptions, _ isCancelled: () -> Bool, _ progress: (Double) -> Void
    ) throws -> StructureProbabilities {
        let grid = prepared.record.grid
        var fields = recipe.structures.map { _ in UnitField(geometry: grid) }
        let area = grid.size.x * grid.size.y
        let variations = self.variations(options, recipe)
        let step = options.slicesTogether
        // Slices that were prepared already, because they are neighbours of others.
        var known: [Int: [Float]] = [:]
        for first in stride(from: 0, to: grid.size.z, by: step) {
            if isCancelled() { throw CancellationError() }
            progress(Double(first) / Double(grid.size.z))
            let slices = first..<min(first + step, grid.size.z)
            let seen = slices.map { recipe.preprocessing.slices(around: $0, of: grid.size.z) }
            known = Dictionary(
                uniqueKeysWithValues: Set(seen.joined()).map { ($0, known[$0] ?? prepared.slice($0)) })
            let plain = seen.map { $0.compactMap { known[$0] } }
            var sums = [Float](repeating: 0, count: slices.count * recipe.structures.count * area)
            for variation in variations {
                // Each batch has its own draws, or all slices would lose the same channels.
                let seed = variation.seed
                try add(
                    network, plain, variation.isMirrored, seed.map { ($0 &* 0x9e37_79b9) &+ UInt64(first) }, grid,
                    to: &sums)
                if isCancelled() { throw CancellationError() }
            }
            let share = 1 / Float(variations.count)
            for (i, z) in slices.enumerated() {
                for structure in fields.indices {
                    let start = (i * fields.count + structure) * area
                    try fields[structure].set(slice: z, to: sums[start..<start + area].map { $0 * share })
                }
            }
        }
        progress(1)
        return StructureProbabilities(
            record: prepared.record, structures: recipe.structures, fields: fields)
    }

    /// Asks about slices, each with its neighbours, mirrored or not, and adds the answers, turned back.
    private func add(
        _ network: any SegmentationNetwork, _ slices: [[[Float]]], _ mirrored: Bool, _ seed: UInt64?,
        _ grid: GridGeometry,
        to sums: inout [Float]
    ) throws {
        let (columns, rows) = (grid.size.x, grid.size.y)
        let area = columns * rows
        var values: [Float] = []
        values.reserveCapacity(slices.count * recipe.preprocessing.channelCount * area)
        for slice in slices {
            var planes = slice
            if mirrored {
                for i in planes.indices {
                    for y in 0..<rows { planes[i][y * columns..<(y + 1) * columns].reverse() }
                }
            }
            values += recipe.preprocessing.channels(of: planes)
        }
        let answer = try network.probabilities(
            ImageBatch(
                count: slices.count, channels: recipe.preprocessing.channelCount, rows: rows, columns: columns,
                values: values), dropoutSeed: seed)
        let classes = recipe.network.classes
        guard answer.count == slices.count * classes * area else {
            throw PredictionError.wrongAnswer(expected: slices.count * classes * area, found: answer.count)
        }
        let channels = mirrored ? recipe.mirroredChannels : Array(0..<classes)
        for i in slices.indices {
            for structure in recipe.structures.indices {
                let source = (i * classes + channels[structure + recipe.firstStructureChannel]) * area
                let target = (i * recipe.structures.count + structure) * area
                for y in 0..<rows {
                    for x in 0..<columns {
                        let value = answer[source + y * columns + (mirrored ? columns - 1 - x : x)]
                        // False for what is no number as well.
                        guard value >= -1e-4, value <= 1 + 1e-4 else {
                            throw PredictionError.notAProbability(slice: i)
                        }
                        sums[target + y * columns + x] += value
                    }
                }
            }
        }
    }
}
