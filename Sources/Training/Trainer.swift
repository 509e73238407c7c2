import Foundation
import Models
import Networks

/// Trains a network on prepared slices: epochs in seeded order, validation on whole patients, a checkpoint after each
/// epoch, the best epoch kept.
///
/// The same recipe, patients, first weights and number of threads give the same curve, whether training was
/// interrupted or not: order, augmentation and dropout are drawn from the recipe's seed, epoch and step, and a
/// checkpoint holds weights, the optimiser's memory and the place within the epoch.
public final class Trainer {
    /// What is told while training runs.
    public enum Event {
        /// A step is done: the running epoch and step (from 1), steps of the epoch, mean loss of the epoch so far.
        case step(epoch: Int, step: Int, of: Int, loss: Double)
        /// Validation has predicted so many slices of all.
        case validating(epoch: Int, done: Int, of: Int)
        /// An epoch is over; `isBest` if it is the best so far.
        case epoch(CurvePoint, isBest: Bool)
    }

    /// How a training ended.
    public enum Ending: Hashable, Sendable {
        /// After the last epoch.
        case finished
        /// Before it, because nothing improved any more.
        case early
        /// It was asked to stop, and can be resumed.
        case stopped
    }

    private let network: any TrainableNetwork
    private let recipe: Recipe
    private let training: [CachedPatient]
    private let validation: [CachedPatient]
    private let folder: TrainingFolder
    private let dataset: String
    private let plan: TrainingPlan?
    /// Where training stands.
    public private(set) var state = TrainerState()

    /// A training that begins with the network as it is.
    /// - Parameters:
    ///   - dataset: ``Dataset/digest(for:)`` of what the patients came from.
    ///   - training: prepared by the recipe; at least one slice of them has to count.
    ///   - validation: may be empty; the last epoch is then the best.
    ///   - plan: which slices an epoch takes and how much each counts; by default the recipe says so.
    /// - Throws: ``TrainingError`` if there is nothing to learn from, or a patient was not prepared by the recipe.
    public init(
        network: any TrainableNetwork, recipe: Recipe, training: [CachedPatient], validation: [CachedPatient],
        folder: TrainingFolder, dataset: String, plan: TrainingPlan? = nil
    ) throws(TrainingError) {
        self.network = network
        self.recipe = recipe
        self.training = training
        self.validation = validation
        self.folder = folder
        self.dataset = dataset
        self.plan = plan
        if let plan {
            precondition(
                plan.patients.map(\.emphasis.count) == training.map(\.sliceWeights.count), "a plan of these patients")
        }
        for patient in training + validation {
            let size = patient.geometry.size
            guard size.x == recipe.preprocessing.columns, size.y == recipe.preprocessing.rows,
                patient.structures == recipe.structures
            else { throw TrainingError("The prepared slices are not the recipe's: delete the dataset's cache folder.") }
        }
        guard training.contains(where: { $0.sliceWeights.contains(1) }) else {
            throw TrainingError("There is no slice to learn from: the training part of the split is empty.")
        }
    }

    /// Takes up the folder's checkpoint.
    /// - Throws: ``TrainingError`` if there is none, or it is of another recipe or dataset; whatever the network says.
    public func resume() throws {
        let checkpoint = try folder.readCheckpoint()
        guard checkpoint.recipe == recipe else {
            throw TrainingError(
                "\(folder.checkpoint.path) is of another recipe. Train under another name, or with the recipe as it was."
            )
        }
        guard checkpoint.dataset == dataset else {
            throw TrainingError(
                "\(folder.checkpoint.path) is of another dataset, or the dataset has changed since. "
                    + "Train under another name.")
        }
        try network.setWeights(checkpoint.weights)
        try network.setOptimiserState(checkpoint.optimiser)
        state = checkpoint.state
    }

    /// Trains until the last epoch, until nothing improves, or until it is asked to stop.
    /// - Parameters:
    ///   - isStopped: asked after every step; a checkpoint is written before leaving.
    ///   - report: told what happens, on this thread.
    /// - Throws: ``TrainingError`` if the loss is no longer a number or a file cannot be written; whatever the network
    ///   says. The last checkpoint stays as it was.
    public func run(isStopped: () -> Bool, report: (Event) -> Void) throws -> Ending {
        while state.epoch < recipe.training.epochs && !state.endedEarly {
            guard try trainEpoch(isStopped, report), try finishEpoch(isStopped, report) else {
                try save()
                return .stopped
            }
        }
        return state.endedEarly ? .early : .finished
    }

