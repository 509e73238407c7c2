import ArgumentParser
import Cases
import Foundation
import Learning

/// Who predicts: a model's file, or the baseline that needs none.
struct ModelChoice: Sendable {
    /// What was chosen.
    enum Kind: Sendable {
        /// `baseline-threshold`.
        case baseline
        /// A model.
        case model(ModelCatalogue.Entry)
    }

    let kind: Kind
    /// Whether the user named it; what nobody named may be replaced by the baseline.
    let isNamed: Bool
    /// Why it is not the model that was put in use; `nil` where it is.
    var warning: String?

    /// The model's name.
    var name: ModelName {
        switch kind {
        case .baseline: .baseline
        case .model(let entry): entry.header.name
        }
    }

    /// Finds the model of a name or file; without either the preferred one, or the baseline where none is installed.
    /// - Throws: ``ProgramError`` naming the models there are.
    static func find(_ text: String?, in catalogue: ModelCatalogue) throws(ProgramError) -> ModelChoice {
        guard let text else {
            var choice = ModelChoice(kind: catalogue.preferred().map { .model($0) } ?? .baseline, isNamed: false)
            if let lost = catalogue.unreadableInUse().first {
                choice.warning =
                    "The file of \(lost), the model in use, is missing or damaged, so \(choice.name) predicts instead. "
                    + "Import the model again, or promote another."
            }
            return choice
        }
        if text == ModelName.baseline.rawValue { return ModelChoice(kind: .baseline, isNamed: true) }
        if text.contains("/") || text.hasSuffix(".safetensors") {
            let url = URL(fileURLWithPath: text)
            guard FileManager.default.fileExists(atPath: url.path) else {
                throw ProgramError("There is no model file at \(text).")
            }
            do {
                let header = try ModelFile.header(of: url)
                return ModelChoice(kind: .model(ModelCatalogue.Entry(url: url, header: header)), isNamed: true)
            } catch {
                throw ProgramError(error)
            }
        }
        if let entry = catalogue.entry(named: text) { return ModelChoice(kind: .model(entry), isNamed: true) }
        let known = catalogue.entries().map(\.header.name.rawValue) + [ModelName.baseline.rawValue]
        throw ProgramError("No model \(text) is installed. There are: \(known.joined(separator: ", ")).")
    }
}

/// The options of every command that predicts.
struct ModelOptions: ParsableArguments {
    @Option(help: "The model: a name such as lungs-unet2d@1, a .safetensors file, or baseline-threshold.")
    var model: String?
    @Option(help: "The device to compute on: auto, cpu or cuda.") var device = "auto"
    @Flag(help: "Also predict every slice mirrored, and average (test-time augmentation).") var tta = false
    @Option(
        help: "Average this many predictions with dropout on (Monte-Carlo dropout), which also widens the uncertainty.")
    var mc = 0

    /// Where models are: the registry's, the user's own, then the shipped ones.
    static func catalogue(_ home: HomeOption, _ program: Program) throws(ProgramError) -> ModelCatalogue {
        do {
            return try InstalledModels(home: home, program: program).catalogue()
        } catch {
            throw ProgramError(error)
        }
    }

    /// Who predicts, and how.
    /// - Throws: ``ProgramError`` for a model that is not there and options that are none.
    func predictor(_ home: HomeOption, _ program: Program) throws(ProgramError) -> CasePredictor {
        guard let device = EngineDevice(rawValue: device) else {
            throw ProgramError("--device is auto, cpu or cuda, not \(device).")
        }
        guard (0...1000).contains(mc) else { throw ProgramError("--mc is 0…1000, not \(mc).") }
        var options = PredictionOptions()
        options.mirrors = tta
        options.dropoutSamples = mc
        let choice = try ModelChoice.find(model, in: try Self.catalogue(home, program))
        return CasePredictor(choice, device: device, options: options)
    }
}
