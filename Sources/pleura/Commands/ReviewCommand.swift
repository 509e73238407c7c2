import ArgumentParser
import CaseWork
import TerminalLoop
import Volumes

/// The terminal front end.
struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Review and correct masks in the terminal.",
        discussion:
            "PATH is a DICOM folder, an image file, a folder of patients, or a case id. Without it: the worklist.")

    @Option(
        help: """
            Do the commands of a file as if they were typed, one a line, # for comments; "yes", "no" and "discard" answer \
            what is asked. The first that cannot be done stops the file.
            """) var commands: String?
    @Flag(help: "With --commands: leave once the file is done or has stopped.") var thenQuit = false
    @OptionGroup var review: ReviewOptions
    @OptionGroup var recording: RecordOption

    func run() throws {
        let program = try Program.current()
        let run = try commands.map { CommandRun(try CommandFile(path: $0), leavesAfterwards: thenQuit) }
        guard run == nil || recording.record == nil else {
            throw ProgramError("--commands and --record exclude each other.")
        }
        guard run != nil || !thenQuit else { throw ProgramError("--then-quit goes with --commands.") }
        let asked = try review.prepare(program, home: try review.home.folder(), store: try review.home.store())
        guard run == nil || asked.sources.count == 1 else { throw ProgramError("--commands needs exactly one case.") }
        // Looked at before the terminal is taken over, so that mistakes are told in plain text.
        _ = try review.view.rendering(program, depth: .indexed)
        let backend = try CursesTerminal(depth: try review.view.depth(program))
        defer { backend.close() }
        let rendering = try review.view.rendering(program, depth: backend.depth)
        let recorder = try recording.recorder(asked, "review", program, on: backend, rendering)
        let front = asked.front(on: backend, rendering, recorder: recorder, commands: run)
        let signal = front.run()
        backend.close()
        recording.tell(recorder)
        if front.lostSteps > 0 {
            Output.note(
                "pleura: \(Plural.count(front.lostSteps, "edit")) could not be written to the store and "
                    + "\(Plural.word(front.lostSteps, "is", "are")) lost.")
        }
        if let failure = front.commands?.failure { Output.note("pleura: \(failure)") }
        let input = front.commands?.failure == nil ? 0 : ProgramError.Kind.input.rawValue
        let status = signal.map { 128 + $0 } ?? (front.lostSteps > 0 ? ProgramError.Kind.failed.rawValue : input)
        if front.leftWorking { leaveAtOnce(status) }
        if status != 0 { throw ExitCode(status) }
    }
}
