import CaseWork
import Cases
import Editing
import Evaluation
import Foundation
import TestSupport
import Testing
import Training
import VolumeFiles
import Volumes

@testable import JobWork

/// Studies of prompts on a patient of two squares, with answerers that are a formula.
@Suite struct PromptStudyTests {
    private let folder: TemporaryFolder
    private let dataset: DatasetFolder
    private let patients: [DatasetPatient]
    private static let grid = GridSize(x: 48, y: 48, z: 16)

    init() throws {
        folder = try TemporaryFolder()
        let geometry = try GridGeometry(size: Self.grid, spacing: Spacing(x: 2, y: 2, z: 5))
        let own = folder.file("patients/a")
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        let left = Mask(geometry: geometry) { (28...40).contains($0.x) && (14...34).contains($0.y) && $0.z > 1 }
        let right = Mask(geometry: geometry) { (8...20).contains($0.x) && (14...34).contains($0.y) && $0.z > 1 }
        let slices = try (0..<Self.grid.z).map { z in
            try VolumeSlice(
                width: 48, height: 48,
                values: (0..<48 * 48).map { left.slices[z].bytes[$0] | right.slices[z].bytes[$0] == 1 ? -800 : 40 })
        }
        try NiftiFile.write(
            try Volume(geometry: geometry, slices: slices), to: own.appendingPathComponent("ct.nii.gz"))
        try NiftiFile.write(left, to: own.appendingPathComponent("Lung_L.nii.gz"))
        try NiftiFile.write(right, to: own.appendingPathComponent("Lung_R.nii.gz"))
        dataset = DatasetFolder(url: folder.file("set"))
        let builder = DatasetBuilder(folder: dataset, structures: [.lungLeft, .lungRight], isPartial: false)
        patients = try builder.build(name: "set", from: try builder.find([folder.file("patients").path]).0) { _, _ in }
            .dataset.patients
    }

    /// Somebody who knows that what is dark belongs, and says so of everything that hangs together with a mark.
    private struct Dark: PromptAnswering {
        let name = "dark"
        func answer(_ question: PromptQuestion) throws(RegionError) -> PromptAnswer {
            var mask = question.mask
            let marks = question.guide.map { $0.before.symmetricDifference($0.after) } ?? question.newest
            let columns = 0..<mask.width
            // The half of the slice where the marks are.
            let isRight = columns.contains { x in x < 24 && (0..<mask.height).contains { marks[x, $0] } }
            let isLeft = columns.contains { x in x >= 24 && (0..<mask.height).contains { marks[x, $0] } }
            for y in 0..<mask.height {
                for x in columns where x < 24 ? isRight : isLeft {
                    let isMeant = question.mask.count * 2 == 0 || touches(question, half: x < 24)
                    mask[x, y] = isMeant && question.image.slices[question.slice].values[y * mask.width + x] < -500
                }
            }
            return PromptAnswer(mask: mask, certainty: 1)
        }

        /// Whether the mask has something in a half of the slice.
        private func touches(_ question: PromptQuestion, half isRight: Bool) -> Bool {
            (0..<question.mask.height).contains { y in
                (0..<question.mask.width).contains { x in
                    (x < 24) == isRight && (question.mask[x, y] || question.inside[x, y])
                }
            }
        }
    }

    /// Every method gets the same slices and errors; who knows the truth needs one prompt a side, who marks alone needs
    /// many, and the same study gives the same.
    @Test func methodsAreComparedOnTheSameErrors() throws {
        var notes = Notes()
        let methods = [
            PromptStudy.Method(Dark()), PromptStudy.Method(FakeAnswerer(name: "marks")), .graphCut, .regionGrowing,
        ]
        let study = PromptStudy(methods: methods, prompts: 4)
        let curves = try study.run(patients, in: dataset, notes: &notes) { _ in }
        #expect(curves.methods == ["dark", "marks", "graph cut", "region growing"])
        #expect(curves.slices.count.isMultiple(of: 4) && curves.slices.count >= 48)
        for start in stride(from: 0, to: curves.slices.count, by: 4) {
            let same = curves.slices[start..<start + 4]
            #expect(Set(same.map { "\($0.structure) \($0.kind) \($0.slice) \($0.scores[0])" }).count == 1)
            #expect(same.allSatisfy { $0.scores.count == 5 && (0...4).contains($0.prompts) && $0.slice > 2 })
        }
        let (dark, marks) = (try #require(curves.summary(of: "dark")), try #require(curves.summary(of: "marks")))
        #expect(dark.area > 0.9 && dark.area > marks.area)
        #expect(dark.mean[0] == marks.mean[0])
        var again = Notes()
        #expect(try study.run(patients, in: dataset, notes: &again) { _ in } == curves)
    }

    /// Who knows the truth repairs every slice that needs it; the corrected slice and the ends count for nobody.
    @Test func aCorrectionIsCarriedOnByEveryMethod() throws {
        var notes = Notes()
        let found = try CarryStudy(Dark()).run(patients, in: dataset, notes: &notes) { _ in }
        #expect(Set(found.map(\.method)) == ["dark", "both sides", "copying", "interpolation"])
        #expect(Set(found.map(\.kind)).isSuperset(of: ["bite", "missing", "cut"]))
        let dark = try #require(found.total(of: "dark") { ["bite", "missing", "cut"].contains($0.kind) })
        #expect(dark.needed > 10 && dark.repaired == dark.needed && dark.harmed == 0)
        let sides = try #require(found.total(of: "both sides") { ["bite", "missing", "cut"].contains($0.kind) })
        #expect(sides.needed == dark.needed && sides.repaired == sides.needed && sides.harmed == 0)
        // Nothing changes from slice to slice here, so that copying does as well.
        // Shapes between need both ends, which the slices without the structure are not.
        let copied = try #require(found.total(of: "copying") { ["bite", "missing", "cut"].contains($0.kind) })
        #expect(copied.needed == dark.needed && copied.repaired == copied.needed)
        let shapes = try #require(found.total(of: "interpolation") { ["bite", "missing", "cut"].contains($0.kind) })
        #expect(shapes.needed == dark.needed && shapes.repaired > 0)
        #expect(found.allSatisfy { $0.repaired <= $0.nearly && $0.nearly <= $0.needed && $0.needed <= $0.slices })
        #expect(found.total(of: "nobody") == nil)
    }
}
