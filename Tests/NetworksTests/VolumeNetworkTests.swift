import Foundation
import TestSupport
import Testing

@testable import Networks

@Suite("Networks on volumes")
struct VolumeNetworkTests {
    private func options(_ change: (inout TrainingStepOptions) -> Void = { _ in }) -> TrainingStepOptions {
        SmallNet.options(change)
    }

    @Test("probabilities have the volumes' shape and are some", arguments: SmallVolumeNet.kinds)
    func shapes(kind: NetworkConfiguration.Kind, folds: Bool) throws {
        let net = try SmallVolumeNet.make(kind, folds: folds) {
            $0.inputChannels = folds ? 1 : 2
            $0.classes = 3
            $0.outputActivation = .softmax
        }
        var random = SeededGenerator(seed: 3)
        let channels = net.configuration.inputChannels
        let voxels = 4 * 8 * 12
        let volumes = ImageBatch(
            count: 2, channels: channels, slices: 4, rows: 8, columns: 12,
            values: (0..<2 * channels * voxels).map { _ in Float.random(in: -1...1, using: &random) })
        let p = try net.probabilities(volumes, dropoutSeed: nil)
        #expect(p.count == 2 * 3 * voxels)
        for volume in 0..<2 {
            for voxel in 0..<voxels {
                let sum = (0..<3).reduce(Float(0)) { $0 + p[(volume * 3 + $1) * voxels + voxel] }
                #expect(abs(sum - 1) < 1e-5)
            }
        }
        #expect((p.max() ?? 0) - (p.min() ?? 0) > 0.05)
        // Predicting is the same each time, and volumes do not see each other.
        #expect(try net.probabilities(volumes, dropoutSeed: nil) == p)
        let second = SmallVolumeNet.first(of: volumes, from: 1)
        #expect(try net.probabilities(second, dropoutSeed: nil) == Array(p[(3 * voxels)...]))
    }

    @Test("what is moved by a whole block is found moved", arguments: SmallVolumeNet.kinds)
    func shifts(kind: NetworkConfiguration.Kind, folds: Bool) throws {
        // Axes that were mixed up anywhere would move it elsewhere. Far from the border, where nothing is padded.
        let net = try SmallVolumeNet.make(kind, folds: folds) { $0.usesBatchNorm = false }
        let (size, block) = (32, net.configuration.sizeMultiple)
        func probabilities(_ at: (Int, Int, Int)) throws -> (Int, Int, Int) -> Float {
            var values = [Float](repeating: 0, count: size * size * size)
            values[(at.0 * size + at.1) * size + at.2] = 4
            let volumes = ImageBatch(count: 1, slices: size, rows: size, columns: size, values: values)
            let p = try net.probabilities(volumes, dropoutSeed: nil)
            return { p[($0 * size + $1) * size + $2] }
        }
        let plain = try probabilities((16, 16, 16))
        for axis in 0..<3 {
            let step = (0..<3).map { $0 == axis ? block : 0 }
            let moved = try probabilities((16 + step[0], 16 + step[1], 16 + step[2]))
            var largest: Float = 0
            var change: Float = 0
            for voxel in 0..<512 {
                let at = (12 + voxel / 64, 12 + voxel / 8 % 8, 12 + voxel % 8)
                let there = moved(at.0 + step[0], at.1 + step[1], at.2 + step[2])
                largest = max(largest, abs(there - plain(at.0, at.1, at.2)))
                change = max(change, abs(moved(at.0, at.1, at.2) - plain(at.0, at.1, at.2)))
            }
            #expect(largest < 1e-5)
            #expect(change > 1e-2)
        }
    }

