import TestSupport
import Testing

@testable import Networks

@Suite("Networks on volumes learn")
struct VolumeTrainingTests {
    @Test("what needs all three axes to answer", arguments: SmallVolumeNet.kinds)
    func allAxes(kind: NetworkConfiguration.Kind, folds: Bool) throws {
        let net = try SmallVolumeNet.make(kind, folds: folds) {
            $0.filters = folds ? 32 : 8
            $0.usesBatchNorm = true
        }
        var options = SmallNet.options {
            $0.learningRate = 0.01
            $0.loss = .softDiceAndCrossEntropy
        }
        var losses: [Float] = []
        for step in 0..<(folds ? 120 : 60) {
            options.seed = UInt64(step)
            losses.append(
                try net.trainStep(SmallVolumeNet.majority(size: 16, seed: UInt64(step)), options: options))
        }
        #expect((losses.last ?? 1) < 0.6 * losses[0])
        // A volume that it has not seen.
        let batch = SmallVolumeNet.majority(size: 16, seed: 1000)
        let p = try net.probabilities(batch.images, dropoutSeed: nil)
        let right = zip(p, batch.targets).count { ($0 > 0.5) == ($1 > 0.5) }
        #expect(Double(right) > 0.9 * Double(p.count), "\(right) of \(p.count), loss \(losses.last ?? 0)")
    }

    @Test("a frozen way down stays, bit by bit, and the rest learns", arguments: SmallVolumeNet.kinds)
    func frozen(kind: NetworkConfiguration.Kind, folds: Bool) throws {
        let net = try SmallVolumeNet.make(kind, folds: folds) { $0.usesBatchNorm = true }
        let before = try net.weights()
        let batch = SmallVolumeNet.majority(size: 8, seed: 3)
        _ = try net.trainStep(batch, options: SmallNet.options { $0.freezesEncoder = true })
        for (old, new) in zip(before, try net.weights()) {
            #expect((old == new) == old.name.hasPrefix("down"), "\(old.name)")
        }
        _ = try net.trainStep(batch, options: SmallNet.options())
        for (old, new) in zip(before, try net.weights()) { #expect(old != new, "\(old.name)") }
    }

    @Test("a loss that is no number leaves everything as it was")
    func notFinite() throws {
        let net = try SmallVolumeNet.make(.vNet) { $0.usesBatchNorm = true }
        let batch = SmallVolumeNet.majority(size: 8, seed: 3)
        _ = try net.trainStep(batch, options: SmallNet.options())
        let (weights, state) = (try net.weights(), try net.optimiserState())
        var values = batch.images.values
        values[7] = .nan
        let broken = TrainingBatch(
            images: ImageBatch(count: 1, slices: 8, rows: 8, columns: 8, values: values), targets: batch.targets)
        #expect(throws: EngineError.lossNotFinite(step: 2)) {
            try net.trainStep(broken, options: SmallNet.options())
        }
        #expect(try net.weights() == weights)
        #expect(try net.optimiserState() == state)
    }

    @Test("a restored state goes on bit by bit", arguments: SmallVolumeNet.kinds)
    func restored(kind: NetworkConfiguration.Kind, folds: Bool) throws {
        for optimiser in [Optimiser.adam(), .adamW(weightDecay: 0.01), .sgd()] {
            func make(_ seed: UInt64) throws -> TorchNetwork {
                try SmallVolumeNet.make(kind, folds: folds, seed: seed) {
                    $0.dropout = 0.2
                    $0.usesDropoutOnUpsampling = true
                    $0.usesBatchNorm = true
                }
            }
            let batches = (0..<3).map { SmallVolumeNet.majority(size: 8, seed: UInt64($0)) }
            func step(_ net: TorchNetwork, _ step: Int) throws -> Float {
                try net.trainStep(
                    batches[step % 3],
                    options: SmallNet.options {
                        $0.optimiser = optimiser
                        $0.seed = UInt64(step)
                    })
            }
            // One goes through without a stop; another is written to a file in the middle and goes on as a third.
            let whole = try make(1)
            let wholeLosses = try (0..<7).map { try step(whole, $0) }
            let first = try make(1)
            for index in 0..<4 { _ = try step(first, index) }
            let data = try SafetensorsFile(tensors: first.weights() + first.optimiserState()).encoded(as: .float32)
            let read = try SafetensorsFile(data: data).tensors
            let second = try make(99)
            try second.setWeights(read.filter { !$0.name.hasPrefix("optimiser.") })
            try second.setOptimiserState(read.filter { $0.name.hasPrefix("optimiser.") })
            #expect(second.optimiserSteps == 4)
            #expect(try (4..<7).map { try step(second, $0) } == Array(wholeLosses[4...]))
            #expect(try second.weights() == whole.weights())
            #expect(try second.optimiserState() == whole.optimiserState())
        }
    }

    @Test("decay pulls at kernels, and at nothing else")
    func decay() throws {
        func trained(_ optimiser: Optimiser) throws -> [NamedTensor] {
            let net = try SmallVolumeNet.make(.vNet) { $0.usesBatchNorm = true }
            _ = try net.trainStep(
                SmallVolumeNet.majority(size: 8, seed: 1), options: SmallNet.options { $0.optimiser = optimiser })
            return try net.weights()
        }
        for (plain, decayed) in zip(try trained(.adam()), try trained(.adamW(weightDecay: 0.5))) {
            #expect((plain != decayed) == (plain.shape.count == 5), "\(plain.name)")
        }
    }
}
