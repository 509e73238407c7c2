import ArgumentParser
import CaseStore
import CaseWork
import Foundation
import JobWork
import Review
import Screens
import TerminalKit
import TerminalLoop

/// Which cases are reviewed, and how: the same for the review and for playing one back.
struct ReviewOptions: ParsableArguments {
    @Argument(help: "Folders, files or case ids.") var paths: [String] = []
    @Flag(help: "Read the case as a second reader, without seeing what others did; files a reading of your own.")
    var blinded = false
    @Option(help: "Bring the first reader's and a second reader's masks of a case together, slice by slice.")
    var adjudicate: String?
    @Option(help: "With --adjudicate: which second reader, where there are several.") var reader: String?
    @OptionGroup var view: ViewOptions
    @OptionGroup var home: HomeOption

    /// What the options ask for.
    /// - Parameters:
    ///   - folder: the data folder, which is there.
    ///   - store: the store in it.
    /// - Throws: ``ProgramError`` for options that exclude each other, and for what is not there.
    func prepare(_ program: Program, home folder: URL, store: any CaseStoring) throws -> AskedReview {
        var options = try view.opening(program, try HomeOption.parse(["--home=\(folder.path)"]))
        options.isBlinded = blinded
        options.adjudicates = adjudicate != nil
        options.reader = reader
        options.identity = try program.identity(store: store, home: home)
        let repairs = try view.repair.repairs()
        let sources = try (adjudicate.map { [$0] } ?? paths).flatMap { try Self.sources($0, in: store) }.map {
            $0.choosing(view.series).choosing(volume: view.volume.volume).repairing(repairs)
        }
        try checkReadings(sources)
        return AskedReview(store: store, folder: folder, options: options, sources: sources)
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
        // They may be the first reader's.
        guard view.context == nil || !blinded else { throw ProgramError("--context does not go with --blinded.") }
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

/// A review that can begin.
struct AskedReview {
    let store: any CaseStoring
    /// The data folder.
    let folder: URL
    let options: OpeningOptions
    let sources: [CaseSource]
    /// The lessons, in the tour.
    var tour: Tour?

    /// The front end on a terminal; with a player, nobody sits at that.
    func front(
        on backend: any InteractiveTerminal, _ rendering: RenderOptions, recorder: SessionRecorder? = nil,
        player: SessionPlayer? = nil, commands: CommandRun? = nil
    ) -> ReviewProgram {
        let isPlayed = player != nil
        return ReviewProgram(
            backend: backend, store: store, sources: sources, options: options, render: rendering,
            personal: PersonalFiles(folder: folder), training: TrainingNews(store: store, home: folder),
            startWorker: { ended in
                guard !isPlayed else { throw ProgramError("no worker is started while a recording is played") }
                try WorkerProcess.start(Program.executable, home: folder, ended: ended)
            }, tour: tour, recorder: recorder, player: player,
            commands: commands)
    }
}
