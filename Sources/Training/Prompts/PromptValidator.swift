import Cases
import Models
import Networks
import Segmentation

/// Measures a network that answers prompts: a simulated user corrects slices of whole patients, on the network's grid; the
/// score is the surface Dice at 2 mm after the first, second and third prompt, in the mean.
struct PromptValidator {
    let recipe: Recipe
    let patients: [CachedPatient]

    /// How many slices of a patient's structure are corrected.
    private static let slices = 6
    /// How many prompts each of them gets.
    private static let prompts = 3

    /// Measures all patients; `nil` if it was stopped.
    /// - Parameter progress: slices done and in all.
    func measure(
        _ network: any SegmentationNetwork, isStopped: () -> Bool, progress: (Int, Int) -> Void
    ) throws -> Validator.Outcome? {
        let answering = try PromptNetwork(recipe, network: network)
        var scores: [StructureName: [Double]] = [:]
        let tasks = patients.flatMap { patient in Self.tasks(patient, recipe).map { (patient, $0) } }
        for (done, (patient, task)) in tasks.enumerated() {
            if isStopped() { return nil }
            let scene = PromptScene(grid: task.trial.grid, values: task.values, mask: task.trial.start)
            let outcome = try task.trial.run(prompts: Self.prompts) { mask, inside, outside, newest in
                var scene = scene
                (scene.mask, scene.inside, scene.outside, scene.newest) = (mask, inside, outside, newest)
                return try answering.answer(scene).mask
            }
            let after = outcome.scores.dropFirst()
            scores[patient.structures[task.bit], default: []].append(after.reduce(0, +) / Double(after.count))
            progress(done + 1, tasks.count)
        }
        func mean(_ values: [Double]) -> Double? {
            values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
        let byStructure = scores.compactMapValues(mean)
        return Validator.Outcome(
            surfaceDice: mean(Array(byStructure.values)),
            byStructure: Dictionary(uniqueKeysWithValues: byStructure.map { ($0.key.rawValue, $0.value) }))
    }

    /// A slice that is corrected.
    private struct Task {
        let bit: Int
        let values: [Float]
        let trial: PromptTrial
    }

    /// The same slices and errors in every epoch.
    private static func tasks(_ patient: CachedPatient, _ recipe: Recipe) -> [Task] {
        let preparation = recipe.preprocessing
        let grid = PixelGrid(
            width: preparation.columns, height: preparation.rows, stepX: preparation.spacing.x,
            stepY: preparation.spacing.y)
        let perHU = (preparation.normalisation == .unit ? 1 : 2) / (preparation.windowHigh - preparation.windowLow)
        func truth(_ z: Int, _ bit: Int) -> [UInt8] { patient.labels(slice: z).map { $0 >> UInt8(bit) & 1 } }
        var tasks: [Task] = []
        for bit in patient.structures.indices where patient.isLabelled[bit] {
            let shown = patient.sliceWeights.indices.filter { z in
                patient.sliceWeights[z] > 0 && patient.labels(slice: z).contains { $0 >> UInt8(bit) & 1 == 1 }
            }
            for n in 0..<min(slices, shown.count) {
                let z = shown[(2 * n + 1) * shown.count / (2 * min(slices, shown.count))]
                var random = SeededRandom(UInt64(recipe.training.seed), 7, UInt64(bit), UInt64(z))
                let values = [Float](unsafeUninitializedCapacity: grid.count) { values, filled in
                    if let base = values.baseAddress { patient.copyImage(slice: z, to: base) }
                    filled = grid.count
                }
                let canvas = SimulatedError.Canvas(
                    grid: grid, values: values, truth: truth(z, bit),
                    others: patient.labels(slice: z).map { $0 & ~(1 << UInt8(bit)) == 0 ? 0 : 1 },
                    stale: truth(min(z + 3, patient.sliceWeights.count - 1), bit))
                // A kind that leaves nothing to say is drawn again.
                for _ in 0..<8 {
                    let kinds = SimulatedError.Kind.allCases
                    let kind = kinds[Int(random.next() % UInt64(kinds.count))]
                    guard let error = SimulatedError(kind, on: canvas, perHU: perHU, random: &random) else { continue }
                    let start = error.painted(into: canvas.truth, of: canvas)
                    guard !SimulatedUser.errors(start, truth: canvas.truth, grid).isEmpty else { continue }
                    let trial = PromptTrial(grid: grid, truth: canvas.truth, start: start)
                    tasks.append(Task(bit: bit, values: values, trial: trial))
                    break
                }
            }
        }
        return tasks
    }
}
