import Models
import Networks

/// A network that answers prompts: what the mask of a slice is, given where somebody says that it is wrong.
public final class PromptNetwork {
    /// What a scene comes to.
    public struct Answer: Hashable, Sendable {
        /// The mask; what lies outside of the region concerned is as it was, bit for bit.
        public let mask: [UInt8]
        /// How sure the network is of the pixels that change, 0…1 in the mean; 1 where none does.
        public let certainty: Double
    }

    /// How the network was made.
    public let recipe: Recipe
    private let prompts: PromptRecipe
    private let network: any SegmentationNetwork

    /// A network with its recipe.
    /// - Throws: ``PredictionError/otherNetwork`` if the recipe is not for such a network, or the network is another one.
    public init(_ recipe: Recipe, network: any SegmentationNetwork) throws(PredictionError) {
        guard let prompts = recipe.prompts, network.configuration == recipe.network else { throw .otherNetwork }
        self.recipe = recipe
        self.prompts = prompts
        self.network = network
    }

    /// The network of a model's file.
    /// - Throws: as ``init(_:network:)``; what the maker of networks says.
    public convenience init(_ file: ModelFile, networks: any NetworkMaking) throws {
        let recipe = file.header.recipe
        try self.init(recipe, network: try networks.network(recipe.network, weights: file.weights))
    }

    /// A change that goes on beyond the field is followed by so many further fields at most.
    static let furtherFields = 5

    /// Answers a scene; one without prompt and guide stays as it is. Where what changes reaches the edge of the field, the
    /// network is asked again around there, so that a large piece does not end where the network's sight does.
    /// - Throws: what the network throws; ``PredictionError`` if it answers with something else than probabilities.
    public func answer(_ scene: PromptScene) throws -> Answer {
        var scene = scene
        let start = scene.mask
        let marked = zip(scene.inside, scene.outside).map { $0 | $1 }
        var certainty = [Float](repeating: 0, count: scene.grid.count)
        // Where changes met the edge of a field, each to be asked about.
        var beyond: [[Int]] = []
        for _ in 0...Self.furtherFields {
            guard let middle = scene.middle else { break }
            let field = PromptField(recipe, prompts, on: scene.grid, around: middle)
            let mask = PromptRegion(scene).confined(try proposed(scene, field, &certainty))
            beyond += scene.grid.pieces(field.edge(of: zip(mask, scene.mask).map { $0 ^ $1 }))
            scene.mask = mask
            scene.guide = nil
            scene.newest = [UInt8](repeating: 0, count: scene.grid.count)
            guard !beyond.isEmpty else { break }
            for i in beyond.removeFirst() {
                scene.newest[i] = 1
                if mask[i] == 1 { scene.inside[i] = 1 } else { scene.outside[i] = 1 }
            }
        }
        var (sum, changed): (Float, Int) = (0, 0)
        for i in start.indices where scene.mask[i] != start[i] {
            // What the user marked is sure, whatever the network says.
            sum += marked[i] != 0 ? 1 : certainty[i]
            changed += 1
        }
        return Answer(mask: scene.mask, certainty: changed == 0 ? 1 : Double(sum) / Double(changed))
    }

    /// What the network says of a field; the scene's mask elsewhere.
    private func proposed(
        _ scene: PromptScene, _ field: PromptField, _ certainty: inout [Float]
    ) throws -> [UInt8] {
        let channels = recipe.network.inputChannels
        let values = [Float](unsafeUninitializedCapacity: channels * field.count) { values, filled in
            if let values = values.baseAddress { field.fill(scene, values) }
            filled = channels * field.count
        }
        let probabilities = try network.probabilities(
            ImageBatch(
                count: 1, channels: channels, rows: prompts.rows, columns: prompts.columns, values: values),
            dropoutSeed: nil)
        guard probabilities.count == field.count else {
            throw PredictionError.wrongAnswer(expected: field.count, found: probabilities.count)
        }
        // What is no number would be taken for "does not belong".
        guard probabilities.allSatisfy({ $0 >= 0 && $0 <= 1 }) else { throw PredictionError.notAProbabilityOfPrompt }
        var proposed = scene.mask
        let threshold = Float(recipe.postprocessing.threshold)
        field.spread(probabilities) { pixel, value in
            proposed[pixel] = value >= threshold ? 1 : 0
            certainty[pixel] = abs(2 * value - 1)
        }
        return proposed
    }
}

/// The region that a prompt concerns: of what a network would change, what hangs together with the newest prompt, or with
/// what a guide's correction changed.
///
/// A network draws the whole border anew, by a fraction of a pixel off nearly everywhere; without this, the pieces that it
/// means and the seams that it does not would be one. Seams are thinner than ``seam``; they are left out unless the user
/// marked right there, or they lie no farther than that from what is thicker.
struct PromptRegion {
    /// What is thinner is a seam, mm.
    static let seam = 3.0
    /// So near to a prompt what is thin counts as well, mm.
    static let near = 6.0
    /// How far from a prompt a piece may begin, mm.
    static let gap = 1.5

    private let scene: PromptScene

    init(_ scene: PromptScene) { self.scene = scene }

    /// The proposed mask where the scene's prompt or guide asks for it, the scene's mask elsewhere; what is marked is as
    /// marked.
    func confined(_ proposed: [UInt8]) -> [UInt8] {
        let grid = scene.grid
        var result = scene.mask
        for adds in [true, false] {
            let seeds = seeds(adding: adds)
            guard seeds.contains(1) else { continue }
            var change = [UInt8](repeating: 0, count: grid.count)
            for i in change.indices where proposed[i] != scene.mask[i] && (proposed[i] == 1) == adds { change[i] = 1 }
            guard change.contains(1) else { continue }
            let core = grid.eroded(change, by: Self.seam / 2)
            // As far as the border of a thick piece is drawn anew, it is drawn as the network says.
            let thick = grid.dilated(core, by: Self.seam)
            let near = grid.dilated(scene.newest, by: Self.near)
            for i in change.indices where thick[i] == 0 && near[i] == 0 { change[i] = 0 }
            let reached = grid.dilated(seeds, by: Self.gap)
            for piece in grid.pieces(change) where piece.contains(where: { reached[$0] == 1 }) {
                for i in piece { result[i] = adds ? 1 : 0 }
            }
        }
        for i in result.indices {
            if scene.inside[i] == 1 { result[i] = 1 }
            if scene.outside[i] == 1 { result[i] = 0 }
        }
        return result
    }

    /// Where a piece that is added, or taken away, has to begin.
    private func seeds(adding: Bool) -> [UInt8] {
        let marked = adding ? scene.inside : scene.outside
        var seeds = zip(scene.newest, marked).map { $0 & $1 }
        if let guide = scene.guide {
            for i in seeds.indices where guide.before[i] != guide.after[i] && (guide.after[i] == 1) == adding {
                seeds[i] = 1
            }
        }
        return seeds
    }
}
