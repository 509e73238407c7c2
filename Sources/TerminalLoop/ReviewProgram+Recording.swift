import Cases
import Digests
import Review
import TerminalKit
import Volumes

/// What is told to whoever records the session or plays it back, beside what comes into the loop.
extension ReviewProgram {
    /// Tells how the masks of the case stand.
    func noteMasks(_ moment: RecordedMasks.Moment) {
        guard recorder != nil || player != nil, let review, !review.structures.isEmpty,
            let id = session?.openedCaseID
        else { return }
        let masks = RecordedMasks(
            case: String(SHA256Digest.hex(of: id.rawValue).prefix(16)), moment: moment,
            masks: review.structures.recordingDigest)
        recorder?.note(.masks(masks))
        player?.note(masks)
    }

    /// Tells what the screen was like when the session ended.
    func noteEnd() {
        guard recorder != nil || player != nil else { return }
        let lines = shown?.lines ?? []
        recorder?.note(.end(screen: SHA256Digest.hex(of: lines.joined(separator: "\n"))))
        player?.note(lastScreen: lines)
    }
}

extension [StructureState] {
    /// SHA-256 over the masks in the order of their names: for each, its name, its size in voxels as x, y, z, and its
    /// bits with rows padded to 64-bit words.
    var recordingDigest: String {
        let digest = SHA256Digest()
        for structure in sorted(by: { $0.name.rawValue < $1.name.rawValue }) {
            let size = structure.mask.geometry.size
            digest.update("\(structure.name.rawValue)\n")
            digest.update([size.x, size.y, size.z])
            for slice in structure.mask.slices { digest.update(slice.words) }
        }
        return digest.finish()
    }
}
