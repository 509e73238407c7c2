import ArgumentParser
import CaseWork
import Foundation
import Networks
import Screens
import Settings
import TerminalKit

/// The options of the commands that draw the review screen.
struct ViewOptions: ParsableArguments {
    @Option(help: "A mask to measure against instead of the prediction: a file, a folder of masks, or an RTSTRUCT.")
    var reference: String?
    @Option(help: "A mask to review instead of a predicted one.")
    var prediction: String?
    @Option(help: "Masks that are shown for orientation and never edited, measured or exported.") var context: String?
    @Option(help: "The SeriesInstanceUID to read, where a DICOM folder holds several.")
    var series: String?
    @OptionGroup var volume: VolumeOption
    @OptionGroup var models: ModelOptions
    @OptionGroup var repair: RepairOption
    @Option(help: "The theme: dark, light, colour-blind-safe, or a file.")
    var theme: String?
    @Option(help: "The keymap: default, slicer, itksnap, vim, or a file.")
    var keymap: String?
    @Option(help: "mono, 8, 256 or direct; otherwise what the terminal has, or mono where NO_COLOR is set.")
    var colour: String?
    @Option(help: "half, quadrant, sextant or ascii; otherwise half, or ascii without colours.")
    var cells: String?

    /// How cases are opened.
    /// - Throws: ``ProgramError`` for what is not there.
    func opening(_ program: Program, _ home: HomeOption) throws -> OpeningOptions {
        var options = OpeningOptions(
            reviewer: program.reviewer, tolerance: program.tolerance, conventions: Program.conventions,
            needsTwoPersons: program.settings.needsTwoPersons,
            predictor: try models.predictor(home, program), prediction: try existing(prediction),
            reference: try existing(reference))
        options.context = try existing(context)
        options.preferences = program.settings.preferences
        let answering = AnswererSource(try ModelOptions.catalogue(home, program), networks: TorchNetworks())
        options.promptAnswering = { try answering.answerer() }
        return options
    }

    /// The colours asked for; `nil` to ask the terminal.
    func depth(_ program: Program) throws(ProgramError) -> ColourDepth? {
        guard let text = colour ?? program.settings.colour else {
            // https://no-color.org: set and not empty; what is asked for by name goes before it.
            return ProcessInfo.processInfo.environment["NO_COLOR"]?.isEmpty == false ? ColourDepth.none : nil
        }
        if text == "mono" { return ColourDepth.none }
        guard let depth = ColourDepth(rawValue: text), depth != .none else {
            throw ProgramError("--colour is mono, 8, 256 or direct, not \(text).")
        }
        return depth
    }

    /// How the screen looks with a number of colours.
    func rendering(_ program: Program, depth: ColourDepth) throws -> RenderOptions {
        let usual = depth == .none ? CellMode.ascii : .half
        let cellText = cells ?? program.settings.cells ?? usual.rawValue
        guard let mode = CellMode(rawValue: cellText) else {
            throw ProgramError("--cells is half, quadrant, sextant or ascii, not \(cellText).")
        }
        return RenderOptions(
            theme: try program.resources.theme(theme ?? program.settings.theme), depth: depth, cells: mode,
            keymaps: try program.resources.keymap(keymap ?? program.settings.keymap))
    }

    private func existing(_ path: String?) throws(ProgramError) -> URL? {
        guard let path else { return nil }
        guard FileManager.default.fileExists(atPath: path) else { throw ProgramError("There is nothing at \(path).") }
        return URL(fileURLWithPath: path).standardizedFileURL
    }
}
