import Cases
import Models
import Networks
import TestSupport
import Testing
import Volumes

@testable import Segmentation

/// Rows of `#` (1) and anything else (0).
private func bytes(_ rows: [String]) -> [UInt8] { rows.joined().map { $0 == "#" ? 1 : 0 } }
private func rows(_ bytes: [UInt8], width: Int) -> [String] {
    stride(from: 0, to: bytes.count, by: width).map { start in
        bytes[start..<start + width].map { $0 == 1 ? "#" : "." }.joined()
    }
}

@Suite struct PixelGridTests {
    private let grid = PixelGrid(width: 7, height: 5, stepX: 1, stepY: 2)

    @Test func aDiscIsRoundInMillimetres() {
        let disc = grid.disc(2)
        #expect(disc.count == 7)
        #expect(disc.contains { $0 == (2, 0) } && disc.contains { $0 == (0, -1) } && !disc.contains { $0 == (1, 1) })
        #expect(grid.disc(0).count == 1)
    }

    @Test func growingAndShrinkingGoByMillimetres() {
        let dot = bytes([".......", ".......", "...#...", ".......", "......."])
        let grown = grid.dilated(dot, by: 2)
        #expect(rows(grown, width: 7) == [".......", "...#...", ".#####.", "...#...", "......."])
        #expect(grid.eroded(grown, by: 2) == dot)
        // What touches the grid's edge loses it: what lies behind is not in the mask.
        let all = [UInt8](repeating: 1, count: grid.count)
        #expect(rows(grid.eroded(all, by: 1), width: 7) == [".#####.", ".#####.", ".#####.", ".#####.", ".#####."])
    }

    @Test func piecesHangTogetherBySidesAndComeLargestFirst() {
        let mask = bytes(["#.##...", ".#.....", ".##...#", "......#", "......#"])
        #expect(grid.pieces(mask).map(\.count) == [3, 3, 2, 1])
        #expect(grid.pieces(mask)[0].sorted() == [8, 15, 16])
        #expect(grid.pieces([UInt8](repeating: 0, count: grid.count)).isEmpty)
    }

    /// Against sets and sums, on random masks.
    @Test func randomMasksAreGrownAsTheDefinitionSays() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<50 {
            let grid = PixelGrid(width: 11, height: 9, stepX: 1.3, stepY: 0.8)
            let mask = (0..<grid.count).map { _ in UInt8(Int.random(in: 0..<4, using: &random) == 0 ? 1 : 0) }
            let radius = Double.random(in: 0...3, using: &random)
            func near(_ value: UInt8, _ i: Int) -> Bool {
                mask.indices.contains { j in
                    let x = Double(i % 11 - j % 11) * 1.3
                    let y = Double(i / 11 - j / 11) * 0.8
                    return mask[j] == value && x * x + y * y <= radius * radius + 1e-9
                }
            }
            let grown = grid.dilated(mask, by: radius)
            #expect(grown.indices.allSatisfy { (grown[$0] == 1) == near(1, $0) })
            let pieces = grid.pieces(mask)
            #expect(pieces.joined().sorted() == mask.indices.filter { mask[$0] == 1 })
        }
    }

    @Test func aSliceAndItsBytesAreTheSame() {
        var random = SeededGenerator(seed: 2)
        for width in [1, 63, 64, 65, 130] {
            var slice = MaskSlice(width: width, height: 3)
            for y in 0..<3 { for x in 0..<width { slice[x, y] = Bool.random(using: &random) } }
            #expect(MaskSlice(width: width, height: 3, bytes: slice.bytes) == slice)
            #expect(slice.bytes.reduce(0) { $0 + Int($1) } == slice.count)
        }
    }
}

@Suite struct PromptNetworkTests {
    /// A recipe whose field is 32 × 32 pixels of 1 mm.
    private func recipe(spacing: Double = 1) -> Recipe {
        var prompts = PromptRecipe()
        (prompts.columns, prompts.rows) = (32, 32)
        var recipe = Recipe(name: "prompts", structures: [.heart], prompts: prompts)
        recipe.preprocessing.spacing = Spacing(x: spacing, y: spacing, z: 3)
        (recipe.preprocessing.columns, recipe.preprocessing.rows) = (64, 64)
        recipe.preprocessing.secondWindow = .init(low: -100, high: 100)
        recipe.network.levels = 2
        recipe.network.filters = 4
        return recipe
    }

    private let grid = PixelGrid(width: 48, height: 40, stepX: 1, stepY: 1)

    private func square(_ x: Range<Int>, _ y: Range<Int>) -> [UInt8] {
        (0..<grid.count).map { x.contains($0 % grid.width) && y.contains($0 / grid.width) ? 1 : 0 }
    }

    /// A network whose answer is a channel of its input.
    private func echo(_ channel: Int, _ recipe: Recipe) throws -> PromptNetwork {
        try PromptNetwork(
            recipe, network: FakeNetwork(recipe) { _, x, y, slice, _ in slice[channel * 32 * 32 + y * 32 + x] })
    }

