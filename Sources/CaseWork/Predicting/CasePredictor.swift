import Cases
import Foundation
import Models
import Networks
import Segmentation
import Synchronization
import Volumes

/// Predicts cases with the chosen model. The engine and the weights are loaded when the first case needs them, and
/// serve all that follow; one case is predicted at a time.
package final class CasePredictor: Sendable {
    /// A prediction with what else came of it.
    package struct Outcome: Sendable {
        /// The masks, and how they came about.
        package var prediction: Prediction
        /// What the network said; `nil` from the baseline.
        package var probabilities: StructureProbabilities?
        /// Why it was not the model that was chosen.
        package var warning: String?

        /// All that the user should know, one sentence each: of the model, and of what it found nothing of.
        package var warnings: [String] {
            [warning].compactMap { $0 } + prediction.notes + prediction.warningsOfPlausibility
        }
    }

    /// Who predicts.
    package let choice: ModelChoice
    private let networks: any NetworkMaking
    private let options: PredictionOptions
    private let segmenter = Mutex<ModelSegmenter?>(nil)

    /// A predictor that has loaded nothing yet.
    /// - Parameter networks: makes the model's network, when the first case needs it.
    package init(_ choice: ModelChoice, networks: any NetworkMaking, options: PredictionOptions) {
        self.choice = choice
        self.networks = networks
        self.options = options
    }

    /// Whether a stored prediction of a model is as good as a new one: the chosen model's own is, unless that model
    /// has no version or is asked in another way. Where the user named no model, what was loaded from a file or has
    /// been judged stays as well, and so does the baseline's where there is no engine.
    package func keeps(_ model: ModelName, isJudged: Bool) -> Bool {
        if options.mirrors || options.dropoutSamples > 0 { return !choice.isNamed && isJudged }
        if model == choice.name { return !model.isModel || (model.version ?? 0) > 0 }
        if choice.isNamed { return false }
        if isJudged || model == .loaded { return true }
        return model == .baseline && (try? networks.prepare()) == nil
    }

    /// Segments a volume on its own grid.
    /// - Throws: `CancellationError`; for a model that was named, whatever keeps it from predicting. One that nobody
    ///   named gives way to the baseline if there is no engine.
    package func predict(
        _ volume: Volume, isCancelled: @escaping @Sendable () -> Bool = { false },
        progress: @escaping @Sendable (Double, String) -> Void = { _, _ in }
    ) throws -> Outcome {
        switch choice.kind {
        case .baseline:
            return Outcome(prediction: try Self.baseline(volume, isCancelled, progress), warning: choice.warning)
        case .model(let entry):
            do {
                let outcome = try ask(entry, volume, isCancelled, progress)
                return Outcome(
                    prediction: outcome.prediction, probabilities: outcome.probabilities, warning: choice.warning)
            } catch let error as EngineError where !choice.isNamed {
                guard case .notAvailable = error else { throw error }
                let warning =
                    "The engine for networks is not installed (pleura doctor says why), so "
                    + "\(ModelName.baseline) predicted instead of \(choice.name)."
                return Outcome(
                    prediction: try Self.baseline(volume, isCancelled, progress),
                    warning: [choice.warning, warning].compactMap { $0 }.joined(separator: " "))
            }
        }
    }

    private static func baseline(
        _ volume: Volume, _ isCancelled: () -> Bool, _ progress: (Double, String) -> Void
    ) throws -> Prediction {
        try BaselineSegmenter().segment(volume, isCancelled: isCancelled, progress: progress)
    }

    private func ask(
        _ entry: ModelCatalogue.Entry, _ volume: Volume, _ isCancelled: @escaping @Sendable () -> Bool,
        _ progress: @escaping @Sendable (Double, String) -> Void
    ) throws -> ModelSegmenter.Outcome {
        let options = options
        return try segmenter.withLock { loaded in
            let segmenter: ModelSegmenter
            if let known = loaded {
                segmenter = known
            } else {
                progress(0, "loading \(entry.header.name)")
                segmenter = try load(entry)
                loaded = segmenter
            }
            return try segmenter.segment(volume, options: options, isCancelled: isCancelled, progress: progress)
        }
    }

    private func load(_ entry: ModelCatalogue.Entry) throws -> ModelSegmenter {
        // Without an engine the file does not matter.
        try networks.prepare()
        try InstalledModels.verify(entry)
        let file = try ModelFile(contentsOf: entry.url)
        // The registry's name counts, not the file's own.
        return try ModelSegmenter(file, as: entry.header.name, networks: networks)
    }
}
