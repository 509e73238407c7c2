import Cases
import Foundation
import Models
import Networks
import Segmentation

/// Makes batches for networks that answer prompts: of each place's slice a structure, an error painted into its mask, and
/// what a user would say of it; or a neighbouring slice with the same error and its correction. Where it is known what was
/// proposed before somebody corrected it, the error is every other time the proposal's own.
///
/// Painted disease is asked about as well, like a structure of its own: from nothing, as somebody contours a tumour or an
/// effusion that no model knows. It still belongs to the lung.
///
/// The truth is the structure. What the prompt is about counts most, whatever its size, since what is right already has only
/// to stay; an error that it is not about counts nothing: nobody said anything of it.
final class PromptBatchMaker: BatchMaking, @unchecked Sendable {
    /// What all pixels of the error that a prompt is about count together, as far as ``least`` and ``most`` of each allow.
    static let concerned: Float = 4000
    static let least: Float = 0.5
    static let most: Float = 10
    /// What each pixel counts that is right already.
    static let right: Float = 0.1
    /// How far around an error counts as it does, mm.
    static let border = 4.5
    /// The share of the batches' places that carry a correction on from a neighbouring slice.
    static let guidedShare = 0.4
    /// How often what is asked about is the disease that was painted into a slice, if any was.
    static let diseaseShare = 0.5
    /// How often nothing of a painted disease is marked yet.
    static let fromNothingShare = 0.6
    /// How often the corrected neighbour is as a network drew it and not as a person did, who is exact: carried on from
    /// slice to slice, every answer is the next one's guide.
    static let drawnShare = 0.5
    /// How often a slice that was corrected starts from what was proposed, rather than from a painted error.
    static let proposedShare = 0.5

    private let patients: [CachedPatient]
    private let recipe: Recipe
    private let prompts: PromptRecipe
    private let augmenter: Augmenter?
    private let plan: TrainingPlan?
    private let grid: PixelGrid
    private let perHU: Double
    /// Two slices of a patient; behind them the same with what was proposed as their labels.
    private var images: [Float]
    private var labels: [UInt8]

    /// A maker for patients that were prepared by a recipe with prompts.
    init(
        _ patients: [CachedPatient], recipe: Recipe, prompts: PromptRecipe, augments: Bool, plan: TrainingPlan? = nil
    ) {
        self.patients = patients
        self.recipe = recipe
        self.prompts = prompts
        self.plan = plan
        augmenter = augments ? Augmenter(recipe) : nil
        let preparation = recipe.preprocessing
        grid = PixelGrid(
            width: preparation.columns, height: preparation.rows, stepX: preparation.spacing.x,
            stepY: preparation.spacing.y)
        perHU = (preparation.normalisation == .unit ? 1 : 2) / (preparation.windowHigh - preparation.windowLow)
        // Each slice with its channels, of which the augmenter looks at the first.
        images = [Float](repeating: 0, count: 4 * grid.count)
        labels = [UInt8](repeating: 0, count: 4 * grid.count)
    }

    /// A batch of fields.
    func batch(_ places: ArraySlice<EpochOrder.Place>, random: (EpochOrder.Place) -> SeededRandom) -> TrainingBatch {
        let count = prompts.columns * prompts.rows
        let channels = recipe.network.inputChannels
        var targets = [Float](repeating: 0, count: places.count * count)
        var weights = [Float](repeating: 1, count: places.count * count)
        let values = [Float](unsafeUninitializedCapacity: places.count * channels * count) { values, filled in
            guard let values = values.baseAddress else { return }
            targets.withUnsafeMutableBufferPointer { targets in
                weights.withUnsafeMutableBufferPointer { weights in
                    guard let targets = targets.baseAddress, let weights = weights.baseAddress else { return }
                    for (index, place) in places.enumerated() {
                        var random = random(place)
                        let lesson = lesson(place, &random)
                        let field = PromptField(recipe, prompts, on: grid, around: lesson.middle)
                        field.fill(lesson.scene, values + index * channels * count)
                        field.sample(lesson.truth, targets + index * count)
                        weigh(lesson, place, field, weights + index * count)
                    }
                }
            }
            filled = places.count * channels * count
        }
        let images = ImageBatch(
            count: places.count, channels: channels, rows: prompts.rows, columns: prompts.columns, values: values)
        return TrainingBatch(images: images, targets: targets, weights: weights)
    }

