import Cases
import Models
import Networks
import TestSupport
import Testing
import Volumes

@testable import Training

/// Patients who have labels of some structures alone.
@Suite struct PartialLabelsTests {
    private func batch(_ data: SmallDataset, _ patients: [Int], augments: Bool = false) -> TrainingBatch {
        BatchMaker(data.patients, recipe: data.recipe, augments: augments)
            .batch(patients.map { EpochOrder.Place(patient: $0, slice: 2) }[...]) { SeededRandom(UInt64($0.patient)) }
    }

    @Test func aBatchSaysWhatIsKnown() throws {
        for (activation, background) in [(NetworkConfiguration.OutputActivation.sigmoid, [Float]()), (.softmax, [1])] {
            let data = try SmallDataset(3, lacking: [1: [.lungRight]]) {
                $0.network.outputActivation = activation
            }
            #expect(data.patients.map(\.isLabelled) == [[true, true], [true, false], [true, true]])
            #expect(batch(data, [0, 1]).known == background + [1, 1] + background + [1, 0])
            #expect(batch(data, [0, 2]).known == nil)
        }
    }

    /// What is kept in the cache is what is known.
    @Test func aCacheKeepsWhatIsKnown() throws {
        let data = try SmallDataset(1, lacking: [0: [.lungLeft]])
        let patient = data.patients[0]
        #expect(patient.isLabelled == [false, true])
        #expect(patient.mask(of: 0).isEmpty && !patient.mask(of: 1).isEmpty)
    }

    /// A mirrored patient with one lung's labels would have them on the other.
    @Test func oneSideAloneIsNotMirrored() throws {
        func drawn(lacking: Set<StructureName>) throws -> TrainingBatch {
            let data = try SmallDataset(1, lacking: [0: lacking]) {
                $0.augmentation.probability = 1
                $0.augmentation.flipLeftRight = 1
            }
            return batch(data, [0], augments: true)
        }
        let plain = batch(try SmallDataset(1), [0])
        #expect(try drawn(lacking: []).images != plain.images)
        let (left, right) = (try drawn(lacking: [.lungRight]), try drawn(lacking: [.lungLeft]))
        #expect(left.images == plain.images && right.images == plain.images)
        #expect(left.targets[0..<256] == plain.targets[0..<256])
        #expect(right.targets[256..<512] == plain.targets[256..<512])
    }

    /// Three patients have the left, three the right; the network learns both, on patients it has not seen.
    @Test(arguments: [NetworkConfiguration.OutputActivation.sigmoid, .softmax])
    func structuresOfDifferentPatientsAreLearnt(activation: NetworkConfiguration.OutputActivation) throws {
        let lacking = Dictionary(
            uniqueKeysWithValues: (0..<6).map { ($0, $0 < 3 ? Set([StructureName.lungRight]) : [.lungLeft]) })
        let data = try SmallDataset(6, lacking: lacking) {
            $0.network.outputActivation = activation
            $0.network.dropout = 0
            $0.network.batchNormMomentum = 0.8
            $0.training.loss = .structureDiceAndCrossEntropy
            $0.training.learningRate = 0.01
            ($0.augmentation.probability, $0.augmentation.noise, $0.augmentation.shift) = (1, 100, 8)
        }
        let network = try TorchNetwork(
            configuration: data.recipe.network, seed: 1, engine: try TorchEngine.load(threads: 1))
        let maker = BatchMaker(data.patients, recipe: data.recipe, augments: true)
        let places = (0..<6).flatMap { patient in (0..<5).map { EpochOrder.Place(patient: patient, slice: $0) } }
        let options = data.recipe.training.options(epoch: 0, step: 0, of: 1, reductions: 0)
        for step in 0..<150 {
            // Noise and place are new at every step, so that no patient is known by them.
            let batch = maker.batch(places[...]) { SeededRandom(UInt64(step), UInt64($0.patient), UInt64($0.slice)) }
            _ = try network.trainStep(batch, options: options)
        }
        let whole = try SmallDataset(12) { $0.network.outputActivation = activation }
        let outcome = try #require(
            try Validator(recipe: data.recipe, patients: Array(whole.patients[6...])).measure(
                network, isStopped: { false }, progress: { _, _ in }))
        #expect(outcome.byStructure["Lung_L"] ?? 0 > 0.9 && outcome.byStructure["Lung_R"] ?? 0 > 0.9, "\(outcome)")
        // Of what has no label nothing is measured.
        let partial = try #require(
            try Validator(recipe: data.recipe, patients: [data.patients[0]]).measure(
                network, isStopped: { false }, progress: { _, _ in }))
        #expect(partial.byStructure.keys.sorted() == ["Lung_L"])
    }

    /// Slices without one of the structures' labels weigh by the others.
    @Test func emphasisIsOfWhatTheCorrectionHas() throws {
        var recipe = Recipe(name: "r", structures: [.lungLeft, .lungRight])
        recipe.preprocessing.columns = 64
        recipe.preprocessing.rows = 48
        recipe.preprocessing.spacing = Spacing(x: 8, y: 8, z: 10)
        let image = try ThoraxDrawing.grid()
        let volume = try ThoraxDrawing().volume(on: image)
        let (left, right) = (ThoraxDrawing.lung(side: 1, on: image), ThoraxDrawing.lung(side: -1, on: image))
        let weights = try SliceEmphasis.measure(
            volume, corrected: [.lungLeft: left], predicted: [.lungLeft: left, .lungRight: right], recipe: recipe,
            gain: 4)
        #expect(weights.allSatisfy { $0 == 1 })
        let missed = try SliceEmphasis.measure(
            volume, corrected: [.lungLeft: left, .lungRight: right], predicted: [.lungLeft: left], recipe: recipe,
            gain: 4)
        #expect(missed.contains { $0 > 1 })
    }
}
