import Foundation
import TestSupport
import Testing
import Volumes

@testable import Consensus

/// STAPLE against ITK's own filter, as SimpleITK has it.
@Suite("STAPLE against ITK") struct StapleOracleTests {
    /// What ITK says. It counts iterations from 0, so that there is one more.
    private struct Answer: Decodable {
        let sensitivity: [Double]
        let specificity: [Double]
        let iterations: Int
        let probabilities: [Double]
    }

    @Test("probabilities, sensitivities and specificities after as many iterations", arguments: [2, 3, 5])
    func parity(readers: Int) throws {
        let masks = try Readers.drawn(readers, seed: 100 + UInt64(readers))
        let folder = try TemporaryFolder()
        let size = masks[0].geometry.size
        let voxels = (0..<size.z).flatMap { z in
            (0..<size.y).flatMap { y in (0..<size.x).map { VoxelIndex(x: $0, y: y, z: z) } }
        }
        let files = try masks.enumerated().map { reader, mask in
            let file = folder.file("\(reader).raw")
            try Data(voxels.map { mask[$0] ? 1 : 0 }).write(to: file)
            return file.path
        }
        let answer = try PythonOracle("staple_oracle.py").run(
            ["\(size.x),\(size.y),\(size.z)"] + files, as: Answer.self)
        // ITK stops earlier than we do; as many iterations must give the same.
        let staple = try Staple(masks, tolerance: 0, maximumIterations: answer.iterations + 1)
        #expect(staple.iterations == answer.iterations + 1 && answer.iterations > 2)
        for (reader, performance) in staple.readers.enumerated() {
            #expect(abs((performance.sensitivity ?? .nan) - answer.sensitivity[reader]) < 1e-9)
            #expect(abs((performance.specificity ?? .nan) - answer.specificity[reader]) < 1e-9)
        }
        #expect(answer.probabilities.count == voxels.count)
        let worst = zip(voxels, answer.probabilities).map { abs(staple.probability(at: $0) - $1) }.max()
        #expect((worst ?? 1) < 1e-9)
        // A filter that says 0 and 1 only would prove little.
        #expect(readers == 2 || answer.probabilities.contains { $0 > 0.01 && $0 < 0.99 })
        // Where both have gone as far as they go, they draw the same mask.
        let whole = try Staple(masks)
        let differing = zip(voxels, answer.probabilities).count { whole.mask[$0] != ($1 >= 0.5) }
        #expect(differing == 0)
    }
}
