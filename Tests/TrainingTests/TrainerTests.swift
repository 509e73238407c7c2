import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

@Suite struct TrainerTests {
    private func trainer(
        _ data: SmallDataset, _ network: any TrainableNetwork, in folder: TrainingFolder, dataset: String = "d"
    ) throws -> Trainer {
        try folder.create()
        return try Trainer(
            network: network, recipe: data.recipe, training: Array(data.patients.dropLast()),
            validation: Array(data.patients.suffix(1)), folder: folder, dataset: dataset)
    }

    @Test func learnsAndKeepsTheBestEpoch() throws {
        let data = try SmallDataset(4) {
            $0.training.epochs = 8
            $0.training.learningRate = 3
        }
        let temporary = try TemporaryFolder()
        let folder = TrainingFolder(url: temporary.file("run"))
        let network = PixelClassifier(classes: 2)
        let trainer = try trainer(data, network, in: folder)
        var events = 0
        let ending = try trainer.run(isStopped: { false }) { event in
            if case .step = event { events += 1 }
        }
        #expect(ending == .finished)
        // 3 patients of 5 slices in batches of 4 make 4 steps.
        #expect(events == 8 * 4)
        let points = trainer.state.curve.points
        #expect(points.map(\.epoch) == Array(1...8))
        #expect(points[7].trainingLoss < 0.8 * points[0].trainingLoss)
        let scores = points.compactMap(\.surfaceDice)
        let best = try #require(trainer.state.best)
        #expect(best.score == scores.max())
        #expect(best.epoch == (scores.firstIndex(of: best.score) ?? -1) + 1)
        let model = try SafetensorsFile(contentsOf: folder.best)
        #expect(model.metadata["epoch"] == "\(best.epoch)")
        #expect(model.metadata["format"] == "pleura-model")
        #expect(Set(model.tensors.map(\.name)) == ["weight", "bias"])
        #expect(try String(contentsOf: folder.curveCSV, encoding: .utf8).split(separator: "\n").count == 9)
        #expect(try String(contentsOf: folder.curveSVG, encoding: .utf8).hasPrefix("<svg"))
    }

    /// Stopped after every number of steps there is, and resumed by another network and trainer, training takes the
    /// same course to the last bit.
    @Test(arguments: [1, 3, 4, 5, 7, 8]) func resumedTrainingTakesTheSameCourse(steps: Int) throws {
        let data = try SmallDataset(4) {
            $0.training.learningRate = 1
            $0.augmentation.shift = 8
            $0.augmentation.noise = 30
            $0.augmentation.flipLeftRight = 0.5
        }
        let temporary = try TemporaryFolder()
        let whole = TrainingFolder(url: temporary.file("whole/run"))
        let first = PixelClassifier(classes: 2)
        _ = try trainer(data, first, in: whole).run(isStopped: { false }) { _ in }

        let parts = TrainingFolder(url: temporary.file("parts/run"))
        let second = PixelClassifier(classes: 2)
        var done = 0
        let ending = try trainer(data, second, in: parts).run(isStopped: { done >= steps }) { event in
            if case .step = event { done += 1 }
        }
        #expect(ending == .stopped)
        #expect(done == steps)
        let third = PixelClassifier(classes: 2)
        let resumed = try trainer(data, third, in: parts)
        try resumed.resume()
        #expect(try resumed.run(isStopped: { false }) { _ in } == .finished)
        #expect(try Data(contentsOf: parts.curveCSV) == Data(contentsOf: whole.curveCSV))
        #expect(try Data(contentsOf: parts.checkpoint) == Data(contentsOf: whole.checkpoint))
        #expect(try Data(contentsOf: parts.best) == Data(contentsOf: whole.best))
        #expect(second.seen + third.seen == first.seen)
        #expect(second.seeds + third.seeds == first.seeds)
        #expect(second.rates + third.rates == first.rates)
    }

