import Cases
import Models
import Networks

extension ModelSegmenter {
    /// A segmenter from a model's file, whatever kind of network it holds.
    /// - Parameters:
    ///   - name: what the model is called here; `nil` for what its file says.
    ///   - networks: makes the network.
    /// - Throws: what the maker of networks says; ``RecipeError``; ``PredictionError``.
    public init(_ file: ModelFile, as name: ModelName? = nil, networks: any NetworkMaking) throws {
        let (name, recipe) = (name ?? file.header.name, file.header.recipe)
        if let program = file.program {
            try self.init(name: name, recipe: recipe, network: try networks.network(torchScript: program))
        } else {
            try self.init(
                name: name, recipe: recipe, network: try networks.network(recipe.network, weights: file.weights),
                second: try file.second.map {
                    ($0.recipe, try networks.network($0.recipe.network, weights: $0.weights))
                })
        }
    }
}
