import CaseWork
import Cases
import Editing
import Evaluation
import Models
import Networks
import Segmentation
import SurfaceMetrics
import Training
import Volumes

/// Measures what answers prompts: errors of known kinds are painted into true masks of a dataset's patients, on the
/// images' own grids, and a simulated user corrects them prompt by prompt; every method gets the same slices, errors and
/// user.
package struct PromptStudy {
    /// Something that answers prompts.
    package struct Method: Sendable {
        /// What it is called.
        package let name: String
        /// The mask of a slice after a prompt, of an image of that slice alone.
        let answer: @Sendable (PromptQuestion) throws -> MaskSlice

        /// What answers the review's prompts.
        package init(_ answering: any PromptAnswering) {
            name = answering.name
            answer = { try answering.answer($0).mask }
        }

        private init(name: String, answer: @escaping @Sendable (PromptQuestion) throws -> MaskSlice) {
            (self.name, self.answer) = (name, answer)
        }

        /// The graph cut between all scribbles.
        package static let graphCut = Method(name: "graph cut") { question in
            let mask = try Mask(geometry: question.image.geometry, slices: [question.mask])
            var scribbles = Scribbles(geometry: mask.geometry)
            for (slice, isInside) in [(question.inside, true), (question.outside, false)] where !slice.isEmpty {
                scribbles.mark(asInside: isInside) { mask, value in
                    if value {
                        mask[slice: 0].formUnion(slice)
                    } else {
                        mask[slice: 0].subtract(slice)
                    }
                }
            }
            do {
                return try mask.redrawn(
                    between: scribbles, image: question.image, margin: Refinement.edgeMargin, onSlice: 0
                ).slices[0]
            } catch is RegionError {
                return marked(question)
            }
        }

        /// What grows from the newest prompt, added or taken away.
        package static let regionGrowing = Method(name: "region growing") { question in
            var mask = question.mask
            let adds = !question.newest.subtracting(question.outside).isEmpty
            let newest = question.newest.bytes
            guard let seed = newest.firstIndex(of: 1) else { return mask }
            let width = question.mask.width
            do {
                let region = try question.image.grown(
                    from: VoxelIndex(x: seed % width, y: seed / width, z: 0), GrowSettings(), in: .slice
                ).mask.slices[0]
                if adds { mask.formUnion(region) } else { mask.subtract(region) }
            } catch is RegionError {
                // Nothing grows from there; what was marked is marked.
            }
            return marked(question, mask)
        }

        /// A mask in which what the newest prompt marks is as marked.
        private static func marked(_ question: PromptQuestion, _ mask: MaskSlice? = nil) -> MaskSlice {
            var mask = mask ?? question.mask
            mask.subtract(question.outside)
            mask.formUnion(question.inside)
            return mask
        }
    }

    private let methods: [Method]
    private let prompts: Int
    private let seed: UInt64
    private var answerer: ModelAnswerer?

    /// A study.
    /// - Parameters:
    ///   - methods: each with a name of its own.
    ///   - prompts: how many each slice gets at most.
    package init(methods: [Method], prompts: Int = 10, seed: UInt64 = 1) {
        (self.methods, self.prompts, self.seed) = (methods, prompts, seed)
    }

    /// The study of a model beside what needs none; `nil` for a model that segments.
    /// - Throws: what loading the model says.
    package init?(of choice: ModelChoice, networks: any NetworkMaking) throws {
        guard case .model(let entry) = choice.kind, entry.header.purpose == .answeringPrompts else { return nil }
        let answerer = try ModelAnswerer(entry, networks: networks)
        self.init(methods: [Method(answerer), .graphCut, .regionGrowing])
        self.answerer = answerer
    }

    /// All there is to measure of a model: how it answers, and how it carries corrections on.
    /// - Throws: as ``run(_:in:notes:progress:)``.
    package func measure(
        _ patients: [DatasetPatient], in folder: DatasetFolder, notes: inout Notes,
        progress: @escaping @Sendable (String) -> Void
    ) throws -> (curves: PromptCurves, carried: [CarriedSlices]) {
        let curves = try run(patients, in: folder, notes: &notes, progress: progress)
        // The files were warned of already.
        var again = Notes()
        let carried = try answerer.map {
            try CarryStudy($0).run(patients, in: folder, notes: &again, progress: progress)
        }
        return (curves, carried ?? [])
    }

    /// Corrects one slice of every structure of every patient for every kind of error, where the structure can have it.
    /// - Throws: what reading says; what a method throws.
    package func run(
        _ patients: [DatasetPatient], in folder: DatasetFolder, notes: inout Notes,
        progress: @escaping @Sendable (String) -> Void
    ) throws -> PromptCurves {
        var rows: [PromptCurves.Slice] = []
        for (index, patient) in patients.enumerated() {
            progress("patient \(index + 1) of \(patients.count): reading")
            let read = try DatasetReader().read(patient, in: folder)
            notes.add(read.warnings, about: patient.id)
            let names = read.masks.keys.sorted().filter { !StructureCatalogue.current.isMadeFromParts($0) }
            let subject = Subject(
                patient: patient.id, drawnBy: patient.id, volume: read.volume, masks: read.masks, names: names)
            rows += try run(on: subject) { name, kind in
                progress("patient \(index + 1) of \(patients.count): \(name), \(kind.rawValue)")
            }
        }
        return PromptCurves(rows)
    }

    /// Somebody whose masks are known.
    struct Subject {
        /// Whose they are, as the curves are to say.
        var patient: String
        /// What slices and errors are drawn from.
        var drawnBy: String
        var volume: Volume
        var masks: [StructureName: Mask]
        /// The structures that are corrected.
        var names: [StructureName]
        /// The slices whose masks are true; `nil` for all.
        var seen: Set<Int>?
    }

    /// Corrects one slice of every structure of somebody for every kind of error, where the structure can have it.
    /// - Parameter progress: is told of each before, and may throw to stop.
    /// - Throws: what a method and `progress` throw.
    func run(
        on subject: Subject, progress: (StructureName, SimulatedError.Kind) throws -> Void
    ) throws -> [PromptCurves.Slice] {
        var rows: [PromptCurves.Slice] = []
        for name in subject.names {
            for (number, kind) in SimulatedError.Kind.allCases.enumerated() {
                try progress(name, kind)
                var random = Self.random(seed, subject.drawnBy, name, number)
                guard let task = try Task(kind, of: name, subject, &random) else { continue }
                for method in methods {
                    let outcome = try task.play(prompts: prompts, by: method)
                    rows.append(
                        PromptCurves.Slice(
                            patient: subject.patient, structure: name.rawValue, kind: kind.rawValue,
                            slice: task.slice + 1, method: method.name, scores: outcome.scores,
                            prompts: outcome.prompts, worsened: outcome.worsened))
                }
            }
        }
        return rows
    }

    /// Drawn from names, so that a patient's errors are the same whoever else is in the study.
    static func random(_ seed: UInt64, _ patient: String, _ name: StructureName, _ number: Int) -> SeededRandom {
        func hash(_ text: String) -> UInt64 { text.utf8.reduce(5381) { $0 &* 33 ^ UInt64($1) } }
        return SeededRandom(seed, hash(patient), hash(name.rawValue), UInt64(number))
    }

    /// What a HU is on a canvas.
    static let perHU = 1.0 / 1624

    /// A slice of a patient to paint errors on.
    /// - Parameter stale: the slice whose mask is the stale one; the nearest there is.
    static func canvas(
        _ z: Int, of name: StructureName, _ volume: Volume, _ masks: [StructureName: Mask], stale: Int
    ) -> SimulatedError.Canvas {
        let grid = PixelGrid(volume.geometry)
        var others = [UInt8](repeating: 0, count: grid.count)
        for (other, mask) in masks where other != name {
            for (i, byte) in mask.slices[z].bytes.enumerated() { others[i] |= byte }
        }
        func bytes(_ z: Int) -> [UInt8] {
            masks[name]?.slices[min(max(z, 0), volume.geometry.size.z - 1)].bytes ?? others.map { _ in 0 }
        }
        return SimulatedError.Canvas(
            grid: grid, values: volume.slices[z].values.map { (Float($0) + 1024) * Float(perHU) }, truth: bytes(z),
            others: others, stale: bytes(stale))
    }

    /// A slice with an error.
    private struct Task {
        let slice: Int
        private let image: Volume
        private let trial: PromptTrial

        /// Draws a slice and an error; `nil` where the structure cannot have it.
        init?(
            _ kind: SimulatedError.Kind, of name: StructureName, _ subject: Subject, _ random: inout SeededRandom
        ) throws {
            let (volume, masks) = (subject.volume, subject.masks)
            guard let mask = masks[name] else { return nil }
            let shown = mask.slices.indices.filter { z in
                !mask.slices[z].isEmpty && subject.seen?.contains(z) ?? true
            }
            guard !shown.isEmpty else { return nil }
            let grid = PixelGrid(volume.geometry)
            let spacing = volume.geometry.spacing.z
            // A draw that leaves nothing to correct is repeated.
            for _ in 0..<8 {
                let z = shown[Int(random.next() % UInt64(shown.count))]
                // A stale mask is that of 10 mm away.
                let away = z + max(1, Int((10 / spacing).rounded())) * (random.chance(0.5) ? 1 : -1)
                let canvas = PromptStudy.canvas(z, of: name, volume, masks, stale: away)
                guard let error = SimulatedError(kind, on: canvas, perHU: PromptStudy.perHU, random: &random) else {
                    continue
                }
                let start = error.painted(into: canvas.truth, of: canvas)
                guard !SimulatedUser.errors(start, truth: canvas.truth, grid).isEmpty else { continue }
                slice = z
                let geometry = try GridGeometry(
                    size: GridSize(x: grid.width, y: grid.height, z: 1), spacing: volume.geometry.spacing)
                image = try Volume(geometry: geometry, slices: [volume.slices[z]])
                trial = PromptTrial(grid: grid, truth: canvas.truth, start: start)
                return
            }
            return nil
        }

        func play(prompts: Int, by method: Method) throws -> PromptTrial.Outcome {
            let grid = trial.grid
            func slice(_ bytes: [UInt8]) -> MaskSlice {
                MaskSlice(width: grid.width, height: grid.height, bytes: bytes)
            }
            return try trial.run(prompts: prompts) { mask, inside, outside, newest in
                try method.answer(
                    PromptQuestion(
                        slice: 0, image: image, mask: slice(mask), inside: slice(inside), outside: slice(outside),
                        newest: slice(newest))
                ).bytes
            }
        }
    }
}
