import ArgumentParser
import JobWork
import Screens
import TerminalLoop

/// Writing a session down, to be played back with `pleura replay`.
struct RecordOption: ParsableArguments {
    @Option(help: "Write the session's keys and mouse down in a new file, for a bug report; see `pleura replay`.")
    var record: String?

    /// What writes the session down, if that was asked for.
    /// - Throws: ``ProgramError`` if the file is there already or cannot be written.
    func recorder(
        _ asked: AskedReview, _ command: String, _ program: Program, on backend: CursesTerminal,
        _ rendering: RenderOptions
    ) throws -> SessionRecorder? {
        guard let record else { return nil }
        return try SessionRecorder(
            file: record,
            header: RecordingHeader(
                command: command, size: backend.size, render: rendering, settings: Program.settingsFile,
                personal: PersonalFiles(folder: asked.folder), given: asked.sources.count,
                blinded: asked.options.isBlinded, adjudicating: asked.options.adjudicates))
    }

    /// Says what became of the recording.
    func tell(_ recorder: SessionRecorder?) {
        guard let record, let recorder else { return }
        if let failure = recorder.failure {
            Output.note("pleura: the recording \(record) is not complete: \(failure).")
        } else {
            Output.note("The session was recorded in \(record). Look through it before you pass it on.")
        }
    }
}
