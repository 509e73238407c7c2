import Cases
import Editing
import Models
import Networks
import Segmentation
import Synchronization
import Volumes

/// Answers the review's prompts by a model that was trained to. One question is answered at a time.
package final class ModelAnswerer: PromptAnswering {
    /// The model's name.
    package let name: String
    private let network = Mutex<PromptNetwork?>(nil)
    private let recipe: PreprocessingRecipe

    /// Loads a model.
    /// - Parameter networks: makes its network.
    /// - Throws: ``WorkError`` for a file that is damaged or no such model; what the engine says.
    package convenience init(_ entry: ModelCatalogue.Entry, networks: any NetworkMaking) throws {
        try InstalledModels.verify(entry)
        // The registry's name counts, not the file's own.
        try self.init(try ModelFile(contentsOf: entry.url), as: entry.header.name, networks: networks)
    }

    /// Takes a model whose file was read and checked.
    /// - Parameter networks: makes its network.
    /// - Throws: ``WorkError`` for no such model; what the engine says.
    package init(_ file: ModelFile, as name: ModelName, networks: any NetworkMaking) throws {
        guard file.header.purpose == .answeringPrompts else {
            throw WorkError("\(name) segments images, and answers no prompts.")
        }
        self.name = name.rawValue
        recipe = file.header.recipe.preprocessing
        try network.withLock { $0 = try PromptNetwork(file, networks: networks) }
    }

    /// See ``Editing/PromptAnswering/answer(_:)``.
    package func answer(_ question: PromptQuestion) throws(RegionError) -> PromptAnswer {
        let grid = PixelGrid(question.image.geometry)
        var scene = PromptScene(
            grid: grid, values: values(of: question.slice, in: question.image), mask: question.mask.bytes)
        scene.inside = question.inside.bytes
        scene.outside = question.outside.bytes
        scene.newest = question.newest.bytes
        scene.guide = question.guide.map { guide in
            PromptScene.Guide(
                values: values(of: guide.slice, in: question.image), before: guide.before.bytes,
                after: guide.after.bytes)
        }
        let asked = scene
        let answer: PromptNetwork.Answer?
        do {
            answer = try network.withLock { try $0?.answer(asked) }
        } catch {
            throw .refused("\(name) has no answer: \(error)")
        }
        guard let answer else { throw .refused("\(name) is not loaded") }
        return PromptAnswer(
            mask: MaskSlice(width: grid.width, height: grid.height, bytes: answer.mask), certainty: answer.certainty)
    }

    private func values(of slice: Int, in image: Volume) -> [Float] {
        let (low, high) = (Int(recipe.windowLow.rounded(.down)), Int(recipe.windowHigh.rounded(.up)))
        // The window has some thousand numbers, a slice a quarter of a million voxels.
        let table = (low...high).map { recipe.normalised(Double($0)) }
        return image.slices[slice].values.map { table[min(max(Int($0), low), high) - low] }
    }
}

/// Who answers prompts in a program: loaded when the first case asks, and kept for all that follow.
package final class AnswererSource: Sendable {
    private let entry: ModelCatalogue.Entry?
    private let networks: any NetworkMaking
    private let loaded = Mutex<Result<ModelAnswerer, WorkError>?>(nil)

    /// A source that has loaded nothing yet. Of the models that answer prompts it takes the one in use, or the newest of
    /// the first folder that has any.
    package init(_ catalogue: ModelCatalogue, networks: any NetworkMaking) {
        entry = catalogue.preferred(for: .answeringPrompts)
        self.networks = networks
    }

    /// Who answers; `nil` where no model is installed that does.
    /// - Throws: ``WorkError`` where there is one that cannot, such as for want of an engine.
    package func answerer() throws(WorkError) -> ModelAnswerer? {
        guard let entry else { return nil }
        let networks = networks
        return try loaded.withLock { (loaded) throws(WorkError) -> ModelAnswerer in
            let result = loaded ?? Self.load(entry, networks)
            loaded = result
            return try result.get()
        }
    }

    private static func load(
        _ entry: ModelCatalogue.Entry, _ networks: any NetworkMaking
    ) -> Result<ModelAnswerer, WorkError> {
        do {
            return .success(try ModelAnswerer(entry, networks: networks))
        } catch {
            return .failure(WorkError(error))
        }
    }
}