    @Test func anotherSeedTakesAnotherCourse() throws {
        let temporary = try TemporaryFolder()
        var orders: [[TrainingBatch]] = []
        for seed in [1, 1, 2] {
            let data = try SmallDataset(4) { $0.training.seed = seed }
            let network = PixelClassifier(classes: 2)
            let folder = TrainingFolder(url: temporary.file("run \(orders.count)"))
            _ = try trainer(data, network, in: folder).run(isStopped: { false }) { _ in }
            orders.append(network.seen)
        }
        #expect(orders[0] == orders[1])
        #expect(orders[0] != orders[2])
    }

    @Test func endsEarlyWhenNothingImproves() throws {
        // At a rate of next to nothing the surface Dice stands still.
        let data = try SmallDataset(3) {
            $0.training.epochs = 50
            $0.training.learningRate = 1e-8
            $0.training.patience = 3
        }
        let temporary = try TemporaryFolder()
        let folder = TrainingFolder(url: temporary.file("run"))
        let trainer = try trainer(data, PixelClassifier(classes: 2), in: folder)
        #expect(try trainer.run(isStopped: { false }) { _ in } == .early)
        #expect(trainer.state.curve.points.count == 4)
        #expect(trainer.state.best?.epoch == 1)
        // Resuming what is over trains no further.
        let again = try self.trainer(data, PixelClassifier(classes: 2), in: folder)
        try again.resume()
        #expect(try again.run(isStopped: { false }) { _ in } == .early)
        #expect(again.state.curve.points.count == 4)
    }

    @Test func plateauReducesTheRate() throws {
        let data = try SmallDataset(3) {
            $0.training.epochs = 6
            $0.training.learningRate = 1e-6
            $0.training.schedule = .plateau
            $0.training.decayEpochs = 2
            $0.training.decayFactor = 0.5
        }
        let temporary = try TemporaryFolder()
        let trainer = try trainer(
            data, PixelClassifier(classes: 2), in: TrainingFolder(url: temporary.file("run")))
        _ = try trainer.run(isStopped: { false }) { _ in }
        // The first epoch is the best; after epochs 3 and 5 the rate falls.
        #expect(trainer.state.curve.points.map(\.learningRate) == [1e-6, 1e-6, 1e-6, 5e-7, 5e-7, 2.5e-7])
    }

    @Test func slicesNobodyLookedAtAreNeverTrainedOn() throws {
        let data = try SmallDataset(3, seen: [1, 1, 0, 1, 0]) { $0.training.batchSize = 100 }
        let network = PixelClassifier(classes: 2)
        let temporary = try TemporaryFolder()
        _ = try trainer(data, network, in: TrainingFolder(url: temporary.file("run"))).run(isStopped: { false }) { _ in
        }
        #expect(network.seen.map(\.images.count) == [6, 6, 6])
    }

    @Test func refusesForeignCheckpoints() throws {
        let data = try SmallDataset(3)
        let temporary = try TemporaryFolder()
        let folder = TrainingFolder(url: temporary.file("run"))
        _ = try trainer(data, PixelClassifier(classes: 2), in: folder).run(isStopped: { false }) { _ in }
        #expect(throws: TrainingError.self) {
            try trainer(data, PixelClassifier(classes: 2), in: folder, dataset: "other").resume()
        }
        let other = try SmallDataset(3) { $0.training.learningRate = 0.5 }
        #expect(throws: TrainingError.self) {
            try trainer(other, PixelClassifier(classes: 2), in: folder).resume()
        }
        let empty = TrainingFolder(url: temporary.file("empty"))
        #expect(throws: TrainingError.self) {
            try trainer(data, PixelClassifier(classes: 2), in: empty).resume()
        }
        try SafetensorsFile(metadata: ["format": "x"], tensors: []).write(to: empty.checkpoint)
        #expect(throws: TrainingError.self) {
            try trainer(data, PixelClassifier(classes: 2), in: empty).resume()
        }
    }

    @Test func aTrainingWithoutSlicesIsRefused() throws {
        let data = try SmallDataset(2, seen: [0, 0, 0, 0, 0])
        let temporary = try TemporaryFolder()
        #expect(throws: TrainingError.self) {
            try trainer(data, PixelClassifier(classes: 2), in: TrainingFolder(url: temporary.file("run")))
        }
    }
}
