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
    package init(_ entry: ModelCatalogue.Entry, networks: any NetworkMaking) throws {
        try InstalledModels.verify(entry)
        let file = try ModelFile(contentsOf: entry.url)
        guard file.header.purpose == .answeringPrompts else {
            throw WorkError("\(entry.header.name) segments images, and answers no prompts.")
        }
        name = entry.header.name.rawValue
        recipe = file.header.recipe.preprocessing
        try network.withLock { $0 = try PromptNetwork(file, networks: networks) }
    }

    /// Asks the network about an empty scene, so that the first question does not wait for memory and threads.
    /// - Throws: what the network throws.
    package func warmUp() throws {
        let grid = PixelGrid(width: 64, height: 64, stepX: 1.5, stepY: 1.5)
        var scene = PromptScene(
            grid: grid, values: [Float](repeating: 0, count: grid.count), mask: [UInt8](repeating: 0, count: grid.count))
        (scene.inside[0], scene.newest[0]) = (1, 1)
        let empty = scene
        try network.withLock { _ = try $0?.answer(empty) }
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

extension ModelAnswerer {
    /// The model that answers where none is named: of those installed the one in use, or the newest. `nil` where there is
    /// none, or no engine.
    /// - Parameter remark: is told why there is a model and it does not answer.
    package static func preferred(
        in catalogue: ModelCatalogue, networks: any NetworkMaking, remark: (String) -> Void = { _ in }
    ) -> ModelAnswerer? {
        guard let entry = catalogue.preferred(for: .answeringPrompts) else { return nil }
        do {
            let answerer = try ModelAnswerer(entry, networks: networks)
            try answerer.warmUp()
            return answerer
        } catch {
            remark("\(entry.header.name) does not answer prompts: \(WorkError(error).description)")
            return nil
        }
    }
}
