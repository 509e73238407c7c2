import Foundation

/// Where themes, keymaps and models are: beside the installed program, or in the source tree it was built in.
public struct ResourceFolder: Hashable, Sendable {
    /// The folder that holds `themes/` and `keymaps/`.
    public let url: URL

    /// A folder that is known.
    public init(url: URL) { self.url = url }

    /// Looks for the folder from the program's own place: `<prefix>/bin/pleura` has `<prefix>/share/pleura`; a build
    /// in `.build/release/` has the source tree above it.
    /// - Throws: ``SettingsError`` naming where was looked.
    public static func find(executable: URL) throws(SettingsError) -> ResourceFolder {
        let program = executable.resolvingSymlinksInPath()
        var candidates = [
            program.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("share/pleura")
        ]
        var folder = program.deletingLastPathComponent()
        while folder.path != "/" && folder.pathComponents.count > 1 {
            candidates.append(folder)
            folder.deleteLastPathComponent()
        }
        for candidate in candidates {
            let marks = ["themes/dark.toml", "keymaps/default.toml"]
            if marks.allSatisfy({
                FileManager.default.fileExists(atPath: candidate.appendingPathComponent($0).path)
            }) {
                return ResourceFolder(url: candidate)
            }
        }
        throw SettingsError(
            program.path,
            "its themes and keymaps were not found in ../share/pleura or above it. Install with: make install")
    }

    /// Where the models that come with the program are: beside its themes, or where `PLEURA_MODELS` says. An empty
    /// `PLEURA_MODELS` means that none came with it.
    public var shippedModels: [URL] {
        guard let folder = ProcessInfo.processInfo.environment["PLEURA_MODELS"] else {
            return [url.appendingPathComponent("models")]
        }
        return folder.isEmpty ? [] : [URL(fileURLWithPath: folder)]
    }

    /// The names of the themes, or keymaps, that are there.
    public func names(in kind: String) -> [String] {
        let files = try? FileManager.default.contentsOfDirectory(atPath: url.appendingPathComponent(kind).path)
        return (files ?? []).filter { $0.hasSuffix(".toml") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// Reads a TOML file of a kind by name; a name with a slash is a path of the user's own.
    func text(of name: String, kind: String) throws(SettingsError) -> (text: String, place: String) {
        let file =
            name.contains("/") ? URL(fileURLWithPath: name) : url.appendingPathComponent("\(kind)/\(name).toml")
        guard let data = FileManager.default.contents(atPath: file.path), data.count < 1 << 20,
            let text = String(data: data, encoding: .utf8)
        else {
            throw SettingsError(
                file.path, "cannot be read. There are: \(names(in: kind).joined(separator: ", "))")
        }
        return (text, file.path)
    }
}