    /// The rest of the running epoch's steps; false if it was stopped.
    private func trainEpoch(_ isStopped: () -> Bool, _ report: (Event) -> Void) throws -> Bool {
        let (options, epoch, first) = (recipe.training, state.epoch, state.step)
        let places =
            plan.map { EpochOrder.fineTuning(training, options, $0, epoch: epoch) }
            ?? EpochOrder.training(training, options, epoch: epoch)
        let size = options.batchSize
        let steps = (places.count + size - 1) / size
        guard first < steps else { return true }
        let maker = batchMaker()
        let seed = options.seed
        let queue = BatchQueue(count: steps - first) { index in
            let start = (first + index) * size
            return maker.batch(places[start..<min(start + size, places.count)]) {
                EpochOrder.random($0, seed: seed, epoch: epoch)
            }
        }
        defer { queue.cancel() }
        for step in first..<steps {
            let loss = try network.trainStep(
                queue.next(),
                options: options.options(epoch: epoch, step: step, of: steps, reductions: state.reductions))
            guard loss.isFinite else {
                throw TrainingError(
                    "The loss of epoch \(epoch + 1), step \(step + 1) is \(loss). Lower the recipe's learning_rate, or "
                        + "turn mixed_precision off.")
            }
            state.lossSum += Double(loss)
            state.step = step + 1
            report(.step(epoch: epoch + 1, step: step + 1, of: steps, loss: state.lossSum / Double(step + 1)))
            if isStopped() { return false }
        }
        return true
    }

    /// What makes the batches that a recipe's network learns from.
    private func batchMaker() -> any BatchMaking {
        if let prompts = recipe.prompts {
            return PromptBatchMaker(training, recipe: recipe, prompts: prompts, augments: true, plan: plan)
        }
        return recipe.network.kind.seesVolumes
            ? PatchBatchMaker(training, recipe: recipe, augments: true, plan: plan)
            : BatchMaker(training, recipe: recipe, augments: true, plan: plan)
    }

    /// The score of the epoch; `nil` if it was stopped.
    private func validate(
        _ isStopped: () -> Bool, progress: (Int, Int) -> Void
    ) throws -> Validator.Outcome? {
        if recipe.prompts != nil {
            return try PromptValidator(recipe: recipe, patients: validation).measure(
                network, isStopped: isStopped, progress: progress)
        }
        return try Validator(recipe: recipe, patients: validation).measure(
            network, isStopped: isStopped, progress: progress)
    }

    /// Measures the epoch, files it and goes on to the next; false if it was stopped.
    private func finishEpoch(_ isStopped: () -> Bool, _ report: (Event) -> Void) throws -> Bool {
        let epoch = state.epoch
        let measured = try validate(isStopped) { report(.validating(epoch: epoch + 1, done: $0, of: $1)) }
        guard let measured else { return false }
        let options = recipe.training.options(
            epoch: epoch, step: max(state.step - 1, 0), of: max(state.step, 1), reductions: state.reductions)
        let point = CurvePoint(
            epoch: epoch + 1, trainingLoss: state.lossSum / Double(max(state.step, 1)), validationLoss: measured.loss,
            surfaceDice: measured.surfaceDice, surfaceDiceByStructure: measured.byStructure,
            learningRate: options.learningRate)
        let isBest = judge(point)
        (state.epoch, state.step, state.lossSum) = (epoch + 1, 0, 0)
        state.curve.points.append(point)
        if isBest { try folder.writeBest(try network.weights(), recipe: recipe, point: point, dataset: dataset) }
        try save()
        try folder.write(state.curve, title: recipe.name, epochs: recipe.training.epochs)
        report(.epoch(point, isBest: isBest))
        return true
    }

    /// Whether the epoch is the best so far; counts those that were not, for early stopping and `plateau`.
    private func judge(_ point: CurvePoint) -> Bool {
        // Without validation patients the latest is taken for the best.
        let score = point.surfaceDice ?? point.validationLoss.map { -$0 } ?? Double(point.epoch)
        if let best = state.best, score <= best.score {
            state.epochsWithoutProgress += 1
            let options = recipe.training
            let stood = point.epoch - best.epoch
            if options.patience > 0, stood >= options.patience { state.endedEarly = true }
            if options.schedule == .plateau, state.epochsWithoutProgress >= options.decayEpochs {
                state.reductions += 1
                state.epochsWithoutProgress = 0
            }
            return false
        }
        state.best = TrainerState.Best(epoch: point.epoch, score: score)
        state.epochsWithoutProgress = 0
        return true
    }

    private func save() throws {
        try folder.write(
            Checkpoint(
                recipe: recipe, dataset: dataset, state: state, weights: try network.weights(),
                optimiser: try network.optimiserState()))
    }
}
