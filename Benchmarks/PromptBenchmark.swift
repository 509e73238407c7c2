import Editing
import Foundation
import Models
import Networks
import Phantoms
import Segmentation
import Settings
import Volumes

/// A mark answered on a slice of 512×512, and a correction carried on over 20 slices, by the shipped network; beside the
/// graph cut, which answers where there is none.
enum PromptBenchmark {
    static func run(_ table: inout ResultTable) throws {
        let program = URL(fileURLWithPath: "/proc/self/exe")
        let models = try ResourceFolder.find(executable: program).url.appendingPathComponent("models")
        guard let shipped = ModelCatalogue(folders: [models]).preferred(for: .answeringPrompts) else {
            throw BenchmarkFailure("no model that answers prompts in \(models.path)")
        }
        let file = try ModelFile(contentsOf: shipped.url)
        let recipe = file.header.recipe
        let network = try PromptNetwork(
            recipe,
            network: try TorchNetwork(
                configuration: recipe.network, weights: file.weights, engine: try TorchEngine.load()))
        let phantom = try ThoraxPhantom.generate(PhantomSpecification(seed: 1, patient: 1, slices: 133))
        let volume = phantom.volume
        let grid = PixelGrid(volume.geometry)
        let (middle, width) = (66, volume.geometry.size.x)
        func values(_ z: Int) -> [Float] {
            volume.slices[z].values.map { recipe.preprocessing.normalised(Double($0)) }
        }
        let dark = { (z: Int) in volume.slices[z].values.map { $0 < -500 && $0 > -950 ? UInt8(1) : 0 } }

        // Nothing is marked yet: the most that a first answer can change.
        var scene = PromptScene(grid: grid, values: values(middle), mask: [UInt8](repeating: 0, count: grid.count))
        // In the larger lung, in the middle of its longest row.
        let row = (volume.geometry.size.y / 2) * width
        let lung = dark(middle)
        var (seed, longest, start) = (row + width / 2, 0, row)
        for i in row..<row + width {
            if lung[i] == 0 { start = i + 1 }
            if i - start + 1 > longest, i - start > 4 { (longest, seed) = (i - start + 1, (start + i) / 2) }
        }
        for dx in -2...2 { scene.inside[seed + dx] = 1 }
        scene.newest = scene.inside
        let asked = scene
        let answer = try Timing.walls(40) {
            var scene = asked
            scene.values = values(middle)
            _ = try network.answer(scene)
        }
        // As a peer: the same mark along image edges.
        let mask = Mask(geometry: volume.geometry)
        let place = (x: seed % width, y: seed / width)
        var scribbles = Scribbles(geometry: volume.geometry)
        scribbles.mark(asInside: true) { mask, value in
            for dx in -2...2 { mask[slice: middle][place.x + dx, place.y] = value }
        }
        let cut = try Timing.walls(20) {
            _ = try mask.redrawn(between: scribbles, image: volume, margin: 10, onSlice: middle)
        }
        table.add("a mark on 512×512, median; peer: the graph cut", answer.median, unit: "ms", peer: cut.median)
        table.add("– 95th percentile", answer.percentile(95), unit: "ms", target: .atMost(200))

        let carried = try Timing.walls(3) {
            var guide = PromptScene.Guide(
                values: values(middle), before: [UInt8](repeating: 0, count: grid.count), after: dark(middle))
            for z in middle + 1...middle + 20 {
                let own = values(z)
                let before = [UInt8](repeating: 0, count: grid.count)
                let answer = try network.answer(PromptScene(grid: grid, values: own, mask: before, guide: guide))
                guide = PromptScene.Guide(values: own, before: before, after: answer.mask)
            }
        }
        table.add(
            "a correction of both lungs carried on over 20 slices", carried.median, unit: "ms", target: .atMost(2000))
        table.note(
            "\(file.header.name) in \(shipped.url.lastPathComponent); 40, 20 and 3 runs; the answer alone, not its drawing"
        )
    }
}
