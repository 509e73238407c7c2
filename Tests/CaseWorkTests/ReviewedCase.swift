import CaseStore
import Cases
import Dispatch
import Foundation
import MemoryStore
import Review
import Synchronization
import TestSupport
import Volumes

@testable import CaseWork

/// A case of 8 × 8 × 4 voxels with one prediction, leased and open in a journal whose store fails on demand.
final class ReviewedCase: Sendable {
    let folder: TemporaryFolder
    let store: MemoryCaseStore
    let geometry: GridGeometry
    let record: CaseRecord
    let prediction: Prediction
    let predictionID: PredictionID
    let lease: CaseLease
    let news = Mutex<[ReviewNews]>([])

    static let busy = CaseStoreError.busy(path: "/store", operation: "writing")

    init(reviewer: String = "ana") throws {
        folder = try TemporaryFolder()
        store = MemoryCaseStore(folder: folder.url, account: "ana")
        geometry = try GridGeometry(size: GridSize(x: 8, y: 8, z: 4), spacing: Spacing(x: 1, y: 1, z: 2))
        record = CaseRecord(
            id: CaseID(rawValue: "1.2.3"), seriesUID: "1.2.3", source: folder.file("ct").path, contentDigest: "aa",
            geometry: geometry, minimumHU: -1024, maximumHU: 1500, structures: [], warnings: [])
        try store.register(record, by: reviewer, now: Date())
        prediction = Prediction(
            model: ModelName(rawValue: "lungs@1"), masks: [.lungLeft: Mask(geometry: geometry) { $0.x < 4 }],
            preprocessing: [])
        predictionID = try store.save(prediction, for: record.id, by: reviewer, now: Date())
        lease = try store.openForWriting(
            record.id, reviewer: reviewer, holder: "host/1", now: Date(), duration: ReviewJournal.leaseDuration)
    }

    func journal(needsApproval: Bool = false) -> ReviewJournal {
        ReviewJournal(
            store: store, lease: lease, session: nil, base: .prediction(predictionID), needsApproval: needsApproval,
            retry: 0.05
        ) { [self] action in news.withLock { $0.append(action) } }
    }

    /// The left lung after so many steps, each of which adds a column of slice 1.
    func mask(after steps: Int) -> Mask {
        Mask(geometry: geometry) { $0.x < 4 || ($0.z == 1 && (4..<(4 + steps)).contains($0.x)) }
    }

    /// The step that adds column `3 + number` of slice 1 to the left lung, where the steps before added theirs.
    func step(_ number: Int) throws -> JournalEntry {
        let after = mask(after: number)
        let patch = try MaskPatch(from: mask(after: number - 1), to: after)
        return JournalEntry(
            kind: .edit, structure: .lungLeft, name: "brush", slice: 1, patch: patch,
            digestAfter: after.digest(ofSlicesTouchedBy: patch))
    }

    /// What the review comes to after so many steps.
    func request(sequence: Int) -> FilingRequest {
        FilingRequest(
            status: sequence == 0 ? .accepted : .corrected, reason: nil, masks: [.lungLeft: mask(after: sequence)],
            predictions: prediction.masks, tolerances: [.lungLeft: 2], slicesTouched: sequence == 0 ? [] : [1],
            progress: ReviewProgress(slice: 1, seenSlices: [0, 1, 2, 3], activeSeconds: 9), model: prediction.model,
            sequence: sequence)
    }

    /// Everything that was put in line before is done.
    func settle(_ journal: ReviewJournal) {
        let done = DispatchSemaphore(value: 0)
        journal.afterwards { done.signal() }
        done.wait()
    }

    /// Waits until there is news of a kind.
    /// - Returns: whether it came within ten seconds.
    func waitForNews(_ isWanted: @Sendable (ReviewNews) -> Bool) -> Bool {
        for _ in 0..<1000 {
            if news.withLock({ $0.contains(where: isWanted) }) { return true }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return false
    }

    /// How many steps of the case's unfinished review are on disk.
    func stepsOnDisk() throws -> Int { try store.openSession(of: record.id)?.journalLength ?? 0 }

    /// How many writes of a kind were asked for.
    func count(_ kind: MemoryCaseStore.WriteKind) -> Int { store.writeCount(of: kind) }
}
