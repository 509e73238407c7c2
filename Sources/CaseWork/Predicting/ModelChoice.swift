import Cases
import Foundation
import Models
import Networks
import Segmentation

/// Who predicts: a model's file, or the baseline that needs none.
package struct ModelChoice: Sendable {
    /// What was chosen.
    package enum Kind: Sendable {
        /// `baseline-threshold`.
        case baseline
        /// A model.
        case model(ModelCatalogue.Entry)
    }

    /// What was chosen.
    package let kind: Kind
    /// Whether the user named it; what nobody named may be replaced by the baseline.
    package let isNamed: Bool
    /// Why it is not the model that was put in use; `nil` where it is.
    package var warning: String?

    /// A choice.
    package init(kind: Kind, isNamed: Bool, warning: String? = nil) {
        self.kind = kind
        self.isNamed = isNamed
        self.warning = warning
    }

    /// The model's name.
    package var name: ModelName {
        switch kind {
        case .baseline: .baseline
        case .model(let entry): entry.header.name
        }
    }

    /// Refuses a model that answers prompts and segments nothing by itself.
    /// - Throws: ``WorkError``.
    package func requireSegmenting() throws(WorkError) {
        guard case .model(let entry) = kind, entry.header.purpose == .answeringPrompts else { return }
        throw WorkError(PredictionError.answersPrompts.description)
    }

    /// Finds the model of a name or file; without either the preferred one, or the baseline where none is installed.
    /// - Throws: ``WorkError`` naming the models there are.
    package static func find(_ text: String?, in catalogue: ModelCatalogue) throws(WorkError) -> ModelChoice {
        guard let text else {
            var choice = ModelChoice(kind: catalogue.preferred().map { .model($0) } ?? .baseline, isNamed: false)
            if let lost = catalogue.unreadableInUse().first {
                choice.warning =
                    "The file of \(lost), the model in use, is missing or damaged, so \(choice.name) predicts instead. "
                    + "Import the model again, or promote another."
            }
            return choice
        }
        if TorchScriptFile.extensions.contains(URL(fileURLWithPath: text).pathExtension.lowercased()) {
            throw WorkError(
                "\(text) is a network without a recipe. Import it first: pleura models import \(text) --recipe RECIPE.")
        }
        if text == ModelName.baseline.rawValue { return ModelChoice(kind: .baseline, isNamed: true) }
        if text.contains("/") || text.hasSuffix(".safetensors") {
            let url = URL(fileURLWithPath: text)
            guard FileManager.default.fileExists(atPath: url.path) else {
                throw WorkError("There is no model file at \(text).")
            }
            do {
                let header = try ModelFile.header(of: url)
                return ModelChoice(kind: .model(ModelCatalogue.Entry(url: url, header: header)), isNamed: true)
            } catch {
                throw WorkError(error)
            }
        }
        if let entry = catalogue.entry(named: text) { return ModelChoice(kind: .model(entry), isNamed: true) }
        let known = catalogue.entries().map(\.header.name.rawValue) + [ModelName.baseline.rawValue]
        throw WorkError("No model \(text) is installed. There are: \(known.joined(separator: ", ")).")
    }
}
