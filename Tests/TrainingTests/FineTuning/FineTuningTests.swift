import Cases
import Foundation
import Models
import TestSupport
import Testing
import Volumes

@testable import Training

@Suite struct FineTuningTests {
    /// Two corrected patients of five slices, of which the second's last two were not seen, and a base patient.
    private func plan(
        _ data: SmallDataset, slices: Int, share: Double, emphasis: [Float]? = nil
    ) -> TrainingPlan {
        let one = [Float](repeating: 1, count: 5)
        return TrainingPlan(
            patients: data.patients.indices.map { index in
                TrainingPlan.Patient(
                    emphasis: index == 0 ? emphasis ?? one : one, isReplayed: index == data.patients.count - 1)
            }, slicesPerEpoch: slices, replayShare: share)
    }

    @Test func anEpochIsBoundedAndReplaysItsShare() throws {
        let data = try SmallDataset(6)
        // 25 corrected slices and 5 of base data: of 12, a quarter is replayed.
        let plan = plan(data, slices: 12, share: 0.25)
        let places = EpochOrder.fineTuning(data.patients, data.recipe.training, plan, epoch: 0)
        #expect(places.count == 12 && Set(places).count == 12)
        #expect(places.filter { $0.patient == 5 }.count == 3)
        #expect(places == EpochOrder.fineTuning(data.patients, data.recipe.training, plan, epoch: 0))
        #expect(places != EpochOrder.fineTuning(data.patients, data.recipe.training, plan, epoch: 1))
        // Few corrections: all of them, and base data in proportion, 25 / 0.9 · 0.1.
        let wide = self.plan(data, slices: 1000, share: 0.1)
        let all = EpochOrder.fineTuning(data.patients, data.recipe.training, wide, epoch: 0)
        #expect(all.filter { $0.patient != 5 }.count == 25)
        #expect(all.filter { $0.patient == 5 }.count == 3)
        // Without base data there is nothing to replay.
        var none = wide
        none.patients[5].isReplayed = false
        #expect(EpochOrder.fineTuning(data.patients, data.recipe.training, none, epoch: 0).count == 30)
    }

    @Test func unseenSlicesAreNeverDrawn() throws {
        let data = try SmallDataset(3, seen: [1, 0, 1, 1, 0])
        for epoch in 0..<5 {
            let places = EpochOrder.fineTuning(
                data.patients, data.recipe.training, plan(data, slices: 100, share: 0.5), epoch: epoch)
            #expect(!places.contains { $0.slice == 1 || $0.slice == 4 })
            #expect(places.filter { $0.patient < 2 }.count == 6)
        }
    }

    @Test func emphasisBecomesTheWeightOfEveryPixel() throws {
        let data = try SmallDataset(2)
        let plan = plan(data, slices: 10, share: 0, emphasis: [1, 2.5, 1, 1, 1])
        let maker = BatchMaker(data.patients, recipe: data.recipe, augments: false, plan: plan)
        let places = [EpochOrder.Place(patient: 0, slice: 1), EpochOrder.Place(patient: 1, slice: 1)]
        let batch = maker.batch(places[...]) { _ in SeededRandom(0) }
        #expect(batch.weights == [Float](repeating: 2.5, count: 256) + [Float](repeating: 1, count: 256))
        #expect(maker.batch(places[1...]) { _ in SeededRandom(0) }.weights == nil)
    }

    @Test func wrongSlicesWeighMore() throws {
        var recipe = Recipe(name: "small", structures: [.lungLeft])
        (recipe.preprocessing.columns, recipe.preprocessing.rows) = (16, 16)
        recipe.preprocessing.spacing = Spacing(x: 2, y: 2, z: 2)
        recipe.preprocessing.cropsToBody = false
        let grid = try GridGeometry(size: GridSize(x: 16, y: 16, z: 4), spacing: Spacing(x: 2, y: 2, z: 2))
        let volume = Volume(geometry: grid, filledWith: .air)
        let truth = Mask(geometry: grid) { $0.z > 0 && $0.x < 8 }
        // Right on slice 1, half of it on slice 2, all of it elsewhere on slice 3.
        let guess = Mask(geometry: grid) {
            $0.z == 1 && $0.x < 8 || $0.z == 2 && $0.x < 4 || $0.z == 3 && $0.x >= 8
        }
        let weights = try SliceEmphasis.measure(
            volume, corrected: [.lungLeft: truth], predicted: [.lungLeft: guess], recipe: recipe, gain: 4)
        #expect(weights == [1, 1, 3, 5])
    }

    @Test func theRecipeSaysHow() throws {
        var recipe = Recipe(name: "small", structures: [.lungLeft])
        recipe.training.epochs = 40
        recipe.training.sliceStride = 3
        recipe.fineTuning.epochs = 5
        recipe.fineTuning.learningRate = 1e-4
        recipe.fineTuning.freezesEncoder = true
        let tuned = recipe.forFineTuning(seed: 0x1_0000_0007)
        try tuned.check()
        #expect(tuned.training.epochs == 5 && tuned.training.learningRate == 1e-4 && tuned.training.seed == 7)
        #expect(tuned.training.freezesEncoder && tuned.training.sliceStride == 1 && tuned.training.patience == 2)
        #expect(tuned.network == recipe.network && tuned.preprocessing == recipe.preprocessing)
        let text = try JSONEncoder().encode(recipe)
        #expect(try JSONDecoder().decode(Recipe.self, from: text) == recipe)
        // A model from before there was fine-tuning takes the defaults.
        var old = recipe.entries
        old["fine_tuning"] = nil
        #expect(try Recipe(entries: old).fineTuning == FineTuningRecipe())
        recipe.fineTuning.replayShare = 1
        #expect(throws: RecipeError.self) { try recipe.check() }
    }

    @Test(arguments: [1, 3, 5]) func aResumedFineTuningTakesTheSameCourse(steps: Int) throws {
        let data = try SmallDataset(4) {
            $0.training.learningRate = 1
            $0.augmentation.noise = 30
        }
        let temporary = try TemporaryFolder()
        func trainer(_ name: String, _ network: PixelClassifier) throws -> (Trainer, TrainingFolder) {
            let folder = TrainingFolder(url: temporary.file("\(name)/run"))
            try folder.create()
            var plan = plan(data, slices: 10, share: 0.3, emphasis: [1, 4, 2, 1, 1])
            plan.patients.removeLast()
            plan.patients[2].isReplayed = true
            return (
                try Trainer(
                    network: network, recipe: data.recipe, training: Array(data.patients.dropLast()),
                    validation: Array(data.patients.suffix(1)), folder: folder, dataset: "d", plan: plan), folder
            )
        }
        let (whole, first) = try trainer("whole", PixelClassifier(classes: 2))
        _ = try whole.run(isStopped: { false }) { _ in }
        var done = 0
        let (begun, second) = try trainer("parts", PixelClassifier(classes: 2))
        let ending = try begun.run(isStopped: { done >= steps }) { if case .step = $0 { done += 1 } }
        #expect(ending == .stopped)
        let (resumed, _) = try trainer("parts", PixelClassifier(classes: 2))
        try resumed.resume()
        _ = try resumed.run(isStopped: { false }) { _ in }
        #expect(try Data(contentsOf: first.checkpoint) == Data(contentsOf: second.checkpoint))
        #expect(try Data(contentsOf: first.best) == Data(contentsOf: second.best))
    }
}
