import Cases
import Foundation
import Models
import Networks
import Segmentation
import TestSupport
import Testing
import Volumes

@testable import Training

@Suite struct PatchTrainingTests {
    private func data(
        _ count: Int = 1, slices: Int = 9, seen: [UInt8]? = nil, lacking: [Int: Set<StructureName>] = [:],
        _ change: (inout Recipe) -> Void = { _ in }
    ) throws -> SmallDataset {
        try SmallDataset(count, slices: slices, seen: seen, lacking: lacking) {
            $0.network = NetworkConfiguration(.uNet3D)
            ($0.network.levels, $0.network.filters) = (1, 4)
            ($0.patches.slices, $0.patches.rows, $0.patches.columns) = (4, 8, 12)
            $0.training.batchSize = 2
            change(&$0)
        }
    }

    private func batch(
        _ data: SmallDataset, _ places: [(Int, Int)], augments: Bool = false, seed: UInt64 = 0,
        plan: TrainingPlan? = nil
    ) -> TrainingBatch {
        PatchBatchMaker(data.patients, recipe: data.recipe, augments: augments, plan: plan)
            .batch(places.map { EpochOrder.Place(patient: $0.0, slice: $0.1) }[...]) {
                SeededRandom(seed, UInt64($0.slice))
            }
    }

    /// A patch lies within the patient, around the slice where that can be, and is stretched about its middle.
    @Test func aPatchStaysWithinThePatient() {
        func slices(_ centre: Int, _ count: Int, _ length: Int, _ factor: Double = 1) -> [Int] {
            PatchBatchMaker.slices(around: centre, count: count, of: length, by: factor).map(\.shown)
        }
        #expect(slices(0, 4, 9) == [0, 1, 2, 3])
        #expect(slices(8, 4, 9) == [5, 6, 7, 8])
        #expect(slices(4, 3, 9) == [3, 4, 5])
        #expect(slices(4, 3, 9, 2) == [2, 4, 6])
        #expect(slices(0, 3, 9, 2) == [0, 2, 4])
        #expect(slices(4, 5, 9, 0.5) == [3, 4, 4, 5, 5])
        // Of a patient that is shorter, the rest is its mirror image.
        let short = PatchBatchMaker.slices(around: 0, count: 7, of: 3, by: 1)
        #expect(short.map(\.shown) == [2, 1, 0, 1, 2, 1, 0])
        #expect(short.map(\.isInside) == [false, false, true, true, true, false, false])
        var random = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            let (length, count) = (Int.random(in: 1...40, using: &random), Int.random(in: 1...20, using: &random))
            let factor = Double.random(in: 0.8...1.2, using: &random)
            let centre = Int.random(in: 0..<length, using: &random)
            let all = PatchBatchMaker.slices(around: centre, count: count, of: length, by: factor)
            #expect(all.count == count && all.allSatisfy { (0..<length).contains($0.shown) })
            if Double(count - 1) * factor < Double(length - 2) { #expect(all.allSatisfy { $0.isInside }) }
            #expect(all.contains { $0.isInside })
        }
    }

