import CTorch
import Foundation
import Testing

@testable import Networks

@Suite("The engine's limits are errors, and its memory goes")
struct UNetLimitsTests {
    let batch = DiscBatch.make(count: 2, size: 16, seed: 5)

    @Test("batches that do not fit are refused with their size")
    func batches() throws {
        let net = try SmallNet.make()
        let odd = ImageBatch(count: 1, rows: 16, columns: 18, values: [Float](repeating: 0, count: 288))
        do {
            _ = try net.probabilities(odd, dropoutSeed: nil)
            Issue.record("18 columns on two levels")
        } catch { #expect("\(error)".contains("18×16") && "\(error)".contains("multiples of 4")) }
        let colour = ImageBatch(count: 1, channels: 3, rows: 4, columns: 4, values: [Float](repeating: 0, count: 48))
        #expect(throws: EngineError.self) { try net.probabilities(colour, dropoutSeed: nil) }
        let none = ImageBatch(count: 0, rows: 16, columns: 16, values: [])
        #expect(throws: EngineError.self) { try net.probabilities(none, dropoutSeed: nil) }
        let options = SmallNet.options()
        #expect(throws: EngineError.self) {
            try net.trainStep(TrainingBatch(images: batch.images, targets: [0, 1]), options: options)
        }
        #expect(throws: EngineError.self) {
            try net.trainStep(
                TrainingBatch(images: batch.images, targets: batch.targets, weights: [1]), options: options)
        }
        let tiny = ImageBatch(count: 1, rows: 4, columns: 4, values: [Float](repeating: 0, count: 16))
        #expect(throws: EngineError.self) {
            try net.trainStep(
                TrainingBatch(images: tiny, targets: [Float](repeating: 0, count: 16)), options: options)
        }
        #expect(try net.probabilities(tiny, dropoutSeed: nil).count == 16)
    }

    @Test("a loss that is no number leaves everything as it was")
    func notFinite() throws {
        let net = try SmallNet.make()
        _ = try net.trainStep(batch, options: SmallNet.options())
        let (weights, state) = (try net.weights(), try net.optimiserState())
        var values = batch.images.values
        values[7] = .nan
        let broken = TrainingBatch(
            images: ImageBatch(count: 2, rows: 16, columns: 16, values: values), targets: batch.targets)
        #expect(throws: EngineError.lossNotFinite(step: 2)) {
            try net.trainStep(broken, options: SmallNet.options())
        }
        #expect(try net.weights() == weights)
        #expect(try net.optimiserState() == state)
        #expect(try net.trainStep(batch, options: SmallNet.options()).isFinite)
    }

    @Test("weights of another network are refused, and none is set")
    func foreignWeights() throws {
        let net = try SmallNet.make()
        let weights = try net.weights()
        var swapped = weights
        swapped[0] = NamedTensor(
            name: weights[0].name, shape: weights[0].shape.reversed(), values: weights[0].values)
        let other = try SmallNet.make(seed: 2) { $0.upsampling = .simple }.weights()
        let wrong = [
            [], Array(weights.dropLast()), weights + [weights[0]], swapped, other,
            weights + [NamedTensor(name: "more", shape: [1], values: [0])],
        ]
        for tensors in wrong {
            #expect(throws: EngineError.self) { try net.setWeights(tensors) }
        }
        #expect(try net.weights() == weights)
    }

    @Test("what libtorch throws comes back as an error, not as a crash")
    func exceptionsStayInside() throws {
        let net = try SmallNet.make()
        let engine = net.network.engine
        var values: [Float] = [0]
        let status = engine.functions.read_tensor(net.network.pointer, 0, &values, 1)
        #expect(throws: EngineError.self) { try engine.check(status, doing: "reading") }
        #expect(engine.functions.write_tensor(net.network.pointer, 9999, &values, 1).rawValue != 0)
        #expect(engine.lastError != "")
        // More memory than any machine has.
        let huge = net.engineBatch(batch.images).withPointer { pointer in
            var larger = pointer.pointee
            larger.count = 1 << 40
            var how = ctorch_prediction()
            return engine.functions.predict(net.network.pointer, &larger, &how, &values)
        }
        #expect(throws: EngineError.outOfMemory(doing: "trying")) {
            try engine.check(huge, doing: "trying")
        }
    }

    @Test("memory does not grow over steps and networks")
    func memory() throws {
        func round() throws {
            let net = try SmallNet.make { $0.filters = 8 }
            let batch = DiscBatch.make(count: 4, size: 64, seed: 1)
            for step in 0..<4 {
                _ = try net.trainStep(batch, options: SmallNet.options { $0.seed = UInt64(step) })
                _ = try net.probabilities(batch.images, dropoutSeed: nil)
            }
        }
        for _ in 0..<3 { try round() }
        let engine = try TorchEngine.load(threads: 1)
        let before = try residentBytes()
        let held = engine.memoryInUse
        for _ in 0..<10 { try round() }
        // One step's tensors are some 15 MB; forty steps of a leak would be 600. Other tests run beside this one.
        #expect(engine.memoryInUse < held + 50 << 20)
        #expect(try residentBytes() < before + 450 << 20)
        let net = try SmallNet.make()
        #expect(engine.memoryInUse >= net.layout.parameterCount * 4)
    }

    private func residentBytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return Int(text.split(separator: " ")[1]).map { $0 * 4096 } ?? 0
    }
}
