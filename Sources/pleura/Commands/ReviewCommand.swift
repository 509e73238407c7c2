import ArgumentParser
import CaseStore
import CaseWork
import Cases
import Foundation
import JobWork
import Review
import Screens
import TerminalKit
import TerminalLoop
import Volumes

/// The terminal front end.
struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Review and correct masks in the terminal.",
        discussion:
            "PATH is a DICOM folder, an image file, a folder of patients, or a case id. Without it: the worklist.")

    @Argument(help: "Folders, files or case ids.") var paths: [String] = []
    @Flag(help: "Read the case as a second reader, without seeing what others did; files a reading of your own.")
    var blinded = false
    @Option(help: "Bring the first reader's and a second reader's masks of a case together, slice by slice.")
    var adjudicate: String?
    @Option(help: "With --adjudicate: which second reader, where there are several.") var reader: String?
    @OptionGroup var view: ViewOptions
    @OptionGroup var home: HomeOption

    func run() throws {
        let program = try Program.current()
        var options = try view.opening(program, home)
        options.isBlinded = blinded
        options.adjudicates = adjudicate != nil
        options.reader = reader
        let depth = try view.depth(program)
        let store = try home.store()
        options.identity = PatientIdentity(
            store: store, home: try home.folder(), holdOutShare: program.settings.holdOutShare)
        let repairs = try view.repair.repairs()
        let sources = try (adjudicate.map { [$0] } ?? paths).flatMap { try Self.sources($0, in: store) }.map {
            $0.choosing(view.series).choosing(volume: view.volume.volume).repairing(repairs)
        }
        try checkReadings(sources)
        // Looked at before the terminal is taken over, so that mistakes are told in plain text.
        _ = try view.rendering(program, depth: .indexed)
        let backend = try CursesTerminal(depth: depth)
        defer { backend.close() }
        let rendering = try view.rendering(program, depth: backend.depth)
        let folder = try home.folder()
        let front = ReviewProgram(
            backend: backend, store: store, sources: sources, options: options, render: rendering,
            personal: PersonalFiles(folder: folder), training: TrainingNews(store: store, home: folder),
            startWorker: { try WorkerProcess.start(Program.executable, home: folder, ended: $0) })
        let signal = front.run()
        backend.close()
        if front.lostSteps > 0 {
            Output.note(
                "pleura: \(Plural.count(front.lostSteps, "edit")) could not be written to the store and "
                    + "\(Plural.word(front.lostSteps, "is", "are")) lost.")
        }
        let status = signal.map { 128 + $0 } ?? (front.lostSteps > 0 ? ProgramError.Kind.failed.rawValue : 0)
        if front.leftWorking { leaveAtOnce(status) }
        if status != 0 { throw ExitCode(status) }
    }

    /// Readings are of one case that somebody else has read, so options that say otherwise are mistakes.
    private func checkReadings(_ sources: [CaseSource]) throws(ProgramError) {
        if reader != nil, adjudicate == nil { throw ProgramError("--reader goes with --adjudicate.") }
        guard blinded || adjudicate != nil else { return }
        if blinded, adjudicate != nil { throw ProgramError("--blinded and --adjudicate exclude each other.") }
        if adjudicate != nil, !paths.isEmpty { throw ProgramError("--adjudicate takes one case.") }
        guard view.prediction == nil, view.reference == nil else {
            throw ProgramError("--prediction and --reference do not go with --blinded or --adjudicate.")
        }
        guard sources.count == 1 else { throw ProgramError("Name the one case that is to be read.") }
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
