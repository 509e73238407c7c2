import CaseStore
import CaseWork
import Cases
import Foundation
import Models
import Networks
import TestNetworks
import VolumeFiles
import Volumes

@testable import JobWork

/// Beside the model that segments of ``CorrectedCases`` one that answers prompts, in use and put in use later than that, and
/// cases of 32 × 32 × 4 voxels of 3 mm with a bright cylinder, which was proposed with a bite that a reviewer corrected.
final class PromptedCases: Sendable {
    let cases: CorrectedCases
    let model: ModelName
    let recipe: Recipe

    var store: any CaseStoring { cases.store }

    /// - Parameters:
    ///   - threshold: from where the model in use takes a value for inside; the truth is between 0.1 and 0.6.
    ///   - weights: of the model in use, where its network is another.
    init(threshold: Float = 0.9, weights: [NamedTensor]? = nil) throws {
        cases = try CorrectedCases()
        recipe = Self.recipe
        let file = cases.folder.file("answers.safetensors")
        try ModelFile(
            name: ModelName(rawValue: "answers@1"), recipe: recipe,
            weights: weights ?? BrightnessNetworks.weights(threshold)
        ).write(to: file)
        model = try CurrentModel.publish(
            file, header: try ModelFile.header(of: file), note: "a test's", cases.store, "ana", Date()
        ).name
        _ = try cases.store.promote(model, reason: nil, by: "ana", now: Date())
    }

    /// Two epochs of two steps.
    static var recipe: Recipe {
        var prompts = PromptRecipe()
        (prompts.columns, prompts.rows) = (32, 32)
        var recipe = Recipe(name: "answers", structures: [.lungLeft, .heart], prompts: prompts)
        recipe.preprocessing.spacing = Spacing(x: 3, y: 3, z: 3)
        (recipe.preprocessing.columns, recipe.preprocessing.rows) = (32, 32)
        (recipe.preprocessing.windowLow, recipe.preprocessing.windowHigh) = (-1000, 1000)
        recipe.preprocessing.cropsToBody = false
        (recipe.network.levels, recipe.network.filters) = (2, 4)
        recipe.augmentation.probability = 0
        recipe.training.batchSize = 4
        (recipe.fineTuning.epochs, recipe.fineTuning.slicesPerEpoch, recipe.fineTuning.replayShare) = (2, 8, 0)
        return recipe
    }

    static func isInside(_ voxel: VoxelIndex) -> Bool {
        let (x, y) = (Double(voxel.x) - 15.5, Double(voxel.y) - 15.5)
        return x * x + y * y < 100
    }

    /// A case whose cylinder was proposed without its right end, and corrected in two steps.
    func correct(
        _ name: String, role: PatientRole = .training, structure: StructureName = .lungLeft,
        seen: [Int] = [0, 1, 2, 3],
        site: String? = nil
    ) throws -> CorrectionKey {
        let geometry = try GridGeometry(size: GridSize(x: 32, y: 32, z: 4), spacing: Spacing(x: 3, y: 3, z: 3))
        let url = cases.image(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        let own = name.utf8.reduce(0) { $0 * 7 % 90 + Int($1) % 10 }
        let slices = try (0..<4).map { z in
            try VolumeSlice(
                width: 32, height: 32,
                values: (0..<1024).map { i in
                    // The first voxel makes each case's image its own.
                    i == 0
                        ? Int16(-900 + own)
                        : Self.isInside(VoxelIndex(x: i % 32, y: i / 32, z: z)) ? 200 : -800
                })
        }
        try NiftiFile.write(try Volume(geometry: geometry, slices: slices), to: url)
        let record = try LoadedCase.read(CaseSource(url: url)).made(by: Acquisition(site: site)).record
        try store.register(record, by: "ana", now: Date())
        let truth = Mask(geometry: record.geometry, where: Self.isInside)
        let proposed = Mask(geometry: record.geometry) { Self.isInside($0) && $0.x < 20 }
        let id = try store.save(
            Prediction(model: cases.model, masks: [structure: proposed], preprocessing: []), for: record.id, by: "ana",
            now: Date())
        let hasher = try PatientHasher(keyFile: cases.folder.file("patients.key"))
        try store.assignPatient(
            hasher.hash(name), to: record.id, holdOutShare: role == .holdOut ? 1 : 0, by: "ana", now: Date())
        return try file(record, id, structure, from: proposed, to: truth, seen: seen)
    }

    /// Files a review of two steps: one slice by marks, the others carried on.
    private func file(
        _ record: CaseRecord, _ id: PredictionID, _ structure: StructureName, from proposed: Mask, to truth: Mask,
        seen: [Int]
    ) throws -> CorrectionKey {
        let begun = Date(timeIntervalSince1970: 1_000_000)
        let lease = try store.openForWriting(record.id, reviewer: "ana", holder: "host/1", now: begun, duration: 600)
        let session = try store.beginSession(on: .prediction(id), lease: lease, now: begun)
        var (mask, number) = (proposed, 0)
        func step(_ name: String, to next: Mask, after seconds: Double) throws {
            let patch = try MaskPatch(from: mask, to: next)
            mask = next
            number += 1
            try store.append(
                JournalEntry(
                    kind: .edit, structure: structure, name: name, slice: 1, patch: patch,
                    digestAfter: mask.digest(ofSlicesTouchedBy: patch)),
                sequence: number, to: session, lease: lease, now: begun.addingTimeInterval(seconds))
        }
        var first = mask
        first[slice: 1] = truth.slices[1]
        try step("refine by 2 marks (answers@1)", to: first, after: 20)
        try step("carry (answers@1)", to: truth, after: 500)
        let draft = CorrectionDraft(
            status: .corrected, reason: nil, masks: [structure: truth],
            outcomes: [
                StructureOutcome(name: structure, surfaceDiceAgainstPrediction: 0.8, tolerance: 2, addedPathLength: 90)
            ], slicesTouched: [0, 1, 2, 3], slicesSeen: seen, activeSeconds: 60)
        let filed = try store.file(
            draft, of: session, expectedLength: 2, lease: lease, now: begun.addingTimeInterval(510))
        try store.release(lease)
        return CorrectionKey(caseID: record.id, revision: filed.revision)
    }

    /// The models there are, as the program has them.
    func catalogue() throws -> ModelCatalogue {
        try InstalledModels.catalogue(store: store, home: cases.home, folders: [])
    }
}
