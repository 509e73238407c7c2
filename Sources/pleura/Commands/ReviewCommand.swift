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

    @OptionGroup var review: ReviewOptions
    @OptionGroup var recording: RecordOption

    func run() throws {
        let program = try Program.current()
        let asked = try review.prepare(program, home: try review.home.folder(), store: try review.home.store())
        // Looked at before the terminal is taken over, so that mistakes are told in plain text.
        _ = try review.view.rendering(program, depth: .indexed)
        let backend = try CursesTerminal(depth: try review.view.depth(program))
        defer { backend.close() }
        let rendering = try review.view.rendering(program, depth: backend.depth)
        let recorder = try recording.recorder(asked, "review", program, on: backend, rendering)
        let front = asked.front(on: backend, rendering, recorder: recorder)
        let signal = front.run()
        backend.close()
        recording.tell(recorder)
        if front.lostSteps > 0 {
            Output.note(
                "pleura: \(Plural.count(front.lostSteps, "edit")) could not be written to the store and "
                    + "\(Plural.word(front.lostSteps, "is", "are")) lost.")
        }
        let status = signal.map { 128 + $0 } ?? (front.lostSteps > 0 ? ProgramError.Kind.failed.rawValue : 0)
        if front.leftWorking { leaveAtOnce(status) }
        if status != 0 { throw ExitCode(status) }
    }
}
