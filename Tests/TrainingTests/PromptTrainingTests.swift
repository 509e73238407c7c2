import Cases
import Models
import Networks
import Segmentation
import TestSupport
import Testing
import Volumes

@testable import Training

/// A disc in the middle of a slice, darker than what lies around it, with another structure at its right.
private struct Drawing {
    let grid = PixelGrid(width: 80, height: 64, stepX: 1.5, stepY: 1.5)

    func disc(_ x: Double, _ y: Double, _ radius: Double) -> [UInt8] {
        (0..<grid.count).map { i in
            let (u, v) = (Double(i % grid.width) - x, Double(i / grid.width) - y)
            return u * u + v * v < radius * radius ? 1 : 0
        }
    }

    var canvas: SimulatedError.Canvas {
        let truth = disc(36, 32, 14)
        return SimulatedError.Canvas(
            grid: grid, values: truth.enumerated().map { $1 == 1 && $0 % 7 != 0 ? 0.1 : 0.6 }, truth: truth,
            others: zip(disc(54, 32, 8), truth).map { $0 & ~$1 }, stale: disc(38, 34, 10))
    }
}

@Suite struct SimulatedErrorTests {
    private let drawing = Drawing()

    /// Every kind can be drawn, is painted the same again, and does what its name says.
    @Test(arguments: SimulatedError.Kind.allCases)
    func everyKindIsWrongInItsWay(_ kind: SimulatedError.Kind) throws {
        let canvas = drawing.canvas
        var wrong = 0
        for seed in 0..<40 as Range<UInt64> {
            var random = SeededRandom(seed)
            var again = SeededRandom(seed)
            let error = try #require(SimulatedError(kind, on: canvas, perHU: 1 / 1624, random: &random))
            #expect(SimulatedError(kind, on: canvas, perHU: 1 / 1624, random: &again) == error)
            let mask = error.painted(into: canvas.truth, of: canvas)
            #expect(mask == error.painted(into: canvas.truth, of: canvas))
            #expect(mask.allSatisfy { $0 <= 1 })
            let added = zip(mask, canvas.truth).contains { $0 > $1 }
            let removed = zip(mask, canvas.truth).contains { $0 < $1 }
            if added || removed { wrong += 1 }
            switch kind {
            case .bite, .odd, .cut: #expect(!added)
            case .bump, .leak, .island: #expect(!removed)
            case .mixed:
                #expect(!removed)
                #expect(zip(mask, canvas.truth).enumerated().allSatisfy { $1.0 <= $1.1 || canvas.others[$0] == 1 })
            case .missing: #expect(!mask.contains(1))
            case .stale: #expect(mask == canvas.stale)
            case .margin: #expect(!(added && removed))
            }
        }
        #expect(wrong >= 10, "\(kind.rawValue) was an error \(wrong) times of 40")
    }

    @Test func nothingIsWrongWithWhatIsNotThere() {
        let none = [UInt8](repeating: 0, count: drawing.grid.count)
        let canvas = SimulatedError.Canvas(
            grid: drawing.grid, values: none.map(Float.init), truth: none, others: none, stale: none)
        for kind in SimulatedError.Kind.allCases where kind != .stale {
            var random = SeededRandom(1)
            #expect(SimulatedError(kind, on: canvas, perHU: 1 / 1624, random: &random) == nil)
        }
    }
}

@Suite struct SimulatedUserTests {
    private let drawing = Drawing()

    @Test func errorsArePiecesBySignLargestFirst() {
        let truth = drawing.disc(36, 32, 14)
        var mask = truth
        for i in mask.indices {
            if drawing.disc(36, 32, 4)[i] == 1 { mask[i] = 0 }
            if drawing.disc(70, 10, 6)[i] == 1 { mask[i] = 1 }
        }
        // One pixel is not worth a prompt.
        mask[0] = 1
        let errors = SimulatedUser.errors(mask, truth: truth, drawing.grid)
        #expect(errors.map(\.isMissing) == [false, true])
        #expect(errors[0].pixels.count > errors[1].pixels.count)
    }

