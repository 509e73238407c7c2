import ArgumentParser
import CaseWork
import Files
import Foundation
import Rehearsal
import Review
import Screens
import TerminalKit
import TerminalLoop

/// A hands-on tutorial on a synthetic case, in a data folder of its own that is removed afterwards.
struct TourCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tour", abstract: "Learn the review in eight short lessons, on a synthetic case.",
        discussion: "Nothing of yours is touched: the case and what you do to it are gone afterwards.")

    @Option(help: "The theme: dark, light, colour-blind-safe, or a file.") var theme: String?
    @Option(help: "The keymap: default, slicer, itksnap, vim, or a file.") var keymap: String?
    @Option(help: "8, 256 or direct; otherwise what the terminal has.") var colour: String?
    @Option(help: "half, quadrant, sextant or ascii.") var cells: String?
    @OptionGroup var recording: RecordOption

    func run() throws {
        let program = try Program.current()
        let chosen = [("theme", theme), ("keymap", keymap), ("colour", colour), ("cells", cells)]
        let view = try ViewOptions.parse(chosen.compactMap { name, value in value.map { "--\(name)=\($0)" } })
        _ = try view.rendering(program, depth: .indexed)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pleura-tour-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let home = try HomeOption.parse(["--home=\(folder.path)"])
        let asked = try Self.lessons(
            AskedReview(
                store: try home.store(), folder: folder, options: try view.opening(program, home), sources: []))
        let backend = try CursesTerminal(depth: try view.depth(program))
        defer { backend.close() }
        let rendering = try view.rendering(program, depth: backend.depth)
        let recorder = try recording.recorder(asked, "tour", program, on: backend, rendering)
        let front = asked.front(on: backend, rendering, recorder: recorder)
        let signal = front.run()
        backend.close()
        recording.tell(recorder)
        if front.leftWorking {
            try? FileManager.default.removeItem(at: folder)
            leaveAtOnce(signal.map { 128 + $0 } ?? 0)
        }
        if let signal { throw ExitCode(128 + signal) }
    }

    /// The lessons, on a case that is made for them in the data folder.
    static func lessons(_ asked: AskedReview) throws -> AskedReview {
        AskedReview(
            store: asked.store, folder: asked.folder, options: asked.options,
            sources: try CaseSource.find(try TourCase.make(below: asked.folder).path), tour: Tour())
    }
}
