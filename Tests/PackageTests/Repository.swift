import Foundation
import TestSupport

/// The files of the project as they lie in the checkout that this test was built from.
enum Repository {
    static let root = repositoryRoot()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    static func lines(_ path: String) throws -> [String] {
        try text(path).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Paths, relative to the root, of the files below a folder that end in one of the extensions; sorted.
    static func files(below folder: String, extensions: Set<String>) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: root.appendingPathComponent(folder).path)
            .filter { extensions.contains(URL(fileURLWithPath: $0).pathExtension) }
            .map { folder + "/" + $0 }
            .sorted()
    }
}
