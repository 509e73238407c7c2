import CaseStore
import Cases
import Foundation
import Volumes

extension CaseStoring {
    /// The case that somebody names: by its id or the beginning of it, or else by the path of its image or of a folder
    /// that holds no other case's. Ids say nothing of where an image is, and names of files, which may hold a patient's, are
    /// in no list: whoever has the file finds its case by it.
    /// - Throws: ``CaseStoreError`` for an id that is none or of several cases; ``WorkError`` for a path at which there is
    ///   the image of no case or of several, which are then named by their ids.
    package func findCase(named text: String) throws -> CaseID {
        let named = Result { () throws(CaseStoreError) in try findCase(text) }
        // A file that happens to be called like the beginning of an id does not hide the case.
        if case .success(let id) = named { return id }
        guard FileManager.default.fileExists(atPath: text) else { return try named.get() }
        let wanted = Self.plain(text)
        let found = try worklist().items.map(\.record).filter { record in
            [record.source, record.place].contains { path in
                let path = path.isEmpty ? "" : Self.plain(path)
                return path == wanted || path.hasPrefix(wanted + "/")
            }
        }
        guard let first = found.first else {
            throw WorkError("No case has its image at \(text). `pleura import` registers it.")
        }
        guard found.count == 1 else {
            let ids = found.map(\.id.rawValue).sorted().prefix(10).joined(separator: ", ")
            throw WorkError("\(Plural.count(found.count, "case")) have their images at \(text): \(ids). Name one.")
        }
        return first.id
    }

    /// Whether a case has its image in exactly this file or folder, so that the path names it and no masks. Several may.
    /// - Throws: ``CaseStoreError``.
    package func hasCase(imagedAt path: String) throws -> Bool {
        guard FileManager.default.fileExists(atPath: path) else { return false }
        let wanted = Self.plain(path)
        return try worklist().items.contains { !$0.record.source.isEmpty && Self.plain($0.record.source) == wanted }
    }

    /// A path without links and detours, to compare with others.
    private static func plain(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }
}