    /// The steady user clicks into the middle of the largest error, always in the same way.
    @Test func theSteadyUserClicksIntoTheMiddle() throws {
        let truth = drawing.disc(36, 32, 14)
        let mask = zip(truth, drawing.disc(36, 32, 6)).map { $0 & ~$1 & 1 }
        var random = SeededRandom(1)
        let prompt = try #require(
            SimulatedUser(.steady).prompt(mask, truth: truth, drawing.grid, random: &random))
        #expect(prompt.isInside)
        #expect(prompt.pixels.sorted() == [31 * 80 + 36, 32 * 80 + 35, 32 * 80 + 36, 32 * 80 + 37, 33 * 80 + 36])
        #expect(SimulatedUser(.steady).prompt(truth, truth: truth, drawing.grid, random: &random) == nil)
    }

    /// The other one marks some of an error and nothing that is right.
    @Test func theVariedUserStaysWithinTheError() throws {
        let truth = drawing.disc(36, 32, 14)
        let mask = drawing.disc(40, 35, 14)
        var (missing, extra) = (0, 0)
        for seed in 0..<60 as Range<UInt64> {
            var random = SeededRandom(seed)
            let prompt = try #require(
                SimulatedUser(.varied).prompt(mask, truth: truth, drawing.grid, random: &random))
            #expect(!prompt.pixels.isEmpty)
            #expect(prompt.pixels.allSatisfy { truth[$0] != mask[$0] && (truth[$0] == 1) == prompt.isInside })
            if prompt.isInside { missing += 1 } else { extra += 1 }
        }
        #expect(missing > 10 && extra > 10)
    }
}

@Suite struct PromptTrialTests {
    private let drawing = Drawing()

    /// Who paints what is marked, with some around it, gets there; the score is the slice's own.
    @Test func aTrialGoesOnUntilNothingIsLeftToSay() throws {
        let truth = drawing.disc(36, 32, 14)
        // A bite out of the right border.
        let start = zip(truth, drawing.disc(49, 32, 6)).map { $0 & ~$1 & 1 }
        let trial = PromptTrial(grid: drawing.grid, truth: truth, start: start)
        #expect(try trial.score(truth) == 1)
        #expect(try trial.score([UInt8](repeating: 0, count: drawing.grid.count)) == 0)
        let right = try trial.run(prompts: 3) { _, _, _, _ in truth }
        #expect(right.prompts == 1 && right.worsened == 0 && right.scores.count == 4)
        #expect((0.5..<0.95).contains(right.scores[0]) && Array(right.scores.dropFirst()) == [1, 1, 1])
        let none = [UInt8](repeating: 0, count: drawing.grid.count)
        var marked: [Int] = []
        let wrong = try trial.run(prompts: 2) { _, inside, outside, newest in
            marked.append(inside.reduce(0) { $0 + Int($1) } + outside.reduce(0) { $0 + Int($1) })
            #expect(newest.contains(1))
            return none
        }
        #expect(wrong.prompts == 2 && wrong.worsened == 1 && marked[1] > marked[0])
    }
}

@Suite struct PromptBatchTests {
    private func data(
        _ count: Int = 1, seen: [UInt8]? = nil, proposed: SmallDataset.Proposal? = nil, masses: Double = 0
    ) throws -> SmallDataset {
        try SmallDataset(count, slices: 7, seen: seen, proposed: proposed) {
            var prompts = PromptRecipe()
            (prompts.columns, prompts.rows) = (16, 16)
            $0 = Recipe(name: "prompts", structures: $0.structures, prompts: prompts)
            ($0.preprocessing.columns, $0.preprocessing.rows) = (16, 16)
            $0.preprocessing.spacing = Spacing(x: 4, y: 4, z: 4)
            ($0.preprocessing.windowLow, $0.preprocessing.windowHigh) = (0, 1000)
            $0.preprocessing.secondWindow = .init(low: 200, high: 700)
            ($0.network.levels, $0.network.filters) = (2, 4)
            ($0.training.epochs, $0.training.batchSize) = (3, 4)
            ($0.augmentation.masses, $0.augmentation.probability) = (masses, 0)
        }
    }