    /// A scene, what is true of it, and what it is about.
    private struct Lesson {
        var scene: PromptScene
        var truth: [UInt8]
        var concerned: [UInt8]
        /// Errors that it is not about.
        var unsaid: [UInt8]
        var middle: (x: Double, y: Double)
    }

    private func weigh(
        _ lesson: Lesson, _ place: EpochOrder.Place, _ field: PromptField, _ target: UnsafeMutablePointer<Float>
    ) {
        let patient = patients[place.patient]
        let whole =
            Float(patient.sliceWeights[place.slice]) * (plan?.patients[place.patient].emphasis[place.slice] ?? 1)
        // The error and what lies around its border, so that a small one teaches as much as a large one.
        let about = grid.dilated(lesson.concerned, by: Self.border)
        let concerned = [Float](unsafeUninitializedCapacity: field.count) { values, filled in
            if let base = values.baseAddress { field.sample(about, base) }
            filled = field.count
        }
        let size = concerned.reduce(0, +)
        let weight = min(max(Self.concerned / max(size, 1), Self.least), Self.most)
        field.sample(lesson.unsaid, target)
        for i in 0..<field.count {
            target[i] = whole * (target[i] == 1 ? 0 : concerned[i] == 1 ? weight : Self.right)
        }
    }

    /// Draws what a place teaches.
    private func lesson(_ place: EpochOrder.Place, _ random: inout SeededRandom) -> Lesson {
        let patient = patients[place.patient]
        let isGuided = random.chance(Self.guidedShare)
        // A guide is up to two slices away, another slice's mask up to four.
        let away = 1 + Int(random.next() % (isGuided ? 2 : 4))
        let wanted = random.chance(0.5) ? place.slice + away : place.slice - away
        let other = patient.seen(near: wanted, beside: place.slice)
        let startsFromProposal = patient.hasProposals && random.chance(Self.proposedShare)
        read(patient, [place.slice, other], withProposals: startsFromProposal, &random)
        if startsFromProposal, let lesson = proposed(patient, isGuided: isGuided, &random) { return lesson }
        let bit = structure(patient, &random)
        let isDisease = 1 << UInt8(bit) == augmenter?.spare
        func plane(_ index: Int) -> (values: [Float], truth: [UInt8], others: [UInt8]) {
            let range = index * grid.count..<(index + 1) * grid.count
            let own = labels[range]
            return (
                Array(images[range]), own.map { $0 >> UInt8(bit) & 1 },
                own.map { $0 & ~(1 << UInt8(bit)) == 0 ? 0 : 1 }
            )
        }
        let (slice, neighbour) = (plane(0), plane(1))
        let canvas = SimulatedError.Canvas(
            grid: grid, values: slice.values, truth: slice.truth, others: slice.others, stale: neighbour.truth)
        let guideCanvas = SimulatedError.Canvas(
            grid: grid, values: neighbour.values, truth: neighbour.truth, others: neighbour.others, stale: slice.truth)
        let errors = errors(
            on: isGuided ? guideCanvas : canvas, isGuided: isGuided,
            isMissing: isDisease && random.chance(Self.fromNothingShare), &random)
        var mask = slice.truth
        var before = neighbour.truth
        for error in errors {
            mask = error.painted(into: mask, of: canvas)
            if isGuided { before = error.painted(into: before, of: guideCanvas) }
        }
        var scene = PromptScene(grid: grid, values: slice.values, mask: mask)
        if isGuided {
            let after = random.chance(Self.drawnShare) ? drawn(neighbour.truth, from: before, &random) : neighbour.truth
            scene.guide = PromptScene.Guide(values: neighbour.values, before: before, after: after)
        }
        return told(scene, truth: slice.truth, isGuided: isGuided, &random)
    }