    /// Image, second window and truth of a patch are those of one block of the patient.
    @Test func aPatchIsABlockOfThePatient() throws {
        let data = try data { $0.preprocessing.secondWindow = .init(low: 200, high: 700) }
        let patient = data.patients[0]
        for seed in 0..<6 as Range<UInt64> {
            let batch = batch(data, [(0, 4), (0, 8)], seed: seed)
            #expect(batch.images.channels == 2 && batch.images.slices == 4)
            #expect(batch.images.rows == 8 && batch.images.columns == 12 && batch.weights == nil && batch.known == nil)
            for (index, first) in [3, 5].enumerated() {
                let area = batch.images.area
                let start = index * 2 * area
                func block(_ slice: Int, _ row: Int, _ column: Int) -> ([Float], [Float]) {
                    var (image, truth): ([Float], [Float]) = ([], [])
                    for z in slice..<slice + 4 {
                        let whole = whole(patient, z)
                        for y in row..<row + 8 {
                            image += whole.image[y * 16 + column..<y * 16 + column + 12]
                            truth += whole.labels[y * 16 + column..<y * 16 + column + 12].map { Float($0 & 1) }
                        }
                    }
                    return (image, truth)
                }
                let shown = Array(batch.images.values[start..<start + area])
                let places = (0...8).flatMap { row in (0...4).map { (row, $0) } }
                let place = try #require(places.first { block(first, $0.0, $0.1).0 == shown })
                #expect(
                    Array(batch.targets[start..<start + area]) == block(first, place.0, place.1).1)
                for i in 0..<area {
                    let second = min(max((shown[i] - 0.2) / 0.5, 0), 1)
                    #expect(abs(batch.images.values[start + area + i] - second) < 1e-5)
                }
            }
        }
    }

    private func whole(_ patient: CachedPatient, _ z: Int) -> (image: [Float], labels: [UInt8]) {
        var image = [Float](repeating: 0, count: 256)
        image.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { patient.copyImage(slice: z, to: base) } }
        return (image, Array(patient.labels(slice: z)))
    }

    /// Slices that nobody looked at, and what lies beyond the ends, cost nothing; corrected ones count more.
    @Test func slicesCountForThemselves() throws {
        let short = try data(slices: 2)
        #expect(batch(short, [(0, 0)]).weights == weights([0, 1, 1, 0]))
        let seen = try data(seen: [1, 1, 1, 0, 1, 1, 0, 1, 1])
        #expect(batch(seen, [(0, 4)]).weights == weights([0, 1, 1, 0]))
        let plan = TrainingPlan(
            patients: [.init(emphasis: (1...9).map(Float.init), isReplayed: false)], slicesPerEpoch: 9, replayShare: 0)
        #expect(batch(try data(), [(0, 4)], plan: plan).weights == weights([4, 5, 6, 7]))
        let partial = try data(2, lacking: [1: [.lungRight]])
        #expect(batch(partial, [(0, 4), (1, 4)]).known == [1, 1, 1, 0])
    }

    private func weights(_ slices: [Float]) -> [Float] { slices.flatMap { [Float](repeating: $0, count: 96) } }

    /// Augmentation is drawn from the place's seed alone; all slices of a patch move alike.
    @Test func augmentationIsDrawnFromTheSeed() throws {
        let data = try data {
            ($0.patches.rows, $0.patches.columns) = (16, 16)
            $0.augmentation.rotation = 20
            $0.augmentation.scale = 0.3
            $0.augmentation.noise = 50
        }
        let plain = batch(data, [(0, 4)])
        #expect(batch(data, [(0, 4)], seed: 3) == plain, "the patch is the whole slice, and nothing is drawn")
        var stretched = 0
        for seed in 1..<12 as Range<UInt64> {
            let varied = batch(data, [(0, 4)], augments: true, seed: seed)
            #expect(varied == batch(data, [(0, 4)], augments: true, seed: seed))
            #expect(varied.images.values != plain.images.values)
            // Labels are the same on every slice, so that they show that all of them moved alike.
            let slices = (0..<4).map { Array(varied.targets[$0 * 256..<($0 + 1) * 256]) }
            #expect(Set(slices).count == 1)
            if varied.targets != plain.targets { stretched += 1 }
        }
        #expect(stretched > 8)
    }

    /// A network on volumes is trained, stopped, resumed and judged like any other, and the model that comes of it says of
    /// a patient what validation measured.
    @Test func aTrainingIsResumedToTheSameBits() throws {
        let data = try data(3) {
            $0.training.epochs = 25
            $0.training.learningRate = 0.01
            $0.network.usesBatchNorm = false
            ($0.patches.rows, $0.patches.columns) = (16, 16)
            $0.augmentation.rotation = 10
        }
        let temporary = try TemporaryFolder()
        let whole = try data.trained("whole", in: temporary, stopAfter: .max, resumes: false)
        _ = try data.trained("parts", in: temporary, stopAfter: 101, resumes: false)
        let parts = try data.trained("parts", in: temporary, stopAfter: .max, resumes: true)
        #expect(try Data(contentsOf: parts.checkpoint) == Data(contentsOf: whole.checkpoint))
        #expect(try Data(contentsOf: parts.best) == Data(contentsOf: whole.best))
        let curve = try whole.readCheckpoint().state.curve.points
        #expect(curve.count == 25)
        let (first, last) = (try #require(curve.first), try #require(curve.last))
        #expect(last.trainingLoss < 0.6 * first.trainingLoss)
        #expect(try #require(last.surfaceDice) > 0.8)
        #expect(try #require(last.validationLoss) < 0.15)
    }
}