    private func batch(
        _ data: SmallDataset, _ places: [(Int, Int)], seed: UInt64, augments: Bool = false
    ) throws -> TrainingBatch {
        let prompts = try #require(data.recipe.prompts)
        return PromptBatchMaker(data.patients, recipe: data.recipe, prompts: prompts, augments: augments)
            .batch(places.map { EpochOrder.Place(patient: $0.0, slice: $0.1) }[...]) {
                SeededRandom(seed, UInt64($0.slice))
            }
    }

    /// Whatever is drawn: channels are in their ranges, something is marked or a neighbour was corrected, what is marked is
    /// mostly as the truth has it, and only wrong pixels that nobody speaks of count nothing.
    @Test func lessonsHoldTogether() throws {
        let data = try data(2)
        var (guided, prompted, agree, marks, emphasised) = (0, 0, 0, 0, 0)
        for seed in 0..<60 as Range<UInt64> {
            let batch = try batch(data, [(0, 3), (1, 5)], seed: seed)
            #expect(batch.images.channels == 8 && batch.known == nil)
            let weights = try #require(batch.weights)
            let area = batch.images.area
            for item in 0..<2 {
                func channel(_ n: Int) -> ArraySlice<Float> {
                    batch.images.values[(item * 8 + n) * area..<(item * 8 + n + 1) * area]
                }
                let truth = batch.targets[item * area..<(item + 1) * area]
                #expect((2...4).allSatisfy { channel($0).allSatisfy { (0...1).contains($0) } })
                #expect(channel(7).allSatisfy { [-1, 0, 1].contains($0) })
                let isGuided = channel(6).contains { $0 != 0 } || channel(7).contains { $0 != 0 }
                let isPrompted = channel(3).contains(1) || channel(4).contains(1)
                if isGuided { guided += 1 }
                if isPrompted { prompted += 1 }
                #expect(!zip(channel(3), channel(4)).contains { $0 == 1 && $1 == 1 }, "nothing is marked as both")
                for (i, (inside, outside)) in zip(channel(3), channel(4)).enumerated() {
                    let is1 = truth[truth.startIndex + i] == 1
                    if inside == 1 { (marks, agree) = (marks + 1, agree + (is1 ? 1 : 0)) }
                    if outside == 1 { (marks, agree) = (marks + 1, agree + (is1 ? 0 : 1)) }
                }
                for i in 0..<area where weights[item * area + i] == 0 {
                    #expect(truth[truth.startIndex + i] != channel(2)[channel(2).startIndex + i])
                }
                if weights[item * area..<(item + 1) * area].contains(where: { $0 > 0.1 }) { emphasised += 1 }
            }
        }
        #expect(guided > 20 && prompted > 40 && emphasised > 80)
        #expect(Double(agree) > 0.9 * Double(marks), "\(agree) of \(marks)")
    }

    /// Every other lesson of a corrected slice starts from what was proposed there; of others none does.
    @Test func lessonsStartFromWhatWasProposed() throws {
        // A pattern that no painted error has: every structure was proposed as four columns.
        let data = try data(proposed: SmallDataset.Proposal { $0.z == 3 && (6...9).contains($0.x) })
        func starts(_ slice: Int) throws -> (proposed: Int, guided: Int) {
            var (proposed, guided) = (0, 0)
            for seed in 0..<80 as Range<UInt64> {
                let batch = try batch(data, [(0, slice)], seed: seed)
                let area = batch.images.area
                func channel(_ n: Int) -> [Float] { Array(batch.images.values[n * area..<(n + 1) * area]) }
                // The field may lie anywhere, but for a few rows all of them are there.
                let mask = channel(2)
                let columns = (0..<16).map { x in (0..<16).filter { mask[$0 * 16 + x] == 1 } }
                let full = columns.filter { !$0.isEmpty }
                guard full.count == 4, Set(full).count == 1, full[0].count >= 9 else { continue }
                proposed += 1
                if channel(6).contains(1) || channel(7).contains(where: { $0 != 0 }) { guided += 1 }
            }
            return (proposed, guided)
        }
        let corrected = try starts(3)
        #expect((20...60).contains(corrected.proposed), "\(corrected)")
        #expect(corrected.guided > 3)
        // There it was proposed nowhere: the start is empty, which is an error of its own kind.
        #expect(try starts(4).proposed == 0)
    }

