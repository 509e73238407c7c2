import CaseWork
import Cases
import Editing
import Evaluation
import Segmentation
import Training
import Volumes

/// Measures how a correction of one slice is carried on: the same error is painted into the true masks of neighbouring
/// slices, one slice is corrected wholly, and every method repairs the others without another touch.
package struct CarryStudy {
    /// What carries on.
    package enum Method: Hashable, Sendable, CaseIterable {
        /// Whoever answers prompts, slice by slice.
        case answerer
        /// The same where the slices at both ends are corrected as well, as for ``interpolation``: from all three, meeting
        /// in the middle.
        case bothSides
        /// What the correction changed is changed in the same place.
        case copying
        /// The shape between this corrected slice and a second one at the far end, which costs another correction.
        case interpolation
    }

    /// How far from the corrected slice the error reaches, and is carried on to, each way, mm.
    package static let reach = 25.0
    /// The surface Dice of a slice from which on it counts as repaired.
    package static let repaired = 0.99
    /// And from which on as nearly repaired.
    package static let nearly = 0.95

    private let answerer: any PromptAnswering
    private let seed: UInt64

    /// A study of what answers prompts.
    package init(_ answerer: any PromptAnswering, seed: UInt64 = 1) { (self.answerer, self.seed) = (answerer, seed) }

    /// Kinds of errors that neighbouring slices have in common.
    private static let kinds: [SimulatedError.Kind] = [.bite, .bump, .leak, .odd, .missing, .cut, .margin, .mixed]

    /// Carries one correction of every structure of every patient on, for every kind of error.
    /// - Throws: what reading says; what the answerer says.
    package func run(
        _ patients: [DatasetPatient], in folder: DatasetFolder, notes: inout Notes,
        progress: @escaping @Sendable (String) -> Void
    ) throws -> [CarriedSlices] {
        var found: [CarriedSlices] = []
        for (index, patient) in patients.enumerated() {
            progress("patient \(index + 1) of \(patients.count): reading")
            let read = try DatasetReader().read(patient, in: folder)
            notes.add(read.warnings, about: patient.id)
            for name in read.masks.keys.sorted() where !StructureCatalogue.current.isMadeFromParts(name) {
                for (number, kind) in Self.kinds.enumerated() {
                    progress("patient \(index + 1) of \(patients.count): \(name), \(kind.rawValue) carried on")
                    var random = PromptStudy.random(seed, patient.id, name, 100 + number)
                    guard let task = try Task(kind, of: name, read.volume, read.masks, &random) else { continue }
                    for method in Method.allCases {
                        found.append(
                            try task.carried(by: method, answerer, patient: patient.id, structure: name.rawValue))
                    }
                }
            }
        }
        return found
    }

    /// Slices with the same error.
    private struct Task {
        let kind: SimulatedError.Kind
        /// The slice that is corrected.
        let slice: Int
        /// The slices that may have the error.
        let range: ClosedRange<Int>
        let volume: Volume
        let truth: Mask
        let wrong: Mask

        /// Draws a slice in the structure's middle part and an error; `nil` where the structure cannot have it.
        init?(
            _ kind: SimulatedError.Kind, of name: StructureName, _ volume: Volume, _ masks: [StructureName: Mask],
            _ random: inout SeededRandom
        ) throws {
            guard let truth = masks[name] else { return nil }
            let shown = truth.slices.indices.filter { !truth.slices[$0].isEmpty }
            let reach = Int(CarryStudy.reach / volume.geometry.spacing.z)
            guard shown.count > 3, reach > 0 else { return nil }
            let grid = PixelGrid(volume.geometry)
            for _ in 0..<8 {
                let z = shown[shown.count / 4 + Int(random.next() % UInt64(max(1, shown.count / 2)))]
                let range = max(0, z - reach)...min(truth.slices.count - 1, z + reach)
                func canvas(_ z: Int) -> SimulatedError.Canvas {
                    PromptStudy.canvas(z, of: name, volume, masks, stale: z)
                }
                guard let error = SimulatedError(kind, on: canvas(z), perHU: PromptStudy.perHU, random: &random) else {
                    continue
                }
                var wrong = truth
                for z in range where !truth.slices[z].isEmpty {
                    let canvas = canvas(z)
                    wrong[slice: z] = MaskSlice(
                        width: grid.width, height: grid.height, bytes: error.painted(into: canvas.truth, of: canvas))
                }
                guard !SimulatedUser.errors(wrong.slices[z].bytes, truth: truth.slices[z].bytes, grid).isEmpty else {
                    continue
                }
                (self.kind, slice, self.range, self.volume) = (kind, z, range, volume)
                (self.truth, self.wrong) = (truth, wrong)
                return
            }
            return nil
        }

        func carried(
            by method: Method, _ answerer: any PromptAnswering, patient: String, structure: String
        ) throws -> CarriedSlices {
            var mask = wrong
            mask[slice: slice] = truth.slices[slice]
            let result: Mask
            switch method {
            case .answerer:
                result = try carried(mask, answerer) { isUpward in
                    let end = isUpward ? range.upperBound : range.lowerBound
                    return [CarryRun(from: guide(slice), through: end, isUpward: isUpward, limit: .asked)]
                }
            case .bothSides:
                for end in [range.lowerBound, range.upperBound] { mask[slice: end] = truth.slices[end] }
                result = try carried(mask, answerer) { isUpward in
                    let end = isUpward ? range.upperBound : range.lowerBound
                    let step = isUpward ? 1 : -1
                    let other = guide(end)
                    // An end that was right says nothing.
                    guard other.before != other.after else {
                        return [
                            CarryRun(from: guide(slice), through: end - step, isUpward: isUpward, limit: .meets(end))
                        ]
                    }
                    let middle = slice + step * (abs(end - slice) / 2)
                    return [
                        CarryRun(from: guide(slice), through: middle, isUpward: isUpward, limit: .meets(end)),
                        CarryRun(from: other, through: middle + step, isUpward: !isUpward, limit: .meets(slice)),
                    ]
                }
            case .copying:
                let change = wrong.slices[slice].symmetricDifference(truth.slices[slice])
                var copied = mask
                for z in range where z != slice {
                    for y in 0..<change.height {
                        for x in 0..<change.width where change[x, y] {
                            copied[slice: z][x, y] = truth.slices[slice][x, y]
                        }
                    }
                }
                result = copied
            case .interpolation:
                for end in [range.lowerBound, range.upperBound] { mask[slice: end] = truth.slices[end] }
                result = mask.interpolated(between: [range.lowerBound, slice, range.upperBound])
            }
            return try compared(result, method, answerer.name, patient, structure)
        }

        /// A corrected slice.
        private func guide(_ slice: Int) -> PromptGuide {
            PromptGuide(slice: slice, before: wrong.slices[slice], after: truth.slices[slice])
        }

        /// What runs in both directions make of a mask.
        private func carried(
            _ mask: Mask, _ answerer: any PromptAnswering, _ runs: (_ isUpward: Bool) -> [CarryRun]
        ) throws -> Mask {
            let task = RegionTask(
                operation: .carry(runs(true) + runs(false)), scope: .volume, targets: [RegionTask.Target(mask: mask)],
                image: PartialVolume(volume))
            return try task.perform(answering: answerer).masks[0]
        }

        private func compared(
            _ result: Mask, _ method: Method, _ name: String, _ patient: String, _ structure: String
        ) throws -> CarriedSlices {
            let grid = PixelGrid(volume.geometry)
            var (slices, needed, repaired, nearly, harmed) = (0, 0, 0, 0, 0)
            // The ends of the range are corrected by hand for interpolation, so that they count for nobody.
            for z in range where z != slice && z != range.lowerBound && z != range.upperBound {
                slices += 1
                let truth = truth.slices[z].bytes
                let trial = PromptTrial(grid: grid, truth: truth, start: wrong.slices[z].bytes)
                let (before, after) = (try trial.score(trial.start), try trial.score(result.slices[z].bytes))
                if !SimulatedUser.errors(trial.start, truth: truth, grid).isEmpty, before < CarryStudy.repaired {
                    needed += 1
                    if after >= CarryStudy.repaired { repaired += 1 }
                    if after >= CarryStudy.nearly { nearly += 1 }
                }
                if after < before - 1e-9 { harmed += 1 }
            }
            let label =
                switch method {
                case .answerer: name
                case .bothSides: "both sides"
                case .copying: "copying"
                case .interpolation: "interpolation"
                }
            return CarriedSlices(
                patient: patient, structure: structure, kind: kind.rawValue, method: label, slices: slices,
                needed: needed, repaired: repaired, nearly: nearly, harmed: harmed)
        }
    }
}
