import ArgumentParser
import CaseStore
import CaseWork
import Files
import Foundation
import JobWork
import Phantoms
import Review
import SQLiteStore
import Screens
import TerminalKit
import TerminalLoop
import VolumeFiles

/// A hands-on tutorial on a synthetic case, in a data folder of its own that is removed afterwards.
struct TourCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tour", abstract: "Learn the review in eight short lessons, on a synthetic case.",
        discussion: "Nothing of yours is touched: the case and what you do to it are gone afterwards.")

    @Option(help: "The theme: dark, light, colour-blind-safe, or a file.") var theme: String?
    @Option(help: "The keymap: default, slicer, itksnap, vim, or a file.") var keymap: String?
    @Option(help: "8, 256 or direct; otherwise what the terminal has.") var colour: String?
    @Option(help: "half, quadrant, sextant or ascii.") var cells: String?

    func run() throws {
        let program = try Program.current()
        let chosen = [("theme", theme), ("keymap", keymap), ("colour", colour), ("cells", cells)]
        let view = try ViewOptions.parse(chosen.compactMap { name, value in value.map { "--\(name)=\($0)" } })
        _ = try view.rendering(program, depth: .indexed)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pleura-tour-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let patient = try Self.makeCase(below: folder)
        let options = try view.opening(program, try HomeOption.parse(["--home=\(folder.path)"]))
        let depth = try view.depth(program)
        let backend = try CursesTerminal(depth: depth)
        defer { backend.close() }
        let store = try SQLiteCaseStore(url: DataFolder(folder).store)
        let front = ReviewProgram(
            backend: backend, store: store, sources: try CaseSource.find(patient.path), options: options,
            render: try view.rendering(program, depth: backend.depth), personal: PersonalFiles(folder: folder),
            training: TrainingNews(store: store, home: folder),
            startWorker: { try WorkerProcess.start(Program.executable, home: folder, ended: $0) }, tour: Tour())
        let signal = front.run()
        backend.close()
        if front.leftWorking {
            try? FileManager.default.removeItem(at: folder)
            leaveAtOnce(signal.map { 128 + $0 } ?? 0)
        }
        if let signal { throw ExitCode(128 + signal) }
    }

    /// A thorax with an effusion, which the prediction leaves out: something to correct.
    private static func makeCase(below folder: URL) throws -> URL {
        let patient = folder.appendingPathComponent("sample")
        do {
            try FileManager.default.createDirectory(
                at: patient, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw ProgramError("\(folder.path) cannot be made.", .failed)
        }
        let phantom = try ThoraxPhantom.generate(
            PhantomSpecification(seed: 5, patient: 1, matrix: 160, slices: 40, pathologies: [.effusion]))
        try NiftiFile.write(phantom.volume, to: patient.appendingPathComponent("ct.nii.gz"))
        return patient
    }
}
