import Foundation
import Models
import Networks
import TestSupport
import Testing

@testable import Training

@Suite struct UNetResumeTests {
    /// The same with a real network, dropout, batch norm and Adam: a training that is stopped in the middle of an epoch
    /// and resumed by another process's worth of objects ends with the same bits.
    @Test func aResumedUNetEndsWithTheSameBits() throws {
        let data = try SmallDataset(3) {
            $0.training.epochs = 2
            $0.network.dropout = 0.2
            $0.augmentation.rotation = 10
        }
        let temporary = try TemporaryFolder()
        let whole = try data.trained("whole", in: temporary, stopAfter: .max, resumes: false)
        // 2 patients of 5 slices in batches of 4 make 3 steps; the fourth is the first of the second epoch.
        _ = try data.trained("parts", in: temporary, stopAfter: 4, resumes: false)
        let parts = try data.trained("parts", in: temporary, stopAfter: .max, resumes: true)
        #expect(try Data(contentsOf: parts.checkpoint) == Data(contentsOf: whole.checkpoint))
        #expect(try Data(contentsOf: parts.curveCSV) == Data(contentsOf: whole.curveCSV))
        #expect(try Data(contentsOf: parts.best) == Data(contentsOf: whole.best))
        try parts.writeModel(metadata: ["created": "now"])
        let model = try ModelFile(contentsOf: parts.model)
        #expect(model.header.name.rawValue == "run@0")
        #expect(model.header.recipe == data.recipe)
        #expect(model.header.metadata["created"] == "now")
    }
}