    /// What the slices that were read teach whose proposals were corrected; `nil` where nothing was wrong with these.
    private func proposed(_ patient: CachedPatient, isGuided: Bool, _ random: inout SeededRandom) -> Lesson? {
        func mask(_ plane: Int, _ bit: Int) -> [UInt8] {
            labels[plane * grid.count..<(plane + 1) * grid.count].map { $0 >> UInt8(bit) & 1 }
        }
        func isWrong(_ plane: Int, _ bit: Int) -> Bool {
            !SimulatedUser.errors(mask(plane + 2, bit), truth: mask(plane, bit), grid).isEmpty
        }
        let corrected = patient.structures.indices.filter { bit in
            patient.isLabelled[bit] && isWrong(0, bit) && (!isGuided || isWrong(1, bit))
        }
        guard !corrected.isEmpty else { return nil }
        let bit = corrected[Int(random.next() % UInt64(corrected.count))]
        var scene = PromptScene(grid: grid, values: Array(images[..<grid.count]), mask: mask(2, bit))
        if isGuided {
            scene.guide = PromptScene.Guide(
                values: Array(images[grid.count..<2 * grid.count]), before: mask(3, bit), after: mask(1, bit))
        }
        return told(scene, truth: mask(0, bit), isGuided: isGuided, &random)
    }

    /// Reads and augments slices in the same way.
    private func read(
        _ patient: CachedPatient, _ slices: [Int], withProposals: Bool, _ random: inout SeededRandom
    ) {
        let count = grid.count
        let spacing = recipe.preprocessing.spacing.z
        images.withUnsafeMutableBufferPointer { images in
            labels.withUnsafeMutableBufferPointer { labels in
                guard let images = images.baseAddress, let labels = labels.baseAddress else { return }
                var planes: [SlicePlane] = []
                for index in 0..<(withProposals ? 2 : 1) * slices.count {
                    let slice = slices[index % slices.count]
                    let plane = SlicePlane(
                        image: images + index * count, labels: labels + index * count,
                        distance: Double(slice - slices[0]) * spacing)
                    patient.copyImage(slice: slice, to: plane.image)
                    let known = index < slices.count ? patient.labels(slice: slice) : patient.proposals(slice: slice)
                    if let source = known?.baseAddress {
                        plane.labels.update(from: source, count: count)
                    }
                    planes.append(plane)
                }
                augmenter?.apply(
                    planes, isSymmetric: patient.hasLabelsOfBothSides, marksDisease: !withProposals, random: &random)
            }
        }
    }

    /// Which structure is asked about, by its bit: one that the slice shows, or now and then any; or painted disease.
    private func structure(_ patient: CachedPatient, _ random: inout SeededRandom) -> Int {
        let known = patient.structures.indices.filter { patient.isLabelled[$0] }
        let all = labels[..<grid.count].reduce(0, |)
        if let spare = augmenter?.spare, all & spare != 0, random.chance(Self.diseaseShare) {
            return spare.trailingZeroBitCount
        }
        let shown = known.filter { all >> UInt8($0) & 1 == 1 }
        let isAny = random.chance(0.05)
        let choice = shown.isEmpty || isAny ? known : shown
        return choice.isEmpty ? 0 : choice[Int(random.next() % UInt64(choice.count))]
    }

    /// A corrected mask as a network draws it that was given a guide itself: where the correction was, its border is up to
    /// a pixel and a half off, in waves.
    private func drawn(_ after: [UInt8], from before: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        let changed = grid.dilated(zip(before, after).map { $0 ^ $1 }, by: 3)
        let reach = random.between(1, 1.5) * max(grid.stepX, grid.stepY)
        let (outer, inner) = (grid.dilated(after, by: reach), grid.eroded(after, by: reach))
        let length = random.between(15, 60)
        let phases = (0..<4).map { _ in random.between(-.pi, .pi) }
        var drawn = after
        for i in drawn.indices where changed[i] == 1 {
            let x = Double(i % grid.width) * grid.stepX * 2 * .pi / length
            let y = Double(i / grid.width) * grid.stepY * 2 * .pi / length
            let wave = sin(x + phases[0]) * sin(y + phases[1]) + 0.5 * sin(2 * x + phases[2]) * sin(2 * y + phases[3])
            if wave > 0.3 { drawn[i] = outer[i] } else if wave < -0.3 { drawn[i] = inner[i] }
        }
        return drawn
    }

