import ArgumentParser
import CaseStore
import Cases
import Foundation
import NcursesBackend
import Review
import Screens
import TerminalKit

/// The terminal front end.
struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Review and correct masks in the terminal.",
        discussion:
            "PATH is a DICOM folder, an image file, a folder of patients, or a case id. Without it: the worklist.")

    @Argument(help: "Folders, files or case ids.") var paths: [String] = []
    @OptionGroup var view: ViewOptions
    @OptionGroup var home: HomeOption

    func run() throws {
        let program = try Program.current()
        let options = try view.opening(program, home)
        let depth = try view.depth(program)
        let store = try home.store()
        let sources = try paths.flatMap { try Self.sources($0, in: store) }.map { $0.choosing(view.series) }
        // Looked at before the terminal is taken over, so that mistakes are told in plain text.
        _ = try view.rendering(program, depth: .indexed)
        let backend: NcursesBackend
        do {
            backend = try NcursesBackend(depth: depth)
        } catch {
            throw ProgramError(error.description, .failed)
        }
        defer { backend.close() }
        let rendering = try view.rendering(program, depth: backend.depth)
        let front = try ReviewProgram(
            backend: backend, store: store, sources: sources, options: options, render: rendering)
        let signal = front.run()
        backend.close()
        if front.lostSteps > 0 {
            Output.note("pleura: \(front.lostSteps) steps could not be written to the store and are lost.")
            if signal == nil { throw ExitCode(ProgramError.Kind.failed.rawValue) }
        }
        if let signal { throw ExitCode(128 + signal) }
    }

    /// A path's cases, or the case of that id.
    private static func sources(_ path: String, in store: any CaseStoring) throws -> [CaseSource] {
        if FileManager.default.fileExists(atPath: path) { return try CaseSource.find(path) }
        do {
            return [try store.caseRecord(try store.findCase(path)).caseSource]
        } catch CaseStoreError.noSuchCase {
            throw ProgramError("\(path) is neither a file or folder nor a case. `pleura import PATH` registers cases.")
        }
    }
}
