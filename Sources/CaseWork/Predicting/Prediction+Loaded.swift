import Cases
import Foundation
import Volumes

extension Prediction {
    /// Masks that were loaded from a file, with what was said when they were read: it is kept with them, so that it is
    /// said again to whoever opens or exports the case later.
    /// - Throws: ``WorkError`` if every structure of the file was left out.
    package static func loaded(
        _ reading: StructureFiles.Reading, of file: URL, notes: Notes
    ) throws(WorkError) -> Prediction {
        guard !reading.masks.isEmpty else {
            let reasons = reading.leftOut.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            throw WorkError(
                "\(file.path) has no structure that can be reviewed"
                    + (reasons.isEmpty ? "." : " (\(reasons.joined(separator: "; ")))."))
        }
        // Planning systems write patients into file names, which are not kept.
        let kept = notes.all.map { $0.subject == file.lastPathComponent ? $0.text : $0.sentence }
        return Prediction(
            model: .loaded, masks: reading.masks, preprocessing: ["loaded from a file"], notes: kept)
    }
}
