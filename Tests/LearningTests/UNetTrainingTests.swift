import Foundation
import Testing

@testable import Learning

@Suite("The U-Net learns")
struct UNetTrainingTests {
    @Test("a small network learns a disc, and its probabilities show it")
    func learnsDisc() throws {
        let engine = try TorchEngine.load(threads: 2)
        var configuration = UNetConfiguration()
        configuration.filters = 8
        configuration.levels = 2
        configuration.dropout = 0.1
        configuration.batchNormMomentum = 0.8
        let net = try UNet2D(configuration: configuration, seed: 7, engine: engine)
        let batch = DiscBatch.make(count: 4, size: 32, seed: 3)
        var options = TrainingStepOptions()
        options.learningRate = 0.01
        var losses: [Float] = []
        for step in 0..<60 {
            options.seed = UInt64(step)
            losses.append(try net.trainStep(batch, options: options))
        }
        #expect(losses[0] > 0.4)
        #expect((losses.last ?? 1) < 0.1)
        let p = try net.probabilities(batch.images, dropoutSeed: nil)
        let wrong = zip(p, batch.targets).filter { ($0 > 0.5) != ($1 > 0.5) }.count
        #expect(wrong < p.count / 50)
    }
}
