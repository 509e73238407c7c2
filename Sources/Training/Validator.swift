import Cases
import Models
import Networks
import Segmentation
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
        let total = patients.reduce(0) { $0 + $1.sliceWeights.count { $0 > 0 } }
        var (done, losses): (Int, [Double]) = (0, [])
        var scores: [StructureName: [Double]] = [:]
        for patient in patients {
            var loss = PatientLoss(isKnown: patient.isKnown(recipe), first: recipe.firstStructureChannel)
            let empty = Mask(geometry: patient.geometry)
            var masks = recipe.structures.map { _ in (truth: empty, prediction: empty) }
            let isWhole = try predict(patient, network, isStopped) { z, probabilities in
                guard patient.sliceWeights[z] > 0 else { return }
                let targets = patient.targets(slice: z, recipe)
                loss.add(probabilities: probabilities, targets: targets)
                for index in masks.indices {
                    let channel = recipe.firstStructureChannel + index
                    masks[index].prediction[slice: z] = slice(
                        probabilities, channel, atLeast: Float(recipe.postprocessing.threshold))
                    masks[index].truth[slice: z] = slice(targets, channel, atLeast: 0.5)
                }
                done += 1
                progress(done, total)
            }
            guard isWhole else { return nil }
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

    /// Tells of a patient's slices, ascending: the probabilities of all classes, `[classes][rows][columns]`. Slices that do
    /// not count may be left out.
    /// - Returns: false if it was stopped.
    private func predict(
        _ patient: CachedPatient, _ network: any TrainableNetwork, _ isStopped: () -> Bool,
        finish: (Int, [Float]) -> Void
    ) throws -> Bool {
        guard !recipe.network.kind.seesVolumes else {
            do {
                try VolumeInference(recipe, network: network).probabilities(
                    of: patient.geometry.size, slice: patient.image(slice:), isCancelled: isStopped, finish: finish)
            } catch is CancellationError {
                return false
            }
            return true
        }
        let maker = BatchMaker([patient], recipe: recipe, augments: false)
        for z in patient.sliceWeights.indices where patient.sliceWeights[z] > 0 {
            if isStopped() { return false }
            let batch = maker.batch([EpochOrder.Place(patient: 0, slice: z)]) { _ in SeededRandom(0) }
            finish(z, try network.probabilities(batch.images, dropoutSeed: nil))
        }
        return true
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

extension CachedPatient {
    /// A slice's normalised values, columns fastest.
    fileprivate func image(slice z: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: pixelCount) { values, filled in
            if let values = values.baseAddress { copyImage(slice: z, to: values) }
            filled = pixelCount
        }
    }

    /// A slice's truth for the network's classes, `[classes][rows][columns]`.
    fileprivate func targets(slice z: Int, _ recipe: Recipe) -> [Float] {
        var targets = [Float](repeating: 0, count: recipe.network.classes * pixelCount)
        targets.withUnsafeMutableBufferPointer { targets in
            guard let targets = targets.baseAddress, let labels = labels(slice: z).baseAddress else { return }
            recipe.spread(labels, over: targets, count: pixelCount)
        }
        return targets
    }
}
