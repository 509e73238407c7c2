import ArgumentParser
import CaseStore
import CaseWork
import Cases
import Foundation
import JobWork
import Models
import Networks
import Reports
import Segmentation

/// The options of every command that predicts.
struct ModelOptions: ParsableArguments {
    @Option(help: "The model: a name such as lungs-unet2d@1, a .safetensors file, or baseline-threshold.")
    var model: String?
    @Option(help: "The device to compute on: auto, cpu or cuda.") var device = "auto"
    @Flag(help: "Also predict every slice mirrored, and average (test-time augmentation).") var tta = false
    @Option(
        help: "Average this many predictions with dropout on (Monte-Carlo dropout), which also widens the uncertainty.")
    var mc = 0

    /// Where models are: the registry's, the user's own, then the shipped ones. A data folder without a store is left
    /// without one.
    /// - Throws: ``CaseStoreError``.
    static func catalogue(_ home: HomeOption, _ program: Program) throws -> ModelCatalogue {
        let folders = program.modelFolders(home: home.location)
        guard let store = try home.existingStore() else { return ModelCatalogue(folders: folders) }
        return try InstalledModels.catalogue(store: store, home: home.location, folders: folders)
    }

    /// The card of a version; `nil` where its file is not installed.
    static func card(of name: ModelName, _ home: HomeOption, _ program: Program) throws -> ModelCard? {
        try ModelExport.described(name, in: try catalogue(home, program), store: try home.store()).map {
            ModelCard(version: $0.version, header: $0.header, isRegistered: $0.isRegistered)
        }
    }

    /// Who predicts, and how.
    /// - Parameter measures: whether the model is only measured, so that it may be one that answers prompts.
    /// - Throws: ``ProgramError`` for a model that is not there and options that are none.
    func predictor(_ home: HomeOption, _ program: Program, measures: Bool = false) throws -> CasePredictor {
        guard let device = EngineDevice(rawValue: device) else {
            throw ProgramError("--device is auto, cpu or cuda, not \(device).")
        }
        guard (0...1000).contains(mc) else { throw ProgramError("--mc is 0…1000, not \(mc).") }
        var options = PredictionOptions()
        options.mirrors = tta
        options.dropoutSamples = mc
        let choice = try ModelChoice.find(model, in: try Self.catalogue(home, program))
        if !measures { try choice.requireSegmenting() }
        return CasePredictor(choice, networks: TorchNetworks(device: device), options: options)
    }
}
