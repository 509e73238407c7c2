import Cases
import Models
import Networks
import SurfaceMetrics
import Volumes

/// Measures a network on whole patients, on the network's own grid.
struct Validator {
    /// What was measured.
    struct Outcome {
        var loss: Double?
        var surfaceDice: Double?
        var byStructure: [String: Double] = [:]
    }

    let recipe: Recipe
    let patients: [CachedPatient]

    /// Predicts and measures all patients; `nil` if it was stopped. Slices that nobody looked at count in neither
    /// mask.
    /// - Parameter progress: slices done and in all.
    func measure(
        _ network: any TrainableNetwork, isStopped: () -> Bool, progress: (Int, Int) -> Void
    ) throws -> Outcome? {
        let maker = BatchMaker(patients, recipe: recipe, augments: false)
        let places = EpochOrder.all(patients)
        let total = places.reduce(0) { $0 + $1.count }
        var (done, losses): (Int, [Double]) = (0, [])
        var scores: [StructureName: [Double]] = [:]
        for (patient, places) in zip(patients, places) {
            var loss = PatientLoss(isKnown: patient.isKnown(recipe), first: recipe.firstStructureChannel)
            let empty = Mask(geometry: patient.geometry)
            var masks = recipe.structures.map { _ in (truth: empty, prediction: empty) }
            for place in places where patient.sliceWeights[place.slice] > 0 {
                if isStopped() { return nil }
                let batch = maker.batch([place][...]) { _ in SeededRandom(0) }
                let probabilities = try network.probabilities(batch.images, dropoutSeed: nil)
                loss.add(probabilities: probabilities, targets: batch.targets)
                for index in masks.indices {
                    let channel = recipe.firstStructureChannel + index
                    masks[index].prediction[slice: place.slice] = slice(
                        probabilities, channel, atLeast: Float(recipe.postprocessing.threshold))
                    masks[index].truth[slice: place.slice] = slice(batch.targets, channel, atLeast: 0.5)
                }
                done += 1
                progress(done, total)
            }
            losses.append(loss.value(recipe.training.loss))
            for (index, structure) in recipe.structures.enumerated() where patient.isLabelled[index] {
                let pair = masks[index]
                let report = try SurfaceMeasurement.measure(
                    reference: pair.truth, test: pair.prediction, tolerances: [2], contents: .scores)
                if let score = report.agreements[0].surfaceDice { scores[structure, default: []].append(score) }
            }
        }
        func mean(_ values: [Double]) -> Double? {
            values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
        return Outcome(
            loss: mean(losses), surfaceDice: mean(recipe.structures.flatMap { scores[$0] ?? [] }),
            byStructure: Dictionary(
                uniqueKeysWithValues: scores.compactMap { name, values in mean(values).map { (name.rawValue, $0) } }))
    }

    private func slice(_ values: [Float], _ channel: Int, atLeast threshold: Float) -> MaskSlice {
        let (width, height) = (recipe.preprocessing.columns, recipe.preprocessing.rows)
        var slice = MaskSlice(width: width, height: height)
        let stride = slice.wordsPerRow
        slice.withMutableWords { words in
            for y in 0..<height {
                let row = (channel * height + y) * width
                for x in 0..<width where values[row + x] >= threshold {
                    words[y * stride + x >> 6] |= 1 << UInt64(x & 63)
                }
            }
        }
        return slice
    }
}
