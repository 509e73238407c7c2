import CaseStore
import Cases
import Foundation
import MemoryStore
import Review
import Segmentation
import Synchronization
import TestNetworks
import TestSupport
import VolumeFiles
import Volumes

@testable import CaseWork

/// A case whose image is a file of 8 × 8 × 4 voxels, with masks that were loaded for it.
final class ImagedCase: Sendable {
    let folder: TemporaryFolder
    let store: MemoryCaseStore
    let record: CaseRecord
    let masks: [StructureName: Mask]
    let news = Mutex<[ReviewNews]>([])

    var source: CaseSource { CaseSource(url: folder.file("patient/ct.nii.gz")) }

    /// Conventions that nobody may need here.
    static let conventions = StructureConventions(
        aliases: { throw WorkError("no aliases") }, colours: { throw WorkError("no colours") })

    init() throws {
        folder = try TemporaryFolder()
        store = MemoryCaseStore(folder: folder.url, account: "ana")
        let geometry = try GridGeometry(size: GridSize(x: 8, y: 8, z: 4), spacing: Spacing(x: 2, y: 2, z: 3))
        let slices = try (0..<4).map { z in
            let values: [Int16] = (0..<64).map { index in Int16(index * 7 + z - 1000) }
            return try VolumeSlice(width: 8, height: 8, values: values)
        }
        try FileManager.default.createDirectory(
            at: folder.file("patient"), withIntermediateDirectories: true)
        let image = folder.file("patient/ct.nii.gz")
        try NiftiFile.write(try Volume(geometry: geometry, slices: slices), to: image)
        record = try LoadedCase.read(CaseSource(url: image)).record
        try store.register(record, by: "ana", now: Date())
        masks = [.lungLeft: Mask(geometry: record.geometry) { $0.x < 3 }]
        _ = try store.save(
            Prediction(
                model: .loaded, masks: masks, preprocessing: ["loaded from a file"], notes: ["drawn by hand"]),
            for: record.id, by: "ana", now: Date())
    }

    func options(
        reviewer: String = "ana", _ change: (inout OpeningOptions) -> Void = { _ in }
    ) -> OpeningOptions {
        var options = OpeningOptions(
            reviewer: reviewer, tolerance: { _ in 2 }, conventions: Self.conventions,
            predictor: CasePredictor(
                ModelChoice(kind: .baseline, isNamed: false), networks: ThresholdNetworks(),
                options: PredictionOptions()))
        change(&options)
        return options
    }

    func opener(
        reviewer: String = "ana", _ change: (inout OpeningOptions) -> Void = { _ in }
    ) -> CaseOpener {
        CaseOpener(
            store: store, options: options(reviewer: reviewer, change),
            post: { [self] action in news.withLock { $0.append(action) } },
            isCancelled: { false })
    }

    /// The review that was opened last.
    var opened: OpenedReview? {
        news.withLock { news in
            news.reversed().compactMap { if case .opened(let review) = $0 { review } else { nil } }.first
        }
    }

    /// Files a review.
    /// - Parameter edited: what one step made of the left lung; `nil` for a review without a step.
    func file(
        _ status: CorrectionStatus, needsApproval: Bool = false, seen: [Int] = [0, 1, 2, 3], edited: Mask? = nil
    ) throws {
        let lease = try store.openForWriting(
            record.id, reviewer: "ana", holder: "host/1", now: Date(), duration: 60)
        defer { try? store.release(lease) }
        guard let id = try store.newestPrediction(for: record.id) else { throw WorkError("no prediction") }
        let session = try store.beginSession(on: .prediction(id), lease: lease, now: Date())
        if let edited, let before = masks[.lungLeft] {
            let patch = try MaskPatch(from: before, to: edited)
            try store.append(
                JournalEntry(
                    kind: .edit, structure: .lungLeft, name: "brush", slice: 0, patch: patch,
                    digestAfter: edited.digest(ofSlicesTouchedBy: patch)), sequence: 1, to: session, lease: lease,
                now: Date())
        }
        let draft = CaseStore.CorrectionDraft(
            status: status, reason: status == .rejected ? "motion" : nil,
            masks: edited.map { [.lungLeft: $0] } ?? masks,
            outcomes: [
                StructureOutcome(name: .lungLeft, surfaceDiceAgainstPrediction: 1, tolerance: 2, addedPathLength: 0)
            ], slicesTouched: [], slicesSeen: seen, activeSeconds: 60, needsApproval: needsApproval)
        _ = try store.file(draft, of: session, expectedLength: edited == nil ? 0 : 1, lease: lease, now: Date())
    }
}
