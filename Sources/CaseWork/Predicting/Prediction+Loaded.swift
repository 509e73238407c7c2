import Cases
import Foundation
import Volumes

extension Prediction {
    /// Before every line of ``preprocessing`` that is something to know of the masks, and not a step.
    private static let noteMark = "note: "

    /// Masks that were loaded from a file, with what was said when they were read: it is kept with them, so that it is
    /// said again to whoever opens or exports the case later.
    /// - Throws: ``WorkError`` if every structure of the file was left out.
    package static func loaded(
        _ reading: StructureFiles.Reading, of file: URL, notes: [String]
    ) throws(WorkError) -> Prediction {
        guard !reading.masks.isEmpty else {
            let reasons = reading.leftOut.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            throw WorkError(
                "\(file.path) has no structure that can be reviewed"
                    + (reasons.isEmpty ? "." : " (\(reasons.joined(separator: "; ")))."))
        }
        // Planning systems write patients into file names, which are not kept.
        let own = "\(file.lastPathComponent): "
        let kept = notes.map { noteMark + ($0.hasPrefix(own) ? String($0.dropFirst(own.count)) : $0) }
        return Prediction(model: .loaded, masks: reading.masks, preprocessing: ["loaded from a file"] + kept)
    }

    /// What there is to know of masks that were loaded from a file.
    package var notes: [String] {
        preprocessing.filter { $0.hasPrefix(Self.noteMark) }.map { String($0.dropFirst(Self.noteMark.count)) }
    }
}
