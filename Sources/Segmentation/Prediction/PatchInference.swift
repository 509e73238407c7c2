import Cases
import Models
import Networks
import Volumes

/// Asks somebody else's network about an image patch by patch, and blends what it answers where patches overlap.
///
/// What is blended is what the network says, before it becomes probabilities, as nnU-Net and MONAI do. Beyond the image
/// there are zeros, after normalisation, as there.
struct PatchInference {
    private let recipe: Recipe
    private let script: TorchScriptRecipe
    private let network: any PatchNetwork
    private let classes: [[Int]]

    /// - Parameter recipe: one with `[torchscript]`, checked.
    init(_ recipe: Recipe, _ script: TorchScriptRecipe, network: any PatchNetwork) {
        self.recipe = recipe
        self.script = script
        self.network = network
        classes = script.classes(ofStructures: recipe.structures.count)
    }

    /// Probabilities of all slices.
    func probabilities(
        of prepared: PreprocessedVolume, _ isCancelled: () -> Bool, _ progress: (Double) -> Void
    ) throws -> StructureProbabilities {
        let grid = prepared.record.grid
        var fields = recipe.structures.map { _ in UnitField(geometry: grid) }
        try blend(prepared, isCancelled, progress) { z, values in
            let area = grid.size.x * grid.size.y
            let answers = try PatchAnswers(script.output, values, classes: script.classes, area: area, slice: z)
            for (structure, own) in classes.enumerated() {
                try fields[structure].set(slice: z, to: answers.probabilities(of: own))
            }
        }
        return StructureProbabilities(record: prepared.record, structures: recipe.structures, fields: fields)
    }

    /// What the network says of each slice, blended: `[classes][rows][columns]`; of labels the share of each.
    /// - Parameter finish: told each slice once, ascending.
    func blend(
        _ prepared: PreprocessedVolume, _ isCancelled: () -> Bool, _ progress: (Double) -> Void,
        finish: (_ z: Int, _ values: [Float]) throws -> Void
    ) throws {
        let image = prepared.record.grid.size
        try PatchBlending(
            layout: PatchLayout(script, seeing: image), overlap: script.overlap, patchWeights: script.patchWeights,
            classes: script.classes, isLabels: script.output == .labels, isFlat: script.orientation.dimensions == 2
        ).blend(image, slice: prepared.slice, isCancelled, progress, ask: ask, finish: finish)
    }

    /// Asks the network about zeros, to see whether it answers as the recipe says.
    /// - Throws: what ``ask(_:)`` throws.
    func tryOut() throws {
        let layout = PatchLayout(script, seeing: GridSize(x: 64, y: 64, z: 1))
        _ = try ask(ShapedValues(shape: [1, 1] + layout.shape, values: [Float](repeating: 0, count: layout.count)))
    }

    /// What the network says of one patch, `[classes]` or one label, and the patch's axes.
    private func ask(_ input: ShapedValues) throws -> [Float] {
        let spatial = Array(input.shape.dropFirst(2))
        let channels = script.output == .labels ? 1 : script.classes
        let answer = try network.answer(to: input, atMost: 2 * channels * spatial.reduce(1, *))
        let expected = [1, channels] + spatial
        guard answer.shape == expected || script.output == .labels && answer.shape == [1] + spatial else {
            throw PredictionError.wrongShape(expected: expected, found: answer.shape)
        }
        return answer.values
    }
}