    /// A network that says that a mask of the scene's grid is true.
    private func oracle(_ truth: [UInt8], _ recipe: Recipe, around middle: (x: Double, y: Double)) throws
        -> PromptNetwork
    {
        guard let prompts = recipe.prompts else { throw PredictionError.otherNetwork }
        var values = [Float](repeating: 0, count: 32 * 32)
        values.withUnsafeMutableBufferPointer {
            if let base = $0.baseAddress {
                PromptField(recipe, prompts, on: grid, around: middle).sample(truth, base)
            }
        }
        let answer = values
        return try PromptNetwork(recipe, network: FakeNetwork(recipe) { _, x, y, _, _ in answer[y * 32 + x] })
    }

    @Test func theNetworkHasChannelsForAllThatIsSaid() throws {
        let recipe = recipe()
        try recipe.check()
        #expect(recipe.network.inputChannels == 8 && recipe.network.classes == 1)
        #expect(throws: PredictionError.otherNetwork) {
            _ = try PromptNetwork(
                Recipe(name: "other", structures: [.heart]),
                network: FakeNetwork(recipe) { _, _, _, _, _ in 0 })
        }
        #expect(throws: PredictionError.answersPrompts) {
            _ = try ModelSegmenter(
                name: ModelName(rawValue: "m@1"), recipe: recipe, network: FakeNetwork(recipe) { _, _, _, _, _ in 0 })
        }
    }

    /// On a grid of the field's own spacing every channel is a crop of what it shows.
    @Test func channelsShowTheSceneAsItIs() throws {
        let recipe = recipe()
        let prompts = try #require(recipe.prompts)
        var random = SeededGenerator(seed: 3)
        let values = (0..<grid.count).map { _ in Float.random(in: 0...1, using: &random) }
        var scene = PromptScene(grid: grid, values: values, mask: square(10..<20, 10..<20))
        scene.inside = square(21..<22, 15..<16)
        scene.newest = scene.inside
        scene.outside = square(11..<12, 12..<13)
        scene.guide = .init(
            values: values.reversed(), before: square(0..<30, 0..<20), after: square(10..<40, 0..<20))
        let middle = try #require(scene.middle)
        #expect(middle == (21, 15))
        let field = PromptField(recipe, prompts, on: grid, around: middle)
        var channels = [Float](repeating: -9, count: 8 * 1024)
        channels.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { field.fill(scene, base) } }
        let (left, top) = (21 - 15, 15 - 15)
        func at(_ channel: Int, _ x: Int, _ y: Int) -> Float { channels[channel * 1024 + (y - top) * 32 + x - left] }
        for y in 0..<31 {
            for x in 6..<38 {
                let i = y * grid.width + x
                #expect(abs(at(0, x, y) - values[i]) < 1e-6)
                #expect(at(2, x, y) == Float(scene.mask[i]))
                #expect(abs(at(5, x, y) - values[grid.count - 1 - i]) < 1e-6)
                #expect(at(6, x, y) == Float((10..<40).contains(x) && y < 20 ? 1 : 0))
                #expect(at(7, x, y) == ((30..<40).contains(x) && y < 20 ? 1 : x < 10 && y < 20 ? -1 : 0))
            }
        }
        #expect(at(3, 21, 15) == 1 && at(4, 11, 12) == 1 && at(3, 11, 12) < 0.01)
        #expect(abs(at(3, 24, 15) - 0.60653) < 1e-4)
    }

    /// Finer pixels are averaged, and a mask comes back to them.
    @Test func aSceneOfFinerPixelsIsSeenCoarser() throws {
        let recipe = recipe(spacing: 2)
        let truth = square(12..<36, 10..<30)
        var scene = PromptScene(
            grid: grid, values: (0..<grid.count).map { Float($0 % 2) }, mask: [UInt8](repeating: 0, count: grid.count))
        scene.inside = square(23..<25, 19..<21)
        scene.newest = scene.inside
        let prompts = try #require(recipe.prompts)
        let middle = try #require(scene.middle)
        var channels = [Float](repeating: 0, count: 8 * 1024)
        let field = PromptField(recipe, prompts, on: grid, around: middle)
        channels.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { field.fill(scene, base) } }
        #expect(abs(channels[16 * 32 + 16] - 0.5) < 1e-5)
        let answer = try oracle(truth, recipe, around: middle).answer(scene)
        let wrong = zip(answer.mask, truth).filter { $0 != $1 }.count
        #expect(wrong <= 2 * (24 + 20), "a border of one pixel at most, not \(wrong)")
        #expect(answer.certainty > 0.8)
    }

    /// Of what a network would change, only the piece under the prompt changes; the rest stays bit for bit.
    @Test func onlyThePieceUnderThePromptChanges() throws {
        let recipe = recipe()
        let mask = square(10..<20, 10..<20)
        // Too small on the right, a piece missing below, and a seam of one pixel at the top.
        var truth = square(10..<30, 10..<20)
        for i in truth.indices where square(12..<18, 24..<30)[i] == 1 || square(10..<20, 9..<10)[i] == 1 {
            truth[i] = 1
        }
        var scene = PromptScene(grid: grid, values: [Float](repeating: 0, count: grid.count), mask: mask)
        scene.inside = square(25..<26, 15..<16)
        scene.newest = scene.inside
        let answer = try oracle(truth, recipe, around: (25, 15)).answer(scene)
        #expect(answer.mask == square(10..<30, 10..<20))
        #expect(answer.certainty == 1)
        // The other sign: what is added is not taken away by a prompt that says "this does not belong".
        scene.outside = scene.inside
        scene.inside = square(0..<0, 0..<0)
        #expect(try oracle(truth, recipe, around: (25, 15)).answer(scene).mask == mask)
    }

    /// A piece that is larger than the field is followed to its end.
    @Test func aChangeGoesOnBeyondTheField() throws {
        let recipe = recipe()
        let grid = PixelGrid(width: 120, height: 40, stepX: 1, stepY: 1)
        func bar(_ x: Range<Int>) -> [UInt8] {
            (0..<grid.count).map { x.contains($0 % 120) && (15..<22).contains($0 / 120) ? 1 : 0 }
        }
        // The network says that what is bright belongs.
        let network = try PromptNetwork(
            recipe, network: FakeNetwork(recipe) { _, x, y, slice, _ in slice[y * 32 + x] > 0.5 ? 1 : 0 })
        var scene = PromptScene(grid: grid, values: bar(34..<87).map(Float.init), mask: bar(0..<0))
        scene.inside[18 * 120 + 60] = 1
        scene.newest = scene.inside
        #expect(try network.answer(scene).mask == bar(34..<87))
        // What is too far is left, and nothing else changes.
        scene.values = bar(5..<115).map(Float.init)
        scene.inside[18 * 120 + 60] = 0
        scene.inside[18 * 120 + 5] = 1
        scene.newest = scene.inside
        let answer = try network.answer(scene).mask
        #expect(zip(answer, bar(5..<115)).allSatisfy { $0 <= $1 } && answer[18 * 120 + 70] == 1)
    }

    /// What is marked is as marked, whatever the network says.
    @Test func whatIsMarkedHolds() throws {
        let recipe = recipe()
        let mask = square(10..<20, 10..<20)
        var scene = PromptScene(grid: grid, values: [Float](repeating: 0, count: grid.count), mask: mask)
        scene.inside = square(21..<23, 15..<17)
        scene.outside = square(11..<13, 11..<13)
        scene.newest = scene.outside
        let answer = try echo(2, recipe).answer(scene)
        for i in mask.indices {
            #expect(answer.mask[i] == (scene.inside[i] == 1 ? 1 : scene.outside[i] == 1 ? 0 : mask[i]))
        }
        #expect(answer.certainty == 1)
    }

    /// An answer that is no probability is refused, instead of being taken for "does not belong".
    @Test(arguments: [Float.nan, .infinity, -0.5, 1.5])
    func whatIsNoProbabilityIsRefused(_ value: Float) throws {
        var scene = PromptScene(
            grid: grid, values: [Float](repeating: 0, count: grid.count), mask: square(3..<19, 3..<19))
        scene.outside = square(10..<12, 10..<12)
        scene.newest = scene.outside
        let network = try PromptNetwork(
            recipe(), network: FakeNetwork(recipe()) { _, x, y, _, _ in x == 20 && y == 20 ? value : 0.9 })
        #expect(throws: PredictionError.notAProbabilityOfPrompt) { _ = try network.answer(scene) }
    }

    /// Without prompt and guide nothing is asked.
    @Test func nothingSaidChangesNothing() throws {
        let mask = square(3..<9, 3..<9)
        let scene = PromptScene(grid: grid, values: [Float](repeating: 0, count: grid.count), mask: mask)
        let network = try PromptNetwork(recipe(), network: FakeNetwork(recipe()) { _, _, _, _, _ in 1 })
        #expect(try network.answer(scene) == PromptNetwork.Answer(mask: mask, certainty: 1))
    }

    /// A guide's correction is carried on where the network says so, and only beside it.
    @Test func aCorrectionIsCarriedOnBesideIt() throws {
        let recipe = recipe()
        let mask = square(10..<20, 10..<20)
        var truth = square(10..<28, 10..<20)
        for i in truth.indices where square(12..<18, 25..<31)[i] == 1 { truth[i] = 1 }
        var scene = PromptScene(grid: grid, values: [Float](repeating: 0, count: grid.count), mask: mask)
        scene.guide = .init(values: scene.values, before: mask, after: square(10..<29, 10..<20))
        let middle = try #require(scene.middle)
        #expect(try oracle(truth, recipe, around: middle).answer(scene).mask == square(10..<28, 10..<20))
    }
}
