import Cases
import Editing
import Foundation
import Models
import Networks
import Segmentation
import TestNetworks
import TestSupport
import Testing
import Volumes

@testable import CaseWork

/// The model that answers the review's prompts, and how it is found.
@Suite struct ModelAnswererTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let shipped = repositoryRoot().appendingPathComponent("models")

    /// A chest on one slice of 160 × 128 pixels of 2 mm: two dark lungs in a body.
    private func chest(slices: Int = 3) throws -> (volume: Volume, lung: Mask) {
        let geometry = try GridGeometry(
            size: GridSize(x: 160, y: 128, z: slices), spacing: Spacing(x: 2, y: 2, z: 3))
        func isIn(_ x: Int, _ y: Int, _ middle: Int) -> Bool {
            let (u, v) = (Double(x - middle) / 26, Double(y - 64) / 42)
            return u * u + v * v < 1
        }
        let values = (0..<160 * 128).map { i -> Int16 in
            let (x, y) = (i % 160, i / 160)
            if isIn(x, y, 45) || isIn(x, y, 115) { return Int16(-850 + (x * 7 + y * 13) % 30) }
            let (u, v) = (Double(x - 80) / 76, Double(y - 64) / 58)
            return u * u + v * v < 1 ? Int16(40 + (x * 5 + y * 11) % 20) : -1000
        }
        let slice = try VolumeSlice(width: 160, height: 128, values: values)
        return (
            try Volume(geometry: geometry, slices: Array(repeating: slice, count: slices)),
            Mask(geometry: geometry) { isIn($0.x, $0.y, 115) }
        )
    }

    /// The shipped network puts back what was bitten out of a lung for one mark, and nothing changes elsewhere; for the
    /// neighbouring slice the correction is enough.
    @Test func theShippedModelPutsABiteBack() throws {
        let source = AnswererSource(ModelCatalogue(folders: [Self.shipped]), networks: TorchNetworks())
        let answerer = try #require(try source.answerer())
        #expect(answerer.name == "refine@2")
        #expect(try source.answerer() === answerer)
        let (volume, lung) = try chest()
        var bitten = lung
        for z in 0..<3 { for y in 54..<72 { bitten[slice: z].set(false, row: y, columns: 128..<160) } }
        let nothing = MaskSlice(width: 160, height: 128)
        var marked = nothing
        for x in 133..<137 { marked[x, 63] = true }
        var question = PromptQuestion(
            slice: 1, image: volume, mask: bitten.slices[1], inside: marked, outside: nothing, newest: marked)
        let answer = try answerer.answer(question)
        let missing = lung.slices[1].subtracting(bitten.slices[1])
        #expect(Double(answer.mask.symmetricDifference(lung.slices[1]).count) < 0.2 * Double(missing.count))
        #expect(answer.certainty > 0.7)
        // Far from the mark every voxel is as it was: the other lung, and the lower half of this one.
        for y in 0..<128 {
            for x in 0..<160 where x < 100 || abs(y - 63) > 30 {
                #expect(answer.mask[x, y] == bitten.slices[1][x, y])
            }
        }
        // The same question has the same answer.
        #expect(try answerer.answer(question) == answer)
        question.slice = 2
        question.mask = bitten.slices[2]
        (question.inside, question.newest) = (nothing, nothing)
        question.guide = PromptGuide(slice: 1, before: bitten.slices[1], after: lung.slices[1])
        let carried = try answerer.answer(question)
        #expect(Double(carried.mask.symmetricDifference(lung.slices[2]).count) < 0.3 * Double(missing.count))
    }

    /// What is not there answers nothing; what is there and cannot says why, once and always.
    @Test func whatCannotAnswerSaysWhy() throws {
        #expect(try AnswererSource(ModelCatalogue(folders: []), networks: TorchNetworks()).answerer() == nil)
        let refusing = ThresholdNetworks(refusal: .notAvailable(tried: ["nowhere"]))
        let source = AnswererSource(ModelCatalogue(folders: [Self.shipped]), networks: refusing)
        for _ in 0..<2 {
            let error = #expect(throws: WorkError.self) { try source.answerer() }
            #expect(error?.description.isEmpty == false)
        }
        let segmenting = folder.file("s.safetensors")
        try ModelFile(
            name: ModelName(rawValue: "s@1"), recipe: Recipe(name: "s", structures: [.lungs]), weights: []
        ).write(to: segmenting)
        let entry = ModelCatalogue.Entry(url: segmenting, header: try ModelFile.header(of: segmenting))
        #expect(throws: WorkError.self) { try ModelAnswerer(entry, networks: ThresholdNetworks()) }
        // A file that was changed since it was registered is not used.
        let shipped = Self.shipped.appendingPathComponent("refine.safetensors")
        let changed = ModelCatalogue.Entry(
            url: shipped, header: try ModelFile.header(of: shipped), digest: String(repeating: "0", count: 64))
        #expect(throws: WorkError.self) { try ModelAnswerer(changed, networks: TorchNetworks()) }
    }
}
