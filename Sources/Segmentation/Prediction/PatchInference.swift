import Cases
import Models
import Networks
import Volumes

/// Asks somebody else's network about an image patch by patch, and blends what it answers where patches overlap.
///
/// What is blended is what the network says, before it becomes probabilities, as nnU-Net and MONAI do. Beyond the image
/// there are zeros, after normalisation, as there. Patches go from the feet to the head, and slices that no later patch
/// reaches are finished, so that memory holds the classes of as many slices as a patch has, and no more.
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
        let layout = PatchLayout(script, seeing: image)
        func tiling(_ length: Int, _ patch: Int, _ isReversed: Bool, overlap: Double? = nil) -> AxisTiling {
            AxisTiling(length: length, patch: patch, overlap: overlap ?? script.overlap, isReversed: isReversed)
        }
        let columns = tiling(image.x, layout.size.x, layout.isReversed.columns)
        let rows = tiling(image.y, layout.size.y, layout.isReversed.rows)
        // Slices of two dimensions are asked about one by one.
        let isFlat = script.orientation.dimensions == 2
        let slices = tiling(image.z, layout.size.z, layout.isReversed.slices, overlap: isFlat ? 0 : nil)
        var slab = Slab(image: image, classes: script.classes)
        let weights = PatchWeighting(
            columns.weights(script.patchWeights), rows.weights(script.patchWeights), slices.weights(script.patchWeights)
        )
        var seen: [Int: [Float]] = [:]
        let all = Double(slices.starts.count * rows.starts.count * columns.starts.count)
        var done = 0.0
        for (turn, z) in slices.starts.enumerated() {
            let depth = max(0, z)..<min(image.z, z + slices.patch)
            seen = Dictionary(uniqueKeysWithValues: depth.map { ($0, seen[$0] ?? prepared.slice($0)) })
            slab.reach(depth.upperBound)
            for y in rows.starts {
                for x in columns.starts {
                    if isCancelled() { throw CancellationError() }
                    progress(done / all)
                    let corner = VoxelIndex(x: x, y: y, z: z)
                    let answer = try ask(Self.patch(at: corner, layout, of: image, seen))
                    try slab.add(answer, at: corner, layout, weights, isLabels: script.output == .labels)
                    done += 1
                }
            }
            let end = turn + 1 < slices.starts.count ? slices.starts[turn + 1] : image.z
            while slab.first < end {
                let place = slab.first
                try finish(place, slab.takeFirst())
            }
        }
        progress(1)
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

    private static func patch(
        at corner: VoxelIndex, _ layout: PatchLayout, of image: GridSize, _ slices: [Int: [Float]]
    ) -> ShapedValues {
        var values = [Float](repeating: 0, count: layout.count)
        let step = layout.columnStride
        let columns = max(0, corner.x)..<min(image.x, corner.x + layout.size.x)
        values.withUnsafeMutableBufferPointer { values in
            for z in 0..<layout.size.z {
                guard let slice = slices[corner.z + z] else { continue }
                for y in 0..<layout.size.y where (0..<image.y).contains(corner.y + y) {
                    var place = layout.place(ofRow: y, slice: z) + (columns.lowerBound - corner.x) * step
                    let row = (corner.y + y) * image.x
                    for x in columns {
                        values[place] = slice[row + x]
                        place += step
                    }
                }
            }
        }
        return ShapedValues(shape: [1, 1] + layout.shape, values: values)
    }
}

/// How much each voxel of a patch counts.
private struct PatchWeighting {
    let columns: [Float]
    let rows: [Float]
    let slices: [Float]

    init(_ columns: [Float], _ rows: [Float], _ slices: [Float]) {
        (self.columns, self.rows, self.slices) = (columns, rows, slices)
    }
}

/// Weighted sums of what a network says of the slices that patches still reach.
private struct Slab {
    /// The lowest slice.
    private(set) var first = 0
    private let image: GridSize
    private let classes: Int
    /// By slice from ``first``: `[classes][rows][columns]`.
    private var sums: [[Float]] = []
    private var weights: [[Float]] = []

    init(image: GridSize, classes: Int) { (self.image, self.classes) = (image, classes) }

    private var area: Int { image.x * image.y }

    /// Makes room for the slices below `end`.
    mutating func reach(_ end: Int) {
        while first + sums.count < end {
            sums.append([Float](repeating: 0, count: classes * area))
            weights.append([Float](repeating: 0, count: area))
        }
    }

    /// The lowest slice's weighted means; it is forgotten.
    mutating func takeFirst() -> [Float] {
        var values = sums.removeFirst()
        let weights = weights.removeFirst()
        first += 1
        for index in 0..<classes {
            for i in 0..<area { values[index * area + i] /= weights[i] }
        }
        return values
    }

    /// Adds what was said of a patch; of labels, one vote for the class.
    /// - Throws: ``PredictionError/notAClass(_:)``.
    mutating func add(
        _ answer: [Float], at corner: VoxelIndex, _ layout: PatchLayout, _ weighting: PatchWeighting, isLabels: Bool
    ) throws(PredictionError) {
        let isClass: (Float) -> Bool = { [classes] in $0 >= 0 && $0 < Float(classes) && $0 == $0.rounded() }
        if isLabels, let odd = answer.first(where: { !isClass($0) }) { throw .notAClass(odd) }
        let columns = max(0, corner.x)..<min(image.x, corner.x + layout.size.x)
        let rows = max(0, corner.y)..<min(image.y, corner.y + layout.size.y)
        let (step, area, classes) = (layout.columnStride, area, classes)
        for z in max(0, corner.z)..<min(image.z, corner.z + layout.size.z) {
            sums[z - first].withUnsafeMutableBufferPointer { sums in
                weights[z - first].withUnsafeMutableBufferPointer { weights in
                    for y in rows {
                        let along = weighting.rows[y - corner.y] * weighting.slices[z - corner.z]
                        let own = columns.map { max(along * weighting.columns[$0 - corner.x], 1e-3) }
                        let target = y * image.x + columns.lowerBound
                        let place =
                            layout.place(ofRow: y - corner.y, slice: z - corner.z)
                            + (columns.lowerBound - corner.x) * step
                        for (i, weight) in own.enumerated() { weights[target + i] += weight }
                        guard !isLabels else {
                            for (i, weight) in own.enumerated() {
                                sums[Int(answer[place + i * step]) * area + target + i] += weight
                            }
                            continue
                        }
                        for index in 0..<classes {
                            let (from, to) = (index * layout.count + place, index * area + target)
                            for (i, weight) in own.enumerated() { sums[to + i] += weight * answer[from + i * step] }
                        }
                    }
                }
            }
        }
    }
}
