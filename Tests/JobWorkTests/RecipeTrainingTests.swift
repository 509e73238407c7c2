import CaseWork
import Cases
import Foundation
import Models
import Networks
import Synchronization
import TestNetworks
import TestSupport
import Testing
import Training
import Volumes

@testable import JobWork

/// What `pleura train` does, with networks of two numbers.
@Suite struct RecipeTrainingTests {
    private let folder: TemporaryFolder
    private let recipe: Recipe
    private let data: TrainingData
    private let created = Date(timeIntervalSince1970: 1000)

    /// Two patients whose left lung ends before column 4 and whose right one begins at column 9.
    init() throws {
        folder = try TemporaryFolder()
        var recipe = Recipe(name: "tiny", structures: [.lungLeft, .lungRight])
        recipe.network.filters = 2
        recipe.preprocessing.spacing = Spacing(x: 2, y: 2, z: 3)
        (recipe.preprocessing.columns, recipe.preprocessing.rows) = (16, 16)
        recipe.training.epochs = 3
        recipe.training.batchSize = 2
        recipe.training.seed = 12
        self.recipe = recipe
        let grid = try GridGeometry(size: GridSize(x: 16, y: 16, z: 4), spacing: recipe.preprocessing.spacing)
        let cache = SliceCache(folder: folder.file("cache"), preprocessing: "tiny")
        let patients = try (0..<2).map { number in
            let prepared = try PreparedPatient(
                geometry: grid, values: (0..<1024).map { Float($0 % (50 + number)) / 60 + 0.1 },
                masks: [
                    (structure: .lungLeft, mask: Mask(geometry: grid) { $0.x < 4 }),
                    (structure: .lungRight, mask: Mask(geometry: grid) { $0.x >= 9 }),
                ], sliceWeights: nil)
            let patient = DatasetPatient(
                id: "p\(number)", image: ImageSource(path: "p\(number)", digest: "image \(number)"), masks: [:],
                size: grid.size, spacing: grid.spacing)
            return try cache.open(patient, structures: []) { prepared }
        }
        data = TrainingData(training: [patients[0]], validation: [patients[1]], digest: "the two")
    }

    private func training(
        _ name: String, from parent: RecipeTraining.Parent? = nil, networks: ThresholdNetworks = ThresholdNetworks()
    ) -> (training: RecipeTraining, folder: TrainingFolder) {
        let place = TrainingFolder(url: folder.file("\(name)/tiny"))
        return (RecipeTraining(recipe, from: parent, networks: networks, folder: place), place)
    }

    private func run(
        _ training: RecipeTraining, resumes: Bool = false, isStopped: () -> Bool = { false }
    ) throws -> RecipeTraining.Ending {
        try training.run(
            on: data, dataset: "two patients", resumes: resumes, created: { created }, isStopped: isStopped,
            report: { _ in })
    }

    @Test func aModelIsTrainedFromScratchAndSaysOnWhat() throws {
        let networks = ThresholdNetworks()
        let (training, place) = training("new", networks: networks)
        guard case .finished(let best) = try run(training) else {
            Issue.record("it was not stopped")
            return
        }
        #expect(best.map((1...3).contains) == true && networks.made == 1 && networks.steps > 0)
        let header = try ModelFile.header(of: place.model)
        #expect(header.metadata["dataset_name"] == "two patients" && header.metadata["parent"] == nil)
        #expect(header.metadata["created"] == "1970-01-01T00:16:40Z")
        #expect(header.recipe.structures == recipe.structures)
    }

    @Test func itBeginsWithTheWeightsOfAnother() throws {
        let file = folder.file("parent.safetensors")
        // The network starts from what it is to learn, so that it stays there.
        try ModelFile(
            name: ModelName(rawValue: "older@4"), recipe: recipe, weights: ThresholdNetworks.weights(left: 4, right: 9)
        ).write(to: file)
        let parent = try RecipeTraining.Parent(path: file.path, for: recipe)
        let (training, place) = training("child", from: parent, networks: ThresholdNetworks { _ in 1 })
        #expect(throws: Never.self) { try run(training) }
        #expect(try ModelFile.header(of: place.model).metadata["parent"] == "older@4")
        let other = Recipe(name: "other", structures: [.heart])
        let error = #expect(throws: WorkError.self) { try RecipeTraining.Parent(path: file.path, for: other) }
        #expect(error?.description.contains("Use its own recipe: tiny.") == true)
        // A model that segments and a recipe of one that answers prompts, and the other way round.
        let prompts = Recipe(name: "answers", structures: [.lungLeft], prompts: PromptRecipe())
        func refusal(_ path: String, _ recipe: Recipe) -> String? {
            #expect(throws: WorkError.self) { try RecipeTraining.Parent(path: path, for: recipe) }?.description
        }
        #expect(
            refusal(file.path, prompts)?.contains(
                "is a model that segments, and the recipe answers describes one that answers prompts.") == true)
        let answers = folder.file("answers.safetensors")
        try ModelFile(
            name: ModelName(rawValue: "answers@1"), recipe: prompts,
            weights: ThresholdNetworks.weights(left: 4, right: 9)
        ).write(to: answers)
        #expect(
            refusal(answers.path, recipe)?.contains(
                "is a model that answers prompts, and the recipe tiny describes one that segments.") == true)
    }

    @Test func aTrainingThatWasStoppedGoesOnToTheSameModel() throws {
        let (whole, wholePlace) = training("whole")
        #expect(try run(whole) != .stopped)
        let (parts, place) = training("parts")
        var asked = 0
        let ending = try run(parts) {
            asked += 1
            return asked > 3
        }
        #expect(ending == .stopped && !FileManager.default.fileExists(atPath: place.model.path))
        #expect(place.hasCheckpoint)
        #expect(try run(parts, resumes: true) != .stopped)
        #expect(try Data(contentsOf: place.model) == Data(contentsOf: wholePlace.model))
    }
}
