import ArgumentParser
import Foundation
import JobWork
import Screens
import TerminalKit
import TerminalLoop

/// Plays a recorded session back, without a terminal.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Play back a session that was recorded with --record, without a terminal.",
        discussion: """
            Give the same cases and options as were given when it was recorded. Without --home it plays in a data folder \
            of its own, which is removed afterwards; with --home it does all that was done then again in that folder: give \
            it a copy. Nothing is exported and no worker is started. The status is 1 if it went otherwise than recorded.
            """)

    @Argument(help: "The recording.") var file: String
    @OptionGroup var review: ReviewOptions
    @Flag(help: "Print one JSON document.") var json = false

    func run() throws {
        let recording = try SessionRecording(file: file, version: Version.text)
        for warning in recording.warnings { Output.note("note: \(warning)") }
        let (header, program) = (recording.header, try Program.current())
        let own = FileManager.default.temporaryDirectory.appendingPathComponent("pleura-replay-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: own) }
        let home = try HomeOption.parse(["--home=\(review.home.home ?? own.path)"])
        PersonalFiles(folder: try home.folder()).begin(learned: header.learned)
        var asked = try review.prepare(program, home: try home.folder(), store: try home.store())
        if header.command == "tour" { asked = try TourCommand.lessons(asked) }
        if let reason = header.objection(to: asked.options, cases: asked.sources.count) { throw ProgramError(reason) }
        let player = SessionPlayer(recording)
        let front = asked.front(on: player.terminal, try rendering(program, header), player: player)
        _ = front.run()
        let result = player.result
        if json {
            try Output.json(result)
        } else {
            Output.lines(result.screen + [""] + result.lines)
        }
        let status = result.isSame ? 0 : ProgramError.Kind.failed.rawValue
        if front.leftWorking {
            try? FileManager.default.removeItem(at: own)
            leaveAtOnce(status)
        }
        if status != 0 { throw ExitCode(status) }
    }

    /// How the screen was drawn, with the keys of the recording.
    private func rendering(_ program: Program, _ header: RecordingHeader) throws -> RenderOptions {
        var rendering = try review.view.rendering(program, depth: .indexed)
        rendering.depth = ColourDepth(rawValue: header.colours) ?? .indexed
        rendering.cells = CellMode(rawValue: header.cells) ?? .half
        if review.view.keymap == nil, rendering.keymaps.recordingDigest != header.keymap {
            let known = program.resources.names(in: "keymaps").lazy.compactMap { try? program.resources.keymap($0) }
            rendering.keymaps = known.first { $0.recordingDigest == header.keymap } ?? rendering.keymaps
        }
        guard rendering.keymaps.recordingDigest == header.keymap else {
            throw ProgramError("The session was recorded with another keymap; name it with --keymap.")
        }
        if RecordingHeader.digest(ofSettings: Program.settingsFile) != header.settings {
            Output.note("note: the settings are others than when the session was recorded")
        }
        if rendering.theme.recordingDigest != header.theme {
            Output.note("note: the theme is another than when the session was recorded")
        }
        return rendering
    }
}
