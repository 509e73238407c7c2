import Cases
import MaskChecks
import Review
import Synchronization
import Volumes

/// Checks masks for what is seldom right, away from the UI thread.
package final class SanityWorker: Sendable {
    private let volume: Volume
    private let predictions: [StructureName: Mask]
    private let check = SanityCheck()
    /// The body, found when it is first needed.
    private let body = Mutex<Mask?>(nil)

    /// A worker for one case: its image, and what was proposed for it.
    package init(volume: Volume, predictions: [StructureName: Mask]) {
        self.volume = volume
        self.predictions = predictions
    }

    /// What is suspicious about a structure among the others; `nil` if it was cancelled.
    package func report(
        _ name: StructureName, edit: Int, masks: [StructureName: Mask], isCancelled: () -> Bool
    ) throws(VolumesError) -> SanityReport? {
        guard let mask = masks[name] else { return nil }
        let partner = SanityCheck.partner(of: name).flatMap { other in masks[other].map { (name: other, mask: $0) } }
        let others = masks.filter { $0.key != name }.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { (name: $0.key, mask: $0.value) }
        let warnings = try check.warnings(
            of: name, mask: mask, prediction: predictions[name], partner: partner, others: others,
            body: try bodyMask(), isCancelled: isCancelled)
        return warnings.map { SanityReport(edit: edit, warnings: $0) }
    }

    private func bodyMask() throws(VolumesError) -> Mask {
        if let known = body.withLock({ $0 }) { return known }
        let found = try SanityCheck.body(in: volume)
        body.withLock { $0 = found }
        return found
    }
}
