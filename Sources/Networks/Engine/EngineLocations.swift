import CTorch
import Foundation

/// Where libPleuraTorch.so is looked for.
struct EngineLocations: Hashable, Sendable {
    static let fileName = "libPleuraTorch.so"

    /// `PLEURA_TORCH_SHIM`: this file and no other.
    var file: String?
    /// `PLEURA_LIBTORCH`: the root of another libtorch, with `lib/`; `make engine` puts its engine in there.
    var libtorch: String?
    /// Folders of the program, and of the library that holds this code (the same but in tests).
    var programFolders: [String]

    /// As the environment and the running program have it.
    static func current(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> EngineLocations {
        var programs: [String] = []
        if let own = ctorch_own_path() { programs.append(String(cString: own)) }
        programs.append("/proc/self/exe")
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        return EngineLocations(
            file: value("PLEURA_TORCH_SHIM"), libtorch: value("PLEURA_LIBTORCH").map(Self.real),
            programFolders: programs.map { (Self.real($0) as NSString).deletingLastPathComponent })
    }

    /// The files in the order they are tried, each once.
    var candidates: [String] {
        if let file { return [file] }
        var folders: [String] = []
        if let libtorch { folders.append(libtorch + "/lib") }
        for folder in programFolders { folders += [folder, folder + "/../lib/pleura", folder + "/../lib"] }
        var seen: Set<String> = []
        return folders.map { "\($0)/\(Self.fileName)" }.filter { seen.insert($0).inserted }
    }

    /// A path without links and dots; as it is where nothing is there.
    static func real(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
