import Cases
import Commands
import Dispatch
import Foundation
import Review

extension CaseSession {
    /// Reads structures of a file for the case, as ``StructureFiles`` reads them: on the image's grid, or not at all.
    func load(_ path: String, _ names: [StructureName], _ asReference: Bool) {
        withOpenCase { [post, work, conventions = opener.options.conventions] opened in
            let loading = work.begin("the masks that are loaded")
            DispatchQueue.global(qos: .userInitiated).async {
                defer { work.end(loading) }
                do {
                    let url = URL(fileURLWithPath: NSString(string: path).expandingTildeInPath)
                    var notes = Notes()
                    let reading = try StructureFiles.read(url, for: opened.loaded, by: conventions, notes: &notes)
                    post(
                        .structuresLoaded(
                            LoadedStructures(
                                file: url.lastPathComponent, masks: try Self.chosen(names, of: reading),
                                isReference: asReference, notes: notes.sentences)))
                } catch {
                    post(.show(StatusMessage("not loaded: \(WorkError(error).description)", kind: .warning)))
                }
            }
        }
    }

    /// The masks that are wanted, all where none is named.
    /// - Throws: ``WorkError`` naming what the file has, or why it was left out.
    static func chosen(
        _ names: [StructureName], of reading: StructureFiles.Reading
    ) throws -> [ContextMask] {
        let wanted = names.isEmpty ? reading.masks.keys.sorted() : names
        return try wanted.map { name in
            if let mask = reading.masks[name] { return ContextMask(name: name, mask: mask) }
            if let reason = reading.leftOut[name] { throw WorkError("\(name) cannot be used: \(reason)") }
            let known = reading.masks.keys.sorted().map(\.rawValue).joined(separator: ", ")
            throw WorkError("the file has no \(name); there are: \(known.isEmpty ? "none" : known)")
        }
    }
}