    /// One error, seldom two or three; none where nothing can be wrong.
    private func errors(
        on canvas: SimulatedError.Canvas, isGuided: Bool, isMissing: Bool, _ random: inout SeededRandom
    ) -> [SimulatedError] {
        if isMissing, let error = SimulatedError(.missing, on: canvas, perHU: perHU, random: &random) { return [error] }
        let amount = random.unit()
        var errors: [SimulatedError] = []
        for _ in 0..<(amount < 0.65 ? 1 : amount < 0.9 ? 2 : 3) {
            for _ in 0..<4 {
                let kinds = SimulatedError.Kind.allCases.filter { !isGuided || $0 != .stale }
                let kind = kinds[Int(random.next() % UInt64(kinds.count))]
                guard let error = SimulatedError(kind, on: canvas, perHU: perHU, random: &random) else { continue }
                errors.append(error)
                break
            }
        }
        return errors
    }

    /// A scene with what is said of it.
    private func told(
        _ scene: PromptScene, truth: [UInt8], isGuided: Bool, _ random: inout SeededRandom
    ) -> Lesson {
        var scene = scene
        let none = [UInt8](repeating: 0, count: grid.count)
        var lesson = Lesson(scene: scene, truth: truth, concerned: none, unsaid: none, middle: (0, 0))
        let errors = SimulatedUser.errors(scene.mask, truth: truth, grid)
        for error in errors { for i in error.pixels { lesson.unsaid[i] = 1 } }
        if let guide = scene.guide {
            let changed = zip(guide.before, guide.after).map { $0 ^ $1 }
            let reached = grid.dilated(changed, by: 3)
            for error in errors where error.pixels.contains(where: { reached[$0] == 1 }) {
                for i in error.pixels { (lesson.unsaid[i], lesson.concerned[i]) = (0, 1) }
            }
        }
        // A correction that is carried on is seldom helped by a prompt as well.
        if !isGuided || random.chance(0.2) {
            for count in 0..<4 where count == 0 || random.chance(0.4) {
                guard let prompt = SimulatedUser(.varied).prompt(about: errors, grid, random: &random) else {
                    break
                }
                // Now and then somebody says the opposite.
                let isInside = random.chance(0.02) ? !prompt.isInside : prompt.isInside
                scene.newest = none
                for i in prompt.pixels {
                    scene.newest[i] = 1
                    // As in the review, the newest mark counts: nothing is both.
                    (scene.inside[i], scene.outside[i]) = isInside ? (1, 0) : (0, 1)
                }
                for i in prompt.error { (lesson.unsaid[i], lesson.concerned[i]) = (0, 1) }
            }
        }
        // What is right already is sometimes marked as well: earlier prompts that were answered.
        if random.chance(0.4) { confirm(&scene, truth, &random) }
        lesson.scene = scene
        lesson.middle = scene.middle ?? (Double(grid.width) / 2, Double(grid.height) / 2)
        lesson.middle.x += random.between(-8, 8) / grid.stepX
        lesson.middle.y += random.between(-8, 8) / grid.stepY
        return lesson
    }

    /// Marks one to three places where the mask is right.
    private func confirm(_ scene: inout PromptScene, _ truth: [UInt8], _ random: inout SeededRandom) {
        guard let middle = scene.middle else { return }
        for _ in 0..<1 + Int(random.next() % 3) {
            let x = Int(middle.x + random.between(-40, 40) / grid.stepX)
            let y = Int(middle.y + random.between(-40, 40) / grid.stepY)
            let radius = random.between(0.8, 4)
            for (dx, dy) in grid.disc(radius) {
                let (i, j) = (x + dx, y + dy)
                guard i >= 0, j >= 0, i < grid.width, j < grid.height else { continue }
                let place = j * grid.width + i
                guard scene.mask[place] == truth[place], scene.inside[place] | scene.outside[place] == 0 else {
                    continue
                }
                if truth[place] == 1 { scene.inside[place] = 1 } else { scene.outside[place] = 1 }
            }
        }
    }
}

extension CachedPatient {
    /// A slice that somebody has seen: the wanted one, or as far away on the other side of a place, or the place's own.
    fileprivate func seen(near wanted: Int, beside place: Int) -> Int {
        func inside(_ z: Int) -> Int { min(max(z, 0), geometry.size.z - 1) }
        let choices = [inside(wanted), inside(2 * place - wanted)]
        return choices.first { sliceWeights[$0] > 0 } ?? place
    }
}
