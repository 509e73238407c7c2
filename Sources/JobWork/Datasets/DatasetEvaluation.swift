import CaseWork
import Cases
import Evaluation
import Training
import Volumes

/// Measures a model on patients of a dataset.
package struct DatasetEvaluation {
    let dataset: Dataset
    let folder: DatasetFolder
    let predictor: CasePredictor
    let tolerance: (StructureName) -> Millimetres
    let ambiguous: AmbiguousSlices?

    /// What measures a model on a dataset.
    /// - Parameters:
    ///   - tolerance: each structure's own.
    ///   - ambiguous: where no careful reader could tell, if anybody has said.
    package init(
        dataset: Dataset, folder: DatasetFolder, predictor: CasePredictor,
        tolerance: @escaping (StructureName) -> Millimetres, ambiguous: AmbiguousSlices? = nil
    ) {
        self.tolerance = tolerance
        self.ambiguous = ambiguous
        self.dataset = dataset
        self.folder = folder
        self.predictor = predictor
    }

    /// Predicts and measures every patient in 3D on the image's own grid, on the slices that somebody looked at.
    /// - Parameters:
    ///   - notes: takes in what is to be said of the patients' files, and which structures were not measured.
    ///   - progress: is told what goes on.
    package func run(
        _ patients: [DatasetPatient], notes: inout Notes, progress: @escaping @Sendable (String) -> Void
    ) throws -> Evaluation {
        // A wrong file is told before minutes of prediction, and so is one that speaks of other patients.
        if let ambiguous {
            for patient in patients { _ = try ambiguous.slices(of: patient.id, count: patient.size.z) }
            notes.add(ambiguous.missing(patients.map(\.id)))
        }
        var measured: [Evaluation.Patient] = []
        var model = predictor.choice.name
        for (index, patient) in patients.enumerated() {
            let place = "patient \(index + 1) of \(patients.count)"
            progress("\(place): reading")
            let read = try DatasetReader().read(patient, in: folder)
            let outcome = try predictor.predict(
                read.volume, progress: { share, step in progress("\(place): \(step) \(Int(share * 100)) %") })
            notes.add(read.warnings, about: patient.id)
            if let warning = outcome.warning { notes.add(warning) }
            notes.add(outcome.prediction.notes + outcome.prediction.warningsOfPlausibility, about: patient.id)
            model = outcome.prediction.model
            progress("\(place): measuring")
            let seen = patient.seenSlices.map(Set.init)
            measured.append(
                try Evaluation.Patient.measure(
                    id: patient.id, site: patient.site, pathologies: patient.pathologies,
                    truth: read.masks.mapValues { $0.limited(to: seen) },
                    found: outcome.prediction.masks.mapValues { $0.limited(to: seen) },
                    of: Array(outcome.prediction.masks.keys), tolerance: tolerance,
                    ambiguous: ambiguous.map { try $0.slices(of: patient.id, count: read.volume.geometry.size.z) }))
            for name in outcome.prediction.masks.keys.sorted() where read.masks[name] == nil {
                if dataset.structures.contains(name) {
                    notes.add(["\(name) was not measured: there are no contours of it."], about: patient.id)
                } else {
                    notes.add("\(name) was not measured: \(dataset.name) has no contours of it.")
                }
            }
            for name in read.masks.keys.sorted() {
                guard outcome.prediction.masks[name] == nil, !StructureCatalogue.current.isMadeFromParts(name) else {
                    continue
                }
                notes.add("\(name) was not measured: \(model) does not segment it.")
            }
        }
        return Evaluation(model: model, dataset: dataset.name, patients: measured)
    }
}

extension Mask {
    /// The mask on some slices alone; `nil` for all.
    fileprivate func limited(to slices: Set<Int>?) -> Mask {
        guard let slices else { return self }
        var mask = self
        let empty = MaskSlice(width: geometry.size.x, height: geometry.size.y)
        for z in mask.slices.indices where !slices.contains(z) { mask[slice: z] = empty }
        return mask
    }
}
