import CaseStore
import CaseWork
import Cases
import Foundation
import Models
import Networks
import SQLiteStore
import Synchronization
import TestNetworks
import TestSupport
import VolumeFiles
import Volumes

@testable import JobWork

/// A data folder with a published model and small corrected cases, each of a patient of its own.
///
/// The model is one of ``ThresholdNetworks``. It sees an image with four columns more on either side, and takes only the
/// outermost column of each lung for lung.
final class CorrectedCases: Sendable {
    let folder: TemporaryFolder
    let store: any CaseStoring
    let model: ModelName
    let recipe: Recipe
    let said = Mutex<[String]>([])

    var home: URL { folder.url }

    /// - Parameters:
    ///   - second: a second network that the model has.
    ///   - makeStore: makes the store in a folder; by default the program's own.
    init(
        second: SecondNetwork? = nil,
        _ makeStore: (TemporaryFolder) throws -> any CaseStoring = {
            try SQLiteCaseStore(url: $0.file("pleura.sqlite"))
        }
    ) throws {
        folder = try TemporaryFolder()
        store = try makeStore(folder)
        recipe = Self.recipe
        let file = folder.file("tiny.safetensors")
        try ModelFile(
            name: ModelName(rawValue: "tiny@1"), recipe: recipe, weights: ThresholdNetworks.weights(left: 5, right: 11),
            second: second
        ).write(to: file)
        let version = try CurrentModel.publish(
            file, header: try ModelFile.header(of: file), note: "a test's", store, "ana", Date())
        model = version.name
        _ = try store.promote(model, reason: nil, by: "ana", now: Date())
    }

    /// Two epochs of four steps over two corrected cases, without base data.
    static var recipe: Recipe {
        var recipe = Recipe(name: "tiny", structures: [.lungLeft, .lungRight])
        recipe.network.filters = 2
        recipe.preprocessing.spacing = Spacing(x: 2, y: 2, z: 3)
        (recipe.preprocessing.columns, recipe.preprocessing.rows) = (16, 16)
        recipe.preprocessing.cropsToBody = false
        recipe.training.batchSize = 2
        (recipe.fineTuning.epochs, recipe.fineTuning.slicesPerEpoch, recipe.fineTuning.replayShare) = (2, 8, 0)
        return recipe
    }

    /// Where a case's image is.
    func image(_ name: String) -> URL { folder.file("\(name)/ct.nii.gz") }

    /// Writes an image of 8 × 8 × 4 voxels that is like no other's, and registers it with a prediction.
    /// - Parameters:
    ///   - lungs: the column before which the left one ends, and that from which the right one goes on.
    ///   - only: the structures that are proposed; `nil` for both.
    func register(
        _ name: String, model: ModelName? = nil, lungs: (left: Int, right: Int) = (3, 5),
        only: Set<StructureName>? = nil
    ) throws -> CaseRecord {
        let geometry = try GridGeometry(size: GridSize(x: 8, y: 8, z: 4), spacing: Spacing(x: 2, y: 2, z: 3))
        try FileManager.default.createDirectory(
            at: image(name).deletingLastPathComponent(), withIntermediateDirectories: true)
        let own = name.utf8.reduce(0) { $0 + Int($1) }
        let slices = try (0..<4).map { z in
            let values: [Int16] = (0..<64).map { index in Int16(index * 7 + z + own - 1000) }
            return try VolumeSlice(width: 8, height: 8, values: values)
        }
        try NiftiFile.write(try Volume(geometry: geometry, slices: slices), to: image(name))
        let record = try LoadedCase.read(CaseSource(url: image(name))).record
        try store.register(record, by: "ana", now: Date())
        let masks: [StructureName: Mask] = [
            .lungLeft: Mask(geometry: record.geometry) { $0.x < lungs.left },
            .lungRight: Mask(geometry: record.geometry) { $0.x >= lungs.right },
        ]
        let offered = masks.filter { only?.contains($0.key) ?? true }
        _ = try store.save(
            Prediction(model: model ?? self.model, masks: offered, preprocessing: []), for: record.id, by: "ana",
            now: Date())
        return record
    }

    /// A case that was accepted as it was proposed.
    /// - Parameter only: the structures that were corrected; `nil` for all.
    func correct(
        _ name: String, status: CorrectionStatus = .accepted, role: PatientRole = .training,
        seen: [Int] = [0, 1, 2, 3], lungs: (left: Int, right: Int) = (3, 5), only: Set<StructureName>? = nil,
        site: String? = nil
    ) throws -> CorrectionKey {
        var record = try register(name, lungs: lungs, only: only)
        record.acquisition.site = site
        try store.register(record, by: "ana", now: Date())
        let hasher = try PatientHasher(keyFile: folder.file("patients.key"))
        try store.assignPatient(
            hasher.hash(name), to: record.id, holdOutShare: role == .holdOut ? 1 : 0, by: "ana", now: Date())
        return try file(record, status: status, seen: seen)
    }

    /// Files a review without a step.
    func file(
        _ record: CaseRecord, status: CorrectionStatus = .accepted, seen: [Int] = [0, 1, 2, 3]
    ) throws -> CorrectionKey {
        let lease = try store.openForWriting(
            record.id, reviewer: "ana", holder: "host/1", now: Date(), duration: 60)
        defer { try? store.release(lease) }
        guard let id = try store.newestPrediction(for: record.id) else { throw WorkError("no prediction") }
        let prediction = try store.prediction(id)
        let session = try store.beginSession(on: .prediction(id), lease: lease, now: Date())
        let draft = CorrectionDraft(
            status: status, reason: status == .rejected ? "motion" : nil, masks: prediction.masks,
            outcomes: prediction.masks.keys.sorted().map {
                StructureOutcome(
                    name: $0, surfaceDiceAgainstPrediction: 1, tolerance: 2, addedPathLength: 0)
            }, slicesTouched: [], slicesSeen: seen, activeSeconds: 60)
        let filed = try store.file(draft, of: session, expectedLength: 0, lease: lease, now: Date())
        return CorrectionKey(caseID: record.id, revision: filed.revision)
    }

    func queue(_ keys: [CorrectionKey]) throws -> Job {
        try store.addJob(model: model, corrections: keys, by: "ana", now: Date())
    }

    func worker(
        maximumAttempts: Int = 3, networks: any NetworkMaking = ThresholdNetworks(),
        isStopped: @escaping @Sendable () -> Bool = { false }
    ) -> Worker {
        Worker(
            store: store, home: home, modelFolders: [], tolerance: { _ in 2 },
            trigger: FineTuningTrigger(afterCorrections: 0, at: nil), networks: networks,
            tell: { [self] line in said.withLock { $0.append(line) } }, maximumAttempts: maximumAttempts,
            isStopped: isStopped)
    }

    /// Whether a line was said that holds a text.
    func hasSaid(_ text: String) -> Bool { said.withLock { $0.contains { $0.contains(text) } } }
}
