import Cases
import Foundation
import PatientView
import Review
import SurfaceMetrics
import Volumes

/// A review as it would open, without a store, a journal or anybody at the screen: for pictures of it.
package enum StillReview {
    /// The state in which a review of the case would open.
    /// - Parameter notes: takes in what is to be said of the image and the masks.
    package static func state(
        of source: CaseSource, _ options: OpeningOptions, notes: inout Notes
    ) throws -> ReviewState {
        let loaded = try LoadedCase.read(source, notes: &notes)
        let prediction: Prediction
        if let url = options.prediction {
            var said = Notes()
            let reading = try StructureFiles.read(url, for: loaded, by: options.conventions, notes: &said)
            prediction = try .loaded(reading, of: url, notes: said)
            notes.add(said.sentences)
        } else {
            let outcome = try options.predictor.predict(loaded.volume)
            notes.add(outcome.warnings)
            prediction = outcome.prediction
        }
        let references = try options.references(for: prediction, of: loaded, notes: &notes)
        var state = ReviewState(caseID: loaded.record.id, title: loaded.record.caseSource.titleAlone)
        state.seeing.preferences = options.preferences
        let image = PartialVolume(loaded.volume)
        _ = reduce(&state, .imageArrived(image, bodyBox: BodyBox.estimate(image)))
        var opened = OpenedReview(
            model: prediction.model, referenceSource: options.referenceSource,
            structures: options.structures(prediction.masks, prediction, references),
            uncertainty: prediction.uncertainty?.sliceScores ?? [])
        opened.context = try options.contextMasks(of: loaded, notes: &notes)
        _ = reduce(&state, .opened(opened))
        return state
    }

    /// Brings in the scores, and the marks of the slice on screen.
    package static func measure(_ state: inout ReviewState) throws {
        for structure in state.structures {
            let live = try LiveSurfaceDice(
                reference: structure.reference, test: structure.mask, tolerances: [structure.tolerance])
            _ = reduce(&state, .scored(structure.name, StructureScore(live, edit: 0)))
            let measures = try StructureMeasures(reference: structure.reference, test: structure.mask, edit: 0)
            if let measures { _ = reduce(&state, .measured(structure.name, measures)) }
            let marks = BoundaryMarks(live, z: state.view.slice, edit: 0)
            _ = reduce(&state, .marked(structure.name, marks))
            let all = BoundaryVolume(live, mask: structure.mask, edit: 0) { false }
            if let all { _ = reduce(&state, .markedVolume(structure.name, all)) }
        }
        guard let volume = state.image?.volume else { return }
        let masks = Dictionary(uniqueKeysWithValues: state.structures.map { ($0.name, $0.mask) })
        let predictions = Dictionary(uniqueKeysWithValues: state.structures.map { ($0.name, $0.prediction) })
        let checks = SanityWorker(volume: volume, predictions: predictions)
        for name in masks.keys {
            let report = try checks.report(name, edit: 0, masks: masks) { false }
            if let report { _ = reduce(&state, .checked(name, report)) }
        }
    }
}
