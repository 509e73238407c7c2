import Foundation

/// Files that a user asked for, at the path they gave: whole or not at all.
package enum ResultFile {
    /// Writes a file whole or not at all.
    /// - Throws: ``WorkError`` naming the file.
    package static func write(_ data: Data, to path: String) throws(WorkError) {
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw WorkError("\(path) cannot be written: \(error.localizedDescription)", .failed)
        }
    }
}