    @Test("sizes that do not divide are refused with the size", arguments: SmallVolumeNet.kinds)
    func sizes(kind: NetworkConfiguration.Kind, folds: Bool) throws {
        let net = try SmallVolumeNet.make(kind, folds: folds)
        func volumes(_ slices: Int, _ rows: Int, _ columns: Int, channels: Int = 1) -> ImageBatch {
            ImageBatch(
                count: 1, channels: channels, slices: slices, rows: rows, columns: columns,
                values: [Float](repeating: 0, count: channels * slices * rows * columns))
        }
        let multiple = folds ? 4 : 2
        for wrong in [volumes(multiple + 1, 8, 8), volumes(8, multiple + 1, 8), volumes(8, 8, multiple + 1)] {
            let error = #expect(throws: EngineError.self) { try net.probabilities(wrong, dropoutSeed: nil) }
            let size = "1 volumes of \(wrong.columns)×\(wrong.rows)×\(wrong.slices ?? 0)"
            #expect(
                error?.description == "\(size): slices, rows and columns have to be multiples of \(multiple)")
        }
        #expect(throws: EngineError.self) { try net.probabilities(volumes(8, 8, 8, channels: 2), dropoutSeed: nil) }
        let batch = SmallVolumeNet.majority(size: 8, seed: 1)
        let wrong = [
            TrainingBatch(images: batch.images, targets: [0, 1]),
            TrainingBatch(images: batch.images, targets: batch.targets, weights: [1]),
            TrainingBatch(images: batch.images, targets: batch.targets, known: [1, 1]),
        ]
        for batch in wrong {
            #expect(throws: EngineError.self) { try net.trainStep(batch, options: options()) }
        }
        if kind == .uNet3D {
            let tiny = SmallVolumeNet.majority(size: multiple, seed: 1)
            let error = #expect(throws: EngineError.self) { try net.trainStep(tiny, options: options()) }
            #expect(error?.description.contains("one voxel at the bottom") == true)
        }
    }

    @Test("weights go into a file and come back", arguments: SmallVolumeNet.kinds)
    func roundTrip(kind: NetworkConfiguration.Kind, folds: Bool) throws {
        let net = try SmallVolumeNet.make(kind, folds: folds)
        let data = try SafetensorsFile(tensors: net.weights()).encoded(as: .float32)
        let read = try SafetensorsFile(data: data).tensors
        let other = try TorchNetwork(
            configuration: net.configuration, weights: read, engine: TorchEngine.load(threads: 1))
        #expect(try other.weights() == net.weights())
        let volumes = SmallVolumeNet.majority(size: 8, seed: 2).images
        let (first, second) = (
            try net.probabilities(volumes, dropoutSeed: nil), try other.probabilities(volumes, dropoutSeed: nil)
        )
        #expect(first == second)
        let foreign = try SmallVolumeNet.make(kind, folds: !folds) { $0.filters = 8 }.weights()
        #expect(throws: EngineError.self) { try net.setWeights(foreign) }
        #expect(try net.weights() == read)
    }

    @Test("dropout drops by its seed, whole channels or single values")
    func dropout() throws {
        for kind in NetworkConfiguration.Kind.allCases where kind.seesVolumes {
            for dropped in NetworkConfiguration.DropoutKind.allCases {
                let net = try SmallVolumeNet.make(kind) {
                    $0.dropout = 0.4
                    $0.dropoutKind = dropped
                    $0.usesDropoutOnUpsampling = true
                }
                let volumes = SmallVolumeNet.majority(size: 8, seed: 2).images
                let plain = try net.probabilities(volumes, dropoutSeed: nil)
                let first = try net.probabilities(volumes, dropoutSeed: 1)
                #expect(first != plain)
                #expect(try net.probabilities(volumes, dropoutSeed: 1) == first)
                #expect(try net.probabilities(volumes, dropoutSeed: 2) != first)
            }
        }
    }

    @Test("bfloat16 predicts nearly the same, and learns", arguments: SmallVolumeNet.kinds)
    func mixedPrecision(kind: NetworkConfiguration.Kind, folds: Bool) throws {
        let net = try SmallVolumeNet.make(kind, folds: folds)
        let batch = SmallVolumeNet.majority(size: 8, seed: 2)
        let exact = try net.probabilities(batch.images, dropoutSeed: nil)
        net.predictsInMixedPrecision = true
        let rough = try net.probabilities(batch.images, dropoutSeed: nil)
        #expect(zip(exact, rough).allSatisfy { abs($0 - $1) < 0.05 })
        #expect(TorchEngine.processorHasBFloat16 == (exact != rough))
        func losses(mixed: Bool) throws -> [Float] {
            let net = try SmallVolumeNet.make(kind, folds: folds)
            return try (0..<12).map { _ in
                try net.trainStep(
                    batch,
                    options: options {
                        $0.usesMixedPrecision = mixed
                        $0.learningRate = 0.01
                        $0.loss = .softDiceAndCrossEntropy
                    })
            }
        }
        let (plain, mixed) = (try losses(mixed: false), try losses(mixed: true))
        #expect(abs(plain[0] - mixed[0]) < 0.03)
        #expect(mixed[11] < mixed[0] - 0.05)
        #expect(abs(plain[11] - mixed[11]) < 0.1)
    }

    @Test("memory does not grow over steps and networks")
    func memory() throws {
        let engine = try TorchEngine.load(threads: 1)
        func round() throws {
            for (kind, folds) in SmallVolumeNet.kinds {
                let net = try SmallVolumeNet.make(kind, folds: folds) { $0.filters = 8 }
                let batch = SmallVolumeNet.majority(size: 32, seed: 1)
                for step in 0..<2 {
                    _ = try net.trainStep(batch, options: options { $0.seed = UInt64(step) })
                    _ = try net.probabilities(batch.images, dropoutSeed: nil)
                }
            }
        }
        try round()
        let held = engine.memoryInUse
        for _ in 0..<6 { try round() }
        // A step's tensors are some 20 MB, and there were 48; other tests run beside this one.
        #expect(engine.memoryInUse < held + 150 << 20)
        let net = try SmallVolumeNet.make(.vNet) { $0.filters = 64 }
        #expect(engine.memoryInUse >= net.layout.parameterCount * 4)
    }
}