    /// A painted mass is asked about as a structure of its own, most often from nothing; otherwise it is a part of the lung.
    @Test func paintedMassesAreAskedAboutToo() throws {
        func smallTruths(masses: Double) throws -> (all: Int, fromNothing: Int) {
            let data = try data(masses: masses)
            var (all, fromNothing) = (0, 0)
            for seed in 0..<100 as Range<UInt64> {
                let batch = try batch(data, [(0, 3)], seed: seed, augments: true)
                let area = batch.images.area
                let truth = batch.targets.filter { $0 == 1 }.count
                // A lung has forty pixels, all of which the field shows unless it lies at an edge; it begins at column 2.
                guard (1..<16).contains(truth) else { continue }
                all += 1
                if !batch.images.values[2 * area..<3 * area].contains(1) { fromNothing += 1 }
            }
            return (all, fromNothing)
        }
        let (with, without) = (try smallTruths(masses: 1), try smallTruths(masses: 0))
        #expect(with.all > 8 && with.fromNothing > 4 && without.all == 0, "\(with) \(without)")
    }

    /// What a slice that nobody saw is marked as says nothing: it is never the neighbour whose correction is carried on.
    @Test func nobodyIsGuidedByWhatNobodySaw() throws {
        let data = try data(seen: [0, 0, 0, 1, 0, 0, 0])
        for seed in 0..<60 as Range<UInt64> {
            let batch = try batch(data, [(0, 3)], seed: seed)
            let area = batch.images.area
            let (own, other) = (
                Array(batch.images.values[..<area]), Array(batch.images.values[5 * area..<6 * area])
            )
            // With no other seen slice there, the neighbour is the slice itself.
            #expect(other.allSatisfy { $0 == 0 } || own == other)
        }
    }

    @Test func theSameDrawGivesTheSameBatch() throws {
        let data = try data()
        #expect(try batch(data, [(0, 2), (0, 4)], seed: 9) == batch(data, [(0, 2), (0, 4)], seed: 9))
        #expect(try batch(data, [(0, 2), (0, 4)], seed: 9) != batch(data, [(0, 2), (0, 4)], seed: 10))
    }

    /// A training runs from end to end, with a score by simulated prompts, and gives a model that says what it is for.
    @Test func aNetworkIsTrainedToAnswer() throws {
        let data = try data(3)
        let temporary = try TemporaryFolder()
        let folder = try data.trained("run", in: temporary, stopAfter: .max, resumes: false)
        try folder.writeModel(metadata: [:])
        let model = try ModelFile(contentsOf: folder.model)
        #expect(model.header.purpose == .answeringPrompts)
        // Another training goes on from it, with whatever structures; one that segments does not.
        var further = data.recipe
        for structures in [[.lungRight, .heart, .lungLeft], [.esophagus]] as [[StructureName]] {
            further.structures = structures
            #expect(model.startingWeights(for: further) == model.weights, "\(structures)")
        }
        var segmenting = Recipe(name: "segments", structures: data.recipe.structures)
        segmenting.network.inputChannels = data.recipe.network.inputChannels
        #expect(model.startingWeights(for: segmenting) == nil)
        further.preprocessing.secondWindow = nil
        #expect(model.startingWeights(for: further) == nil, "what was a window would be the mask")
        #expect(try folder.readCheckpoint().state.curve.points.allSatisfy { ($0.surfaceDice ?? -1) >= 0 })
        // Stopped and gone on with, it is the same.
        _ = try data.trained("again", in: temporary, stopAfter: 4, resumes: false)
        let again = try data.trained("again", in: temporary, stopAfter: .max, resumes: true)
        #expect(try again.readCheckpoint().weights == folder.readCheckpoint().weights)
    }
}
