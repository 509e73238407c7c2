import Cases
import Foundation
import Networks
import Testing

@testable import Models

@Suite struct VolumeRecipeTests {
    private static let name: [String: RecipeValue] = [
        "name": .text("v"), "structures": .list([.text("Heart"), .text("Lung_L")]),
    ]

    private func recipe(_ sections: [String: [String: RecipeValue]]) throws -> Recipe {
        var entries = sections
        entries[""] = Self.name
        return try Recipe(entries: entries)
    }

    /// The kind decides on the defaults of the other keys, wherever it stands among them.
    @Test func aKindBringsItsDefaults() throws {
        let vNet = try recipe(["network": ["kind": .text("v-net"), "levels": .number(4)]])
        #expect(vNet.network.kind == .vNet && vNet.network.kernelWidth == 5 && !vNet.network.usesBatchNorm)
        #expect(vNet.network.dropout == 0 && vNet.patches == PatchRecipe())
        let plain = try recipe(["network": ["kind": .text("u-net")]])
        #expect(plain == Recipe(name: "v", structures: [.heart, .lungLeft]))
        var uNet = Recipe(name: "v", structures: [.heart, .lungLeft])
        uNet.network = NetworkConfiguration(.uNet3D)
        uNet.network.foldsBlocks = true
        uNet.patches.slices = 32
        #expect(
            try recipe([
                "network": ["fold_blocks": .flag(true), "kind": .text("u-net-3d")], "patches": ["slices": .number(32)],
            ]) == uNet)
        let data = try JSONEncoder().encode(uNet)
        #expect(try JSONDecoder().decode(Recipe.self, from: data) == uNet)
    }

    /// What a recipe on slices writes is what it wrote before there were others, so that its digest stays.
    @Test func recipesOnSlicesKnowNothingOfVolumes() throws {
        let entries = Recipe(name: "v", structures: [.heart]).entries
        #expect(entries["patches"] == nil)
        let keys = entries["network"].map { Set($0.keys) }
        #expect(keys?.isDisjoint(with: ["kind", "kernel", "fold_blocks", "convolutions"]) == true)
    }

    @Test(arguments: [
        ("network", "kind", RecipeValue.text("w-net"), "[network] kind must be one of u-net, u-net-3d, v-net"),
        ("network", "kernel", .number(4), "kernels of 4 voxels, 3 or 5 are possible"),
        ("network", "convolutions", .list([.number(9), .number(1)]), "[network] convolutions must be a list"),
        ("network", "levels", .number(3), "5 stages are described, 3 levels have 4 with the bottom"),
        ("network", "fold_blocks", .flag(true), "[patches] slices must be a multiple of 32, which 4 levels and folded"),
        ("patches", "slices", .number(40), "[patches] slices must be a multiple of 16"),
        ("patches", "columns", .number(512), "[patches] columns must be at most 96, as many as [preprocessing] has"),
        ("patches", "overlap", .number(1), "[patches] overlap must be a number"),
        ("patches", "depth", .number(1), "[patches] depth is not a key; there are slices, rows, columns, overlap"),
        ("preprocessing", "neighbour_slices", .list([.number(1)]), "must be empty for a network on volumes"),
    ])
    func mistakesAreNamed(section: String, key: String, value: RecipeValue, message: String) throws {
        var sections: [String: [String: RecipeValue]] = [
            "network": ["kind": .text("v-net")], "preprocessing": ["columns": .number(96), "rows": .number(96)],
            "patches": ["slices": .number(48), "rows": .number(48)],
        ]
        sections[section, default: [:]][key] = value
        let error = #expect(throws: RecipeError.self) { try recipe(sections) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func keysOfVolumesAreRefusedOnSlices() throws {
        for (section, key) in [("network", "fold_blocks"), ("patches", "slices")] {
            let error = #expect(throws: RecipeError.self) { try recipe([section: [key: .number(1)]]) }
            #expect(
                error?.description.contains("is for networks on volumes, whose [network] kind is u-net-3d or v-net")
                    == true)
        }
    }

    /// The grid need not be a multiple of what the network halves; the patch has to be.
    @Test func theGridMayBeAnySize() throws {
        let recipe = try recipe([
            "network": ["kind": .text("u-net-3d")], "preprocessing": ["columns": .number(101), "rows": .number(99)],
        ])
        #expect(recipe.preprocessing.columns == 101)
    }

    /// Weights go from one network on volumes to another of the same make; folded blocks and a V-Net's input are not
    /// taken apart.
    @Test func weightsGoOnWhereTheyMeanTheSame() throws {
        var own = Recipe(name: "own", structures: [.heart])
        own.network = NetworkConfiguration(.uNet3D)
        (own.network.filters, own.network.levels) = (4, 1)
        func model(_ recipe: Recipe) throws -> ModelFile {
            let weights = NetworkLayout(recipe.network).entries.map {
                NamedTensor(name: $0.name, shape: $0.shape, values: (0..<$0.count).map(Float.init))
            }
            return try ModelFile(name: ModelName(rawValue: "own@1"), recipe: recipe, weights: weights)
        }
        var wider = own
        wider.structures = [.lungLeft, .heart]
        wider.preprocessing.secondWindow = .init(low: -160, high: 240)
        let weights = try #require(try model(own).startingWeights(for: wider))
        #expect(weights.map(\.shape) == NetworkLayout(wider.network).entries.map(\.shape))
        // Every second input channel is new, and so is the first output.
        #expect(Array(weights[0].values[0..<54]) == (0..<27).map(Float.init) + [Float](repeating: 0, count: 27))
        let head = try #require(weights.first { $0.name == "head.weight" })
        #expect(head.values == [0, 0, 0, 0, 0, 1, 2, 3])

        var flat = own
        flat.network = NetworkConfiguration()
        (flat.network.filters, flat.network.levels) = (4, 1)
        #expect(try model(own).startingWeights(for: flat) == nil)
        var folded = own
        folded.network.foldsBlocks = true
        #expect(try model(own).startingWeights(for: folded) == nil)
        #expect(try model(folded).startingWeights(for: folded) != nil)
        var foldedWider = folded
        foldedWider.structures = [.lungLeft, .heart]
        #expect(try model(folded).startingWeights(for: foldedWider) == nil)
        var vNet = own
        vNet.network = NetworkConfiguration(.vNet)
        (vNet.network.levels, vNet.network.convolutions) = (1, [1, 1])
        var seesMore = vNet
        seesMore.preprocessing.secondWindow = .init(low: -160, high: 240)
        #expect(try model(vNet).startingWeights(for: seesMore) == nil)
    }
}
