import ArgumentParser
import CaseStore
import Files
import Foundation
import SQLiteStore

/// The option that every command has which reads or writes the data folder.
struct HomeOption: ParsableArguments {
    @Option(name: .long, help: "The data folder; otherwise PLEURA_HOME, otherwise $XDG_DATA_HOME/pleura.")
    var home: String?

    /// Where the data folder is or would be.
    var location: URL {
        let environment = ProcessInfo.processInfo.environment
        func named(_ name: String) -> URL? {
            environment[name].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
        }
        return home.map { URL(fileURLWithPath: $0) } ?? named("PLEURA_HOME")
            ?? named("XDG_DATA_HOME")?.appendingPathComponent("pleura")
            ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".local/share/pleura")
    }

    /// The data folder, made if it is not there, readable by its owner alone.
    func folder() throws(ProgramError) -> URL {
        let url = location
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw ProgramError(
                "The data folder \(url.path) cannot be made. Choose another with --home or PLEURA_HOME.")
        }
        return url
    }

    /// The case store in the data folder.
    func store() throws -> any CaseStoring {
        try SQLiteCaseStore(url: DataFolder(try folder()).store)
    }

    /// The case store, if the data folder has one; none is made.
    func existingStore() throws -> (any CaseStoring)? {
        FileManager.default.fileExists(atPath: DataFolder(location).store.path) ? try store() : nil
    }
}
